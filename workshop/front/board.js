/* The desk: who is here, what to say and do now, the questions of the module with their controls and reveals.
It shows how many are done and never who, nor anything of what was answered before the close. */

import { now } from "./clock.js";
import { paper, texts } from "./hand.js";
import { el } from "./parts.js";
import { drawReveal, sideBySide } from "./reveal.js";
import { Screen, host } from "./screen.js";
import { Setup, Standing } from "./standing.js";
import { clock } from "./stage.js";

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
  #at = null; // what the steps on the screen were drawn for

  constructor(model, signal) {
    super(model, signal);
    const w = (name) => this.word(name);
    this.only = model.get("only");
    this.trouble = el("p", { class: "ws-trouble", role: "alert", hidden: true });
    this.clock = el("span", { class: "ws-clock", role: "timer", "aria-live": "off" });
    this.whole = el("p", { class: "ws-soft ws-whole" });
    this.steps = el("ol", { class: "ws-time" });
    this.chooser = el("div", { class: "ws-chooser" });
    this.setup = new Setup(this);
    this.now = el("div", { class: "ws-now" });
    this.present = el("div");
    this.rest = el("details", { class: "ws-others" }, el("summary", {}, w("desk.others")), this.others = el("div"));
    this.side = el("div");
    this.then = el("div", { class: "ws-card", hidden: true }); // questions to talk about
    this.standing = new Standing(this);
    this.join = el("div", { class: "ws-card ws-join" });
    const screen = this.only
      ? el("div", { class: "ws-one" }, this.trouble, this.present)
      : el("div", { class: "ws-desk" },
        this.beside = el("aside", {}, this.whole, this.steps, this.chooser),
        el("div", {}, this.trouble, this.setup.node, this.now, this.present, this.rest),
        el("aside", {}, this.join, this.standing.node, this.side));
    this.root = el("section", { class: "ws-root ws-board", "data-lm-suppress-shortcuts": "true", "aria-label": w("desk.questions") }, screen);
    if (!this.only) this.every(500, () => this.#tick());
    this.every(250, () => this.#rows.forEach((row) => row.tick()));
    model.on("change:plan", () => this.draw());
  }

  get plan() { return this.model.get("plan") ?? {}; }
  get step() { return Math.min(this.view.plan?.step ?? this.own ?? 0, Math.max(0, (this.plan.lines?.length ?? 1) - 1)); }

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
    this.#steps();
    this.#choose();
    this.setup.draw();
    // In the middle until the session has begun, then out of the way.
    if (view.plan?.begun && this.setup.node.parentNode !== this.beside) this.beside.append(this.setup.node);
    this.standing.draw();
    this.#joining(view);
  }

  /** Another module: its questions. */
  #take(module) {
    this.#slug = module.slug;
    this.#rows.clear();
    const mains = module.questions.filter(({ id, game, with: beside }) => (this.only ? [id, game].includes(this.only) : !beside));
    for (const question of mains) this.#rows.set(question.id, new Row(this, question));
    const games = module.games.filter((id) => !this.only || id === this.only);
    if (games.length) this.#rows.set(games.at(-1), new Debrief(this, module.slug, games));
    this.others.replaceChildren(); // the cards of the module before
    this.present.replaceChildren(...[...this.#rows.values()].map(({ node }) => node));
  }

  #go(step) {
    this.led = true;
    if (this.state.running) return this.ask({ type: "go", step });
    this.own = step; // without a workshop the notebook still leads through the session
    this.draw();
  }

  /** The session at the side: its parts, and the steps of the present one; in the middle the present step. */
  #steps() {
    const { module } = this.state;
    const { parts = [], lines = [] } = this.plan;
    const line = lines[this.step];
    if (!line) return;
    this.#front(line);
    const now = JSON.stringify([this.plan.name, parts, this.step, module.slug]);
    if (this.#at === now) return; // a button that is drawn anew while it is pressed would not be pressed
    const moved = this.#at !== null && this.drawn !== this.step;
    this.#at = now;
    this.drawn = this.step;
    this.steps.replaceChildren(...parts.map((part, i) => {
      const within = lines.map((one, place) => [one, place]).filter(([one]) => one.part === i);
      const here = i === line.part;
      const head = el("button", { type: "button", onclick: () => this.#go(within[0][1]), "aria-current": here ? "true" : null, class: i < line.part ? "ws-past" : "" },
        el("span", {}, String(part.begins)), el("span", {}, part.title));
      if (!here || within.length < 2) return el("li", {}, head);
      return el("li", {}, head, el("ol", {}, within.map(([one, place]) => el("li", {},
        el("button", { type: "button", onclick: () => this.#go(place), "aria-current": place === this.step ? "step" : null, class: place < this.step ? "ws-past" : "" },
          el("span", { class: "ws-soft" }, `${one.minutes}′`), el("span", {}, one.title))))));
    }));
    const here = this.steps.querySelector("[aria-current=step]") ?? this.steps.querySelector("[aria-current]");
    this.steps.scrollTop = here ? here.offsetTop - this.steps.clientHeight / 2 : 0;
    this.#middle(line, lines, parts);
    if (moved && this.led) this.now.querySelector("h1")?.focus();
    this.led = false;
    this.#tick();
  }

  #middle(line, lines, parts) {
    const { module } = this.state;
    const w = (name, filled) => this.word(name, filled);
    const within = lines.filter(({ part }) => part === line.part);
    const next = lines[this.step + 1];
    const what = [w("desk.step", { at: within.indexOf(line) + 1, of: within.length }), parts[line.part].title, w(`desk.phones_${line.phones}`)];
    this.now.replaceChildren(...[
      el("div", { class: "ws-head" }, el("h1", { tabindex: "-1" }, line.title), this.clock),
      el("p", { class: "ws-soft" }, (within.length > 1 ? what : what.slice(2)).join(" · ")),
      line.say ? el("blockquote", { class: "ws-say" }, line.say) : null,
      line.do ? el("p", {}, el("b", {}, w("desk.do")), ` ${line.do}`) : null,
      line.helper ? el("p", {}, el("b", {}, w("desk.helper")), ` ${line.helper}`) : null,
      line.shows ? el("p", { class: "ws-soft" }, `${w("desk.shows")} ${line.shows}`) : null,
      this.#voice(line, lines),
      next ? el("button", { type: "button", class: "ws-button ws-next", onclick: () => this.#go(this.step + 1) }, `${w("desk.next")}: ${next.title}`) : null,
    ].filter(Boolean));
    this.side.replaceChildren(
      this.then,
      card(w("desk.misreading"), module.misreadings.map(({ says, reply }) => el("details", {}, el("summary", {}, `“${says}”`), el("p", {}, reply)))),
      card(w("desk.heavy"), [el("p", {}, module.distress)]));
  }

  /** The controls of the step's own question in front, or of the round that its game has come to; else of the one to which the
   * plan comes next in this part, and on a page that is not the plan's the first that is not closed. */
  #front(line) {
    const { module } = this.state;
    const rows = [...this.#rows.values()];
    const of = (one) => (one.module === module.slug ? rows.find(({ question }) => question.key === one.activity) : null);
    const own = of(line);
    const named = rows.find(({ question, at }) => own?.question.game && question.game === own.question.game && ["open", "closing"].includes(at)) ?? own;
    const left = ({ at }) => at !== "closed";
    const coming = this.plan.lines.slice(this.step + 1).filter(({ part }) => part === line.part).map(of).filter(Boolean);
    const planned = line.module === module.slug || (!line.module && this.plan.lines.some((one) => one.module === module.slug));
    const front = named ?? (planned ? coming.find(left) ?? coming.at(-1) : rows.find(left) ?? rows.at(-1));
    for (const row of rows) {
      row.node.classList.toggle("ws-present", row === named);
      const place = row === front ? this.present : this.others;
      if (row.node.parentNode !== place) place.append(row.node);
    }
    this.rest.hidden = rows.length < (front ? 2 : 1);
    const asked = front ? module.questions.filter((one) => front.about(one)).flatMap(({ debrief }) => debrief) : [];
    this.then.hidden = !asked.length;
    const text = JSON.stringify(asked);
    if (this.then.dataset.asked === text) return;
    this.then.dataset.asked = text;
    this.then.replaceChildren(el("h2", {}, this.word("desk.ask")), ...asked.map((one) => el("p", {}, one)));
  }

  /** In a rehearsal somebody takes each result for what it does not say, so that a facilitator practises the reply. */
  #voice(line, lines) {
    const { module } = this.state;
    if (this.view.mode !== "rehearsal" || !line.reveals || line.module !== module.slug || !module.misreadings.length) return null;
    const { says, reply } = module.misreadings[lines.slice(0, this.step).filter(({ reveals, module: slug }) => reveals && slug === line.module).length % module.misreadings.length];
    const w = (name) => this.word(name);
    return el("div", { class: "ws-card ws-voice" }, el("p", {}, el("b", {}, w("desk.voice")), ` “${says}”`), el("details", {}, el("summary", {}, w("desk.reply")), el("p", {}, reply)));
  }

  /** What is left of the step's minutes; over time counts on, with a plus. And the whole session, planned and passed. */
  #tick() {
    const { lines = [], parts = [], minutes, title, name } = this.plan;
    const line = lines[this.step];
    if (!line) return;
    const since = (now() - this.seen) / 1000;
    const { step = 0, all = 0 } = this.view.clock ?? {};
    const left = Math.round(60 * line.minutes - step - since);
    this.clock.textContent = `${left < 0 ? "+" : ""}${clock(Math.abs(left)).padStart(5, "0")}`;
    this.clock.classList.toggle("ws-over", left < 0);
    this.standing.tick();
    if (!name) {
      this.whole.hidden = true;
      return;
    }
    this.whole.hidden = false;
    const before = lines.slice(0, this.step).filter(({ part }) => part === line.part).reduce((sum, one) => sum + one.minutes, 0);
    const planned = parts[line.part].begins + before + Math.min(line.minutes, (step + since) / 60);
    const off = Math.round((all + since) / 60 - planned);
    const lag = off > 0 ? this.word("desk.behind", { minutes: off }) : off < 0 ? this.word("desk.ahead", { minutes: -off }) : this.word("desk.on_time");
    const text = `${title} · ${this.word("desk.elapsed", { now: Math.floor((all + since) / 60), all: minutes })} · ${lag}`;
    if (this.whole.textContent !== text) this.whole.textContent = text;
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
    Object.assign(this, { board, games, question: { key: games.at(-1).split(".").at(-1) } }); // the step that leads to it names the game
    const w = (name) => board.word(`desk.${name}`);
    this.act = el("button", { type: "button", class: "ws-button ws-debrief", onclick: () => {
      if (this.act.getAttribute("aria-disabled") === "false") board.ask({ type: "debrief", slug });
    } }, w("debrief"));
    this.note = el("p", { class: "ws-soft ws-small" });
    this.node = el("div", { class: "ws-card ws-question ws-game" }, el("h2", {}, w("debrief_title")), this.note, el("div", { class: "ws-row" }, this.act));
  }

  /** Whether a question belongs to what this card is about. */
  about({ game }) { return this.games.includes(game); }

  get at() { return this.games.every((id) => this.board.state.view?.phases?.[id] === "closed") ? "closed" : "debrief"; }

  draw() {
    const { board, games } = this;
    const { view = {}, module, running } = board.state;
    const phases = view.phases ?? {};
    const over = this.at === "closed";
    const rounds = module.questions.filter(({ game }) => games.includes(game)).map(({ id }) => phases[id]);
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
    this.doubt = el("p", { class: "ws-few", hidden: true }, board.word("desk.doubt"));
    this.note = el("p", { class: "ws-soft ws-small" }, board.word("desk.final"));
    this.paper = question.cells.length && !question.game ? paper(board, question) : null; // on paper nobody is in a group
    this.batch = texts(board, question);
    this.reveal = el("div", { class: "ws-reveal" });
    this.sides = el("div", { class: "ws-beside" });
    this.tables = question.pairs.map((pair) => ({ ...pair, node: el("div", { class: "ws-reveal ws-pair" }), shown: null }));
    this.node = el("div", { class: `ws-card ws-question ws-question-${question.key}` },
      el("div", { class: "ws-head" }, el("h2", {}, question.title || question.text), this.phase),
      question.title ? el("p", {}, question.text) : null,
      this.few, this.doubt, this.done, this.buttons, this.note, this.paper?.node, this.batch.node, this.reveal, this.sides, this.tables.map(({ node }) => node));
  }

  /** Whether a question belongs to what this card is about: this one, and guesses about it. */
  about({ id, with: main }) { return id === this.question.id || main === this.question.key; }

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
    this.done.hidden = !running || ["waiting", "closed"].includes(at); // what is shown says of how many people it is
    const done = view.done?.[question.id] ?? 0;
    const here = Math.max(done, view.people ?? 0); // whoever has left since is counted still
    this.done.replaceChildren(...board.word("desk.done").split(/(\{done\})/).map((part) =>
      (part === "{done}" ? el("b", {}, String(done)) : part.replace("{people}", here))));
    this.few.hidden = !running || !question.sensitive || at === "closed" || (view.people ?? 0) >= question.least;
    this.doubt.hidden = !running || !view.doubt?.includes(question.id);
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
    if (!this.sides.childElementCount) this.sides.replaceChildren(...sideBySide(question.beside, (id) => reveals[id], board));
    this.tick();
    const now = payload ? JSON.stringify([payload, view.example === question.id]) : null;
    if (this.#shown === now) return;
    this.#shown = now;
    if (!payload) this.reveal.replaceChildren();
    else if (payload.face === "withheld") this.#withheld(payload);
    else drawReveal(this.reveal, payload, board);
    if (payload && question.finding) this.reveal.append(el("p", { class: "ws-finding", dir: "auto" }, question.finding));
  }

  /** The withheld face is the same for too few and too alike. Phones have the invented group already, the wall waits. */
  #withheld(payload) {
    const { board, question } = this;
    const shown = board.view.example === question.id;
    drawReveal(this.reveal, payload, board, { example: shown });
    const press = () => board.ask({ type: "arrange", changes: { example: question.id } });
    this.reveal.append(shown
      ? el("p", { class: "ws-soft" }, board.word("desk.example_shown"))
      : el("button", { type: "button", class: "ws-button ws-use-example", onclick: press }, board.word("desk.use_example")));
  }

  tick() {
    if (this.at !== "closing") return;
    const left = this.board.left(this.question.id);
    this.phase.textContent = left > 0 ? this.board.word("states.closing", { seconds: left }) : this.board.word("desk.counting");
  }
}
