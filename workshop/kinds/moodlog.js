/* A mood over some days. The taps go from here to this browser's drawer and back, and nowhere else; the picture is drawn
here too. Nothing is asked of a server, so it works without one. A day is one line of text in the drawer, "3 · – · 4": as
it stands it is shown in a person's own file. */

import { activity } from "./frame.js";
import { drawer, staying } from "./own.js";
import { el, fill, filled, radios, svg, tell } from "./parts.js";
import { row } from "./scale.js";
import { consent, setConsent } from "./visitor.js";

const [BETWEEN, NONE] = [" · ", "–"];
const ENOUGH = 6; // pairs of neighbouring taps that it takes before anything is said about them
const [WIDE, HIGH, TOP, FOOT] = [342, 184, 26, 46];

/** Taps as dots, joined where one follows the other: `taps`, a number from 0 to steps - 1, or null, for each place; `ends`,
 * the words of the lowest and the highest step. */
export function picture(taps, { days, steps, moments, ends }) {
  const across = (place) => ((place + 0.5) * WIDE) / taps.length;
  const up = (step) => HIGH - FOOT - (step * (HIGH - FOOT - TOP)) / (steps - 1);
  const rules = Array.from({ length: steps }, (_, step) => svg("path", { class: "ws-rule", d: `M0 ${up(step)}H${WIDE}` }));
  const names = Array.from({ length: days }, (_, day) =>
    svg("text", { x: across(day * moments + (moments - 1) / 2), y: HIGH - 4, "text-anchor": "middle" }, String(day + 1)),
  );
  const words = ends.map((text, high) => svg("text", { x: 0, y: high ? TOP - 12 : HIGH - FOOT + 19 }, text));
  const joined = taps.flatMap((tap, place) =>
    tap === null || (taps[place - 1] ?? null) === null
      ? []
      : [svg("path", { class: "ws-joined", d: `M${across(place - 1)} ${up(taps[place - 1])}L${across(place)} ${up(tap)}` })],
  );
  const dots = taps.flatMap((tap, place) => (tap === null ? [] : [svg("circle", { cx: across(place), cy: up(tap), r: 5 })]));
  return svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "ws-weather", role: "img" }, ...rules, ...words, ...names, ...joined, ...dots);
}

/** How often a tap lies within one step of the one before: [times, of how many]. */
export function steady(taps) {
  const steps = taps.slice(1).flatMap((tap, place) => (tap === null || taps[place] === null ? [] : [Math.abs(tap - taps[place])]));
  return [steps.filter((step) => step <= 1).length, steps.length];
}

export default activity({
  skip: true,
  mark: (frame) => ["lock", `${staying(frame)} ${frame.page.word("marks.journal")}`],
  body(frame, spec) {
    const { words, points, moments } = spec;
    const keys = points.map(({ key }) => key);
    const numbers = Array.from({ length: spec.days }, (_, at) => at + 1);
    const mine = drawer(frame, frame.id, { lasting: true });
    const dayOf = (number) => {
      const parts = String(mine.get()[`day_${number}`] ?? "").split(BETWEEN);
      return moments.map((_, at) => (keys.includes(parts[at]) ? parts[at] : null));
    };
    // All days each time, so that they stay in order.
    const write = (number, taps) =>
      mine.set(
        Object.fromEntries(
          numbers.map((one) => {
            const day = one === number ? taps : dayOf(one);
            return [`day_${one}`, day.every((tap) => tap === null) ? "" : day.map((tap) => tap ?? NONE).join(BETWEEN)];
          }),
        ),
      );
    let day = null; // until one is chosen: the first that isn't full

    const ends = [points[0].text, points.at(-1).text];
    const label = (name, text) => el("h3", { class: "ws-moment", id: `${frame.heading}-${name}`, dir: "auto" }, text);
    const which = label("day", words.which);
    const days = radios(
      numbers.map((number) => ({ key: String(number), text: String(number) })),
      which.id,
      (key) => {
        day = Number(key);
        draw();
      },
    );
    days.node.classList.add("ws-row-of-points", "ws-days");
    const rows = moments.map((moment, at) => {
      const name = label(`moment-${at}`, moment);
      const taps = row(
        points,
        `${which.id} ${name.id}`,
        (key) => {
          day = shown(); // a day that has just become full stays while a thumb is on it
          write(
            day,
            dayOf(day).map((tap, place) => (place === at ? key : tap)),
          );
          frame.say("open", "");
          draw();
        },
        ends,
      );
      return { taps, node: el("div", { class: "ws-half" }, name, taps.node) };
    });
    const empty = el("button", {
      type: "button",
      class: "ws-button",
      onclick: () => {
        day = shown();
        write(
          day,
          moments.map(() => null),
        );
        draw();
        days.node.querySelector("[tabindex='0']").focus(); // the button itself is gone
      },
    });
    const keep = el(
      "div",
      { class: "ws-private" },
      el("p", { class: "ws-small", dir: "auto" }, words.passing),
      el(
        "button",
        { type: "button", class: "ws-switch", role: "switch", "aria-checked": "false", onclick: () => setConsent({ keep: true }) },
        el("span", { class: "ws-track", "aria-hidden": "true" }),
        el("span", { dir: "auto" }, words.keep),
      ),
    );
    const soFar = el("p", { class: "ws-small", role: "status", dir: "auto" });
    const image = el("div", { class: "ws-weather-of-days" });
    const summary = el("summary");
    const body = el("tbody");
    const table = el(
      "details",
      { class: "ws-table" },
      summary,
      el(
        "table",
        {},
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("td"),
            moments.map((moment) => el("th", { scope: "col", dir: "auto" }, moment)),
          ),
        ),
        body,
      ),
    );

    const shown = () => day ?? numbers.find((number) => dayOf(number).includes(null)) ?? spec.days;

    function draw() {
      const now = shown();
      const all = numbers.map(dayOf);
      const taps = all.flat().map((tap) => (tap === null ? null : keys.indexOf(tap)));
      const many = taps.filter((tap) => tap !== null).length;
      keep.hidden = frame.page.alone || consent().keep;
      days.show(String(now), false);
      [...days.node.children].forEach((button, at) => {
        const here = all[at].filter((tap) => tap !== null).length;
        button.classList.toggle("ws-begun", here > 0);
        button.setAttribute("aria-label", filled(words.taps_of_day, { number: at + 1, taps: here, of: moments.length }));
      });
      rows.forEach(({ taps: line }, at) => line.show(dayOf(now)[at], false));
      tell(empty, filled(words.empty, { number: now }));
      empty.hidden = dayOf(now).every((tap) => tap === null);
      const [times, of] = steady(taps);
      const said = [filled(words.so_far, { taps: many, of: taps.length }), of >= ENOUGH ? filled(words.steady, { times, of }) : ""]
        .join(" ")
        .trim();
      tell(soFar, said);
      fill(image, [taps, said], () => {
        const drawn = picture(taps, { days: spec.days, steps: points.length, moments: moments.length, ends });
        drawn.setAttribute("aria-label", said);
        return [drawn];
      });
      image.hidden = table.hidden = many === 0;
      tell(summary, frame.page.word("page.table"));
      fill(body, all, () =>
        all.map((one, at) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, filled(words.day, { number: at + 1 })),
            one.map((tap) => el("td", { dir: "auto" }, points.find(({ key }) => key === tap)?.text ?? NONE)),
          ),
        ),
      );
    }

    const node = el(
      "div",
      {},
      keep,
      el("div", { class: "ws-half" }, which, days.node),
      rows.map((one) => one.node),
      el("div", { class: "ws-row ws-emptying" }, empty),
      soFar,
      image,
      table,
    );
    draw();
    return { node, draw };
  },
});
