/* A page's line to its kernel: opened at once, and again after a break as soon as the server answers.

It asks by its own clock whether the kernel lives, with a plain request: a browser makes a page that opens websockets in
vain wait longer and longer. What is said meanwhile waits here, in order. The window hears `ws-connection` with "open"
or "closed", "blocked" where the server answers and no websocket comes through. */

import { now } from "./clock.js";
import { random } from "./hash.js";
import { PROTOCOL, pack, unpack } from "./wire.js";

const SOON = [150, 500]; // ms before the first try after a loss: at least, and as much again by chance
const AGAIN = [400, 700]; // before each further one
const LATER = [1500, 2500]; // the same once it has been away for a while
const WHILE = 60_000;
const ANSWER = 2500; // ms for the server to say whether the kernel lives
const OPENING = 9000; // ms for a websocket to open
const BLOCKED = 15_000; // ms of answers without a websocket, after which the network is to blame
const UNHEARD = 5000; // ms after something was said, in which the kernel says something too
const DEAF = 30_000; // ms of the same, after which the websocket is not believed any more though the server answers
const WAITING = 200; // messages that wait at most

/** @param {number[]} range */
const chance = ([least, more]) => least + more * Math.random();

export class Connection {
  #socket = null;
  #waiting = [];
  #said = 0; // when something was said to which nothing has been heard, or 0
  #lost = 0; // when the line was lost, or 0
  #answered = 0; // since when the server answers and no websocket comes
  #trying = false;
  #wake = null; // ends the pause before the next try
  #watch = 0;
  left = false; // the page is being left, or is hidden

  /** `hear(message)`: each message of the kernel; `opened()`: the line is there, and what waited has been sent. */
  constructor(kernel, hear, opened) {
    this.kernel = kernel;
    this.hear = hear;
    this.opened = opened;
    this.session = random(16);
    const look = () => this.look();
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
    this.#try(this.#connect());
  }

  /** Leave for good. */
  leave() {
    this.left = true;
    this.#socket?.close();
  }

  // --- opening

  /** One websocket: resolves to whether it opened. */
  #connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const address = `${scheme}//${location.host}/api/kernels/${this.kernel}/channels?session_id=${this.session}`;
    const socket = new WebSocket(address, [PROTOCOL]);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    return new Promise((resolve) => {
      const late = setTimeout(() => socket.close(), OPENING);
      socket.onopen = () => {
        clearTimeout(late);
        resolve(true);
        this.#opened();
      };
      socket.onmessage = ({ data }) => {
        if (socket !== this.#socket) return;
        this.#said = 0;
        clearTimeout(this.#watch);
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
    this.#lost = this.#answered = this.#said = 0;
    this.#waiting.splice(0).forEach((bytes) => this.#send(bytes));
    this.opened();
    this.#tell("open");
  }

  #closed() {
    this.#socket = null;
    clearTimeout(this.#watch);
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
      const status = await this.#alive();
      if (status === 410) return reload(this);
      if (status !== 204) {
        this.#answered = 0;
        continue;
      }
      this.#answered ||= now();
      opened = await this.#connect();
      if (!opened && now() - this.#answered > BLOCKED) this.#tell("blocked");
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

  /** 204 while the kernel lives, 410 when it has gone, 0 where nobody answers. */
  async #alive() {
    const patience = new AbortController();
    const late = setTimeout(() => patience.abort(), ANSWER);
    try {
      return (await fetch(`/alive/${this.kernel}`, { cache: "no-store", signal: patience.signal })).status;
    } catch {
      return 0;
    } finally {
      clearTimeout(late);
    }
  }

  /** After a sleep, a change of network, or a silence: is the line still one? */
  async look() {
    if (this.left || !this.kernel) return;
    if (!this.open) return this.#wake?.();
    const socket = this.#socket;
    const since = this.#said;
    const status = await this.#alive();
    if (this.left || socket !== this.#socket) return;
    if (status === 410) return reload(this);
    const silent = since && since === this.#said && now() - since;
    if (!status || silent > DEAF) this.#drop();
    else if (silent) this.#watch = setTimeout(() => this.look(), UNHEARD);
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
