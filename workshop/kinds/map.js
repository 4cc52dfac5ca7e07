/* Dots on two axes. Names and places stay in this browser's drawer; the value, if the map is shared, is the key of the
move that goes from the first dot to the last. Tapping, dragging, arrow keys and lists all do the same. */

import { activity } from "./frame.js";
import { drawer, leaving, privately } from "./own.js";
import { box, el, filled, tell } from "./parts.js";

const GRID = 10;
const STILL = 1; // steps that don't count as a move
const clamp = (number) => Math.min(GRID, Math.max(0, Math.round(number)));

/** The way from one place to another: "stay", "up", "down-left", … */
export function wayOf([x, y], [toX, toY]) {
  const sign = (by, plus, minus) => (Math.abs(by) <= STILL ? "" : by > 0 ? plus : minus);
  return [sign(toY - y, "up", "down"), sign(toX - x, "right", "left")].filter(Boolean).join("-") || "stay";
}

export default activity({
  skip: true,
  mark: privately,
  body(frame, spec) {
    const mine = drawer(frame, frame.id, { lasting: true });
    const { words } = spec;
    let active = spec.dots[0].key;
    let closed = false;
    const at = (key) => mine.get().at?.[key] ?? null;
    const reversed = () => getComputedStyle(plane).direction === "rtl";

    function put(key, place) {
      if (closed) return;
      active = key;
      mine.set({ at: { ...mine.get().at, [key]: place } });
      const [from, to] = [at(spec.dots[0].key), at(spec.dots.at(-1).key)];
      if (!spec.shared) frame.say("open", "");
      if (spec.shared && from && to) frame.choose(spec.moves.find(({ ways }) => ways.includes(wayOf(from, to))).key);
      else frame.page.changed();
    }

    function placeOf(event) {
      const box = plane.getBoundingClientRect();
      const across = (event.clientX - box.left) / box.width;
      return [clamp(GRID * (reversed() ? 1 - across : across)), clamp(GRID * (1 - (event.clientY - box.top) / box.height))];
    }

    // --- the field
    const pins = spec.dots.map(({ key, text }, number) => {
      const pin = el(
        "i",
        { class: `ws-pin${number === spec.dots.length - 1 ? "" : " ws-was"}`, "aria-hidden": "true" },
        text.length > 4 ? String(number + 1) : text,
      );
      pin.addEventListener("pointerdown", (event) => {
        if (closed) return;
        active = key;
        pin.setPointerCapture(event.pointerId);
        pin.onpointermove = (move) => put(key, placeOf(move));
        event.preventDefault();
      });
      for (const end of ["pointerup", "pointercancel"])
        pin.addEventListener(end, () => {
          pin.onpointermove = null;
        });
      pin.addEventListener("click", (event) => event.stopPropagation());
      return pin;
    });
    const plane = el(
      "div",
      {
        class: "ws-plane",
        onclick: (event) => {
          put(active, placeOf(event));
          active = spec.dots.find(({ key }) => !at(key))?.key ?? active;
          frame.page.changed();
        },
      },
      el("span", { class: "ws-upward", "aria-hidden": "true" }, el("span", { dir: "auto" }, spec.upward.text)),
      el("span", { class: "ws-across", "aria-hidden": "true" }, el("span", { dir: "auto" }, spec.across.text)),
      pins,
    );

    // --- one button a dot: it says where the dot is; arrow keys move it
    const said = ([x, y]) => filled(words.at, { across: spec.across.text, upward: spec.upward.text, x, y });
    const rows = spec.dots.map(({ key, text }, number) => {
      const where = el("span", { class: "ws-where", "aria-live": "polite", dir: "auto" });
      const badge = el(
        "i",
        { class: `ws-pin${number === spec.dots.length - 1 ? "" : " ws-was"}`, "aria-hidden": "true" },
        text.length > 4 ? String(number + 1) : text,
      );
      const button = el(
        "button",
        {
          type: "button",
          class: "ws-dot-row",
          "data-key": key,
          onclick: () => {
            active = key;
            if (at(key))
              put(key, at(key)); // a dot of an earlier day, chosen again
            else frame.page.changed();
          },
          onkeydown: (event) => {
            const flip = reversed() ? -1 : 1;
            const by = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowRight: [flip, 0], ArrowLeft: [-flip, 0] }[event.key];
            if (!by) return;
            event.preventDefault();
            const place = at(key);
            put(key, place ? [clamp(place[0] + by[0]), clamp(place[1] + by[1])] : [GRID / 2, GRID / 2]);
          },
        },
        badge,
        el("span", { class: "ws-dot-text" }, el("b", { dir: "auto" }, text), where),
      );
      return { key, button, where };
    });

    // --- the same from lists
    const lists = spec.dots.flatMap(({ key, text }) =>
      ["across", "upward"].map((name, axis) => {
        const id = `${frame.heading}-${key}-${name}`;
        const ends = { 0: `0 · ${spec[name].low}`, [GRID]: `${GRID} · ${spec[name].high}` };
        const list = el(
          "select",
          {
            class: "ws-journal",
            id,
            onchange: () => {
              const place = [...(at(key) ?? [GRID / 2, GRID / 2])];
              place[axis] = Number(list.value);
              put(key, place);
            },
          },
          el("option", { value: "" }, "–"),
          Array.from({ length: GRID + 1 }, (_, step) => el("option", { value: step }, ends[step] ?? String(step))),
        );
        return {
          key,
          axis,
          list,
          node: el("p", { class: "ws-field" }, el("label", { for: id, dir: "auto" }, `${text}: ${spec[name].text}`), list),
        };
      }),
    );

    // --- a name, for the person alone
    const name = box("input", { id: `${frame.heading}-name`, oninput: () => mine.set({ name: name.value }) });
    const naming = spec.naming ? el("p", { class: "ws-field" }, el("label", { for: name.id, dir: "auto" }, spec.naming), name) : null;

    const only = leaving(frame, words.only);
    const asked = el("div", {}, only.node);
    const draw = () => {
      pins.forEach((pin, number) => {
        const place = at(spec.dots[number].key);
        pin.hidden = !place;
        if (place)
          Object.assign(pin.style, { insetInlineStart: `${(100 * place[0]) / GRID}%`, insetBlockEnd: `${(100 * place[1]) / GRID}%` });
      });
      rows.forEach(({ key, button, where }) => {
        button.setAttribute("aria-pressed", String(key === active));
        const text = at(key) ? said(at(key)) : words.unplaced;
        tell(where, text);
      });
      lists.forEach(({ key, axis, list }) => {
        list.value = at(key)?.[axis] ?? "";
        list.disabled = closed;
      });
      if (document.activeElement !== name) name.value = mine.get().name ?? "";
    };
    const show = (value, locked) => {
      closed = locked;
      only.show(locked ? "" : spec.moves.find(({ key }) => key === value)?.text);
      draw();
    };
    const node = el(
      "div",
      {},
      naming,
      el("div", { class: "ws-field-of-dots" }, plane),
      el("p", { class: "ws-soft ws-small", dir: "auto" }, words.hint),
      el(
        "div",
        { class: "ws-dot-rows" },
        rows.map(({ button }) => button),
      ),
      asked,
      el(
        "details",
        { class: "ws-table" },
        el("summary", { dir: "auto" }, words.list),
        lists.map((one) => one.node),
      ),
    );
    return { node, asked, show, draw };
  },
});
