/* What a person has chosen and sent, as far as this browser keeps it: a draft and a submission for each question. A
submission stays until the room has acknowledged it, so that neither a reload nor a broken connection loses it. */

import { random } from "./hash.js";
import { same } from "./parts.js";
import { kept, keys, ready } from "./visitor.js";

/** @import { AckReply } from "./messages" */

export class Outbox {
  said = new Map(); // question -> a sentence from the room about what was sent
  #tries = new Map(); // submission id -> times sent

  /** `page`: whose outbox it is; `send(message)`; `again()`: something waits, so try once more in a while. */
  constructor(page, { send, again }) {
    this.page = page;
    this.send = send;
    this.again = again;
  }

  #name(what, question) {
    return `ws.${this.page.room}.${what}.${question}`;
  }

  /** {value, how}: what the person last chose here; how: open, kept (on this page only), skipped, late. */
  draft(question) {
    return kept.read(this.#name("draft", question));
  }

  /** The submission on its way, {id, question, value, intent}. */
  pending(question) {
    return kept.read(this.#name("outbox", question));
  }

  /** Whether a submission was sent exactly once, so that its answer may still be under way. */
  sentOnce({ id }) {
    return this.#tries.get(id) === 1;
  }

  note(question, value, how = "open") {
    const name = this.#name("draft", question);
    // Where the room has an answer, "nothing chosen now" has to be kept: without it that answer would stand here again.
    if (value === null && how === "open" && this.page.mine[question]?.value == null) kept.drop(name);
    else kept.set(name, JSON.stringify({ value, how }));
  }

  /** Send, keep, skip or take back; the same thing twice is sent once. */
  submit(question, value, intent) {
    const before = this.pending(question);
    if (before && before.intent === intent && same(before.value, value)) return;
    if (this.page.phase(question) === "closed") {
      this.note(question, value, intent === "skip" ? "skipped" : "late");
      return;
    }
    if (intent !== "undo" && intent !== "skip") this.note(question, value);
    this.#put(question, value, intent);
  }

  /** Everything that waits is sent, or sent again. */
  flush() {
    for (const submission of this.waiting()) this.#post(submission);
  }

  waiting() {
    return this.page.asked.map((question) => this.pending(question)).filter(Boolean);
  }

  #put(question, value, intent) {
    const submission = { id: random(16), question, value, intent };
    kept.set(this.#name("outbox", question), JSON.stringify(submission));
    this.#post(submission);
  }

  #post(submission) {
    const { id, question } = submission;
    this.#tries.set(id, (this.#tries.get(id) ?? 0) + 1);
    ready({ alone: this.page.alone }).then(() => this.send({ type: "submit", ...submission, keys: keys(this.page.room, question) }));
    this.again();
  }

  /** The room has committed, or refused, a submission. @param {AckReply} reply */
  acknowledged({ id, question, result, message }) {
    const { page } = this;
    const sent = this.pending(question);
    this.#tries.delete(id);
    if (sent?.id !== id) return; // an earlier one; the later one is still on its way
    kept.drop(this.#name("outbox", question));
    this.said.delete(question);
    if (result === "taken") page.taken.add(question);
    if (result === "saved") page.mine[question] = { value: sent.value, done: true };
    if (result === "kept" || result === "skipped") page.mine[question] = { value: null, done: true };
    if (result === "removed") page.mine[question] = { value: null, done: false };
    if (question in page.pairs) return;
    this.pair(question);
    if (result === "removed") this.note(question, null);
    else if (sent.intent === "skip") this.note(question, null, "skipped");
    else if ((result === "kept" || result === "late") && sent.intent !== "undo") {
      // What was touched while this was on its way is newer than it, and not sent.
      if (same(this.draft(question)?.value, sent.value)) this.note(question, sent.value, result);
    }
    if (result === "refused" || result === "waiting") this.said.set(question, message);
  }

  /** Both answers of a declared pair once more, together, under a key of their own; a person who gave only one of them skips it. */
  pair(question) {
    const { page } = this;
    for (const [id, { of }] of Object.entries(page.pairs)) {
      if (page.alone || !of.includes(question) || page.phase(id) === "closed" || !of.every((one) => page.done(one) || page.done(id)))
        continue;
      const values = of.map((one) => page.mine[one]?.value ?? null);
      const value = values.includes(null) ? null : values;
      if (page.done(id) && same(page.mine[id].value, value)) continue;
      this.#put(id, value, value ? "send" : "skip");
    }
  }
}
