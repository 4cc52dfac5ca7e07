/* Numbers to tap in order. Nothing is sent, and only how many were found is kept. */

import { now } from "./clock.js";
import { activity } from "./frame.js";
import { drawer, privately } from "./own.js";
import { el, filled, tell } from "./parts.js";
import { clock } from "./stage.js";

const FULL = 48; // numbers that fill the pot in the picture

/** The numbers from 1 on, in a random order. */
function dealt(many) {
  const numbers = Array.from({ length: many }, (_, at) => at + 1);
  for (let at = many - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [numbers[at], numbers[other]] = [numbers[other], numbers[at]];
  }
  return numbers;
}

export default activity({
  skip: true,
  mark: privately,
  body(frame, spec) {
    const { words } = spec;
    const race = spec.framing === "race";
    const place = drawer(frame);
    const next = el("p", { class: "ws-next-number", role: "status" });
    const time = el("span", { class: "ws-timed", role: "timer", "aria-live": "off" });
    const level = el("b");
    const pot = el("div", { class: "ws-pot", "aria-hidden": "true" }, level);
    const head = el("div", { class: "ws-puzzle-head" }, next, race ? time : pot);
    const field = el("div", { class: "ws-numbers" });
    const said = el("p", { class: "ws-happened", role: "status", dir: "auto" });
    const begin = el("button", { type: "button", class: "ws-button ws-main", onclick: start });
    const node = el("div", {}, head, field, said, begin);
    let [found, wanted, until, ticking] = [0, 1, null, null];

    function start() {
      [found, wanted, until] = [0, 1, now() + 1000 * spec.seconds];
      frame.say("open", "");
      deal();
      draw();
      clearInterval(ticking);
      ticking = setInterval(tick, 250);
      field.firstChild.focus();
    }

    function deal() {
      field.replaceChildren(
        ...dealt(spec.numbers).map((number) =>
          el(
            "button",
            { type: "button", class: "ws-number-tile", onclick: ({ currentTarget }) => tap(number, currentTarget) },
            String(number),
          ),
        ),
      );
    }

    function tap(number, tile) {
      if (until === null || number !== wanted) return;
      found += 1;
      tile.classList.add("ws-found");
      tile.setAttribute("aria-disabled", "true");
      wanted = number === spec.numbers ? 1 : number + 1;
      if (wanted === 1) {
        deal();
        field.firstChild.focus();
      }
      draw();
    }

    function tick() {
      if (!frame.root.isConnected) return clearInterval(ticking);
      if (now() >= until) {
        clearInterval(ticking);
        until = null;
        place.set({ found });
      }
      draw();
    }

    function draw() {
      const running = until !== null;
      const last = place.get().found;
      head.hidden = field.hidden = !running;
      begin.hidden = running;
      tell(begin, last === undefined ? words[`begin_${spec.framing}`] : words.again);
      said.hidden = running || last === undefined;
      const over = last === undefined ? "" : filled(words[`over_${spec.framing}`], { found: last });
      tell(said, over);
      if (!running) return;
      const look = filled(words.next, { number: wanted });
      tell(next, look);
      tell(time, clock(Math.max(0, Math.ceil((until - now()) / 1000))));
      level.style.blockSize = `${Math.min(100, (100 * found) / FULL)}%`;
    }

    return { node, draw };
  },
});
