/* Who a visitor is, without anyone knowing who they are.

The browser draws one secret. It never leaves the browser; what leaves is one key per question, which no one can
join with the key of another question. The join page, the frame of the activities and the top bar share this module:
it alone decides who holds this phone.

Everything kept here is called ws.…: in sessionStorage until the person consents that this phone may keep it, then in
localStorage; it moves when that switch moves. Alone there is no one else, so localStorage from the start.

In a room the server's cookie says whether the same person still holds this phone: `ws.tag` is the tag that it had when
the secret was drawn. A tab with another tag belongs to someone who has gone. It sends nothing and shows nothing. */

import { hex, hmac, random, unhex } from "./hash.js";

let noRoom = false;

/** Whether this browser's storage was full once: what is written from then on may stay only while the page is open. */
export const full = () => noRoom;

const HANDOVER = 200; // ms in which another tab may hand over the secret

/** A shelf for a browser that refuses storage (blocked cookies): it lasts as long as the page. */
class Memory extends Map {
  getItem(name) {
    return this.get(name) ?? null;
  }
  setItem(name, text) {
    this.set(name, text);
  }
  removeItem(name) {
    this.delete(name);
  }
  names() {
    return [...this.keys()];
  }
}

/** @param {"localStorage" | "sessionStorage"} name */
function shelf(name) {
  try {
    const real = window[name];
    real.setItem("ws.probe", "1");
    real.removeItem("ws.probe");
    const beside = new Memory(); // what had no room on it: newer than what is there
    return {
      getItem: (key) => beside.getItem(key) ?? real.getItem(key),
      names: () => [...new Set([...Object.keys(real), ...beside.names()])].filter((key) => key.startsWith("ws.")),
      removeItem(key) {
        real.removeItem(key);
        beside.removeItem(key);
      },
      setItem(key, text) {
        try {
          real.setItem(key, text);
          beside.removeItem(key);
        } catch {
          beside.setItem(key, text);
          if (!noRoom) {
            noRoom = true;
            announce("ws-full");
          }
        }
      },
    };
  } catch {
    return new Memory();
  }
}

const local = shelf("localStorage");
const session = shelf("sessionStorage");
let alone = false;
let secret = null;
let drawing = null;
let ours = ""; // the tag of the person this tab belongs to

/** Whether this browser keeps anything at all for this page. */
export const keeps = !(local instanceof Memory) && !(session instanceof Memory);

/** The tag of the person who holds this phone now, from the server's cookie; "" alone and before joining. The page names the
 * cookie: another run on the same computer has one of its own. */
const tag = () => {
  const name = `${document.documentElement.dataset.tag ?? "ws-tag"}=`;
  const found = document.cookie.split("; ").find((one) => one.startsWith(name));
  return found?.slice(name.length) ?? "";
};

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The three consents, {part, keep, share}: all off until the person says otherwise. Alone there is no group to ask. */
export function consent() {
  const said = parsed(local.getItem("ws.consent")) ?? parsed(session.getItem("ws.consent")) ?? {};
  return Object.fromEntries(["part", "keep", "share"].map((key) => [key, typeof said[key] === "boolean" ? said[key] : alone]));
}

const place = () => (consent().keep ? local : session);

/** Whether a tag belongs to someone other than the person who holds this phone now. */
const another = (before) => Boolean(before && tag() && before !== tag());
const stale = (shelf) => another(shelf.getItem("ws.tag"));

/** Someone else holds this phone: this tab forgets the person before, and leaves what the new one keeps. */
function giveWay() {
  clear(session);
  secret = drawing = null;
  ours = "";
  announce("ws-replaced");
}

/** Whether someone else holds this phone now; if so, nothing is left here. Asked before anything is shown or sent. */
export function gaveWay() {
  [local, session].filter(stale).forEach(clear);
  if (!another(ours)) return false;
  giveWay();
  return true;
}

/** This tab belongs to the person who holds the phone now; `put` keeps their tag. Alone there is none. */
function mark(put) {
  if (!tag()) return;
  ours = tag();
  put(ours);
}

/** Move what is kept to where it may be now; what is there already stays. */
function settle(next) {
  const [from, to] = next.keep ? [session, local] : [local, session];
  for (const name of from.names()) {
    if (to.getItem(name) === null) to.setItem(name, from.getItem(name));
    from.removeItem(name);
  }
  to.setItem("ws.consent", JSON.stringify(next));
  if (secret) to.setItem("ws.secret", secret);
  mark((text) => to.setItem("ws.tag", text));
  announce("ws-consent");
}

/** Change some consents, e.g. {keep: true}; what is kept moves at once to where it may be. */
export function setConsent(change) {
  const next = { ...consent(), ...change };
  settle(next);
  channel?.postMessage({ consent: next });
}

export const kept = {
  /** The text kept under a name (ws.…), or null. */
  get: (name) => place().getItem(name),
  /** What is kept under a name, where it is JSON; else null. */
  read: (name) => parsed(place().getItem(name)),
  set: (name, text) => place().setItem(name, text),
  drop: (name) => place().removeItem(name),
  names: () => place().names(),
};

const announce = (name) => window.dispatchEvent(new CustomEvent(name));

// Tabs of one browser are one visitor. They speak to each other only inside the browser.
function between() {
  try {
    return new BroadcastChannel("ws.visitor");
  } catch {
    return null; // an older browser, or one that keeps nothing
  }
}
const channel = between();
channel?.addEventListener("message", ({ data }) => {
  if (data.another) return giveWay();
  if (gaveWay()) return;
  if (data.ask && secret) channel.postMessage({ to: data.ask, consent: consent(), secret: data.who ? null : secret });
  if (data.consent && !data.to) settle(data.consent);
  if (data.wipe) {
    wipe();
    announce("ws-forgotten");
  }
});

// A tab that was asleep while the phone changed hands heard nothing of it.
gaveWay();
for (const moment of ["visibilitychange", "focus", "pageshow", "resume"]) window.addEventListener(moment, gaveWay, true);

/** What another tab says about its consents and its secret; `who`: its consents only, if there is such a tab. */
function askOtherTabs(who = false) {
  return new Promise((resolve) => {
    if (!channel) return resolve(null);
    const ask = random(8);
    const hear = ({ data }) => {
      if (data.to === ask) finish(data);
    };
    const finish = (answer) => {
      channel.removeEventListener("message", hear);
      resolve(answer);
    };
    channel.addEventListener("message", hear);
    channel.postMessage({ ask, who });
    setTimeout(finish, HANDOVER, null);
  });
}

const valid = (text) => (/^[0-9a-f]{32}$/.test(text ?? "") ? text : null);

async function draw() {
  let found = valid(kept.get("ws.secret"));
  if (!found) {
    const given = await askOtherTabs();
    if (given?.consent && !kept.get("ws.consent")) place().setItem("ws.consent", JSON.stringify(given.consent));
    // Look once more: a tab opened at the same moment may have drawn one.
    found = valid(kept.get("ws.secret")) ?? valid(given?.secret) ?? random(16);
    kept.set("ws.secret", found);
  }
  secret = found;
  mark((text) => kept.set("ws.tag", text));
}

/** Resolves when this browser has its secret: the one it had, another tab's, or a new one. */
export function ready(options = {}) {
  if (options.alone) alone = true;
  drawing ??= draw();
  return drawing;
}

/** [answer key, done key] of one question of one room, 64 hex digits each; `ready()` first. */
export function keys(room, question) {
  const key = (...parts) => hex(hmac(unhex(secret), new TextEncoder().encode([room, question, ...parts].join("\x1f"))));
  return [key(), key("done")];
}

/** The consents of the person who was here with this browser before, kept here or in another tab; null if there was no one. */
export async function met() {
  return kept.get("ws.consent") ? consent() : ((await askOtherTabs(true))?.consent ?? null);
}

/** "It's still me": what is kept here stays, whatever cookie the server gives next. */
export function samePerson() {
  [local, session].forEach((shelf) => shelf.removeItem("ws.tag"));
}

function clear(shelf) {
  shelf.names().forEach((name) => shelf.removeItem(name));
}

function wipe() {
  [local, session].forEach(clear);
  secret = drawing = null;
  ours = "";
}

/** Wipe everything that this browser holds of the workshop, in every tab. What was sent stays, without a name. */
export function forget() {
  wipe();
  channel?.postMessage({ wipe: true });
  announce("ws-forgotten");
}

/** Take what a saved page holds, [[name, text], …], secret included: from here on this browser is the one that saved it. */
export function bring(items) {
  for (const [name, text] of items) if (name !== "ws.secret" || valid(text)) kept.set(name, text);
  secret = null;
  drawing = null;
  announce("ws-forgotten"); // pages that follow begin again, with what is kept now
}

/** Someone else is using this phone: nothing of the person before is left, here or in any other tab. */
export function somebodyElse() {
  wipe();
  channel?.postMessage({ another: true });
}
