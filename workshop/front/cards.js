/* The cards of the desk's questions, and of the end of a module's games. */

import { paper, texts } from "./hand.js";
import { el, fill, tell } from "./parts.js";
import { drawReveal, sideBySide } from "./reveal.js";

/** @import { BoardState, DeclaredQuestion, ShownPayload, WithheldPayload } from "./messages" */
/** @import { Display } from "./display.js" */

/** The end of a module's games: from then on each phone shows its own tokens, and no one plays on. */
export class DebriefCard {
  /** @param {Display<BoardState>} board */
  constructor(board, slug, games) {
    this.board = board;
    this.games = games;
    const w = (name) => board.word(`desk.${name}`);
    this.act = el(
      "button",
      {
        type: "button",
        class: "ws-button ws-debrief",
        onclick: () => {
          if (this.act.getAttribute("aria-disabled") === "false") board.ask({ type: "debrief", slug });
        },
      },
      w("debrief"),
    );
    this.note = el("p", { class: "ws-soft ws-small" });
    this.node = el(
      "div",
      { class: "ws-card ws-question ws-game" },
      el("h2", {}, w("debrief_title")),
      this.note,
      el("div", { class: "ws-row" }, this.act),
    );
  }

  /** Whether a question belongs to what this card is about. */
  about({ game }) {
    return this.games.includes(game);
  }

  draw() {
    const { board, games } = this;
    const { view } = board;
    const { module, running } = board.state;
    const phases = view.phases ?? {};
    const over = games.every((id) => phases[id] === "closed");
    const rounds = module.questions.filter(({ game }) => games.includes(game)).map(({ id }) => phases[id]);
    const may =
      board.connected &&
      !board.asking &&
      !view.ended &&
      !rounds.some((at) => ["open", "closing"].includes(at)) &&
      rounds.includes("closed");
    this.act.hidden = !running || over;
    tell(this.note, board.word(over ? "desk.debriefed" : "desk.debrief_note"));
    this.act.setAttribute("aria-disabled", String(!may));
  }

  tick() {}
}

/** @type {Record<string, "open" | "close" | "cancel">} */
const VERBS = { waiting: "open", open: "close", closing: "cancel" };

/** One question: its phase, how many are done, what can be done with it, what it revealed. */
export class QuestionCard {
  #shown = null;

  /**
   * @param {Display<BoardState>} board
   * @param {DeclaredQuestion} question
   */
  constructor(board, question) {
    this.board = board;
    this.question = question;
    this.phase = el("span", { class: "ws-phase" });
    this.done = el("p", { class: "ws-done" });
    this.act = el("button", { type: "button", class: "ws-button ws-main", onclick: () => this.#act() });
    this.buttons = el("div", { class: "ws-row" }, this.act);
    this.few = el("p", { class: "ws-few", hidden: true }, board.word("marks.small_room"));
    this.doubt = el("p", { class: "ws-doubt", hidden: true }, board.word("desk.doubt"));
    this.note = el("p", { class: "ws-soft ws-small" }, board.word("desk.final"));
    this.paper = question.cells.length && !question.game ? paper(board, question) : null; // on paper no one is in a group
    this.batch = texts(board, question);
    this.reveal = el("div", { class: "ws-reveal" });
    this.sides = el("div", { class: "ws-beside" });
    this.pairs = question.pairs.map((pair) => ({ ...pair, node: el("div", { class: "ws-reveal ws-pair" }), shown: null }));
    this.node = el(
      "div",
      { class: `ws-card ws-question ws-question-${question.key}` },
      el("div", { class: "ws-head" }, el("h2", {}, question.title || question.text), this.phase),
      question.title ? el("p", {}, question.text) : null,
      this.few,
      this.doubt,
      this.done,
      this.buttons,
      this.note,
      this.paper?.node,
      this.batch.node,
      this.reveal,
      this.sides,
      this.pairs.map(({ node }) => node),
    );
  }

  /** Whether a question belongs to what this card is about: this one, and guesses about it. */
  about({ id, with: main }) {
    return id === this.question.id || main === this.question.key;
  }

  get at() {
    return this.board.view.phases?.[this.question.id] ?? "waiting";
  }

  #act() {
    const type = VERBS[this.at];
    if (type && this.act.getAttribute("aria-disabled") === "false") this.board.ask({ type, question: this.question.id });
  }

  draw() {
    const { board, question, at } = this;
    const { view } = board;
    const { running, reveals = {}, batches } = board.state;
    const known = question.id in (view.phases ?? {}); // its module is open
    this.node.dataset.phase = at;
    this.phase.hidden = !running;
    if (at !== "closing") tell(this.phase, board.word(`desk.${at}`));
    this.#count(running, at);
    this.few.hidden = !running || !question.sensitive || at === "closed" || (view.joined ?? 0) >= question.least;
    this.doubt.hidden = !running || !view.doubt?.includes(question.id);
    this.buttons.hidden = !running || at === "closed";
    this.note.hidden = !running || !["open", "closing"].includes(at);
    const names = question.game ? { waiting: "desk.play", open: "desk.end_round" } : { waiting: "desk.open_it", open: "desk.close_it" };
    tell(this.act, board.word({ ...names, closing: "desk.cancel" }[at] ?? "desk.closed"));
    this.act.setAttribute("aria-disabled", String(Boolean(!board.connected || board.asking || (at === "waiting" && !known) || view.ended)));
    this.paper?.draw(view.paper?.[question.id], running && at !== "closed" && known && !view.ended);
    this.batch.draw(batches?.[question.id]);
    this.tick();
    this.#pairs(reveals);
    if (!this.sides.childElementCount) this.sides.replaceChildren(...sideBySide(question.beside, (id) => reveals[id], board));
    this.#revealed(reveals[question.id], view.example === question.id);
  }

  /** "11 of 12 done"; once it is closed, what is shown says of how many people it is. */
  #count(running, at) {
    const { board, question } = this;
    this.done.hidden = !running || ["waiting", "closed"].includes(at);
    const done = board.view.done?.[question.id] ?? 0;
    const here = Math.max(done, board.view.joined ?? 0); // people whose phones sleep, or who have left since, still count
    const parts = board.word("desk.done").split(/(\{done\})/);
    fill(this.done, [done, here], () =>
      parts.map((part) => (part === "{done}" ? el("b", {}, String(done)) : part.replace("{people}", String(here)))),
    );
  }

  #pairs(reveals) {
    for (const pair of this.pairs) {
      const seen = reveals[pair.id];
      if (pair.shown === seen) continue;
      pair.shown = seen;
      const inner = el("div");
      if (seen) drawReveal(inner, seen, this.board);
      pair.node.replaceChildren(...(seen ? [el("h3", { dir: "auto" }, pair.title), inner] : []));
    }
  }

  #revealed(payload, example) {
    const { board, question } = this;
    const now = payload ? JSON.stringify([payload, example]) : null;
    if (this.#shown === now) return;
    this.#shown = now;
    if (!payload) this.reveal.replaceChildren();
    else if (payload.face === "withheld") this.#withheld(payload, example);
    else drawReveal(this.reveal, payload, board);
    if (payload && question.finding) this.reveal.append(el("p", { class: "ws-finding", dir: "auto" }, question.finding));
  }

  /** The withheld face is the same for too few and too alike. Phones have the invented group already, the screen waits. */
  #withheld(payload, example) {
    const { board, question } = this;
    drawReveal(this.reveal, payload, board, { example });
    const press = () => board.ask({ type: "arrange", changes: { example: question.id } });
    this.reveal.append(
      example
        ? el("p", { class: "ws-soft" }, board.word("desk.example_shown"))
        : el("button", { type: "button", class: "ws-button ws-use-example", onclick: press }, board.word("desk.use_example")),
    );
  }

  tick() {
    if (this.at !== "closing") return;
    const left = this.board.left(this.question.id);
    tell(this.phase, left > 0 ? this.board.word("states.closing", { seconds: left }) : this.board.word("desk.counting"));
  }
}
