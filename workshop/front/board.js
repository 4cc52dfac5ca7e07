/* The desk: who is here, what to say and do now, the questions of the module with their controls and reveals.
It shows how many are done and never who, nor anything of what was answered before the close. */

import { paper, texts } from "./hand.js";
import { el } from "./parts.js";
import { drawReveal } from "./reveal.js";
import { Screen, host } from "./screen.js";

export default {
  render({ model, el: root, signal }) {
    const desk = new Board(model, signal);
    root.append(desk.root);
    desk.draw();
  },
};

class Board extends Screen {
  #rows = new Map();
  #slug = null;
  #step = 0;
  #began = performance.now();

  constructor(model, signal) {
    super(model, signal);
    const w = (name) => this.word(name);
    this.only = model.get("only");
    this.trouble = el("p", { class: "ws-trouble", role: "alert", hidden: true });
    this.clock = el("span", { class: "ws-clock", role: "timer", "aria-live": "off" });
    this.steps = el("ol", { class: "ws-time" });
    this.chooser = el("div", { class: "ws-chooser" });
    this.now = el("div", { class: "ws-now" });
    this.questions = el("div");
    this.side = el("div");
    this.join = el("div", { class: "ws-card ws-join" });
    const screen = this.only
      ? el("div", { class: "ws-one" }, this.trouble, this.questions)
      : el("div", { class: "ws-desk" },
        el("aside", {}, this.chooser, this.steps),
        el("div", {}, this.trouble, this.now, this.questions),
        el("aside", {}, this.join, this.side));
    this.root = el("section", { class: "ws-root ws-board", "data-lm-suppress-shortcuts": "true", "aria-label": w("desk.questions") }, screen);
    if (!this.only) this.every(1000, () => this.#tick());
    this.every(250, () => this.#rows.forEach((row) => row.tick()));
  }

  draw() {
    const state = this.state;
    const { view = {}, module } = state;
    if (!module) return;
    if (module.slug !== this.#slug) this.#take(module);
    const trouble = !state.running ? this.word("desk.none") : view.ended ? this.word("desk.ended") : !this.connected ? this.word("desk.away") : this.said;
    this.trouble.hidden = !trouble;
    if (this.trouble.textContent !== (trouble ?? "")) this.trouble.textContent = trouble ?? "";
    this.#rows.forEach((row) => row.draw());
    if (this.only) return;
    this.#choose();
    this.#joining(view);
  }

  /** Another module: its steps from the beginning. */
  #take(module) {
    this.#slug = module.slug;
    this.#step = 0;
    this.#began = performance.now();
    this.#rows.clear();
    const mains = module.questions.filter(({ id, game, with: beside }) => (this.only ? [id, game].includes(this.only) : !beside));
    for (const question of mains) this.#rows.set(question.id, new Row(this, question));
    const games = module.games.filter((id) => !this.only || id === this.only);
    if (games.length) this.#rows.set(games.at(-1), new Debrief(this, module.slug, games));
    this.questions.replaceChildren(...[...this.#rows.values()].map(({ node }) => node));
    if (!this.only) this.#steps();
  }

  #go(step) {
    this.#step = step;
    this.#began = performance.now();
    this.#steps();
    this.now.querySelector("h1")?.focus();
  }

  /** The session's steps at the side, the present one in the middle. */
  #steps() {
    const { module } = this.state;
    const w = (name, filled) => this.word(name, filled);
    let minute = 0;
    this.steps.replaceChildren(...module.steps.map((step, i) => {
      const line = el("button", { type: "button", onclick: () => this.#go(i), "aria-current": i === this.#step ? "step" : null, class: i < this.#step ? "ws-past" : "" },
        el("span", {}, String(minute)), el("span", {}, step.title));
      minute += step.minutes;
      return el("li", {}, line);
    }));
    const step = module.steps[this.#step];
    const last = this.#step === module.steps.length - 1;
    const question = module.questions.find(({ key }) => key === step?.activity);
    if (!step) return;
    this.now.replaceChildren(...[
      el("div", { class: "ws-head" }, el("h1", { tabindex: "-1" }, step.title), this.clock),
      el("p", { class: "ws-soft" }, [w("desk.step", { at: this.#step + 1, of: module.steps.length }), module.title, w(`desk.phones_${step.phones}`)].join(" · ")),
      step.say ? el("blockquote", { class: "ws-say" }, step.say) : null,
      step.do ? el("p", {}, el("b", {}, w("desk.do")), ` ${step.do}`) : null,
      step.helper ? el("p", {}, el("b", {}, w("desk.helper")), ` ${step.helper}`) : null,
      step.shows ? el("p", { class: "ws-soft" }, `${w("desk.shows")} ${step.shows}`) : null,
      last ? null : el("button", { type: "button", class: "ws-button", onclick: () => this.#go(this.#step + 1) }, `${w("desk.next")}: ${module.steps[this.#step + 1].title}`),
    ].filter(Boolean));
    this.#rows.forEach((row) => row.node.classList.toggle("ws-present", Boolean(question) && row.question?.id === question.id));
    this.#tick();
    const asked = module.questions.flatMap(({ debrief }) => debrief);
    this.side.replaceChildren(
      asked.length ? card(w("desk.ask"), asked.map((text) => el("p", {}, text))) : "",
      card(w("desk.misreading"), module.misreadings.map(({ says, reply }) => el("details", {}, el("summary", {}, `“${says}”`), el("p", {}, reply)))),
      card(w("desk.heavy"), [el("p", {}, module.distress)]));
  }

  /** What is left of the step's minutes; over time counts on, with a plus. */
  #tick() {
    const step = this.state.module?.steps[this.#step];
    if (!step) return;
    const left = Math.round(60 * step.minutes - (performance.now() - this.#began) / 1000);
    const [minutes, seconds] = [Math.floor(Math.abs(left) / 60), Math.abs(left) % 60];
    this.clock.textContent = `${left < 0 ? "+" : ""}${String(minutes).padStart(2, "0")}:${String(seconds).padStart(2, "0")}`;
    this.clock.classList.toggle("ws-over", left < 0);
  }

  #choose() {
    const { modules, view = {}, running } = this.state;
    const now = JSON.stringify([modules, view.module, running]);
    if (this.chosen === now) return;
    this.chosen = now;
    const field = el("select", { id: "ws-modules", "aria-label": this.word("desk.module") }, modules.map(({ slug, title, number, minutes }) =>
      el("option", { value: slug, selected: slug === (view.module ?? modules[0].slug) }, `${number}. ${title} · ${minutes} ${this.word("desk.minutes")}`)));
    const open = el("button", { type: "button", class: `ws-button ws-open-module${view.module ? "" : " ws-main"}`, "aria-disabled": String(!running), onclick: () => this.ask({ type: "module", slug: field.value }) }, this.word("desk.choose"));
    this.chooser.replaceChildren(field, open);
  }

  #joining(view) {
    const { qr } = this.state;
    this.join.hidden = !view.code;
    if (!view.code) return;
    if (this.joined !== qr) {
      this.joined = qr;
      this.people = el("b");
      this.join.replaceChildren(
        view.mode === "rehearsal" ? el("p", { class: "ws-rehearsal" }, this.word("desk.rehearsal")) : "",
        el("p", { class: "ws-soft ws-small" }, `${this.word("desk.join")} `, el("span", { class: "ws-address" }, host(view.join_url))),
        el("p", { class: "ws-code" }, view.code),
        el("img", { class: "ws-qr", src: qr, alt: "" }),
        el("p", {}, this.people, ` ${this.word("desk.here")}`));
    }
    this.people.textContent = String(view.people ?? 0);
  }
}

const card = (title, children) => el("div", { class: "ws-card" }, el("h2", {}, title), children);

/** The end of a module's games: from then on each phone shows its own tokens, and nobody plays on. */
class Debrief {
  constructor(board, slug, games) {
    Object.assign(this, { board, games });
    const w = (name) => board.word(`desk.${name}`);
    this.act = el("button", { type: "button", class: "ws-button ws-debrief", onclick: () => {
      if (this.act.getAttribute("aria-disabled") === "false") board.ask({ type: "debrief", slug });
    } }, w("debrief"));
    this.note = el("p", { class: "ws-soft ws-small" });
    this.node = el("div", { class: "ws-card ws-question ws-game" }, el("h2", {}, w("debrief_title")), this.note, el("div", { class: "ws-row" }, this.act));
  }

  draw() {
    const { board, games } = this;
    const { view = {}, module, running } = board.state;
    const phases = view.phases ?? {};
    const rounds = module.questions.filter(({ game }) => games.includes(game)).map(({ id }) => phases[id]);
    const over = games.every((id) => phases[id] === "closed");
    const may = board.connected && !board.asking && !view.ended && !rounds.some((at) => ["open", "closing"].includes(at)) && rounds.includes("closed");
    this.act.hidden = !running || over;
    this.note.textContent = board.word(over ? "desk.debriefed" : "desk.debrief_note");
    this.act.setAttribute("aria-disabled", String(!may));
  }

  tick() {}
}

/** One question: its phase, how many are done, what can be done with it, what it revealed. */
class Row {
  #shown = null;

  constructor(board, question) {
    Object.assign(this, { board, question });
    this.phase = el("span", { class: "ws-phase" });
    this.done = el("p", { class: "ws-done" });
    this.act = el("button", { type: "button", class: "ws-button ws-main", onclick: () => this.#act() });
    this.buttons = el("div", { class: "ws-row" }, this.act);
    this.few = el("p", { class: "ws-few", hidden: true }, board.word("marks.small_room"));
    this.note = el("p", { class: "ws-soft ws-small" }, board.word("desk.final"));
    this.paper = question.cells.length ? paper(board, question) : null;
    this.batch = texts(board, question);
    this.reveal = el("div", { class: "ws-reveal" });
    this.tables = question.pairs.map((pair) => ({ ...pair, node: el("div", { class: "ws-reveal ws-pair" }), shown: null }));
    this.node = el("div", { class: `ws-card ws-question ws-question-${question.key}` },
      el("div", { class: "ws-head" }, el("h2", {}, question.title || question.text), this.phase),
      question.title ? el("p", {}, question.text) : null,
      this.few, this.done, this.buttons, this.note, this.paper?.node, this.batch.node, this.reveal, this.tables.map(({ node }) => node));
  }

  get at() { return this.board.state.view?.phases?.[this.question.id] ?? "waiting"; }

  #act() {
    const type = { waiting: "open", open: "close", closing: "cancel" }[this.at];
    if (type && this.act.getAttribute("aria-disabled") === "false") this.board.ask({ type, question: this.question.id });
  }

  draw() {
    const { board, question } = this;
    const { running, view = {}, reveals = {} } = board.state;
    const at = this.at;
    const payload = reveals[question.id];
    this.node.dataset.phase = at;
    this.phase.hidden = !running;
    this.phase.textContent = board.word(`desk.${at}`);
    this.done.hidden = !running || at === "waiting";
    this.done.replaceChildren(...board.word("desk.done").split(/(\{done\})/).map((part) =>
      (part === "{done}" ? el("b", {}, String(view.done?.[question.id] ?? 0)) : part.replace("{people}", view.people ?? 0))));
    this.few.hidden = !running || !question.sensitive || at === "closed" || (view.people ?? 0) >= question.least;
    this.buttons.hidden = !running || at === "closed";
    this.note.hidden = !running || !["open", "closing"].includes(at);
    const names = question.game ? { waiting: "desk.play", open: "desk.end_round" } : { waiting: "desk.open_it", open: "desk.close_it" };
    this.act.textContent = board.word({ ...names, closing: "desk.cancel" }[at] ?? "desk.closed");
    this.act.setAttribute("aria-disabled", String(Boolean(!board.connected || board.asking || (at === "waiting" && !(question.id in (view.phases ?? {}))) || view.ended)));
    this.paper?.draw(view.paper?.[question.id], running && at !== "closed" && question.id in (view.phases ?? {}) && !view.ended);
    this.batch.draw(board.state.batches?.[question.id]);
    for (const table of this.tables) {
      const seen = reveals[table.id];
      if (table.shown === seen) continue;
      table.shown = seen;
      const inner = el("div");
      if (seen) drawReveal(inner, seen, board);
      table.node.replaceChildren(...(seen ? [el("h3", { dir: "auto" }, table.title), inner] : []));
    }
    this.tick();
    const now = payload ? JSON.stringify(payload) : null;
    if (this.#shown === now) return;
    this.#shown = now;
    if (!payload) this.reveal.replaceChildren();
    else if (payload.face === "withheld") this.#withheld(payload);
    else drawReveal(this.reveal, payload, board);
  }

  /** The withheld face is the same for too few and too alike; the invented group comes when it is asked for. */
  #withheld(payload) {
    drawReveal(this.reveal, payload, this.board, { example: false });
    const use = el("button", { type: "button", class: "ws-button ws-use-example", onclick: () => drawReveal(this.reveal, payload, this.board) }, this.board.word("desk.use_example"));
    this.reveal.append(use);
  }

  tick() {
    if (this.at !== "closing") return;
    const left = this.board.left(this.question.id);
    this.phase.textContent = left > 0 ? this.board.word("states.closing", { seconds: left }) : this.board.word("desk.counting");
  }
}
