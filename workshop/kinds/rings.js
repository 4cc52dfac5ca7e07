/* People, roles and groups on rings. Names and places stay in this browser's drawer; nothing here is ever a value. Tap a
ring's words to put something in; drag it, tap the picture, press arrow keys or buttons to move it: all do the same. */

import { activity } from "./frame.js";
import { drawer, privately } from "./own.js";
import { box, el, fill, filled, OWN, radios, tell } from "./parts.js";

const MIDDLE = 0.14; // of the picture's half width: the person in the middle
const BEND = 0.75; // inner rings are wider than outer ones, since they are shorter all around
const LONGEST = 60; // characters of a name

/** Where a ring ends, as a share of the half width: ring 0 is the innermost, ring -1 the person. */
export const edge = (ring, rings) => MIDDLE + (1 - MIDDLE) * ((ring + 1) / rings) ** BEND;

/** The part of a turn on a ring that is furthest from those taken already, and from the ring's name at the top. */
export function room(taken, ring = 0) {
  if (!taken.length) return 0.3 + 0.2 * ring; // so that they don't all stand in one line
  const sorted = [0, ...taken].sort((one, two) => one - two);
  const gaps = sorted.map((turn, at) => (at + 1 < sorted.length ? sorted[at + 1] : sorted[0] + 1) - turn);
  const widest = gaps.indexOf(Math.max(...gaps));
  return (sorted[widest] + gaps[widest] / 2) % 1;
}

/** The ring at a distance from the middle, and the part of a turn, of a place in the picture (both from -1 to 1, y downwards). */
export function placeOf([x, y], rings) {
  const all = Array.from({ length: rings }, (_, ring) => ring);
  return {
    ring: all.find((ring) => Math.hypot(x, y) <= edge(ring, rings)) ?? rings - 1,
    turn: (Math.atan2(x, -y) / (2 * Math.PI) + 1) % 1,
  };
}

export default activity({
  skip: true,
  mark: privately,
  body(frame, spec) {
    const { words, rings, sorts, marks } = spec;
    const mine = drawer(frame, frame.id, { lasting: true });
    const items = () => mine.get().items ?? [];
    const text = (list, key) => list.find((one) => one.key === key)?.text ?? "";
    let active = -1;
    let sort = sorts[0].key;

    const where = (item) => [rings[item.ring]?.text, text(sorts, item.sort), text(marks, item.mark)].filter(Boolean).join(" · ");
    function keep(next) {
      // The same in words, so that a person's own file says what stands where.
      const said = Object.fromEntries(
        Array.from({ length: spec.most }, (_, at) => [at + 1, next[at] ? `${next[at].name} · ${where(next[at])}` : ""]),
      );
      mine.set({ items: next, ...said });
      frame.say("open", "");
      frame.page.changed();
    }
    function move(at, changes) {
      active = at;
      keep(items().map((item, place) => (place === at ? { ...item, ...changes } : item)));
    }
    const nearer = (at, by) => move(at, { ring: Math.min(rings.length - 1, Math.max(0, items()[at].ring + by)) });

    // --- putting something in
    const name = box("input", { maxlength: LONGEST, id: `${frame.heading}-name`, oninput: () => draw() });
    const kinds = radios(sorts, `${frame.heading}-sort`, (key) => {
      sort = key;
    });
    kinds.node.classList.add("ws-chips");
    kinds.node.setAttribute("aria-label", words.sort);
    kinds.node.removeAttribute("aria-labelledby");
    const put = rings.map((ring, at) =>
      el("button", { type: "button", class: "ws-button", onclick: () => add(at) }, el("span", { dir: "auto" }, ring.text)),
    );
    const hint = el("p", { class: "ws-soft ws-small", id: `${frame.heading}-put`, dir: "auto" });
    const form = el(
      "div",
      {},
      el("p", { class: "ws-field" }, el("label", { for: name.id, dir: "auto" }, spec.naming), name),
      kinds.node,
      hint,
      el("div", { class: "ws-row ws-put", role: "group", "aria-labelledby": hint.id }, put),
    );
    function add(ring) {
      const called = name.value.trim();
      if (!called || items().length >= spec.most) return name.focus();
      name.value = "";
      active = items().length;
      keep([
        ...items(),
        {
          name: called,
          sort,
          ring,
          turn: room(
            items()
              .filter((item) => item.ring === ring)
              .map((item) => item.turn),
            ring,
          ),
          mark: "",
        },
      ]);
      name.focus();
    }

    // --- the picture
    const at = (event) => {
      const box = plane.getBoundingClientRect();
      return placeOf([(2 * (event.clientX - box.left)) / box.width - 1, (2 * (event.clientY - box.top)) / box.height - 1], rings.length);
    };
    const circles = rings
      .map((ring, place) => {
        const circle = el("span", { class: "ws-ring", "aria-hidden": "true", translate: "yes" }, el("span", { dir: "auto" }, ring.text));
        circle.style.inset = `${50 * (1 - edge(place, rings.length))}%`;
        return circle;
      })
      .reverse();
    const pins = el("div");
    const plane = el(
      "div",
      {
        class: "ws-rings",
        role: "img",
        translate: "no", // its label says the names
        onclick: (event) => {
          if (items()[active]) move(active, at(event));
        },
      },
      circles,
      el("i", { class: "ws-me", "aria-hidden": "true", translate: "yes" }, words.me),
      pins,
    );

    const badge = (item, place) =>
      el(
        "i",
        {
          class: `ws-pin ws-shape-${sorts.findIndex(({ key }) => key === item.sort)}${item.mark ? ` ws-mark-${marks.findIndex(({ key }) => key === item.mark)}` : ""}`,
          "aria-hidden": "true",
        },
        el("b", {}, String(place + 1)),
      );
    function pin(item, place) {
      const node = badge(item, place);
      node.classList.toggle("ws-now", place === active);
      const far = (edge(item.ring - 1, rings.length) + edge(item.ring, rings.length)) / 2;
      const turn = 2 * Math.PI * item.turn;
      Object.assign(node.style, { left: `${50 * (1 + far * Math.sin(turn))}%`, top: `${50 * (1 - far * Math.cos(turn))}%` });
      return node;
    }
    // A drag goes on although each move draws the pins again: the picture holds the pointer, not the pin.
    let dragged = -1;
    plane.addEventListener("pointerdown", (event) => {
      dragged = [...pins.children].indexOf(event.target.closest(".ws-pin"));
      if (dragged < 0) return;
      plane.setPointerCapture(event.pointerId);
      active = dragged;
      event.preventDefault();
      frame.page.changed();
    });
    plane.addEventListener("pointermove", (event) => {
      if (dragged >= 0) move(dragged, at(event));
    });
    for (const end of ["pointerup", "pointercancel"])
      plane.addEventListener(end, () => {
        dragged = -1;
      });

    // --- one row for each thing: it says where the thing is; the chosen one can be moved, marked and taken out
    const list = el("div", { class: "ws-dot-rows" });
    const steps = [
      ["nearer", -1],
      ["further", 1],
    ].map(([word, by]) => el("button", { type: "button", class: "ws-button", onclick: () => nearer(active, by) }, words[word]));
    const ticks = marks.map(({ key, text: said }) =>
      el(
        "button",
        {
          type: "button",
          class: "ws-button",
          "aria-pressed": "false",
          "data-key": key,
          onclick: () => move(active, { mark: items()[active].mark === key ? "" : key }),
        },
        el("span", { dir: "auto" }, said),
      ),
    );
    const out = el(
      "button",
      {
        type: "button",
        class: "ws-button",
        onclick: () => {
          const next = items().filter((_, place) => place !== active);
          active = -1;
          keep(next);
          name.focus();
        },
      },
      words.out,
    );
    const tools = el("div", { class: "ws-row ws-put", role: "group", "aria-label": words.tools }, steps, ticks, out);
    let rows = [];
    function row(place) {
      const [called, said] = [el("b", OWN), el("span", { class: "ws-where", "aria-live": "polite", dir: "auto" })];
      const sign = el("span");
      const button = el(
        "button",
        {
          type: "button",
          class: "ws-dot-row",
          onclick: () => {
            active = active === place ? -1 : place;
            frame.page.changed();
          },
          onkeydown: (event) => {
            const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
            if (!by) return;
            event.preventDefault();
            if (by[0]) nearer(place, by[0]);
            else move(place, { turn: (items()[place].turn + by[1] / 24 + 1) % 1 });
          },
        },
        sign,
        el("span", { class: "ws-dot-text" }, called, said),
      );
      return { button, sign, called, said };
    }

    function draw() {
      const all = items();
      if (active >= all.length) active = -1;
      kinds.show(sort, false);
      const full = all.length >= spec.most;
      tell(hint, full ? filled(words.full, { most: spec.most }) : words.put);
      put.forEach((button) => button.setAttribute("aria-disabled", String(full || !name.value.trim())));
      plane.setAttribute(
        "aria-label",
        rings
          .map(
            (ring, place) =>
              `${ring.text}: ${
                all
                  .filter((item) => item.ring === place)
                  .map((item) => item.name)
                  .join(", ") || words.nothing
              }.`,
          )
          .join(" "),
      );
      fill(pins, [all, active], () => all.map(pin));
      // Rows are kept, so that the focus stays on the one that moves.
      if (rows.length !== all.length) {
        rows = all.map((_, place) => row(place));
        list.replaceChildren(...rows.map(({ button }) => button));
      }
      rows.forEach(({ button, sign, called, said }, place) => {
        button.setAttribute("aria-pressed", String(place === active));
        fill(sign, [all[place].sort, all[place].mark], () => [badge(all[place], place)]);
        tell(called, all[place].name);
        tell(said, where(all[place]));
      });
      tools.hidden = active < 0;
      if (active < 0) return;
      if (rows[active].button.nextSibling !== tools) rows[active].button.after(tools);
      steps[0].setAttribute("aria-disabled", String(all[active].ring === 0));
      steps[1].setAttribute("aria-disabled", String(all[active].ring === rings.length - 1));
      ticks.forEach((tick) => tick.setAttribute("aria-pressed", String(tick.dataset.key === all[active].mark)));
    }

    return { node: el("div", {}, form, plane, list), draw };
  },
});
