/* A cloth with ten threads across, some of them shared. How many, and with whom, stays in this browser's drawer; nothing
here is ever a value. A shared thread differs in colour, and it runs on beyond the cloth. */

import { activity } from "./frame.js";
import { drawer, line, privately } from "./own.js";
import { box, el, svg, tell } from "./parts.js";

const [WARP, STEP, BREADTH, FRINGE] = [7, 16, 12, 18]; // upright threads; from thread to thread, a thread, beyond the cloth

/** Which of `all` threads are the `shared` ones: spread as evenly as possible, as booleans from the top. */
export const spread = (shared, all) =>
  Array.from({ length: all }, (_, at) => Math.floor(((at + 1) * shared) / all + 0.5) > Math.floor((at * shared) / all + 0.5));

/** The cloth as a drawing; `label` says the same in words. */
function cloth(shared, all, label) {
  const [width, height] = [WARP * STEP, all * STEP];
  const thread = (x, y, w, h, name) => svg("rect", { x, y, width: w, height: h, rx: 2, class: `ws-thread-${name}` });
  const gap = (STEP - BREADTH) / 2;
  const upright = (column, y, length) => thread(FRINGE + column * STEP + gap, y, BREADTH, length, "warp");
  const columns = Array.from({ length: WARP }, (_, column) => column);
  const across = spread(shared, all).map((out, row) =>
    out ? thread(0, row * STEP + gap, width + 2 * FRINGE, BREADTH, "shared") : thread(FRINGE, row * STEP + gap, width, BREADTH, "mine"),
  );
  const over = across.flatMap((_, row) =>
    columns.filter((column) => (column + row) % 2).map((column) => upright(column, row * STEP, STEP)),
  );
  return svg(
    "svg",
    { viewBox: `-1 -1 ${width + 2 * FRINGE + 2} ${height + 2}`, class: "ws-cloth", role: "img", "aria-label": label },
    ...columns.map((column) => upright(column, 0, height)),
    ...across,
    ...over,
  );
}

export default activity({
  skip: true,
  mark: privately,
  body(frame, spec) {
    const { words, sides, all } = spec;
    const mine = drawer(frame, frame.id, { lasting: true });
    const at = () => mine.get().at ?? {};
    const reads = (number) => spec.reads.replace("{number}", number);

    const name = box("input", { id: `${frame.heading}-name`, maxlength: 60, oninput: () => mine.set({ name: name.value }) });
    const parts = sides.map(({ key, text }) => {
      const label = el("h3", { class: "ws-moment", id: `${frame.heading}-${key}`, dir: "auto" }, text);
      const control = line({
        low: 0,
        high: all,
        step: 1,
        label: label.id,
        reads,
        unset: words.none,
        words,
        change(number) {
          // And one line for each side: that is what a person's own file prints.
          mine.set({ at: { ...at(), [key]: number }, [key]: reads(number) });
          frame.say("open", "");
          frame.page.changed();
        },
      });
      const drawn = el("div", { class: "ws-cloth-place" });
      return { key, text, control, drawn, node: el("div", {}, label, control.node), shown: null };
    });
    const place = el(
      "div",
      { class: "ws-cloths" },
      parts.map(({ text, drawn }) => el("figure", {}, drawn, el("figcaption", { "aria-hidden": "true", dir: "auto" }, text))),
    );
    const key = el(
      "p",
      { class: "ws-thread-key ws-small" },
      spec.threads.map((text, own) =>
        el("span", {}, el("i", { class: own ? "ws-thread-own" : "", "aria-hidden": "true" }), el("span", { dir: "auto" }, text)),
      ),
    );
    const said = el("p", { class: "ws-then", role: "status", dir: "auto" });

    function draw() {
      const held = at();
      if (document.activeElement !== name) name.value = mine.get().name ?? "";
      parts.forEach((part, number) => {
        const { key: side, text, control, drawn, node } = part;
        const set = Number.isInteger(held[side]);
        const before = parts.slice(0, number).every((one) => Number.isInteger(held[one.key]));
        node.hidden = !before;
        drawn.parentNode.hidden = !before;
        control.show(set ? held[side] : Math.floor(all / 2), { none: !set });
        const state = set ? held[side] : "";
        if (part.shown === state) return;
        part.shown = state;
        drawn.replaceChildren(cloth(set ? held[side] : 0, all, `${text}: ${set ? reads(held[side]) : words.none}`));
        drawn.classList.toggle("ws-blank", !set);
      });
      const numbers = sides.map((side) => held[side.key]).filter(Number.isInteger);
      const [now, wish] = numbers;
      const told =
        numbers.length < sides.length
          ? ""
          : sides.length < 2
            ? words.done
            : `${wish > now ? words.more_shared : wish < now ? words.more_own : words.alike} ${words.done}`;
      tell(said, told);
      said.hidden = !told;
    }

    draw();
    const naming = el("p", { class: "ws-field" }, el("label", { for: name.id, dir: "auto" }, spec.naming), name);
    return {
      node: el(
        "div",
        {},
        naming,
        parts[0].node,
        place,
        key,
        parts.slice(1).map(({ node }) => node),
        said,
      ),
      draw,
    };
  },
});
