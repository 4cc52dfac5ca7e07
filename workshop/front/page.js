/* One page: what the room is doing, and what this person has done there.

Several pages can be in one browser window (notebooks in JupyterLab), so each has an id, which its activities carry in
their specs. The page's widget is its one channel to the kernel (`transport.js`), and what was chosen waits in its
outbox (`outbox.js`). */

import { now } from "./clock.js";
import { Outbox } from "./outbox.js";
import { filled, same } from "./parts.js";
import { stand } from "./stage.js";
import { fetched, Transport } from "./transport.js";
import { keys, ready } from "./visitor.js";

const AGAIN = 3000; // ms between two tries
const LOST = 10_000; // ms without an answer, after which a page alone says what to do
const NOWHERE = { cover: "", pace: "free", fiction: false, few: false }; // how a room stands before it has said so
/** @import { HelloReply, PageReply, View } from "./messages" */

const pages = new Map();

/** The page of that id; activities may be drawn before its widget has arrived. */
export function pageOf(id) {
  if (!pages.has(id)) {
    const page = new Page();
    pages.set(id, page);
    setTimeout(() => page.lost && page.changed(), LOST + 100);
  }
  return pages.get(id);
}

class Page {
  transport = new Transport();
  outbox = new Outbox(this, { send: (message) => this.transport.send(message), again: () => this.#tick() });
  /** @type {Partial<View>} */
  view = {};
  /** @type {HelloReply["mine"]} */
  mine = {}; // by question, as the room has it
  taken = new Set(); // questions that this phone has answered before, for someone this page doesn't know
  greeted = false; // the room has answered hello
  slow = false; // it is taking its time with that
  deadlines = {}; // question -> when it closes, by `clock.js`
  #reveals = new Map(); // content id -> payload, or the promise of it
  #followers = new Set();
  #timer = null;
  #hailed = false; // hello was answered since the connection was last made
  #drawn = false;

  get room() {
    return this.view.id ?? "";
  }
  get alone() {
    return this.view.mode === "alone";
  }
  get connected() {
    return this.transport.connected;
  }
  /** Whether nobody answers: the notebook's kernel was started again and knows nothing of this page, or each output stands
   * in a frame of its own, and this one has no page. */
  get lost() {
    const { unanswered } = this.transport;
    return unanswered > 0 && now() - unanswered >= LOST;
  }
  /** How the room stands: {cover, pace, fiction, few}. */
  get stage() {
    return this.view.stage ?? NOWHERE;
  }
  get questions() {
    return this.#trait("questions", {});
  }
  /** Pair -> {of: [question, question], title}: what the module declares to be seen side by side. */
  get pairs() {
    return this.#trait("pairs", {});
  }
  /** Everything that the page sends answers to. */
  get asked() {
    return [...Object.keys(this.questions), ...Object.keys(this.pairs)];
  }
  get plotlyUrl() {
    return this.#trait("plotly", "");
  }

  #trait(name, missing) {
    return this.transport.model?.get(name) ?? missing;
  }

  /** One of the shared words, "section.name", with its {…} filled in; empty until the widget has brought them. */
  word(name, values = {}) {
    const [section, key] = name.split(".");
    return filled(this.#trait("words", {})[section]?.[key] ?? "", values);
  }

  /** Take the page's widget as the channel; called once for each widget. */
  attach(model, signal) {
    this.transport.attach(model, { hear: (message) => this.#hear(message), changed: (open) => this.#connection(open), signal });
    model.on("change:view", () => this.#see());
    const on = (name, act) => window.addEventListener(name, act, { signal });
    on("ws-consent", () => this.changed());
    on("ws-full", () => this.changed());
    on("ws-forgotten", () => this.#begin());
    on("ws-woke", () => this.#hailed && this.#hello()); // what it knows of the time may be wrong
    on("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#retry();
    });
    this.#see();
    this.#tick();
  }

  /** Greet the room; again when it's another one, or when this browser has forgotten everything. */
  async #begin() {
    this.mine = {};
    this.greeted = this.#hailed = false;
    this.outbox.said.clear();
    this.changed();
    await ready({ alone: this.alone });
    this.#hello();
    this.#tick();
  }

  #see() {
    const before = this.room;
    this.#take(this.#trait("view", {}));
    if (this.room !== before) this.#begin();
    this.changed();
  }

  /** @param {Partial<View>} view */
  #take(view) {
    this.view = view;
    this.deadlines = Object.fromEntries(
      Object.entries(view.closing ?? {}).map(([question, seconds]) => [question, now() + 1000 * seconds]),
    );
  }

  /** Call `draw` whenever anything has changed, at most once a frame; returns what ends that. */
  follow(draw) {
    this.#followers.add(draw);
    return () => this.#followers.delete(draw);
  }

  changed() {
    if (this.#drawn) return;
    this.#drawn = true;
    queueMicrotask(() => {
      this.#drawn = false;
      this.#followers.forEach((draw) => draw());
    });
  }

  // --- between browser and room

  #hello() {
    if (!this.room) return; // the kernel has no room yet, so there is nothing to name keys for
    const named = this.asked.map((question) => [question, keys(this.room, question)]);
    this.transport.send({ type: "hello", keys: Object.fromEntries(named) });
  }

  /** @param {PageReply} message */
  #hear(message) {
    if (message.type === "hello") this.#greet(message);
    if (message.type === "ack") this.outbox.acknowledged(message);
    // An error about a submission leaves it in the outbox: it isn't saved, and is tried again.
    if (message.type === "error" && message.question) this.outbox.said.set(message.question, message.message);
    this.changed();
  }

  /** @param {HelloReply} message */
  #greet(message) {
    this.mine = message.mine ?? {};
    this.taken = new Set(message.taken);
    if (message.view?.id) this.#take(message.view);
    this.greeted = this.#hailed = true;
    this.slow = false;
    Object.values(this.pairs).forEach(({ of }) => this.outbox.pair(of[0]));
    this.outbox.flush();
  }

  #connection(open) {
    if (open) {
      this.#hailed = false;
      this.#hello();
      this.#tick();
    }
    this.changed();
  }

  /** While something is unsaved or the room hasn't answered, try again every three seconds; else rest. */
  #tick() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#retry();
      if (!this.#hailed || this.outbox.waiting().length) this.#tick();
    }, AGAIN);
  }

  #retry() {
    if (!this.transport.model) return;
    this.slow = !this.greeted;
    if (!this.#hailed) this.#hello();
    else this.outbox.flush();
    this.changed();
  }

  // --- what a person does

  /** A touch: kept at once, sent to no one. */
  choose(question, value) {
    this.outbox.said.delete(question);
    this.outbox.note(question, value);
    this.changed();
  }

  submit(question, value, intent) {
    this.outbox.submit(question, value, intent);
    this.changed();
  }

  // --- what holds

  phase(question) {
    return this.alone ? "open" : (this.view.phases?.[question] ?? "waiting");
  }

  draft(question) {
    return this.outbox.draft(question);
  }

  /** The value that the person sees chosen: what was touched last, else what the room has. */
  value(question) {
    const draft = this.draft(question);
    return draft ? draft.value : (this.mine[question]?.value ?? null);
  }

  /** Whether the person is through with it: sent, kept or skipped. */
  done(question) {
    return Boolean(this.mine[question]?.done);
  }

  /** Whether what is chosen here differs from what the room has. */
  newer(question) {
    const [draft, mine] = [this.draft(question), this.mine[question]];
    return mine?.value != null && draft?.value != null && !same(draft.value, mine.value);
  }

  /** What the person chose, as far as it counts for quoting it back: what the room has, else what is kept here. */
  own(question) {
    const draft = this.draft(question);
    return this.mine[question]?.value ?? (draft && ["kept", "late"].includes(draft.how) ? draft.value : null);
  }

  // --- what the room shows

  /** The content id of its reveal, once it may be seen: after the close, or alone once it and its bets are done. */
  revealId(question) {
    const id = this.view.reveals?.[question];
    if (!id || !this.alone) return id ?? null;
    const first = this.questions[question] || question;
    const together = Object.keys(this.questions).filter((one) => one === first || this.questions[one] === first);
    return together.every((one) => this.done(one)) ? id : null;
  }

  /** The payload of a reveal, fetched once: in a room one cacheable file for everyone, alone from the kernel. */
  reveal(id) {
    if (!this.#reveals.has(id)) {
      const coming = (this.alone ? this.transport.ask("reveal", id) : fetched(id)).then((payload) => {
        this.#reveals.set(id, payload);
        this.changed();
        return payload;
      });
      coming.catch(() =>
        setTimeout(() => {
          this.#reveals.delete(id);
          this.changed();
        }, AGAIN),
      );
      this.#reveals.set(id, coming);
    }
    return this.#reveals.get(id);
  }

  /** The text of plotly's own file, from the kernel: alone no server of ours has it. */
  plotlyText() {
    return this.transport.ask("plotly", "plotly");
  }

  /** One run of a model: {values, figure, sentence, table}, or {type: "error", message}. */
  simulate(activity, values) {
    return this.transport.ask("simulate", activity, { activity, values });
  }

  /** What this person's tokens became: {rounds}, or {type: "error", message}; `rounds`: the ids of the game's rounds. */
  payoffs(activity, rounds) {
    return this.transport.ask("payoffs", activity, {
      activity,
      keys: Object.fromEntries(rounds.map((one) => [one, keys(this.room, one)])),
    });
  }
}

/** The page's widget: it shows nothing, and opens the channel as soon as its model exists. */
export default {
  initialize({ model, signal }) {
    const page = pageOf(model.get("page"));
    stand(page, signal);
    page.attach(model, signal);
  },
};
