/* A page's line to its kernel: opened at once, and again after a break as soon as the server answers.

It asks by its own clock whether the kernel lives. What is said meanwhile waits here, in order. The server says something every
fifteen seconds, so a websocket that only looks open is noticed. The window hears `ws-connection` with "open" or "closed",
"blocked" where the server answers and no websocket comes through, "astray" where somebody else answers in its place. */

import { address } from "./address.js";
import { alive, Blame } from "./alive.js";
import { now } from "./clock.js";
import { random } from "./hash.js";
import { PROTOCOL, pack, unpack } from "./wire.js";

const SOON = [150, 500]; // ms before the first try after a loss: at least, and as much again by chance
const AGAIN = [400, 700]; // before each further one
const LATER = [1500, 2500]; // the same once it has been away for a while
const WHILE = 60_000;
const OPENING = [9000, 18_000, 36_000]; // ms for a websocket to open: each that fails though the server answers gives the next one longer
const UNHEARD = 5000; // ms after something was said, in which the kernel says something too
export const SILENT = 32_000; // ms without a word, after which the page asks for one
export const WORD = 3000; // ms for that word
const WAITING = 200; // messages that wait at most

/** @param {number[]} range */
const chance = ([least, more]) => least + more * Math.random();

export class Connection {
  #socket = null;
  #waiting = [];
  #said = 0; // when something was said to which nothing has been heard, or 0
  #heard = 0; // how many messages have come
  #lost = 0; // when the line was lost, or 0
  #failed = 0; // websockets that didn't open though the server answered
  #trying = false;
  #wake = null; // ends the pause before the next try
  #watch = 0; // looks whether the line was lost, after something was said
  #silence = 0; // asks for a word when none has come for long
  left = false; // the page is being left, or is hidden

  /** `hear(message)`: each message of the kernel; `opened()`: the line is there, and what waited has been sent. */
  constructor(kernel, hear, opened) {
    this.kernel = kernel;
    this.hear = hear;
    this.opened = opened;
    this.session = random(16);
    this.blame = new Blame(kernel, (detail) => this.#tell(detail));
    const look = () => this.look({ word: true });
    window.addEventListener("online", look);
    window.addEventListener("ws-woke", look);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") look();
    });
  }

  get open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Say something to the kernel, now or as soon as there is a line; its id. */
  say(kind, content, metadata) {
    const { id, bytes } = pack(kind, content, this.session, metadata);
    if (this.open) this.#send(bytes);
    else if (this.#waiting.push(bytes) > WAITING) this.#waiting.shift();
    return id;
  }

  #send(bytes) {
    this.#socket.send(bytes);
    if (this.#said) return; // the watch runs: asking again and again would put it off for good
    this.#said = now();
    this.#watch = setTimeout(() => this.look(), UNHEARD);
  }

  begin() {
    this.blame.begin(); // the page itself has just come from the server
    this.#try(this.#connect());
  }

  /** Leave for good. */
  leave() {
    this.left = true;
    this.blame.end();
    this.#socket?.close();
  }

  // --- opening

  /** One websocket: resolves to whether it opened. */
  #connect() {
    const channels = address(`api/kernels/${this.kernel}/channels?session_id=${this.session}`);
    const socket = new WebSocket(channels.replace(/^http/, "ws"), [PROTOCOL]);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    return new Promise((resolve) => {
      const late = setTimeout(() => socket.close(), OPENING[Math.min(this.#failed, OPENING.length - 1)]);
      socket.onopen = () => {
        clearTimeout(late);
        resolve(true);
        this.#opened();
      };
      socket.onmessage = ({ data }) => {
        if (socket !== this.#socket) return;
        this.#said = 0;
        this.#heard++;
        clearTimeout(this.#watch);
        this.#listen();
        this.hear(unpack(data));
      };
      socket.onclose = () => {
        clearTimeout(late);
        resolve(false);
        if (socket === this.#socket) this.#closed();
      };
    });
  }

  #opened() {
    this.#lost = this.#failed = this.#said = 0;
    this.blame.end();
    this.#listen();
    this.#waiting.splice(0).forEach((bytes) => this.#send(bytes));
    this.opened();
    this.#tell("open");
  }

  #listen() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.look({ word: true }), SILENT);
  }

  #closed() {
    this.#socket = null;
    clearTimeout(this.#watch);
    clearTimeout(this.#silence);
    if (this.left) return;
    this.#lost ||= now();
    this.#tell("closed");
    this.#try();
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#closed();
  }

  #tell(detail) {
    window.dispatchEvent(new CustomEvent("ws-connection", { detail }));
  }

  // --- trying

  async #try(first) {
    if (this.#trying) return;
    this.#trying = true;
    let opened = await first;
    for (let wait = SOON; !opened && !this.left; wait = now() - this.#lost < WHILE ? AGAIN : LATER) {
      await this.#pause(chance(wait));
      if (this.left) break;
      const status = await alive(this.kernel);
      if (status === 410) return reload(this);
      this.blame.heard(status);
      if (status !== 204) {
        this.#failed = 0;
        continue;
      }
      opened = await this.#connect();
      if (!opened) this.#failed++;
    }
    this.#trying = false;
    if (!this.open && !this.left) this.#try(); // it closed in the moment in which it opened
  }

  #pause(ms) {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, ms);
    });
  }

  /** After something was said, a sleep or a change of network: is the line still one? `word`: it has to bring a word soon. */
  async look({ word = false } = {}) {
    if (this.left || !this.kernel) return;
    if (!this.open) return this.#wake?.();
    const socket = this.#socket;
    const before = this.#heard;
    if (word) socket.send(""); // the server itself answers this, whatever the kernel is doing
    const asked = now();
    const status = await alive(this.kernel);
    if (this.left || socket !== this.#socket) return;
    if (status === 410) return reload(this);
    if (status <= 0) return this.#drop();
    if (!word) {
      if (this.#said) this.#watch = setTimeout(() => this.look(), UNHEARD);
      return;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, WORD - (now() - asked));
    });
    if (!this.left && socket === this.#socket && before === this.#heard) this.#drop();
  }
}

/** Load the page again after a random short wait, so that a room does not come back in one instant; never in a quick loop. */
export function reload(line) {
  const name = "ws.reloaded";
  let last = 0;
  try {
    last = Number(sessionStorage.getItem(name) ?? 0);
  } catch {
    /* a browser that keeps nothing */
  }
  const since = Math.abs(now() - last);
  setTimeout(
    () => {
      if (line.left) return;
      try {
        sessionStorage.setItem(name, String(now()));
      } catch {
        /* the same */
      }
      location.reload();
    },
    (since < 15_000 ? 15_000 - since : 0) + 1500 * Math.random(),
  );
}
