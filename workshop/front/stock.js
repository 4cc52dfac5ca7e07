/* A page with widgets that aren't ours runs on Voila's own bundle. It opens the kernel's websocket itself and says nothing of
it, so what the page has to know is overheard: this has to stand before Voila's script runs. */

import { alive, Blame } from "./alive.js";
import { reload, SILENT, WORD } from "./connection.js";
import { fails, lost } from "./lifeless.js";

const [NO_MODEL, WATCHED] = ["Error displaying widget", 120_000]; // what Voila writes; ms in which a page comes to its widgets
const UNHEARD = 4000; // ms that a whole page has for its websocket before it asks
const CHANNELS = /\/api\/kernels\/([^/]+)\/channels/;

/** Load `bundle`, and follow the line to `kernel` that it opens: {left, leave()}. */
export function stock(kernel, bundle) {
  const sockets = new Set();
  const line = {
    left: false,
    leave() {
      line.left = true;
    },
  };
  let asking = setTimeout(ask, UNHEARD); // a kernel that ended before Voila asked for it gets no websocket that could close
  const tell = (detail) => window.dispatchEvent(new CustomEvent("ws-connection", { detail }));
  let tried = false; // Voila has asked for a websocket: where it never does, its script doesn't work here
  let worked = false; // there has been a websocket, so this network lets them through
  let waited = false; // for Voila to ask for a new one, by its own clock; on some lines it never does
  const blame = new Blame(kernel, (detail) => {
    if (detail !== "blocked" || (tried && !worked)) tell(detail);
    else if (!tried) fails();
    else if (waited) reload(line);
    else waited = true;
  });
  let heard = 0;
  let silence = 0;

  function follow() {
    clearTimeout(silence);
    silence = setTimeout(word, SILENT);
  }

  /** The server answers an empty message. A websocket that brings nothing then only looks open: Voila opens another. */
  function word() {
    const before = heard;
    for (const socket of sockets) socket.send("");
    setTimeout(() => {
      if (before !== heard) return;
      for (const socket of [...sockets]) {
        socket.close();
        socket.dispatchEvent(new CloseEvent("close", { code: 1006 })); // a browser waits a minute for the other end to agree
      }
    }, WORD);
  }

  const Stock = window.WebSocket;
  window.WebSocket = class extends Stock {
    constructor(url, ...rest) {
      super(url, ...rest);
      if (!CHANNELS.test(String(url))) return;
      tried = true;
      this.addEventListener("open", () => {
        sockets.add(this);
        worked = true;
        waited = false;
        blame.end();
        follow();
        tell("open");
      });
      this.addEventListener("message", () => {
        heard++;
        follow();
      });
      this.addEventListener("close", () => {
        sockets.delete(this);
        clearTimeout(silence);
        if (line.left || sockets.size) return;
        tell("closed");
        ask();
      });
    }
  };

  // Voila lets go of its kernel at `beforeunload`, which also comes with a tel: link or a download, where nobody leaves.
  const listen = window.addEventListener;
  window.addEventListener = function (type, ...rest) {
    if (type !== "beforeunload") listen.call(this, type, ...rest);
  };

  /** Does our kernel live? If not, one reload brings a new one; drafts and outbox are in this browser. */
  async function ask() {
    clearTimeout(asking);
    if (line.left) return;
    if (sockets.size) return word();
    const status = await alive(kernel);
    if (line.left || sockets.size) return;
    blame.heard(status);
    if (status === 410) reload(line);
    else asking = setTimeout(ask, 1000 + 1000 * Math.random());
  }
  window.addEventListener("online", ask);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask();
  });

  // On a machine with too much to do Voila may stop waiting for a kernel's widgets, and would say so for good.
  const began = performance.now();
  const look = setInterval(() => {
    if (line.left || performance.now() - began > WATCHED) clearInterval(look);
    else if ([...document.querySelectorAll("[id^=ws-place-]")].some((place) => place.textContent.includes(NO_MODEL))) {
      clearInterval(look);
      reload(line);
    }
  }, 2000);

  blame.begin();
  const script = Object.assign(document.createElement("script"), { src: bundle });
  script.onerror = () => lost(() => reload(line));
  document.body.append(script);
  return line;
}
