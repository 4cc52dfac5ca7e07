/* What kinds keep for their person alone, and what they say about it. Nothing that is kept here is ever in a message. */

import { el, tell } from "./parts.js";
import { consent, full, kept } from "./visitor.js";

/** An activity's own drawer in this browser, one object: {get, set(changes)}. It is one room's, or `lasting`. */
export function drawer(frame, id = frame.id, { lasting = false } = {}) {
  const name = () => (lasting ? `ws.own.${id}` : `ws.${frame.page.room}.own.${id}`);
  return {
    get: () => kept.read(name()) ?? {},
    set(changes) {
      kept.set(name(), JSON.stringify({ ...kept.read(name()), ...changes }));
    },
  };
}

/** What was last chosen in a question that a phone keeps beyond its room: {get(id), set(id, value)}. */
export const lasting = {
  get: (id) => kept.read(`ws.last.${id}`)?.value ?? null,
  set: (id, value) => kept.set(`ws.last.${id}`, JSON.stringify({ value })),
};

/** How long what is written here stays on this phone. */
export const staying = ({ page }) => {
  if (full()) return page.word("page.full");
  return page.word(consent().keep ? (page.alone ? "page.kept_alone" : "page.kept") : "page.tab");
};

/** The mark of a kind whose module has declared it private; the usual one otherwise. */
export const privately = (frame, spec) => (spec.shared ? undefined : ["lock", staying(frame)]);

/** A line that says what would leave the phone: {node, show(cell in words, or "")}; empty while nothing would. */
export function leaving(frame, sentence) {
  const node = el("p", { class: "ws-leaves", dir: "auto" });
  const show = (cell) => {
    const goes = cell && !frame.page.alone && consent().share;
    node.hidden = !goes;
    tell(node, goes ? sentence.replace("{cell}", cell) : "");
  };
  show("");
  return { node, show };
}

/** A number on a line, with a step less and a step more: {node, show(number, {locked, unset})}; `change(number)` at each touch.
 * `label`: the id of what names it; `reads(number)`: how it is read out; `words`: {less, more}. */
export function line({ low, high, step, ends = [], label, reads, unset = "", words, change }) {
  const said = el("output", { class: "ws-said", dir: "auto" });
  let before = null; // while a finger is on the line: where it stood, for the finger may only be scrolling the page
  let drawn = [low, {}];
  const range = el("input", {
    type: "range",
    class: "ws-range",
    min: low,
    max: high,
    step,
    "aria-labelledby": label,
    oninput: () => {
      if (before === null) change(Number(range.value));
      else paint(Number(range.value), {});
    },
    onpointerdown: ({ pointerType }) => {
      if (pointerType !== "mouse") before = range.value;
    },
    onpointerup: () => lift(true),
    onpointercancel: () => lift(false),
    onlostpointercapture: () => lift(false),
    // The place where it stands already is a choice too: a tap there, or Enter, means it.
    onclick: () => change(Number(range.value)),
    onkeydown: (event) => {
      if (event.key === "Enter") change(Number(range.value));
    },
  });
  function lift(meant) {
    if (before === null) return;
    const moved = range.value !== before;
    before = null;
    if (meant && moved) change(Number(range.value));
    else paint(...drawn);
  }

  const by = (steps) => () => {
    if (range.disabled) return;
    range.value = Number(range.value) + steps * step;
    change(Number(range.value));
  };
  const button = (sign, name, steps) => {
    const inner = el("button", { type: "button", class: "ws-step", onclick: by(steps) }, el("span", { "aria-hidden": "true" }, sign));
    inner.id = `${label}-${steps > 0 ? "more" : "less"}`;
    inner.setAttribute("aria-label", name);
    inner.setAttribute("aria-labelledby", `${inner.id} ${label}`);
    return inner;
  };
  const less = button("−", words.less, -1);
  const more = button("+", words.more, 1);
  const node = el(
    "div",
    { class: "ws-line-control" },
    said,
    el("div", { class: "ws-line-row" }, less, range, more),
    ends.length
      ? el(
          "div",
          { class: "ws-ends", "aria-hidden": "true" },
          ends.map((end) => el("span", { dir: "auto" }, end)),
        )
      : null,
  );

  function show(number, how = {}) {
    drawn = [number, how];
    if (before === null) paint(number, how);
  }

  function paint(number, { locked = false, none = false }) {
    range.value = number;
    range.disabled = locked;
    for (const one of [less, more]) one.setAttribute("aria-disabled", String(locked));
    const text = none ? unset : reads(number);
    tell(said, text);
    const fill = (100 * (range.value - low)) / (high - low);
    node.style.setProperty("--ws-fill", none ? "0%" : `${fill}%`);
    node.classList.toggle("ws-unset", none);
    range.setAttribute("aria-valuetext", ends.length ? `${text} (${ends.join(" – ")})` : text);
  }

  return { node, show };
}
