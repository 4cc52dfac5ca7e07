/* What the desk and the wall have in common: a state from the kernel, words, deadlines, messages. */

import { now } from "./clock.js";
import { running } from "./stage.js";

/** An address as one reads it to somebody. */
export const host = (address = "") => address.replace(/^https?:\/\//, "");

export class Screen {
  connected = true;
  asking = false; // a message is on its way
  said = ""; // the sentence that came back last
  deadlines = {};
  timer = null; // the room's, {id, until}
  seen = now(); // when the state came
  #asked = ""; // the message that is on its way
  #next = null; // what was pressed meanwhile

  constructor(model, signal) {
    Object.assign(this, { model, signal });
    const on = (name, act) => window.addEventListener(name, act, { signal });
    on("ws-connection", ({ detail }) => {
      this.connected = detail === "open";
      this.asking = false;
      this.#next = null;
      this.draw();
    });
    model.on("change:state", () => this.#see());
    model.on("msg:custom", (message) => this.#hear(message));
    queueMicrotask(() => this.#see());
  }

  get view() { return this.state.view ?? {}; }
  get state() { return this.model.get("state") ?? {}; }

  /** Act again and again until the widget leaves the page. */
  every(ms, act) {
    const timer = setInterval(act, ms);
    this.signal?.addEventListener("abort", () => clearInterval(timer));
  }

  #see() {
    const closing = this.state.view?.closing ?? {};
    this.deadlines = Object.fromEntries(Object.entries(closing).map(([question, seconds]) => [question, now() + 1000 * seconds]));
    this.timer = running(this.state.view?.timer);
    this.seen = now();
    this.draw();
  }

  /** Seconds left of the timer, less than none for a while after its end; null where none runs. */
  get timed() { return this.timer && (this.timer.until - now()) / 1000; }

  /** Whole seconds until a question closes. */
  left(question) {
    return Math.max(0, Math.ceil(((this.deadlines[question] ?? 0) - now()) / 1000));
  }

  word(name, filled = {}) {
    const [section, key] = name.split(".");
    const text = this.model.get("words")?.[section]?.[key] ?? "";
    return text.replace(/\{(\w+)\}/g, (braces, what) => filled[what] ?? braces);
  }

  /** One message at a time: a double tap asks once, and whatever else is pressed meanwhile comes next. */
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

  #hear(message) {
    this.asking = false;
    if (message.type === "error") this.said = message.message;
    const next = this.#next;
    this.#next = null;
    if (next && message.type !== "error") this.ask(next);
    else this.draw();
  }
}
