/* "My page": one file, made in this browser and read back in this or another one. It holds private text, so nothing of it
is ever in a message; what is fetched for it are the room's results, which are the same for everyone.

The file shows by itself, without a network and without a script. What this browser keeps goes along as data, so that
another phone can go on from it. */

import { bars } from "./bars.js";
import { lasting } from "./own.js";
import { el, OWN, tell } from "./parts.js";
import { bring, kept } from "./visitor.js";

const MARK = "ws-saved";
const FETCHED_WITHIN = 4000; // ms that a result may take
const LONGEST = 2 ** 22; // characters of a file that is read back
const PASSING = /^ws\.(consent|probe|reloaded|tag)$|\.outbox\./; // never brought back: switches are set again, and what was under way is over

const STYLE = `body{max-width:40rem;margin:0 auto;padding:24px;font:17px/1.5 Georgia,serif;color:#26232d;background:#fff}
h1{font-size:30px;line-height:1.2}h2{font-size:23px;margin:34px 0 8px;border-top:1px solid #ddd5c8;padding-top:18px}h3{font-size:17px;margin:20px 0 4px}
p{margin:0 0 8px;white-space:pre-wrap}.for{padding:10px 14px;border:1.5px solid #a8442a;border-radius:12px}.soft{color:#5c5766;font-size:15px}
.own{border-inline-start:4px solid #0e5a60;padding-inline-start:12px}.ws-bars div{display:grid;grid-template-columns:min(var(--ws-label),11rem,44%) 1fr;gap:10px;align-items:center;font-size:15px;margin:4px 0}
.ws-bars i{display:flex;gap:8px;align-items:center;font-style:normal}.ws-none b{display:none}.ws-bars b{--ws-bar:#6a999c;flex:none;width:calc(var(--ws-share)*(100% - 2.6em));height:16px;background:var(--ws-bar);box-shadow:inset 0 0 0 1.5px var(--ws-bar);border-radius:3px 8px 8px 3px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.ws-bars b.ws-longest{--ws-bar:#0e5a60}.ws-hatched b{background:repeating-linear-gradient(135deg,var(--ws-bar) 0 5px,transparent 5px 9px)}section{break-inside:avoid}`;

/** An answer in the words of its activity. */
function said(one, value) {
  if (value === null || value === undefined) return "";
  const options = Object.fromEntries((one.options ?? []).map(({ key, text }) => [key, text]));
  return [value]
    .flat()
    .map((part) => options[part] ?? (typeof part === "object" ? "" : String(part)))
    .filter(Boolean)
    .join(", ");
}

/** Whether an answer is words of a person's own, and not an option's. */
const written = (one, value) => typeof value === "string" && !one.options?.some(({ key }) => key === value);

/** What this phone holds of one activity, as lines {text, own}: the answer (another room's too), own words, journal lines;
 * `own`: whether a person wrote it. */
export function held(page, one) {
  const draft = kept.read(`ws.${page.room}.draft.${one.id}`);
  const value = draft?.how === "skipped" ? null : (draft?.value ?? page.mine[one.id]?.value ?? lasting.get(one.id));
  const fields = kept.read(`ws.own.${one.id}`) ?? kept.read(`ws.${page.room}.own.${one.id}`) ?? {};
  const texts = Object.entries(fields).filter(([, text]) => typeof text === "string" && text.trim());
  return [
    { text: said(one, value), own: written(one, value) },
    ...texts.map(([name, text]) => ({ text: one.words?.[name] ? `${one.words[name]} ${said(one, text)}` : text, own: written(one, text) })),
    { text: kept.get(`ws.journal.${one.id}`) ?? "", own: true },
  ].filter(({ text }) => text.trim());
}

function result(payload, page) {
  if (!payload) return [];
  if (payload.face === "withheld") return [el("p", { class: "soft" }, page.word("page.kept_closed"))];
  const words = payload.invented ? page.word("marks.invented") : page.word("states.people", { people: payload.people });
  const shown = payload.cells?.length
    ? bars(payload)
    : el(
        "div",
        {},
        (payload.texts ?? []).map((text) => el("p", OWN, text)),
      );
  return [el("p", { class: "soft" }, words), shown];
}

/** What is kept, as data in which nothing can end a script element. */
function data() {
  const held = Object.fromEntries(
    kept
      .names()
      .filter((name) => !PASSING.test(name))
      .map((name) => [name, kept.get(name)]),
  );
  return JSON.stringify({ saved: 1, kept: held }).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The whole file as text. `catalogue`: [{title, activities: [{id, title, text, options, words}]}]. */
export async function whole(page, catalogue, words) {
  const reveals = page.view.reveals ?? {};
  const fetched = {};
  await Promise.all(
    Object.entries(reveals).map(async ([question, id]) => {
      // A result that can't be fetched now is left out: a person's own words are worth more than waiting.
      const waited = new Promise((resolve) => setTimeout(resolve, FETCHED_WITHIN, null));
      fetched[question] = await Promise.race([Promise.resolve(page.reveal(id)).catch(() => null), waited]);
    }),
  );
  const doc = document.implementation.createHTMLDocument(words.title);
  doc.documentElement.lang = document.documentElement.lang || "en";
  const script = el("script", { type: "application/json", id: MARK });
  script.textContent = data();
  const style = el("style");
  style.textContent = STYLE;
  doc.head.prepend(el("meta", { charset: "utf-8" }), el("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }));
  doc.head.append(style);
  doc.body.append(el("p", { class: "for" }, page.word("care.export")), el("h1", {}, words.title));
  for (const module of catalogue) {
    const parts = module.activities
      .map((one) => [one, held(page, one), fetched[one.id]])
      .filter(([, lines, payload]) => lines.length || payload);
    if (!parts.length) continue;
    doc.body.append(
      el("h2", { dir: "auto" }, module.title),
      ...parts.map(([one, lines, payload]) =>
        el(
          "section",
          {},
          el("h3", { dir: "auto" }, one.title || one.text),
          one.title && one.text ? el("p", { class: "soft", dir: "auto" }, one.text) : null,
          lines.map(({ text, own }) => el("p", { class: "own", dir: "auto", ...(own ? OWN : {}) }, text)),
          result(payload, page),
        ),
      ),
    );
  }
  doc.body.append(el("p", {}, page.word("care.alone")), el("p", { class: "soft" }, words.back), script);
  return `<!doctype html>\n${new XMLSerializer().serializeToString(doc.documentElement)}`;
}

/** What a file says, as plain text: for an app that can't save it. */
export const asText = (file) =>
  [...new DOMParser().parseFromString(file, "text/html").querySelectorAll("h1, h2, h3, p, [role=img]")]
    .map((part) => part.getAttribute("aria-label") ?? part.textContent)
    .join("\n");

/** Hand the file over to the browser's downloads. Nobody tells a page whether it ever came there. */
export function download(text, name, type = "text/html") {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/** What a saved file's data says was kept; null where it isn't one. */
function keptIn(text) {
  try {
    return JSON.parse(text).kept;
  } catch {
    return null;
  }
}

/** Bring back what a saved file holds; whether it was one. */
export async function restore(file) {
  if (file.size > LONGEST) return false;
  const found = new RegExp(`<script[^>]*id="${MARK}"[^>]*>([^<]*)</script>`).exec(await file.text());
  const held = keptIn(found?.[1]);
  if (!held || typeof held !== "object") return false;
  const items = Object.entries(held).filter(([name, text]) => name.startsWith("ws.") && !PASSING.test(name) && typeof text === "string");
  if (items.length) bring(items);
  return items.length > 0;
}

/** A field that takes a saved file: {node}. `words`: {restore, restored, not_one}. */
export function restoring(words) {
  const line = el("p", { class: "ws-line", role: "status" });
  const field = el("input", {
    type: "file",
    accept: ".html,text/html",
    class: "ws-file",
    onchange: async () => {
      const file = field.files[0];
      if (file) tell(line, (await restore(file)) ? words.restored : words.not_one);
      field.value = "";
    },
  });
  return el("label", { class: "ws-restore" }, el("span", {}, words.restore), field, line);
}
