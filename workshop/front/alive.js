/* Does this page's kernel live? A plain request asks, because a browser makes a page that opens websockets in vain wait longer
and longer. And whose fault is it where the server answers and no websocket comes through? */

import { address } from "./address.js";

const ANSWER = 2500; // ms for the server to say whether the kernel lives
const BLOCKED = 15_000; // ms of answers without a websocket, after which the network is to blame
const OURS = [204, 410, 429, 503]; // what the workshop answers here

/** 204 while the kernel lives, 410 when it has gone, 0 where nobody answers, -1 where somebody else answers. */
export async function alive(kernel) {
  const patience = new AbortController();
  const late = setTimeout(() => patience.abort(), ANSWER);
  try {
    const { status } = await fetch(address(`alive/${kernel}`), { cache: "no-store", signal: patience.signal });
    return OURS.includes(status) ? status : -1;
  } catch {
    return 0;
  } finally {
    clearTimeout(late);
  }
}

/** Follows the answers to `alive` while there is no websocket; `tell("blocked" | "astray")` once it's clear what is wrong. */
export class Blame {
  #timer = 0;

  constructor(kernel, tell) {
    this.kernel = kernel;
    this.tell = tell;
  }

  /** The server has just answered, and there is no websocket yet. */
  begin() {
    this.#timer ||= setTimeout(async () => {
      const status = await alive(this.kernel);
      if (!this.#timer) return;
      this.#timer = 0;
      if (status === 204) this.tell("blocked");
    }, BLOCKED);
  }

  end() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** One answer: what it means for the blame. */
  heard(status) {
    if (status === 204) return this.begin();
    this.end();
    if (status === -1) this.tell("astray");
  }
}
