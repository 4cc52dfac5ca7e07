/* A reveal, wherever it is shown: phone, desk, projector. One frozen payload, the same for everybody.

The chart is plotly's, loaded once and only when a figure is to be drawn. Where it cannot be loaded the same counts
stand as plain bars, so that nobody waits for a chart. */

import { el, icon } from "./parts.js";

const PATIENCE = 4000; // ms until plain bars take plotly's place
let loading = null;
let fetchedAhead = false;

/** Put plotly's file into the browser's cache while nobody waits for it; never on a connection that is paid by weight. */
export function prefetch(page) {
  if (fetchedAhead || !page.greeted || page.alone || !page.plotlyUrl || navigator.connection?.saveData) return;
  fetchedAhead = true;
  // Each at a time of its own: a hundred phones at once would take the room's wifi from those who are still coming in.
  setTimeout(() => document.head.append(el("link", { rel: "prefetch", as: "script", href: page.plotlyUrl })), 3000 + 30000 * Math.random());
}

/** Plotly, from the server's own copy; alone its text comes from the kernel. */
export function plotly(page) {
  if (globalThis.Plotly) return Promise.resolve(globalThis.Plotly);
  loading ??= script(page).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function script(page) {
  const own = page.plotlyUrl ? "" : URL.createObjectURL(new Blob([await page.plotlyText()], { type: "text/javascript" }));
  await new Promise((resolve, reject) => {
    document.head.append(el("script", { src: page.plotlyUrl || own, onload: resolve, onerror: reject }));
  });
  if (own) URL.revokeObjectURL(own);
  return globalThis.Plotly;
}

/** Plain bars of [cell, label, people]. */
export function bars(cells) {
  const most = Math.max(1, ...cells.map(([, , people]) => people));
  return el("div", { class: "ws-bars", "aria-hidden": "true" }, cells.map(([, label, people]) => {
    const bar = el("b");
    bar.style.inlineSize = `${(100 * people) / most}%`;
    return el("div", {}, el("span", { dir: "auto" }, label), el("i", {}, bar), el("span", { class: "ws-count" }, String(people)));
  }));
}

export const token = (node, name) => getComputedStyle(node).getPropertyValue(name).trim();

/** The figure in the colours and letters of the screen that it is on, `scale` times as large. */
function dressed(figure, node, scale) {
  const [ink, deep] = [token(node, "--ws-ink"), token(node, "--ws-deep")];
  const { layout } = figure;
  const data = figure.data.map((trace) => {
    const marker = { ...trace.marker, color: deep };
    if (marker.line) marker.line = { ...marker.line, color: deep };
    if (marker.pattern) marker.pattern = { ...marker.pattern, size: (marker.pattern.size ?? 8) * scale };
    return { ...trace, marker };
  });
  return {
    data,
    layout: {
      ...layout,
      font: { ...layout.font, family: token(node, "--ws-sans"), color: ink, size: (layout.font?.size ?? 15) * scale },
      height: (layout.height ?? 240) * scale,
      margin: Object.fromEntries(Object.entries(layout.margin ?? {}).map(([side, px]) => [side, px * scale])),
      barcornerradius: 11 * scale,
    },
  };
}

// A figure holds its colours; when the screen turns dark or light it is drawn anew.
const painted = new Map();
function repaint() {
  painted.forEach((plot, node) => (node.isConnected ? plot() : painted.delete(node)));
}
matchMedia("(prefers-color-scheme: dark)").addEventListener?.("change", repaint);
new MutationObserver(repaint).observe(document.body, { attributeFilter: ["data-jp-theme-light"] });

function chart(payload, page, scale, label) {
  const node = el("div", { class: "ws-chart", role: "img", "aria-labelledby": label });
  const plain = () => node.replaceChildren(bars(payload.cells));
  if (!payload.figure?.data) {
    plain();
    return node;
  }
  const wait = setTimeout(plain, PATIENCE);
  plotly(page).then((Plotly) => {
    clearTimeout(wait);
    node.replaceChildren();
    const plot = () => {
      const { data, layout } = dressed(payload.figure, node, scale);
      return Plotly.newPlot(node, data, layout, { staticPlot: true, responsive: true });
    };
    painted.set(node, plot);
    return plot();
  }).catch(plain);
  return node;
}

function table(payload, page) {
  return el("details", { class: "ws-table" },
    el("summary", {}, page.word("page.table")),
    el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, page.word("page.answer")), el("th", { scope: "col" }, page.word("page.people")))),
      el("tbody", {}, payload.cells.map(([, label, people]) => el("tr", {}, el("th", { scope: "row", dir: "auto" }, label), el("td", {}, String(people)))))));
}

/** Two results with the same options side by side: nodes, or none where one of them is not there or joined its cells otherwise.
 * `sides`: [[question, name], …], `payload(question)`. Bars show shares, since not as many people may have answered both. */
export function sideBySide(sides, payload, page) {
  const [first, second] = sides.map(([id]) => payload(id));
  const keys = (one) => JSON.stringify(one.cells.map(([key]) => key));
  if (first?.face !== "shown" || second?.face !== "shown" || first.invented !== second.invented || keys(first) !== keys(second)) return [];
  const both = [first, second];
  const shares = both.map(({ cells, people }) => cells.map(([, , count]) => count / people));
  const top = Math.max(...shares.flat());
  const common = shares[0].reduce((sum, share, at) => sum + Math.min(share, shares[1][at]), 0);
  const bar = (which, at) => {
    const part = el("b", { class: which ? "" : "ws-first" });
    part.style.inlineSize = `${(100 * shares[which][at]) / top}%`;
    return [el("i", {}, part), el("span", { class: "ws-count" }, String(both[which].cells[at][2]))];
  };
  return [
    first.invented ? el("p", { class: "ws-mark ws-invented" }, page.word("marks.invented")) : null,
    el("p", { class: "ws-sides-named" }, sides.map(([, name], which) =>
      el("span", { dir: "auto" }, el("b", { class: which ? "" : "ws-first", "aria-hidden": "true" }), `${name}: ${peopleOf(both[which], page)}`))),
    el("div", { class: "ws-sides" }, first.cells.map(([, label], at) => el("div", {}, el("span", { dir: "auto" }, label), bar(0, at), bar(1, at)))),
    el("p", { class: "ws-summary", dir: "auto" }, page.word("reveal.common", { tens: Math.round(10 * common) })),
  ].filter(Boolean);
}

/** Texts that people wrote, in the one order that was drawn for all. */
export const written = ({ texts }) => el("ul", { class: "ws-written" }, texts.map((text) => el("li", { dir: "auto" }, text)));

/** What follows from the bars, a line each. */
export const following = ({ follows = [] }) =>
  (follows.length ? el("ul", { class: "ws-follows" }, follows.map(({ key, text }) => el("li", { "data-key": key, dir: "auto" }, text))) : null);

/** How many people a reveal is about; in a rehearsal with the word that says that they are simulated. */
export const peopleOf = ({ people }, page) => page.word(page.view.mode === "rehearsal" ? "states.people_simulated" : "states.people", { people });

let drawn = 0;

/** Draw a payload into `node`. `page` has word(), plotlyUrl, plotlyText(); `scale`: how much larger, for the wall;
 * `example`: whether a withheld result shows its invented group. */
export function drawReveal(node, payload, page, { scale = 1, example = true } = {}) {
  if (payload.face === "withheld") {
    node.replaceChildren(el("p", { class: "ws-withheld" }, page.word("reveal.withheld")));
    if (!example) return;
    const inner = el("div", { class: "ws-example" });
    drawReveal(inner, payload.example, page, { scale });
    node.append(inner);
    return;
  }
  const label = `ws-summary-${++drawn}`;
  node.replaceChildren(
    payload.invented
      ? el("p", { class: "ws-mark ws-invented" }, page.word("marks.invented"))
      : el("p", { class: "ws-mark" }, icon("room"), el("span", {}, peopleOf(payload, page))),
    ...(payload.texts ? [written(payload)] : [
      chart(payload, page, scale, label),
      el("p", { class: "ws-summary", id: label, dir: "auto" }, payload.summary),
      following(payload) ?? "",
      table(payload, page),
    ]));
}
