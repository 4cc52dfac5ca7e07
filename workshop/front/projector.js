/* The screen that everyone sees: how to join until the first question opens, then the question, then what the group said.
To be read from ten metres, and nothing on it that isn't for everyone. */

import { stayAwake } from "./awake.js";
import { bars } from "./bars.js";
import { Display, host } from "./display.js";
import { el, picture, tell } from "./parts.js";
import { oneByOne } from "./pooled.js";
import { conclusions, peopleOf, sideBySide } from "./reveal.js";
import { clock } from "./stage.js";

const SMALLEST = 0.6; // of the usual letters: still to be read from ten metres

export default {
  render({ model, el: root, signal }) {
    const projector = new Projector(model, signal);
    if (document.body.classList.contains("ws-page-screen")) stayAwake(signal); // in a notebook it's one cell among others
    root.append(projector.root);
    projector.draw();
  },
};

/** @import { Payload, ScreenState, ShownPayload } from "./messages" */

/** @extends {Display<ScreenState>} */
class Projector extends Display {
  #now = null; // what is drawn
  #pooled = null; // the sentences that are shown one by one

  constructor(model, signal) {
    super(model, signal);
    this.head = el("header", { class: "ws-head" });
    this.middle = el("div", { class: "ws-middle" });
    this.foot = el("p", { class: "ws-soft ws-foot-line", role: "status" });
    this.timing = el("p", { class: "ws-projected-timer", role: "timer", "aria-live": "off", hidden: true });
    this.screen = el("div", { class: "ws-screen" }, this.head, this.middle, el("div", { class: "ws-below" }, this.foot, this.timing));
    this.root = el("section", { class: "ws-root ws-projector" }, this.screen);
    this.every(250, () => this.#tick());
    // Fonts that come late, another window: whatever changes a size.
    const sizes = new ResizeObserver(() => this.#fit());
    for (const node of [this.root, this.middle]) sizes.observe(node);
    signal?.addEventListener("abort", () => {
      sizes.disconnect();
      this.#pooled?.stop();
    });
  }

  draw() {
    const { view = {}, question, reveal, title, qr, running } = this.state;
    const at = question ? view.phases?.[question.id] : null;
    const calm = view.ended ? "" : (view.stage?.cover ?? "");
    const example = Boolean(question && view.example === question.id);
    const now = JSON.stringify([
      calm,
      example,
      view.code,
      view.ended,
      view.mode,
      running,
      title,
      question?.id,
      at === "closing" ? "open" : at,
      reveal,
      this.state.beside,
      view.join_url,
      view.moved,
    ]);
    if (this.#now !== now) {
      this.#now = now;
      this.#pooled?.stop();
      this.#pooled = null;
      const rehearsal = view.mode === "rehearsal" ? el("span", { class: "ws-rehearsal" }, this.word("desk.rehearsal")) : null;
      const corner = el(
        "div",
        { class: "ws-corner" },
        el("span", { class: "ws-code" }, view.code),
        el("span", { class: "ws-soft ws-address" }, host(view.join_url)),
        rehearsal,
      );
      // While a question is on, a phone that doesn't find us any more has nothing else to scan.
      if (view.moved) {
        corner.append(
          el("img", { class: "ws-qr ws-qr-small", src: qr, alt: "" }),
          el("p", { class: "ws-moved" }, this.word("desk.moved_screen")),
        );
      }
      // A result stays while heads are up; a pause covers everything.
      const texts = reveal?.face === "withheld" ? example && reveal.example.texts : reveal?.texts;
      const covered = calm === "pause" || (calm === "down" && !reveal);
      this.screen.dataset.shows = covered ? "calm" : !question ? "join" : !reveal ? "question" : texts ? "texts" : "reveal";
      if (covered) {
        this.head.replaceChildren(rehearsal ?? "");
        this.middle.replaceChildren(
          el("h1", { class: "ws-calm" }, this.word(calm === "pause" ? "stage.pause" : "states.down")),
          calm === "pause" ? el("p", { class: "ws-big" }, this.word("stage.pause_what")) : "",
        );
      } else if (question) {
        this.head.replaceChildren(el("h1", { dir: "auto" }, question.text || question.title), corner);
        this.middle.replaceChildren(reveal ? this.#reveal(reveal, example, question.finding) : this.#options(question));
      } else {
        this.head.replaceChildren(...[el("h1", {}, title), rehearsal].filter(Boolean));
        this.middle.replaceChildren(this.#join(view, qr, running));
      }
      this.#pooled?.start();
    }
    this.#tick();
  }

  /** Nobody scrolls this screen: letters become smaller until all of it is there; whether it is. */
  #fit() {
    for (let fit = 1; fit >= SMALLEST; fit -= 0.05) {
      this.screen.style.setProperty("--ws-fit", fit.toFixed(2));
      if (this.screen.scrollHeight <= window.innerHeight) return true;
    }
    return false;
  }

  #join(view, qr, running) {
    if (!running || view.ended) return el("p", { class: "ws-big" }, this.word(running ? "desk.ended" : "desk.none"));
    return el(
      "div",
      { class: "ws-welcome" },
      el(
        "div",
        {},
        el("p", { class: "ws-soft" }, this.word("desk.join")),
        el("p", { class: "ws-address" }, host(view.join_url)),
        el("p", { class: "ws-code" }, view.code),
        view.moved ? el("p", { class: "ws-moved" }, this.word("desk.moved_screen")) : "",
      ),
      el("img", { class: "ws-qr", src: qr, alt: "" }),
    );
  }

  #options(question) {
    if (question.picture) return el("div", { class: "ws-projected-picture" }, picture(question.picture));
    const many = (question.options ?? []).length > 5;
    return el(
      "ul",
      { class: `ws-choices${many ? " ws-many" : ""}` },
      (question.options ?? []).map(({ text }) => el("li", { dir: "auto" }, text)),
    );
  }

  /** A withheld result; its invented group waits until the facilitator presses for it. What a study found stands under either. */
  #reveal(payload, example, finding) {
    const node = el("div", { class: "ws-shown" });
    if (payload.face === "withheld") {
      node.append(el("p", { class: "ws-withheld ws-big" }, this.word("reveal.withheld")));
      if (example) node.append(this.#chart(payload.example));
    } else {
      const { question, beside = {} } = this.state;
      const sides = sideBySide(question.beside ?? [], (id) => beside[id], this);
      node.append(...(sides.length ? sides : [this.#chart(payload)]));
    }
    if (finding) node.append(el("p", { class: "ws-finding", dir: "auto" }, finding));
    return node;
  }

  /** Bars and what follows from them, or texts, in the screen's own size. */
  #chart(payload) {
    const node = el("div", { class: payload.invented ? "ws-example" : "" });
    if (payload.invented) node.append(el("p", { class: "ws-invented" }, this.word("marks.invented")));
    if (payload.texts) {
      this.#pooled = oneByOne(payload.texts, () => this.#fit());
      node.append(this.#pooled.node);
      return node;
    }
    node.append(bars(payload), conclusions(payload) ?? "");
    return node;
  }

  #tick() {
    const { view = {}, question, reveal, few } = this.state;
    const at = question ? view.phases?.[question.id] : null;
    const left = question ? this.left(question.id) : 0;
    const shown = reveal?.face === "shown" ? reveal : null;
    const timed = this.timed;
    this.timing.hidden = timed === null || timed < -10;
    const time = timed > 0 ? clock(Math.ceil(timed)) : this.word("stage.over");
    tell(this.timing, time);
    const down = view.stage?.cover === "down" && reveal ? ` · ${this.word("states.down")}` : "";
    const line = !this.connected
      ? this.word("desk.away")
      : shown
        ? `${peopleOf(shown, this)} · ${this.word("desk.once")}`
        : at === "closing"
          ? left > 0
            ? this.word("states.closing", { seconds: left })
            : this.word("desk.counting")
          : at === "open"
            ? this.word(few ? "marks.small_room" : "marks.totals")
            : "";
    const text = `${line}${down}`.replace(/^ · /, "");
    this.foot.classList.toggle("ws-count-down", at === "closing" && this.connected);
    tell(this.foot, text);
  }
}
