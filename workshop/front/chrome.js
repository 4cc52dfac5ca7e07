/* What surrounds a page in a room: each cell's output goes to its place, the bar above, leaving and coming back. What the
page runs on, our own runtime or Voila's bundle, its server has decided by what the notebook made. */

import { address } from "./address.js";
import { broken } from "./broken.js";
import { empty, hidden, hide } from "./calm.js";
import { keepClear } from "./clear.js";
import { fails, works } from "./lifeless.js";
import { notice } from "./notice.js";
import { run } from "./runtime.js";
import { stock } from "./stock.js";

let line = null; // to the kernel; none before the page is whole
let leaving = false;

/** What stands in the page for its script; null where the page broke off before it, or in the middle of it. */
function said(id) {
  try {
    return JSON.parse(document.getElementById(id)?.textContent || "null");
  } catch {
    return null;
  }
}

// --- leaving and coming back

/** Nobody needs the kernel any more. */
function leave() {
  leaving = true;
  line?.leave();
  const id = said("jupyter-config-data")?.kernelId; // missing in a page that broke off before its end
  if (id) navigator.sendBeacon(address(`voila/api/shutdown/${id}`));
}

window.addEventListener("pagehide", leave);

// While everybody goes together the words ahead wait for the questions before them, from the first moment on.
try {
  if (sessionStorage.getItem("workshop.pace") === "together") document.documentElement.classList.add("ws-together");
} catch {
  /* a browser that keeps nothing */
}

// --- each cell's output goes to the place that was kept for it

// The page arrives in pieces, and holds no scripts of its own: a sign after each output says that it is whole.
function settle(sign) {
  const arrived = sign.previousElementSibling;
  const place = document.getElementById(`ws-place-${arrived.dataset.place}`);
  place.append(...arrived.childNodes);
  if (![...place.children].some((part) => part.textContent.trim() && !part.matches(".ws-frame")) && !place.querySelector("script"))
    place.classList.remove("ws-awaited");
  arrived.remove();
  sign.remove();
}
const settleAll = () => document.querySelectorAll(".ws-whole").forEach(settle);

function whole() {
  settleAll();
  watch.disconnect();
  if (hidden()) {
    leave();
    empty();
    return;
  }
  if (leaving) return;
  const kernel = said("jupyter-config-data")?.kernelId;
  const states = said("ws-widgets");
  const bundle = said("ws-bundle");
  if (!states && !bundle) {
    line = broken();
    return;
  }
  keepClear();
  notice();
  try {
    line = bundle ? stock(kernel, bundle) : run(kernel, states, globalThis.workshop);
  } catch (error) {
    fails();
    throw error;
  }
}

hidden();
const watch = new MutationObserver(settleAll);
watch.observe(document.documentElement, { childList: true, subtree: true });
settleAll();
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", whole);
else whole();

works();

// --- the bar

// Somebody else holds this phone: at once nothing is left to see, and then nothing in memory either.
window.addEventListener("ws-replaced", () => {
  const words = document.getElementById("ws-hide")?.dataset.replaced;
  if (!words) return;
  leave();
  hide(words, false);
  location.replace(address(""));
});

document.addEventListener("click", ({ target }) => {
  const pressed = (selector) => /** @type {HTMLElement} */ (/** @type {Element} */ (target).closest(selector));
  if (pressed("#ws-hide")) {
    leave();
    hide(pressed("#ws-hide").dataset.hidden);
  }
  if (pressed("#ws-help")) /** @type {HTMLDialogElement} */ (document.getElementById("ws-support")).showModal();
});
