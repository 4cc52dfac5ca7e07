/* How the room stands, on a phone: a calm screen while phones are face down or the room pauses, the timer, and where the
page ends while everyone goes together. Nothing of the page is lost under it; Help and Hide stay within reach. */

import { now } from "./clock.js";
import { el, tell } from "./parts.js";

const PACE = "workshop.pace"; // read by chrome.js, before there is a kernel to ask
const OVER = 10; // s for which an ended timer still stands there

/** Seconds as one reads a clock. */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** When a view's timer ends, {id, until} by `clock.js`, or null. */
export const running = (timer) => (timer ? { id: timer.id, until: now() + 1000 * timer.seconds } : null);

/** Follow the room on a participant's page; does nothing where a person is alone, or where the page isn't ours. */
export function stand(page, signal) {
  if (!document.body.classList.contains("ws-page")) return;
  const title = el("p", { class: "ws-cover-title" });
  const more = el("div");
  const cover = el("section", { class: "ws-root ws-cover", role: "status", hidden: true }, el("div", {}, title, more));
  const timer = el("p", { class: "ws-root ws-timer", role: "timer", "aria-live": "off", hidden: true });
  const along = el("a", { class: "ws-root ws-along", hidden: true });
  const held = el("p", { class: "ws-held" });
  const here = el("button", {
    type: "button",
    class: "ws-root ws-here",
    hidden: true,
    onclick: () => ledTo[0].scrollIntoView({ block: "start" }),
  });
  document.body.append(cover, timer, along, here);
  let ledTo = []; // the open question and the guesses about it, where this person isn't through with it
  const inSight = new Set();
  const looking = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) inSight[isIntersecting ? "add" : "delete"](target);
    here.hidden = inSight.size > 0;
  });
  let at = null;
  let seen = null;

  function draw() {
    const { view } = page;
    if (page.alone || !view.stage) return;
    covered(view.ended ? "" : view.stage.cover);
    if (seen !== view.timer) {
      seen = view.timer;
      at = running(view.timer);
      tick();
    }
    const own = Object.keys(page.questions)[0]?.split(".")[0];
    const begun = Object.keys(page.questions).some((question) => question in (view.phases ?? {}));
    const gone = Boolean(own && begun && view.module && view.module !== own && !view.ended);
    along.hidden = !gone;
    tell(along, `${page.word("stage.along")} →`);
    if (gone) along.setAttribute("href", view.module);
    const together = view.stage.pace === "together" && !gone && !view.ended;
    try {
      sessionStorage.setItem(PACE, view.stage.pace);
    } catch {
      /* a browser that keeps nothing */
    }
    document.documentElement.classList.toggle("ws-together", together);
    const activities = [...document.querySelectorAll("#ws-cells .ws-activity[data-about]")].map(
      (node) => /** @type {HTMLElement} */ (node),
    );
    // A page that the room hasn't come to ends at its first question.
    endAt(together ? (view.module === own ? view.until : activities.find((one) => !one.hidden)?.dataset.about) : "", activities);
    lead(gone || view.ended || view.stage.cover ? [] : (view.on ?? []), activities);
  }

  /** A way to the last of the open questions, for a person who is elsewhere on the page and isn't through with it. */
  function lead(open, activities) {
    const left = activities.filter(
      ({ dataset, offsetParent }) => offsetParent && open.includes(dataset.about) && !page.done(dataset.about),
    );
    const to = left.filter(({ dataset }) => dataset.about === left.at(-1).dataset.about);
    tell(here, page.word("stage.here"));
    if (to.length === ledTo.length && to.every((one, place) => one === ledTo[place])) return;
    ledTo = to;
    looking.disconnect();
    inSight.clear();
    here.hidden = true;
    ledTo.forEach((one) => looking.observe(one));
  }

  function covered(by) {
    cover.hidden = !by;
    /** @type {NodeListOf<HTMLElement>} */
    const parts = document.querySelectorAll("#ws-cells, .ws-onward, .ws-along, .ws-here");
    for (const part of parts) part.inert = Boolean(by);
    if (!by || cover.dataset.by === by) return;
    cover.dataset.by = by;
    tell(title, page.word(by === "pause" ? "stage.pause" : "states.down"));
    more.replaceChildren(
      ...(by === "pause"
        ? [
            el("p", {}, page.word("stage.pause_what")),
            el("p", {}, page.word("care.alone")),
            el("p", { class: "ws-soft" }, page.word("stage.kept")),
          ]
        : [el("p", { class: "ws-soft" }, page.word("stage.kept"))]),
    );
  }

  function tick() {
    const left = at ? (at.until - now()) / 1000 : -Infinity;
    timer.hidden = left < -OVER;
    const text = left > 0 ? clock(Math.ceil(left)) : page.word("stage.over");
    tell(timer, text);
  }

  /** Let the page end after a question, with the guesses about it; "": it ends where it ends. */
  function endAt(question, activities) {
    const cells = document.getElementById("ws-cells");
    if (!cells) return;
    const last = question && activities.filter((one) => !one.hidden && one.dataset.about === question).at(-1);
    let ahead = false;
    for (const part of [...cells.children, ...document.querySelectorAll(".ws-onward")]) {
      if (part === held) continue;
      part.classList.toggle("ws-ahead", ahead);
      if (!last || !part.contains(last)) continue;
      ahead = true;
      if (part.nextSibling !== held) part.after(held);
    }
    held.hidden = !ahead;
    tell(held, page.word("stage.held"));
  }

  const timing = setInterval(tick, 250);
  const stop = page.follow(draw);
  signal?.addEventListener("abort", () => {
    stop();
    clearInterval(timing);
    looking.disconnect();
    for (const node of [cover, timer, along, here, held]) node.remove();
  });
}
