/* The frame of every activity: who sees it, its words, the kind's own body, Send and Skip, how it stands, the reveal.

A kind is one small module next to its Python class:

    import { activity } from "./frame.js";
    export default activity({ body(frame, spec) { … return { node, show(value, locked) {…} }; } });

`spec` is what the class's spec() says. Of the frame a kind uses `choose(value)`, at each touch (any JSON value: kept in
this browser, sent only by Send); `heading`, the id of the element that names the activity; `page`; and, in kinds that
aren't shared, `say(name, line)`, to show a state. */

import { now } from "./clock.js";
import { lasting } from "./own.js";
import { pageOf } from "./page.js";
import { el, fill, mark, OWN, same, tell } from "./parts.js";
import { drawReveal, sideBySide } from "./reveal.js";
import { sending, sentenceOf, stateOf } from "./sentences.js";
import { consent } from "./visitor.js";

/** @import { Payload } from "./messages" */

/**
 * What a kind shows between its words and Send.
 *
 * @typedef {object} Body
 * @property {HTMLElement} node
 * @property {(value: any, locked: boolean) => void} [show] needed in a shared kind: puts a value, or null, back after a reload or an undo
 * @property {() => void} [draw] called whenever anything has changed
 * @property {boolean} [titled] the body shows title and text itself
 * @property {HTMLElement} [asked] the part of the node that goes when the result is there; without it, all of it
 */

/**
 * A kind of activity in the browser.
 *
 * @typedef {object} Kind
 * @property {(frame: Frame, spec: any) => Body} body
 * @property {(frame: Frame, spec: any) => string[] | undefined} [mark] icon and words in place of the usual mark
 * @property {boolean} [skip] a Skip although nothing is sent
 * @property {(spec: any) => string} [about] the id of the question whose reveal it waits for
 * @property {(frame: Frame, payload: Payload) => Node[]} [reveal] shown in place of the bars
 * @property {(frame: Frame) => any} [follows] what else its reveal goes by, as JSON: when this changes it is drawn again
 * @property {(this: Frame, value: any) => string} [label] an own answer in words, where the options' texts don't say it
 * @property {(value: any, spec: any) => boolean} [ready] whether a chosen value can be sent already
 */

let drawn = 0;

/** @param {Kind} kind */
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

  /** @param {Kind} kind */
  constructor(kind, spec) {
    this.kind = kind;
    this.spec = spec;
    this.id = spec.id;
    this.about = kind.about?.(spec) ?? spec.id;
    this.page = pageOf(spec.page);
    this.heading = `ws-heading-${++drawn}`;
    const heads = spec.title && spec.text ? [spec.title, spec.text] : [spec.title || spec.text, ""];
    this.body = kind.body(this, spec);
    this.mark = el("div");
    this.again = el("p", { class: "ws-again", dir: "auto", hidden: true });
    this.sensitive = el("p", { class: "ws-sensitive", dir: "auto", hidden: true });
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
    this.root = el(
      "section",
      {
        class: "ws-root ws-activity",
        "aria-labelledby": this.heading,
        "data-lm-suppress-shortcuts": "true",
        "data-about": spec.shared ? this.about : null,
      },
      this.mark,
      this.sensitive,
      this.again,
      heads[0] && !this.body.titled ? el("h2", { class: "ws-title", id: this.heading, dir: "auto" }, heads[0]) : null,
      heads[1] && !this.body.titled ? el("p", { class: "ws-text", dir: "auto" }, heads[1]) : null,
      this.body.node,
      spec.shared ? this.own : null,
      spec.shared ? this.closing : null,
      this.row.childElementCount ? [this.row, this.state] : null,
      spec.shared ? [this.undo, this.reveal, this.sides, this.tables] : null,
    );
    if (!spec.shared) this.say("open", "");
  }

  /** The value that the person sees chosen. */
  get value() {
    return this.page.value(this.id);
  }

  get #ready() {
    return this.value !== null && (this.kind.ready?.(this.value, this.spec) ?? true);
  }

  choose(value) {
    this.page.choose(this.id, value);
    if (this.spec.lasting) lasting.set(this.id, value);
  }

  #submit() {
    if (this.send.getAttribute("aria-disabled") === "true") return;
    this.page.submit(this.id, this.value, sending(this.page, this.id).intent);
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
    tell(this.line, line); // a live region speaks each time it's written to
    this.dot.hidden = !line;
  }

  /** Show what holds now. */
  draw() {
    const { page, spec } = this;
    const w = (name) => page.word(name);
    if (spec.own_life) this.root.hidden = Boolean(page.stage.fiction);
    const few = Boolean(page.stage.few && spec.sensitive && !page.alone); // then no one is asked
    const shares = spec.shared && !page.alone && consent().share;
    const [icon, words] =
      (few ? ["room", w("marks.small_room")] : this.kind.mark?.(this, spec)) ??
      (spec.shared ? (shares ? ["room", w("marks.shared")] : ["lock", w(page.alone ? "page.alone" : "marks.private")]) : []);
    if (this.mark.dataset.words !== words) {
      this.mark.dataset.words = words ?? "";
      this.mark.replaceChildren(...(words ? [mark(icon, words)] : []));
    }
    this.sensitive.hidden = few || !(spec.sensitive && shares);
    if (!this.sensitive.hidden) tell(this.sensitive, `${w("marks.sensitive")} ${w("marks.withheld_means")}`); // said before a person answers
    if (spec.again) {
      const met = spec.again.met[page.value(spec.again.id)] ?? "";
      tell(this.again, met);
      this.again.hidden = !met;
    }
    this.body.draw?.();
    tell(this.skip, w("buttons.skip"));
    tell(this.undo, w("buttons.undo"));
    if (this.#lost()) return;
    if (!spec.shared) return;

    const state = stateOf(page, this.id, this.about);
    const closed = page.phase(this.id) === "closed";
    const through = closed && (page.done(this.id) || state.name === "late");
    const locked = through || (closed && !page.room);
    const send = sending(page, this.id);
    const settled = ["saved", "skipped", ...(page.alone ? ["revealed"] : [])].includes(state.name) && !closed;
    this.body.show(this.value, locked);
    (this.body.asked ?? this.body.node).hidden = few || (through && Boolean(page.revealId(this.about)));
    this.say(few ? "waiting" : state.name, few ? "" : sentenceOf(page, this.id, this.about, state));
    tell(this.send, send.label);
    this.send.setAttribute("aria-disabled", String(Boolean(state.busy) || !this.#ready));
    this.skip.setAttribute("aria-disabled", String(Boolean(state.busy && !settled) || state.name === "skipped"));
    this.row.hidden = few || through;
    this.undo.hidden = !settled;
    this.#countdown(closed);
    this.#revealed();
    this.#pairs();
    this.#sides();
  }

  /** Alone in a notebook: whether nobody answers what this activity has sent or waits for. It says then what to do. */
  #lost() {
    const { page, spec } = this;
    const owed = !page.transport.model || !page.greeted || (spec.shared && page.outbox.pending(this.id));
    if (!spec.lost || !page.lost || !owed) return false;
    this.row.hidden = !page.transport.model; // without words on its buttons
    this.say("offline", spec.lost);
    return true;
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
      tell(this.closing, this.page.word("states.closing", { seconds }));
    };
    tick();
    this.clock = setInterval(tick, 250);
  }

  #revealed() {
    const { page, kind } = this;
    const id = page.revealId(this.about);
    const value = page.own(this.id);
    this.own.hidden = !id || value === null || Boolean(kind.reveal);
    if (!this.own.hidden) {
      const [label, own] = [this.label(value), this.#written(value) ? OWN : { dir: "auto" }];
      fill(this.own, label, () => [`${page.word("states.your_answer")}: `, el("span", { class: "ws-bet", ...own }, label)]);
    }
    if (!id) {
      this.reveal.replaceChildren();
      this.#shown = null;
      return;
    }
    const payload = page.reveal(id);
    if (payload instanceof Promise) {
      if (this.#shown === null && !this.reveal.childElementCount)
        this.reveal.append(el("p", { class: "ws-soft" }, page.word("page.loading")));
      return;
    }
    const now = JSON.stringify([id, value, kind.follows?.(this) ?? null]);
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

  /** An earlier result next to this one, once both are there. */
  #sides() {
    const { page, spec } = this;
    if (!spec.beside?.length || this.sides.childElementCount) return;
    const payload = (question) => page.revealId(question) && page.reveal(page.revealId(question)); // while it's being fetched it has no face
    const nodes = sideBySide(spec.beside, payload, page);
    if (nodes.length) this.sides.replaceChildren(el("h3", { dir: "auto" }, page.word("reveal.beside")), ...nodes);
  }

  /** Whether an answer is words of a person's own, and not an option's. */
  #written(value) {
    return !this.kind.label && !this.spec.options?.some(({ key }) => key === value);
  }

  /** A person's own answer, in words. */
  label(value) {
    if (this.kind.label) return this.kind.label.call(this, value);
    return this.spec.options?.find(({ key }) => key === value)?.text ?? String(value);
  }
}
