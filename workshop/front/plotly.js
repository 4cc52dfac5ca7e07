/* Plotly draws what the models make. It weighs more than everything else of a page together, so it comes late and once. */

import { el } from "./parts.js";

const QUIET = 3000; // ms after which a page may fetch what it needs later
const SPREAD = 30000; // ms over which the phones of a room fetch it
let loading = null;
let fetchedAhead = false;

/** Put plotly's file into the browser's cache while no one waits for it; never on a connection that saves data. */
export function prefetch(page) {
  if (fetchedAhead || !page.greeted || page.alone || !page.plotlyUrl || /** @type {any} */ (navigator).connection?.saveData) return;
  fetchedAhead = true;
  // Each phone at a time of its own: a hundred at once would take the room's wifi from those who are still coming in.
  setTimeout(
    () => document.head.append(el("link", { rel: "prefetch", as: "script", href: page.plotlyUrl })),
    QUIET + SPREAD * Math.random(),
  );
}

/** Plotly, from the server's own copy; for a person who is alone the kernel sends its text. */
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

/** The value of a token of the sheets, "--ws-ink", where a node stands: plotly knows no variables. */
export const token = (node, name) => getComputedStyle(node).getPropertyValue(name).trim();
