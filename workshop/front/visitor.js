/* Who a visitor is, without anybody knowing who they are.

The browser draws one secret. It never leaves the browser; what leaves is one key per question, which nobody can
join with the key of another question. The join page, the frame of the activities and the top bar share this module.

Everything kept here is called ws.…: in sessionStorage until the person consents that this phone may keep it, then in
localStorage; it moves when that switch moves. Alone there is nobody else, so localStorage from the start. */

import { hex, hmac, random, unhex } from "./hash.js";

const PATIENCE = 200; // ms in which another tab may hand over the secret

/** A shelf for a browser that refuses storage (blocked cookies): it lasts as long as the page. */
class Memory extends Map {
  getItem(name) { return this.get(name) ?? null; }
  setItem(name, text) { this.set(name, text); }
  removeItem(name) { this.delete(name); }
  names() { return [...this.keys()]; }
}

function shelf(name) {
  try {
    const real = window[name];
    real.setItem("ws.probe", "1");
    real.removeItem("ws.probe");
    return {
      getItem: (key) => real.getItem(key),
      removeItem: (key) => real.removeItem(key),
      names: () => Object.keys(real).filter((key) => key.startsWith("ws.")),
      setItem(key, text) { try { real.setItem(key, text); } catch { /* full: the page goes on without it */ } },
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

function parsed(text) {
  try { return JSON.parse(text); } catch { return null; }
}

/** The three consents, {part, keep, share}: all off until the person says otherwise. Alone there is no group to ask. */
export function consent() {
  const said = parsed(local.getItem("ws.consent")) ?? parsed(session.getItem("ws.consent")) ?? {};
  return Object.fromEntries(["part", "keep", "share"].map((key) => [key, typeof said[key] === "boolean" ? said[key] : alone]));
}

const place = () => (consent().keep ? local : session);

/** What is kept goes where it may now be; what is there already stays. */
function settle(next) {
  const [from, to] = next.keep ? [session, local] : [local, session];
  for (const name of from.names()) {
    if (to.getItem(name) === null) to.setItem(name, from.getItem(name));
    from.removeItem(name);
  }
  to.setItem("ws.consent", JSON.stringify(next));
  if (secret) to.setItem("ws.secret", secret);
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
  set: (name, text) => place().setItem(name, text),
  drop: (name) => place().removeItem(name),
  names: () => place().names(),
};

const announce = (name) => window.dispatchEvent(new CustomEvent(name));

// Tabs of one browser are one visitor. They speak to each other only inside the browser.
const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("ws.visitor") : null;
channel?.addEventListener("message", ({ data }) => {
  if (data.ask && secret) channel.postMessage({ to: data.ask, secret, consent: consent() });
  if (data.consent && !data.to) settle(data.consent);
  if (data.wipe) {
    wipe();
    announce("ws-forgotten");
  }
});

function askOtherTabs() {
  return new Promise((resolve) => {
    if (!channel) return resolve(null);
    const ask = random(8);
    const hear = ({ data }) => { if (data.to === ask) finish(data); };
    const finish = (answer) => {
      channel.removeEventListener("message", hear);
      resolve(answer);
    };
    channel.addEventListener("message", hear);
    channel.postMessage({ ask });
    setTimeout(finish, PATIENCE, null);
  });
}

const valid = (text) => (/^[0-9a-f]{32}$/.test(text ?? "") ? text : null);

async function draw() {
  let found = valid(kept.get("ws.secret"));
  if (!found) {
    const given = await askOtherTabs();
    if (given?.consent && !kept.get("ws.consent")) place().setItem("ws.consent", JSON.stringify(given.consent));
    // Looked up once more: a tab opened in the same moment may have drawn one.
    found = valid(kept.get("ws.secret")) ?? valid(given?.secret) ?? random(16);
    kept.set("ws.secret", found);
  }
  secret = found;
}

/** Resolves when this browser has its secret: its own of before, another tab's, or a new one. */
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

/** Whether this browser has touched a question of this room: then the join page asks who is holding it. */
export const knows = (room) => kept.names().some((name) => name.startsWith(`ws.${room}.`));

function wipe() {
  for (const shelf of [local, session]) shelf.names().forEach((name) => shelf.removeItem(name));
  secret = null;
  drawing = null;
}

/** "Forget me": everything that this browser holds of the workshop, in every tab. What was sent stays, unnamed. */
export function forget() {
  wipe();
  channel?.postMessage({ wipe: true });
  announce("ws-forgotten");
}

/** Take what a saved page holds, [[name, text], …], its secret too: from here on this browser is who that one was. */
export function bring(items) {
  for (const [name, text] of items) if (name !== "ws.secret" || valid(text)) kept.set(name, text);
  secret = null;
  drawing = null;
  announce("ws-forgotten"); // whoever follows begins anew, with what is kept now
}

/** "Somebody else is using this phone": nothing of the one before is left to read, and a new secret is drawn. */
export async function somebodyElse() {
  forget();
  await ready();
}
