/* One page: what the room is doing, what this person has done, and the outbox between them.

The Visitor widget's model is the page's one data channel. Several pages can be in one browser window (notebooks in
JupyterLab), so each has an id, which its activities carry in their specs. Nothing that is kept here is ever a trait. */

import { now } from "./clock.js";
import { random } from "./hash.js";
import { stand } from "./stage.js";
import { consent, gaveWay, keys, kept, ready } from "./visitor.js";

const AGAIN = 3000; // ms between two tries
const pages = new Map();

/** The page of that id; activities may be drawn before its Visitor has arrived. */
export function pageOf(id) {
  if (!pages.has(id)) pages.set(id, new Page());
  return pages.get(id);
}

function parsed(text) {
  try { return JSON.parse(text); } catch { return null; }
}

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class Page {
  model = null;
  view = {};
  mine = {}; // question -> {value, done}, as the room has it
  taken = new Set(); // questions that this phone has answered before, as somebody this page doesn't know
  greeted = false; // the room has answered hello
  slow = false; // it is taking its time with that
  connected = true; // as far as this browser knows
  tries = new Map(); // submission id -> times sent
  said = new Map(); // question -> a sentence from the room about what was sent
  reveals = new Map(); // content id -> payload, or the promise of it
  deadlines = {}; // question -> when it closes, by `clock.js`
  #waiting = new Map(); // content id -> resolve
  #drawers = new Set();
  #timer = null;
  #hailed = false; // hello was answered since the connection was last made
  #drawn = false;

  get room() { return this.view.id ?? ""; }
  get alone() { return this.view.mode === "alone"; }
  /** How the room stands: {screen, pace, fiction, few}. */
  get stage() { return this.view.stage ?? {}; }
  get questions() { return this.model?.get("questions") ?? {}; }
  /** Pair -> {of: [question, question], title}: what the module declares to be seen side by side. */
  get pairs() { return this.model?.get("pairs") ?? {}; }
  get #sent() { return [...Object.keys(this.questions), ...Object.keys(this.pairs)]; }
  /** One of the shared words, "section.name", with its {…} filled in; empty until the Visitor has brought them. */
  word(name, filled = {}) {
    const [section, key] = name.split(".");
    const text = this.model?.get("words")?.[section]?.[key] ?? "";
    return text.replace(/\{(\w+)\}/g, (braces, what) => filled[what] ?? braces);
  }
  get plotlyUrl() { return this.model?.get("plotly") ?? ""; }

  /** Take the Visitor's model as channel; called once for each. */
  attach(model, signal) {
    this.model = model;
    model.on("msg:custom", (message) => this.#hear(message));
    model.on("change:view", () => this.#see());
    const on = (name, act) => window.addEventListener(name, act, { signal });
    on("ws-connection", ({ detail }) => this.#connection(detail === "open"));
    on("ws-consent", () => this.changed());
    on("ws-forgotten", () => this.#begin());
    on("ws-woke", () => { if (this.#hailed) this.#hello(); }); // what it knows of the time may be wrong
    on("visibilitychange", () => { if (document.visibilityState === "visible") this.#retry(); });
    this.#see();
    this.#tick();
  }

  /** Greet the room; again when it is another one, or when this browser has forgotten everything. */
  async #begin() {
    this.mine = {};
    this.greeted = this.#hailed = false;
    this.said.clear();
    this.changed();
    await ready({ alone: this.alone });
    this.#hello();
    this.#tick();
  }

  #see() {
    const before = this.room;
    this.#look(this.model.get("view") ?? {});
    if (this.room !== before) this.#begin();
    this.changed();
  }

  #look(view) {
    this.view = view;
    this.deadlines = Object.fromEntries(
      Object.entries(view.closing ?? {}).map(([question, seconds]) => [question, now() + 1000 * seconds]));
  }

  /** Call `draw` whenever anything changed, at most once a frame; returns its undoing. */
  follow(draw) {
    this.#drawers.add(draw);
    return () => this.#drawers.delete(draw);
  }

  changed() {
    if (this.#drawn) return;
    this.#drawn = true;
    queueMicrotask(() => {
      this.#drawn = false;
      this.#drawers.forEach((draw) => draw());
    });
  }

  // --- between browser and room

  #send(message) {
    if (!this.model || !this.connected || gaveWay()) return false;
    try {
      this.model.send(message);
      return true;
    } catch {
      return false; // the kernel's connection is gone; the next try comes by itself
    }
  }

  #hello() {
    if (!this.room) return; // the kernel has no room yet, so there is nothing to name keys for
    const named = this.#sent.map((question) => [question, keys(this.room, question)]);
    this.#send({ type: "hello", keys: Object.fromEntries(named) });
  }

  #hear(message) {
    if (message.type === "hello") this.#greet(message);
    if (message.type === "ack") this.#acknowledged(message);
    if (message.type === "reveal") this.#waiting.get(message.id)?.(message.payload);
    if (message.type === "simulated" || message.activity) this.#waiting.get(message.activity)?.(message);
    if (message.type === "plotly") this.#waiting.get("plotly")?.(message.text);
    // An error about a submission leaves it in the outbox: it is not saved, and it is tried again.
    if (message.type === "error" && message.question) this.said.set(message.question, message.message);
    this.changed();
  }

  #greet(message) {
    this.mine = message.mine ?? {};
    this.taken = new Set(message.taken);
    if (message.view?.id) this.#look(message.view);
    this.greeted = this.#hailed = true;
    this.slow = false;
    Object.values(this.pairs).forEach(({ of }) => this.#pair(of[0]));
    this.#flush();
  }

  #acknowledged({ id, question, result, message }) {
    const sent = this.pending(question);
    this.tries.delete(id);
    if (sent?.id !== id) return; // an earlier one; the later one is still on its way
    kept.drop(this.#name("outbox", question));
    this.said.delete(question);
    if (result === "taken") this.taken.add(question);
    if (result === "saved") this.mine[question] = { value: sent.value, done: true };
    if (result === "kept" || result === "skipped") this.mine[question] = { value: null, done: true };
    if (result === "removed") this.mine[question] = { value: null, done: false };
    if (question in this.pairs) return;
    this.#pair(question);
    if (result === "removed") this.#note(question, null);
    else if (sent.intent === "skip") this.#note(question, null, "skipped");
    else if ((result === "kept" || result === "late") && sent.intent !== "undo") {
      // What was touched while this was on its way is newer than it, and not sent.
      if (same(this.draft(question)?.value, sent.value)) this.#note(question, sent.value, result);
    }
    if (result === "refused" || result === "waiting") this.said.set(question, message);
  }

  /** Both answers of a declared pair once more, together, under a key of their own; whoever gave one of them skips it. */
  #pair(question) {
    for (const [id, { of }] of Object.entries(this.pairs)) {
      if (this.alone || !of.includes(question) || this.phase(id) === "closed" || !of.every((one) => this.done(one) || this.done(id))) continue;
      const values = of.map((one) => this.mine[one]?.value ?? null);
      const value = values.includes(null) ? null : values;
      if (this.done(id) && same(this.mine[id].value, value)) continue;
      const submission = { id: random(16), question: id, value, intent: value ? "send" : "skip" };
      kept.set(this.#name("outbox", id), JSON.stringify(submission));
      this.#post(submission);
    }
  }

  #connection(open) {
    if (open === this.connected) return;
    this.connected = open;
    if (open) {
      this.#hailed = false;
      this.#hello();
      this.#tick();
    }
    this.changed();
  }

  /** While something is unsaved or the room has not answered, try again every three seconds; else rest. */
  #tick() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#retry();
      if (!this.#hailed || this.#unsent().length) this.#tick();
    }, AGAIN);
  }

  #retry() {
    if (!this.model) return;
    this.slow = !this.greeted;
    if (!this.#hailed) this.#hello();
    else this.#flush();
    this.changed();
  }

  #unsent() {
    return this.#sent.map((question) => this.pending(question)).filter(Boolean);
  }

  #flush() {
    for (const submission of this.#unsent()) this.#post(submission);
  }

  #post(submission) {
    const { question } = submission;
    this.tries.set(submission.id, (this.tries.get(submission.id) ?? 0) + 1);
    ready({ alone: this.alone }).then(() => this.#send({ type: "submit", ...submission, keys: keys(this.room, question) }));
    this.#tick();
  }

  // --- what is kept in this browser for one question

  #name(what, question) { return `ws.${this.room}.${what}.${question}`; }

  #note(question, value, how = "open") {
    const name = this.#name("draft", question);
    // Beside an answer that the room has, "nothing chosen now" has to be kept: without it that answer would stand here again.
    if (value === null && how === "open" && this.mine[question]?.value == null) kept.drop(name);
    else kept.set(name, JSON.stringify({ value, how }));
  }

  /** {value, how}: what the person last chose here; how: open, kept (on this page only), skipped, late. */
  draft(question) { return parsed(kept.get(this.#name("draft", question))); }

  /** The submission on its way, {id, question, value, intent}; it stays until it is acknowledged. */
  pending(question) { return parsed(kept.get(this.#name("outbox", question))); }

  // --- what a person does

  /** A touch: kept at once, sent to nobody. */
  choose(question, value) {
    this.said.delete(question);
    this.#note(question, value);
    this.changed();
  }

  /** Send, keep, skip or take back; the same thing twice is sent once. */
  submit(question, value, intent) {
    const before = this.pending(question);
    if (before && before.intent === intent && same(before.value, value)) return;
    if (this.phase(question) === "closed") {
      this.#note(question, value, intent === "skip" ? "skipped" : "late");
      this.changed();
      return;
    }
    const submission = { id: random(16), question, value, intent };
    kept.set(this.#name("outbox", question), JSON.stringify(submission));
    if (intent !== "undo" && intent !== "skip") this.#note(question, value);
    this.#post(submission);
    this.changed();
  }

  // --- what holds

  phase(question) { return this.alone ? "open" : this.view.phases?.[question] ?? "waiting"; }

  /** The value that the person sees chosen: what was touched last, else what the room has. */
  value(question) {
    const draft = this.draft(question);
    return draft ? draft.value : this.mine[question]?.value ?? null;
  }

  /** Whether the person is through with it: sent, kept or skipped. */
  done(question) { return Boolean(this.mine[question]?.done); }

  /** Whether what is chosen here differs from what the room has. */
  #newer(question) {
    const [draft, mine] = [this.draft(question), this.mine[question]];
    return mine?.value != null && draft?.value != null && !same(draft.value, mine.value);
  }

  /** What the person chose, as far as it counts for quoting it back: what the room has, else what is kept here. */
  own(question) {
    const draft = this.draft(question);
    return this.mine[question]?.value ?? (draft && ["kept", "late"].includes(draft.how) ? draft.value : null);
  }

  /** The content id of its reveal, once it may be seen: after the close, or alone once it and its bets are done. */
  revealId(question) {
    const id = this.view.reveals?.[question];
    if (!id || !this.alone) return id ?? null;
    const first = this.questions[question] || question;
    const together = Object.keys(this.questions).filter((one) => one === first || this.questions[one] === first);
    return together.every((one) => this.done(one)) ? id : null;
  }

  /** {name, line, busy}: the state of a question, its sentence, and whether Send has nothing to do.
   * `about`: the question whose reveal it waits for. */
  state(question, about = question) {
    const w = (name) => this.word(name);
    const draft = this.draft(question);
    const mine = this.mine[question];
    const phase = this.phase(question);
    const sent = this.pending(question);
    if (sent && this.room) {
      const late = !this.connected || (this.tries.get(sent.id) ?? 0) !== 1 || this.said.has(question);
      return late ? { name: "offline", line: w("states.trying"), busy: true } : { name: "changed", line: w("states.sending"), busy: true };
    }
    if (draft?.how === "late") return { name: "late", line: w("states.late") };
    if (this.revealId(about)) {
      // Alone nothing ever closes, so what is chosen anew can still be kept.
      const still = draft?.how !== "open" || same(draft.value, mine?.value);
      return this.alone ? { name: "revealed", line: w("page.revealed_alone"), busy: still } : { name: "revealed", line: w("states.revealed") };
    }
    if (phase === "closed") return { name: "waiting", line: w("states.closed"), busy: true };
    if (this.taken.has(question)) return { name: "taken", line: w("states.taken"), busy: true };
    // In a room the page says for all of them that it's not connected: six live regions would speak at once.
    if (this.alone && (!this.connected || this.slow)) return { name: "offline", line: w("page.away"), busy: !this.greeted };
    // Whoever begins before the room has answered may send: it waits here, and the room knows what it has already.
    if (!this.greeted || !this.room) return { name: "waiting", line: w("page.connecting"), busy: !this.room || phase !== "open" || !draft };
    if (this.said.has(question)) return { name: phase === "waiting" ? "waiting" : "changed", line: this.said.get(question) };
    if (phase === "waiting") return { name: "waiting", line: w("states.waiting"), busy: true };
    if (draft?.how === "kept") {
      const may = consent().share; // the switch was moved since
      return may ? { name: "changed", line: w("page.drafted") } : { name: "saved", line: w("states.kept"), busy: true };
    }
    if (mine?.value != null) {
      if (this.#newer(question)) return { name: "changed", line: w("states.changed") };
      return { name: "saved", line: this.alone ? w("page.saved_alone") : w("states.saved"), busy: true };
    }
    if (draft?.how === "skipped" || (mine?.done && !draft)) return { name: "skipped", line: w("states.skipped") };
    if (mine?.done && draft) return { name: "changed", line: w("page.drafted") };
    return { name: "open", line: draft ? w("page.drafted") : this.alone ? w("page.open_alone") : w("states.open") };
  }

  /** What Send does here: {intent, label}. */
  sending(question) {
    if (this.phase(question) === "closed" || !consent().share) return { intent: "keep", label: this.word("page.keep") };
    if (this.alone) return { intent: "send", label: this.word("page.save") };
    return { intent: "send", label: this.word(this.#newer(question) ? "buttons.change" : "buttons.send") };
  }

  // --- what the room shows

  /** The payload of a reveal, fetched once; in a room one cacheable file for everybody, alone from the kernel. */
  reveal(id) {
    if (!this.reveals.has(id)) {
      const coming = (this.alone ? this.#ask("reveal", id) : fetched(id)).then((payload) => {
        this.reveals.set(id, payload);
        this.changed();
        return payload;
      });
      coming.catch(() => setTimeout(() => {
        this.reveals.delete(id);
        this.changed();
      }, AGAIN));
      this.reveals.set(id, coming);
    }
    return this.reveals.get(id);
  }

  /** The text of plotly's own file, from the kernel: alone no server of ours has it. */
  plotlyText() { return this.#ask("plotly", "plotly"); }

  /** One run of a model: {values, figure, sentence, table}, or {type: "error", message}. */
  simulate(activity, values) { return this.#ask("simulate", activity, { activity, values }); }

  /** What this person's tokens became: {rounds}, or {type: "error", message}; `rounds`: the ids of the game's rounds. */
  payoffs(activity, rounds) {
    return this.#ask("payoffs", activity, { activity, keys: Object.fromEntries(rounds.map((one) => [one, keys(this.room, one)])) });
  }

  #ask(type, id, more = {}) {
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ type, id, ...more });
    });
  }
}

async function fetched(id) {
  const answer = await fetch(`${location.origin}/reveals/${id}.json`);
  if (!answer.ok) throw new Error(`reveal: ${answer.status}`);
  return answer.json();
}

/** The Visitor widget: it shows nothing, and opens the page's channel as soon as its model exists. */
export default {
  initialize({ model, signal }) {
    const page = pageOf(model.get("page"));
    stand(page, signal);
    page.attach(model, signal);
  },
};
