/* The group's sentences on the screen: each alone for a while, large and calm; then all of them as a quiet list. */

import { el, OWN } from "./parts.js";

const SHORTEST = 4000; // ms that a sentence stays
const PER_SIGN = 55; // ms more for each of its signs …
const MOST = 10000; // … and no longer than this

/** {node, start, stop}. `fits()`: whether the list is small enough for the screen; if it isn't, they begin again. */
export function oneByOne(texts, fits) {
  const alone = el("div", { class: "ws-alone", "aria-hidden": "true" });
  const list = el(
    "ul",
    { class: "ws-written ws-unseen" },
    texts.map((text) => el("li", OWN, text)),
  );
  let timer = null;

  function together(shown) {
    alone.hidden = shown;
    list.classList.toggle("ws-unseen", !shown);
  }

  function show(at) {
    if (at === texts.length) {
      together(true);
      if (fits()) return;
      together(false);
      at = 0;
    }
    alone.replaceChildren(el("p", OWN, texts[at]));
    timer = setTimeout(show, Math.min(SHORTEST + PER_SIGN * texts[at].length, MOST), at + 1);
  }

  return { node: el("div", { class: "ws-pooled" }, alone, list), start: () => show(0), stop: () => clearTimeout(timer) };
}
