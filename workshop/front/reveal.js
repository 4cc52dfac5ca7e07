/* A reveal, wherever it is shown: phone, desk, screen. One frozen payload, the same for everyone. */

import { bars, pairsOfBars } from "./bars.js";
import { el, icon, OWN } from "./parts.js";

/** @import { Payload, ShownPayload } from "./messages" */

/** The sentence and the numbers once more, folded. @param {ShownPayload} shown */
function folded({ cells, summary }, page) {
  return el(
    "details",
    { class: "ws-table" },
    el("summary", {}, page.word("page.table")),
    el("p", { class: "ws-summary", dir: "auto" }, summary),
    el(
      "table",
      {},
      el(
        "thead",
        {},
        el("tr", {}, el("th", { scope: "col" }, page.word("page.answer")), el("th", { scope: "col" }, page.word("page.people"))),
      ),
      el(
        "tbody",
        {},
        cells.map(([, label, people]) => el("tr", {}, el("th", { scope: "row", dir: "auto" }, label), el("td", {}, String(people)))),
      ),
    ),
  );
}

/** Two results with the same options side by side: nodes, or none where one of them is missing or joined its cells otherwise.
 * `sides`: [[question, name], …].
 * @param {string[][]} sides
 * @param {(question: string) => Payload} payload */
export function sideBySide(sides, payload, page) {
  const [first, second] = sides.map(([id]) => payload(id));
  const keys = (one) => JSON.stringify(one.cells.map(([key]) => key));
  if (first?.face !== "shown" || second?.face !== "shown" || first.invented !== second.invented || keys(first) !== keys(second)) return [];
  const both = [first, second];
  const common = first.cells.reduce(
    (sum, [, , people], at) => sum + Math.min(people / first.people, second.cells[at][2] / second.people),
    0,
  );
  return [
    first.invented ? el("p", { class: "ws-mark ws-invented" }, page.word("marks.invented")) : null,
    el(
      "p",
      { class: "ws-both-named" },
      sides.map(([, name], which) =>
        el(
          "span",
          { dir: "auto" },
          el("b", { class: which ? "" : "ws-first", "aria-hidden": "true" }),
          `${name}: ${peopleOf(both[which], page)}`,
        ),
      ),
    ),
    pairsOfBars(
      both,
      sides.map(([, name]) => name),
    ),
    el("p", { class: "ws-summary", dir: "auto" }, page.word("reveal.common", { tens: Math.round(10 * common) })),
  ].filter(Boolean);
}

/** Texts that people wrote, in the one order that was drawn for all. @param {ShownPayload} shown */
export const written = ({ texts }) =>
  el(
    "ul",
    { class: "ws-written" },
    texts.map((text) => el("li", OWN, text)),
  );

/** What follows from the bars, a line each. */
export const conclusions = ({ follows = [] }) =>
  follows.length
    ? el(
        "ul",
        { class: "ws-follows" },
        follows.map(({ key, text }) => el("li", { "data-key": key, dir: "auto" }, text)),
      )
    : null;

/** How many people a reveal is about; in a rehearsal with the word that says that they are simulated. */
export const peopleOf = ({ people }, page) =>
  page.word(page.view.mode === "rehearsal" ? "states.people_simulated" : "states.people", { people });

/** Draw a payload into `node`. `page` has word() and view; `example`: whether a withheld result shows its invented group.
 * @param {Element} node
 * @param {Payload} payload */
export function drawReveal(node, payload, page, { example = true } = {}) {
  if (payload.face === "withheld") {
    node.replaceChildren(el("p", { class: "ws-withheld" }, page.word("reveal.withheld")));
    if (!example) return;
    const inner = el("div", { class: "ws-example" });
    drawReveal(inner, payload.example, page);
    node.append(inner);
    return;
  }
  node.replaceChildren(
    payload.invented
      ? el("p", { class: "ws-mark ws-invented" }, page.word("marks.invented"))
      : el("p", { class: "ws-mark" }, icon("room"), el("span", {}, peopleOf(payload, page))),
    ...(payload.texts ? [written(payload)] : [bars(payload), conclusions(payload) ?? "", folded(payload, page)]),
  );
}
