/* Who holds a need at either end. What is chosen goes to this browser's drawer and back, and nowhere else; the picture
between the two lists is drawn from it, and nothing is counted. */

import { activity } from "./frame.js";
import { drawer, privately } from "./own.js";
import { el, svg } from "./parts.js";

const MARKS = {
  // circles: [x, y, radius]
  self: { class: "ws-end-self", dots: [[12, 12, 6]] },
  one: { class: "ws-end-one", dots: [[12, 12, 6]] },
  several: {
    class: "ws-end-one",
    dots: [
      [12, 6, 4.6],
      [6, 17, 4.6],
      [18, 17, 4.6],
    ],
  },
  service: { class: "ws-end-service", dots: [] },
  nobody: { class: "ws-end-nobody", dots: [[12, 12, 8]] },
};

/** How an end of a need is drawn; decorative: the list below it says the same. */
function end(mark) {
  const { class: look = "ws-end-open", dots = [] } = MARKS[mark] ?? {};
  return svg(
    "svg",
    { viewBox: "0 0 24 24", "aria-hidden": "true", class: `ws-end ${look}` },
    ...dots.map(([cx, cy, r]) => svg("circle", { cx, cy, r })),
    ...(mark === "self" ? [svg("circle", { cx: 12, cy: 12, r: 10, class: "ws-end-ring" })] : []),
    ...(mark === "service" ? [svg("rect", { x: 4, y: 5, width: 16, height: 14, rx: 2 })] : []),
  );
}

export default activity({
  skip: true,
  mark: privately,
  body(frame, spec) {
    const mine = drawer(frame, frame.id, { lasting: true });
    const texts = Object.fromEntries(spec.options.map(({ key, text }) => [key, text]));
    const marks = Object.fromEntries(spec.options.map(({ key, mark }) => [key, mark]));

    const rows = spec.needs.map((need) => {
      const ends = spec.sides.map((side) => {
        const name = `${need.key}.${side.key}`;
        const id = `${frame.heading}-${name.replace(".", "-")}`;
        const list = el(
          "select",
          {
            class: "ws-journal",
            id,
            "data-key": name,
            "aria-label": `${need.text}: ${side.text}`,
            onchange: () => {
              mine.set({ [name]: list.value });
              frame.say("open", "");
              draw();
            },
          },
          el("option", { value: "" }, "–"),
          side.holds.map((key) => el("option", { value: key }, texts[key])),
        );
        const place = el("span", { class: "ws-end-place" });
        return {
          name,
          list,
          place,
          node: el("p", { class: "ws-field" }, el("label", { for: id, dir: "auto" }, side.text), list),
          shown: null,
        };
      });
      const picture = el("div", { class: "ws-need" }, ends[0].place, el("b", { dir: "auto" }, need.text), ends[1].place);
      return {
        ends,
        node: el(
          "div",
          { class: "ws-need-row" },
          picture,
          el(
            "div",
            { class: "ws-sides" },
            ends.map(({ node }) => node),
          ),
        ),
      };
    });

    function draw() {
      const held = mine.get();
      for (const { ends } of rows)
        for (const one of ends) {
          const key = held[one.name] ?? "";
          if (document.activeElement !== one.list) one.list.value = key;
          if (one.shown === key) continue;
          one.shown = key;
          one.place.classList.toggle("ws-end-far", marks[key] === "nobody" || !key);
          one.place.replaceChildren(end(marks[key]));
        }
    }

    const legend = el(
      "ul",
      { class: "ws-legend ws-ends-legend" },
      spec.options.map(({ text, mark }) => el("li", { dir: "auto" }, end(mark), text)),
    );
    draw();
    return {
      node: el(
        "div",
        {},
        rows.map(({ node }) => node),
        legend,
        el("p", { class: "ws-soft ws-small", dir: "auto" }, spec.words.hint),
      ),
      draw,
    };
  },
});
