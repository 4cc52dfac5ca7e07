/* Two cards of the desk: how the room stands now (phones face down, pause, timer), and what is asked once, before it begins. */

import { el, tell } from "./parts.js";
import { clock } from "./stage.js";

/** @import { BoardState } from "./messages" */
/** @import { Display } from "./display.js" */

const arranging = (board) => (changes) => board.ask({ type: "arrange", changes });
const MINUTES = [1, 2, 3, 4, 5, 7, 10];

/** Phones face down, pause, timer: one press for each, and one press back. */
export class Standing {
  /** @param {Display<BoardState>} board */
  constructor(board) {
    const arrange = arranging(board);
    this.board = board;
    const button = (press) => el("button", { type: "button", class: "ws-button", onclick: press });
    this.down = button(() => arrange({ cover: board.view.stage?.cover === "down" ? "" : "down" }));
    this.pause = button(() => arrange({ cover: board.view.stage?.cover === "pause" ? "" : "pause" }));
    this.minutes = el(
      "select",
      { "aria-label": `${board.word("desk.timer")}, ${board.word("desk.minutes")}` },
      MINUTES.map((minutes) => el("option", { value: minutes, selected: minutes === 2 }, `${minutes} ${board.word("desk.minutes")}`)),
    );
    this.left = el("b", { class: "ws-timed" });
    this.start = button(() => arrange({ timer: board.view.timer ? 0 : Number(this.minutes.value) }));
    this.node = el(
      "div",
      { class: "ws-card ws-standing" },
      el("h2", {}, board.word("desk.room")),
      this.down,
      this.pause,
      el("div", { class: "ws-timing" }, el("span", {}, board.word("desk.timer")), this.minutes, this.left, this.start),
    );
  }

  draw() {
    const { board } = this;
    const { stage, timer } = board.view;
    this.node.hidden = !stage || !board.state.running;
    if (this.node.hidden) return;
    const busy = String(!board.connected || board.asking || board.view.ended);
    const put = (node, word, on) => {
      tell(node, board.word(word));
      node.setAttribute("aria-pressed", String(on));
      node.setAttribute("aria-disabled", busy);
    };
    put(this.down, stage.cover === "down" ? "desk.up" : "desk.down", stage.cover === "down");
    put(this.pause, stage.cover === "pause" ? "desk.go_on" : "desk.pause", stage.cover === "pause");
    tell(this.start, board.word(timer ? "desk.stop_timer" : "desk.start_timer"));
    this.start.setAttribute("aria-disabled", busy);
    this.minutes.hidden = Boolean(timer);
    this.left.hidden = !timer;
    this.tick();
  }

  tick() {
    if (this.board.timer) tell(this.left, clock(Math.max(0, Math.ceil(this.board.timed))));
  }
}

/** Format, pace and the careful modes. Open until the session has begun. */
export class Setup {
  /** @param {Display<BoardState>} board */
  constructor(board) {
    this.board = board;
    const { word } = { word: (name) => board.word(name) };
    const arrange = arranging(board);
    const tick = (name, change) => {
      const box = el("input", { type: "checkbox", onchange: () => arrange(change(box.checked)) });
      return { box, node: el("label", { class: "ws-tick" }, box, el("span", {}, word(name))) };
    };
    this.format = el("select", { "aria-label": word("desk.format") });
    this.together = tick("desk.together", (on) => ({ pace: on ? "together" : "free" }));
    this.fiction = tick("desk.fiction", (on) => ({ fiction: on }));
    this.few = tick("desk.few", (on) => ({ few: on }));
    this.begin = el("button", {
      type: "button",
      class: "ws-button",
      onclick: () => arrange({ format: this.format.value, step: 0, timer: 0, cover: "" }),
    });
    this.node = el(
      "details",
      { class: "ws-setup" },
      el("summary", {}, word("desk.setup")),
      this.format,
      this.together.node,
      this.fiction.node,
      this.few.node,
      this.begin,
      el("p", { class: "ws-soft ws-small" }, word("desk.setup_why")),
    );
  }

  draw() {
    const { board } = this;
    const { stage, plan } = board.view;
    const { formats = [], running } = board.state;
    this.node.hidden = !stage || !running;
    if (this.node.hidden) return;
    const now = JSON.stringify([formats, plan.format]);
    if (this.listed !== now) {
      this.listed = now;
      const every = { name: "", title: board.word("desk.everything") };
      const chosen = plan.begun ? plan.format : (formats[0]?.name ?? "");
      this.format.replaceChildren(
        ...[...formats, every].map(({ name, title }) => el("option", { value: name, selected: name === chosen }, title)),
      );
    }
    if (this.begun !== plan.begun) this.node.open = !plan.begun && formats.length > 0;
    this.begun = plan.begun;
    if (!board.asking) {
      // until the room has answered, a box shows what was pressed
      this.together.box.checked = stage.pace === "together";
      this.fiction.box.checked = stage.fiction;
      this.few.box.checked = stage.few;
    }
    tell(this.begin, board.word(plan.begun ? "desk.begun" : "desk.begin"));
    this.begin.classList.toggle("ws-main", !plan.begun);
    this.begin.setAttribute("aria-disabled", String(!board.connected || board.asking || board.view.ended));
  }
}
