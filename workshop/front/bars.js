/* How many people are where, as bars: the one drawing of a result, on phone, desk and screen, and in a saved page.

A bar is as long as its share of the longest one; its number stands at its end. The longest bars are darker than the
others, and those of an invented group are hatched. The sheets make them grow, and put long labels above their bars. */

import { el } from "./parts.js";

/** @import { ShownPayload } from "./messages" */

const MANY = 5; // more bars than this, and each label stands next to its bar: all of them stay on one screen
const SHORT = 20; // characters of a label that has room next to its bar

/** One bar with its number. `share`: of the longest one, from 0 to 1. */
function bar(share, people, kind = "") {
  const drawn = el("b", { class: kind });
  drawn.style.setProperty("--ws-share", share.toFixed(4));
  return el("i", { class: people ? "" : "ws-none" }, drawn, el("span", { class: "ws-count" }, String(people)));
}

/** The bars of what a payload shows, with its sentence for people who don't see them. @param {ShownPayload} shown */
export function bars({ cells, summary, invented }) {
  const most = Math.max(1, ...cells.map(([, , people]) => people));
  const longest = Math.max(...cells.map(([, label]) => label.length));
  const above = cells.length <= MANY && longest > SHORT;
  const node = el(
    "div",
    { class: `ws-bars${invented ? " ws-hatched" : ""}${above ? " ws-above" : ""}`, role: "img", "aria-label": summary },
    cells.map(([, label, people]) =>
      el("div", {}, el("span", { dir: "auto" }, label), bar(people / most, people, people === most ? "ws-longest" : "")),
    ),
  );
  node.style.setProperty("--ws-label", `${longest}ch`);
  return node;
}

/** Two results with the same cells side by side, as shares: not as many people may have answered both. @param {ShownPayload[]} both */
export function pairsOfBars(both) {
  const shares = both.map(({ cells, people }) => cells.map(([, , count]) => count / people));
  const top = Math.max(...shares.flat());
  const one = (which, at) => bar(shares[which][at] / top, both[which].cells[at][2], which ? "ws-longest" : "ws-first");
  return el(
    "div",
    { class: `ws-both${both[0].invented ? " ws-hatched" : ""}` },
    both[0].cells.map(([, label], at) => el("div", {}, el("span", { dir: "auto" }, label), one(0, at), one(1, at))),
  );
}
