/* The channel between a page in the browser and its kernel. Nothing that passes through it is ever a trait. */

import { address } from "./address.js";
import { now } from "./clock.js";
import { gaveWay } from "./visitor.js";

/** @import { PageMessage, PageReply } from "./messages" */

export class Transport {
  model = null; // the page's widget
  connected = true; // as far as this browser knows
  unanswered = now(); // since when the kernel hasn't answered; 0 when nothing is owed
  #asked = new Map(); // what was asked for -> resolve

  /** Take the widget's model as the channel. `hear(message)` gets what the kernel says; `changed(open)`: the connection broke or came back. */
  attach(model, { hear, changed, signal }) {
    this.model = model;
    this.unanswered = 0;
    model.on("msg:custom", (message) => {
      this.unanswered = 0;
      this.#answered(message);
      hear(message);
    });
    window.addEventListener(
      "ws-connection",
      (event) => {
        const open = /** @type {CustomEvent} */ (event).detail === "open";
        if (open === this.connected) return;
        this.connected = open;
        changed(open);
      },
      { signal },
    );
  }

  /** Send a message; whether it has left. @param {PageMessage} message */
  send(message) {
    if (!this.model || !this.connected || gaveWay()) return false;
    try {
      this.model.send(message);
      this.unanswered ||= now();
      return true;
    } catch {
      return false; // the kernel's connection is gone; the next try comes by itself
    }
  }

  /** Send a message and wait for what it asks for, under the name `id`. */
  ask(type, id, more = {}) {
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.send(/** @type {PageMessage} */ ({ type, id, ...more }));
    });
  }

  /** @param {PageReply} message */
  #answered(message) {
    if (message.type === "reveal") this.#asked.get(message.id)?.(message.payload);
    else if (message.type === "plotly") this.#asked.get("plotly")?.(message.text);
    else if ("activity" in message) this.#asked.get(message.activity)?.(message);
  }
}

/** A frozen reveal, from the server's one cacheable file. */
export async function fetched(id) {
  const answer = await fetch(address(`reveals/${id}.json`));
  if (!answer.ok) throw new Error(`reveal: ${answer.status}`);
  return answer.json();
}
