/* The frame of every activity: who sees it, its words, the kind's own body, Send and Skip, what holds, the reveal.

A kind is one small module beside its Python class:

    import { activity } from "./frame.js";
    export default activity({ body(frame, spec) { … return { node, show(value, locked) {…} }; } });

`spec` is what the class's spec() says. `frame` has: `choose(value)`, to be called at each touch (any JSON value: kept
in this browser, sent only by Send); `heading`, the id of the element that names the activity; `page` (word, room,
alone); `say(name, line)`, for kinds that are not shared, to show a state. `body` returns the node and, for a shared
kind, `show(value, locked)`, which puts a value (or null) back after a reload or an undo; also `draw()`, called whenever
anything changed, `titled`, for a body that shows title and text itself, and `asked`, the part of the
node that goes when the result is there (all of it). Optional beside `body`:
`mark(frame, spec)` → [icon, words] instead of the usual mark; `skip: true`, a Skip although nothing is sent;
`reveal(frame, payload)` → nodes shown instead of the chart, anew when what `beside(frame)` gives (JSON) is another; `about(spec)` → id of the question whose reveal it waits for;
`label(value)` → the words of an own answer, where the options' texts do not say it (`this` is the frame);
`ready(value)` → whether a chosen value can be sent already. */

import { now } from "./clock.js";
import { el, mark } from "./parts.js";
import { pageOf, same } from "./page.js";
import { lasting } from "./own.js";
import { drawReveal, sideBySide } from "./reveal.js";
import { consent } from "./visitor.js";

let drawn = 0;

export const activity = (kind) => ({
  render({ model, el: root, signal }) {
    const frame = new Frame(kind, model.get("spec"));
    root.append(frame.root);
    const stop = frame.page.follow(() => frame.draw());
    signal?.addEventListener("abort", () => {
      stop();
      clearInterval(frame.clock);
    });
    frame.draw();
  },
});

/** One activity's frame; a kind that shows questions inside itself makes one for each (see `game.js`). */
export class Frame {
  clock = null;
  #shown = null; // the content id of the reveal that is drawn

  constructor(kind, spec) {
    Object.assign(this, { kind, spec, id: spec.id, about: kind.about?.(spec) ?? spec.id, page: pageOf(spec.page), heading: `ws-heading-${++drawn}` });
    const heads = spec.title && spec.text ? [spec.title, spec.text] : [spec.title || spec.text, ""];
    this.body = kind.body(this, spec);
    this.mark = el("div");
    this.again = el("p", { class: "ws-again", dir: "auto", hidden: true });
    this.tender = el("p", { class: "ws-tender", dir: "auto", hidden: true });
    this.dot = el("i", { class: "ws-dot", "aria-hidden": "true" });
    this.line = el("span");
    this.state = el("p", { class: "ws-line", role: "status" }, this.dot, this.line);
    this.send = el("button", { type: "button", class: "ws-send", onclick: () => this.#submit() });
    this.skip = el("button", { type: "button", class: "ws-skip", onclick: () => this.#skip() });
    this.row = el("div", { class: "ws-row" }, spec.shared ? this.send : null, spec.shared || kind.skip ? this.skip : null);
    this.undo = el("button", { type: "button", class: "ws-undo", onclick: () => this.#undo() });
    this.closing = el("p", { class: "ws-closing", "aria-hidden": "true" });
    this.own = el("p", { class: "ws-own" });
    this.reveal = el("div", { class: "ws-reveal" });
    this.tables = el("div");
    this.sides = el("div", { class: "ws-beside" });
    this.root = el("section", { class: "ws-root ws-activity", "aria-labelledby": this.heading, "data-lm-suppress-shortcuts": "true", "data-about": spec.shared ? this.about : null },
      this.mark, this.tender, this.again,
      heads[0] && !this.body.titled ? el("h2", { class: "ws-title", id: this.heading, dir: "auto" }, heads[0]) : null,
      heads[1] && !this.body.titled ? el("p", { class: "ws-text", dir: "auto" }, heads[1]) : null,
      this.body.node, spec.shared ? this.own : null,
      spec.shared ? this.closing : null,
      this.row.childElementCount ? [this.row, this.state] : null,
      spec.shared ? [this.undo, this.reveal, this.sides, this.tables] : null);
    if (!spec.shared) this.say("open", "");
  }

  /** The value that the person sees chosen. */
  get value() { return this.page.value(this.id); }

  get #ready() { return this.value !== null && (this.kind.ready?.(this.value) ?? true); }

  choose(value) {
    this.page.choose(this.id, value);
    if (this.spec.lasting) lasting.set(this.id, value);
  }

  #submit() {
    if (this.send.getAttribute("aria-disabled") === "true") return;
    this.page.submit(this.id, this.value, this.page.sending(this.id).intent);
  }

  #skip() {
    if (this.skip.getAttribute("aria-disabled") === "true") return;
    if (this.spec.shared) this.page.submit(this.id, null, "skip");
    else this.say("skipped", this.page.word("states.skipped"));
  }

  #undo() {
    this.page.submit(this.id, null, "undo");
    this.root.querySelector("[role=radio][tabindex='0'], .ws-send")?.focus();
  }

  /** Show a state and its sentence. */
  say(name, line) {
    const { kind, key } = this.spec;
    this.root.className = `ws-root ws-activity ws-key-${key} ws-kind-${kind} ws-state-${name}`;
    if (this.line.textContent !== line) this.line.textContent = line; // a live region speaks at each writing
    this.dot.hidden = !line;
  }

  /** Make the screen say what holds now. */
  draw() {
    const { page, spec } = this;
    const w = (name) => page.word(name);
    if (spec.own_life) this.root.hidden = Boolean(page.stage.fiction);
    const few = Boolean(page.stage.few && spec.sensitive && !page.alone); // then nobody is asked
    const shares = spec.shared && !page.alone && consent().share;
    const [icon, words] = (few ? ["room", w("marks.small_room")] : this.kind.mark?.(this, spec))
      ?? (spec.shared ? (shares ? ["room", w("marks.shared")] : ["lock", w(page.alone ? "page.alone" : "marks.private")]) : []);
    if (this.mark.dataset.words !== words) {
      this.mark.dataset.words = words ?? "";
      this.mark.replaceChildren(...(words ? [mark(icon, words)] : []));
    }
    this.tender.hidden = few || !(spec.sensitive && shares);
    if (!this.tender.hidden) this.tender.textContent = `${w("marks.sensitive")} ${w("marks.withheld_means")}`; // before one answers
    if (spec.again) {
      const met = spec.again.met[page.value(spec.again.id)] ?? "";
      this.again.textContent = met;
      this.again.hidden = !met;
    }
    this.body.draw?.();
    this.skip.textContent = w("buttons.skip");
    this.undo.textContent = w("buttons.undo");
    if (!spec.shared) return;

    const state = page.state(this.id, this.about);
    const closed = page.phase(this.id) === "closed";
    const through = closed && (page.done(this.id) || state.name === "late");
    const locked = through || (closed && !page.room);
    const sending = page.sending(this.id);
    const settled = ["saved", "skipped", ...(page.alone ? ["revealed"] : [])].includes(state.name) && !closed;
    this.body.show(this.value, locked);
    (this.body.asked ?? this.body.node).hidden = few || (through && Boolean(page.revealId(this.about)));
    this.say(few ? "waiting" : state.name, few ? "" : this.#sentence(state));
    this.send.textContent = sending.label;
    this.send.setAttribute("aria-disabled", String(Boolean(state.busy) || !this.#ready));
    this.skip.setAttribute("aria-disabled", String(Boolean(state.busy && !settled) || state.name === "skipped"));
    this.row.hidden = few || through;
    this.undo.hidden = !settled;
    this.#countdown(closed);
    this.#revealed();
    this.#pairs();
    this.#beside();
  }

  #sentence(state) {
    const w = (name) => this.page.word(name);
    if (this.page.phase(this.id) === "closed" && state.name === "revealed" && !this.page.done(this.id)) return w("page.too_late");
    const revealed = state.name === "revealed" && this.page.reveal(this.page.revealId(this.about));
    const parts = [revealed?.face === "withheld" ? w("page.kept_closed") : state.line];
    if (this.id in this.page.deadlines && this.page.phase(this.id) === "closing") parts.push(w("page.closing"));
    return parts.join(" ");
  }

  /** Ten seconds for the eye; the live region says it once. */
  #countdown(closed) {
    const until = this.page.deadlines[this.id];
    const running = !closed && until !== undefined && this.page.phase(this.id) === "closing";
    this.closing.hidden = !running;
    clearInterval(this.clock);
    if (!running) return;
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((until - now()) / 1000));
      this.closing.textContent = this.page.word("states.closing", { seconds });
    };
    tick();
    this.clock = setInterval(tick, 250);
  }

  #revealed() {
    const { page, kind } = this;
    const id = page.revealId(this.about);
    const value = page.own(this.id);
    this.own.hidden = !id || value === null || Boolean(kind.reveal);
    if (!this.own.hidden) this.own.replaceChildren(`${page.word("states.your_answer")}: `, el("span", { class: "ws-bet", dir: "auto" }, this.label(value)));
    if (!id) {
      this.reveal.replaceChildren();
      this.#shown = null;
      return;
    }
    const payload = page.reveal(id);
    if (payload instanceof Promise) {
      if (this.#shown === null) this.reveal.replaceChildren(el("p", { class: "ws-soft" }, page.word("page.loading")));
      return;
    }
    const now = JSON.stringify([id, value, kind.beside?.(this) ?? null]);
    if (same(this.#shown, now)) return;
    this.#shown = now;
    if (kind.reveal) this.reveal.replaceChildren(...kind.reveal(this, payload));
    else drawReveal(this.reveal, payload, page);
  }

  /** Under the later question of a declared pair: both questions side by side, once that may be seen. */
  #pairs() {
    for (const [pair, { of, title }] of Object.entries(this.page.pairs)) {
      const id = of.at(-1) === this.id ? this.page.revealId(pair) : null;
      const payload = id && this.page.reveal(id);
      if (!payload || payload instanceof Promise || this.tables.childElementCount) continue;
      const node = el("div", { class: "ws-reveal ws-pair" });
      drawReveal(node, payload, this.page);
      this.tables.append(el("h3", { dir: "auto" }, title), node);
    }
  }

  /** An earlier result beside this one, once both are there. */
  #beside() {
    const { page, spec } = this;
    if (!spec.beside?.length || this.sides.childElementCount) return;
    const payload = (question) => page.revealId(question) && page.reveal(page.revealId(question)); // a promise has no face yet
    const nodes = sideBySide(spec.beside, payload, page);
    if (nodes.length) this.sides.replaceChildren(el("h3", { dir: "auto" }, page.word("reveal.beside")), ...nodes);
  }

  /** The words of an own answer. */
  label(value) {
    if (this.kind.label) return this.kind.label.call(this, value);
    return this.spec.options?.find(({ key }) => key === value)?.text ?? String(value);
  }
}
