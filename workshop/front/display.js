/* What the desk and the screen have in common: a state from the kernel, words, deadlines, messages. */

import { now } from "./clock.js";
import { filled } from "./parts.js";
import { running } from "./stage.js";

/** An address as it's read out. */
export const host = (address = "") => address.replace(/^https?:\/\//, "");

/** @import { BoardMessage, BoardReply, BoardState, DeskView, ScreenState } from "./messages" */

/** @template {BoardState | ScreenState} State */
export class Display {
  connected = true;
  asking = false; // a message is on its way
  said = ""; // the sentence that came back last
  deadlines = {}; // question -> the time, by `clock.js`, at which it closes
  timer = null; // the room's, {id, until}
  seen = now(); // when the state came
  #asked = ""; // the message that is on its way
  #next = null; // what was pressed meanwhile

  constructor(model, signal) {
    this.model = model;
    this.signal = signal;
    window.addEventListener(
      "ws-connection",
      (event) => {
        this.connected = /** @type {CustomEvent} */ (event).detail === "open";
        this.asking = false;
        this.#next = null;
        this.draw();
      },
      { signal },
    );
    model.on("change:state", () => this.#see());
    model.on("msg:custom", (message) => this.#hear(message));
    queueMicrotask(() => this.#see());
  }

  /** @returns {State} */
  get state() {
    return this.model.get("state") ?? {};
  }
  /** @returns {Partial<DeskView>} */
  get view() {
    return this.state.view ?? {};
  }

  /** Draw what holds now. */
  draw() {}

  /** Act again and again until the widget leaves the page. */
  every(ms, act) {
    const timer = setInterval(act, ms);
    this.signal?.addEventListener("abort", () => clearInterval(timer));
  }

  #see() {
    const closing = this.view.closing ?? {};
    this.deadlines = Object.fromEntries(Object.entries(closing).map(([question, seconds]) => [question, now() + 1000 * seconds]));
    this.timer = running(this.view.timer);
    this.seen = now();
    this.draw();
  }

  /** Seconds left of the timer, less than none for a while after its end; null where none runs. */
  get timed() {
    return this.timer && (this.timer.until - now()) / 1000;
  }

  /** Whole seconds until a question closes. */
  left(question) {
    return Math.max(0, Math.ceil(((this.deadlines[question] ?? 0) - now()) / 1000));
  }

  word(name, values = {}) {
    const [section, key] = name.split(".");
    return filled(this.model.get("words")?.[section]?.[key] ?? "", values);
  }

  /** One message at a time: a double tap asks once, and whatever else is pressed meanwhile comes next. @param {BoardMessage} message */
  ask(message) {
    if (!this.connected) return;
    const text = JSON.stringify(message);
    if (this.asking) {
      if (text !== this.#asked) this.#next = message;
      return;
    }
    this.asking = true;
    this.#asked = text;
    this.said = "";
    this.model.send(message);
    this.draw();
  }

  /** @param {BoardReply} message */
  #hear(message) {
    this.asking = false;
    if (message.type === "error") this.said = message.message;
    const next = this.#next;
    this.#next = null;
    if (next && message.type !== "error") this.ask(next);
    else this.draw();
  }
}
