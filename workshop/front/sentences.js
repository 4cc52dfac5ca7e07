/* Where a person stands with a question, in a word and in a sentence, and what Send does there. */

import { same } from "./parts.js";
import { consent } from "./visitor.js";

/** {name, line, busy}: the state of a question, its sentence, and whether Send has nothing to do.
 * `about`: the question whose reveal it waits for. */
export function stateOf(page, question, about = question) {
  return underWay(page, question) ?? over(page, question, about) ?? away(page, question) ?? atHand(page, question);
}

/** Something was sent and isn't acknowledged yet. */
function underWay(page, question) {
  const sent = page.room ? page.outbox.pending(question) : null;
  if (!sent) return null;
  const late = !page.connected || !page.outbox.sentOnce(sent) || page.outbox.said.has(question);
  return late
    ? { name: "offline", line: page.word("states.trying"), busy: true }
    : { name: "changed", line: page.word("states.sending"), busy: true };
}

/** The question has been counted. */
function over(page, question, about) {
  const draft = page.draft(question);
  if (draft?.how === "late") return { name: "late", line: page.word("states.late") };
  if (page.revealId(about)) {
    if (!page.alone) return { name: "revealed", line: page.word("states.revealed") };
    // Alone nothing ever closes, so another choice can still be kept.
    return {
      name: "revealed",
      line: page.word("page.revealed_alone"),
      busy: draft?.how !== "open" || same(draft.value, page.mine[question]?.value),
    };
  }
  return page.phase(question) === "closed" ? { name: "waiting", line: page.word("states.closed"), busy: true } : null;
}

/** Nothing can be sent from here now, or the room had something to say. */
function away(page, question) {
  const waiting = page.phase(question) === "waiting";
  if (page.taken.has(question)) return { name: "taken", line: page.word("states.taken"), busy: true };
  // In a room the page says for all of them that it isn't connected: six live regions would speak at once.
  if (page.alone && (!page.connected || page.slow)) return { name: "offline", line: page.word("page.away"), busy: !page.greeted };
  // People who begin before the room has answered may send: it waits here, and the room knows what it has already.
  const ready = page.room && page.phase(question) === "open" && page.draft(question);
  if (!page.greeted || !page.room) return { name: "waiting", line: page.word("page.connecting"), busy: !ready };
  if (page.outbox.said.has(question)) return { name: waiting ? "waiting" : "changed", line: page.outbox.said.get(question) };
  return waiting ? { name: "waiting", line: page.word("states.waiting"), busy: true } : null;
}

/** The question is open: what was chosen, and what the room has of it. */
function atHand(page, question) {
  const w = (name) => page.word(name);
  const draft = page.draft(question);
  const mine = page.mine[question];
  if (draft?.how === "kept") {
    const may = consent().share; // the switch was moved since
    return may ? { name: "changed", line: w("page.drafted") } : { name: "saved", line: w("states.kept"), busy: true };
  }
  if (mine?.value != null) {
    if (page.newer(question)) return { name: "changed", line: w("states.changed") };
    return { name: "saved", line: w(page.alone ? "page.saved_alone" : "states.saved"), busy: true };
  }
  if (draft?.how === "skipped" || (mine?.done && !draft)) return { name: "skipped", line: w("states.skipped") };
  if (mine?.done && draft) return { name: "changed", line: w("page.drafted") };
  return { name: "open", line: w(draft ? "page.drafted" : page.alone ? "page.open_alone" : "states.open") };
}

/** What is said under a question: the sentence of its state, and what else a person should know just now. */
export function sentenceOf(page, question, about, state) {
  const phase = page.phase(question);
  if (phase === "closed" && state.name === "revealed" && !page.done(question)) return page.word("page.too_late");
  const payload = state.name === "revealed" && page.reveal(page.revealId(about));
  const parts = [payload?.face === "withheld" ? page.word("page.kept_closed") : state.line];
  if (question in page.deadlines && phase === "closing") parts.push(page.word("page.closing"));
  return parts.join(" ");
}

/** What Send does here: {intent, label}. */
export function sending(page, question) {
  if (page.phase(question) === "closed" || !consent().share) return { intent: "keep", label: page.word("page.keep") };
  if (page.alone) return { intent: "send", label: page.word("page.save") };
  return { intent: "send", label: page.word(page.newer(question) ? "buttons.change" : "buttons.send") };
}
