/* The session at the desk: its parts and steps at the side, the present step in the middle, and the clocks of both. */

import { now } from "./clock.js";
import { el, tell } from "./parts.js";
import { clock } from "./stage.js";

const card = (title, children) => el("div", { class: "ws-card" }, el("h2", {}, title), children);

/** @import { BoardState, Plan } from "./messages" */
/** @import { Display } from "./display.js" */

export class Session {
  #drawn = { as: null, step: null }; // what the steps on the screen were drawn for
  #pressed = false; // whether the step was changed here, so that the focus goes along

  /** @param {Display<BoardState>} board */
  constructor(board) {
    this.board = board;
    this.clock = el("span", { class: "ws-clock", role: "timer", "aria-live": "off" });
    this.whole = el("p", { class: "ws-soft ws-whole" });
    this.steps = el("ol", { class: "ws-time" });
    this.now = el("div", { class: "ws-now" });
    this.side = el("div");
  }

  /** @returns {Partial<Plan>} */
  get plan() {
    return this.board.model.get("plan") ?? {};
  }
  get step() {
    return Math.min(this.board.view.plan?.step ?? 0, Math.max(0, (this.plan.lines?.length ?? 1) - 1));
  }

  #go(step) {
    this.#pressed = true;
    this.board.ask({ type: "go", step });
  }

  draw() {
    const { parts = [], lines = [], name } = this.plan;
    const { module } = this.board.state;
    const line = lines[this.step];
    if (!line) return;
    const as = JSON.stringify([name, parts, this.step, module.slug]);
    if (this.#drawn.as === as) return; // a button that is drawn again while it is pressed would not be pressed
    const moved = this.#drawn.as !== null && this.#drawn.step !== this.step;
    this.#drawn = { as, step: this.step };
    this.steps.replaceChildren(...parts.map((part, place) => this.#part(part, place, lines, line)));
    const here = /** @type {HTMLElement} */ (this.steps.querySelector("[aria-current=step]") ?? this.steps.querySelector("[aria-current]"));
    this.steps.scrollTop = here ? here.offsetTop - this.steps.clientHeight / 2 : 0;
    this.#middle(line, lines, parts);
    if (moved && this.#pressed) this.now.querySelector("h1")?.focus();
    this.#pressed = false;
    this.tick();
  }

  /** One part at the side; the present one with its steps. */
  #part(part, place, lines, line) {
    const within = lines.map((one, at) => [one, at]).filter(([one]) => one.part === place);
    const here = place === line.part;
    const head = el(
      "button",
      {
        type: "button",
        onclick: () => this.#go(within[0][1]),
        "aria-current": here ? "true" : null,
        class: place < line.part ? "ws-past" : "",
      },
      el("span", {}, String(part.begins)),
      el("span", {}, part.title),
    );
    if (!here || within.length < 2) return el("li", {}, head);
    return el(
      "li",
      {},
      head,
      el(
        "ol",
        {},
        within.map(([one, at]) =>
          el(
            "li",
            {},
            el(
              "button",
              {
                type: "button",
                onclick: () => this.#go(at),
                "aria-current": at === this.step ? "step" : null,
                class: at < this.step ? "ws-past" : "",
              },
              el("span", { class: "ws-soft" }, `${one.minutes}′`),
              el("span", {}, one.title),
            ),
          ),
        ),
      ),
    );
  }

  #middle(line, lines, parts) {
    const { module } = this.board.state;
    const w = (name, values) => this.board.word(name, values);
    const within = lines.filter(({ part }) => part === line.part);
    const next = lines[this.step + 1];
    const what = [
      w("desk.step", { at: within.indexOf(line) + 1, of: within.length }),
      parts[line.part].title,
      w(`desk.phones_${line.phones}`),
    ];
    this.now.replaceChildren(
      ...[
        el("div", { class: "ws-head" }, el("h1", { tabindex: "-1" }, line.title), this.clock),
        el("p", { class: "ws-soft" }, (within.length > 1 ? what : what.slice(2)).join(" · ")),
        line.say ? el("blockquote", { class: "ws-say" }, line.say) : null,
        line.do ? el("p", {}, el("b", {}, w("desk.do")), ` ${line.do}`) : null,
        line.helper ? el("p", {}, el("b", {}, w("desk.helper")), ` ${line.helper}`) : null,
        line.shows ? el("p", { class: "ws-soft" }, `${w("desk.shows")} ${line.shows}`) : null,
        this.#voice(line, lines),
        next
          ? el(
              "button",
              { type: "button", class: "ws-button ws-next", onclick: () => this.#go(this.step + 1) },
              `${w("desk.next")}: ${next.title}`,
            )
          : null,
      ].filter(Boolean),
    );
    this.side.replaceChildren(
      card(
        w("desk.misreading"),
        module.misreadings.map(({ says, reply }) => el("details", {}, el("summary", {}, `“${says}”`), el("p", {}, reply))),
      ),
      card(w("desk.heavy"), [el("p", {}, module.distress)]),
    );
  }

  /** In a rehearsal someone takes each result for what it doesn't say, so that a facilitator practises the reply. */
  #voice(line, lines) {
    const { view, state } = this.board;
    const { misreadings, slug } = state.module;
    if (view.mode !== "rehearsal" || !line.reveals || line.module !== slug || !misreadings.length) return null;
    const before = lines.slice(0, this.step).filter(({ reveals, module }) => reveals && module === line.module).length;
    const { says, reply } = misreadings[before % misreadings.length];
    const w = (name) => this.board.word(name);
    return el(
      "div",
      { class: "ws-card ws-voice" },
      el("p", {}, el("b", {}, w("desk.voice")), ` “${says}”`),
      el("details", {}, el("summary", {}, w("desk.reply")), el("p", {}, reply)),
    );
  }

  /** What is left of the step's minutes; over time counts on, with a plus. And the whole session, planned and passed. */
  tick() {
    const { board } = this;
    const { lines = [], parts = [], minutes, title, name } = this.plan;
    const line = lines[this.step];
    if (!line) return;
    const since = (now() - board.seen) / 1000;
    const { step = 0, all = 0 } = board.view.clock ?? {};
    const left = Math.round(60 * line.minutes - step - since);
    tell(this.clock, `${left < 0 ? "+" : ""}${clock(Math.abs(left)).padStart(5, "0")}`);
    this.clock.classList.toggle("ws-over", left < 0);
    this.whole.hidden = !name;
    if (!name) return;
    const before = lines
      .slice(0, this.step)
      .filter(({ part }) => part === line.part)
      .reduce((sum, one) => sum + one.minutes, 0);
    const planned = parts[line.part].begins + before + Math.min(line.minutes, (step + since) / 60);
    const off = Math.round((all + since) / 60 - planned);
    const lag =
      off > 0
        ? board.word("desk.behind", { minutes: off })
        : off < 0
          ? board.word("desk.ahead", { minutes: -off })
          : board.word("desk.on_time");
    const text = `${title} · ${board.word("desk.elapsed", { now: Math.floor((all + since) / 60), all: minutes })} · ${lag}`;
    tell(this.whole, text);
  }
}
