/* One point of a labelled scale: numbers in a row, words at its ends, and those of the chosen point between them. */

import { activity } from "./frame.js";
import { el, radios, tell } from "./parts.js";

/** A row of points as radios: {node, show(key, locked)}. `points` [{key, text}], `label` the id of what names it. */
export function row(points, label, choose, ends) {
  const numbered = points.map(({ key }, at) => ({ key, text: String(at + 1) }));
  const [low, said, high] = ["ws-low", "ws-between", "ws-high"].map((name) => el("span", { class: name, dir: "auto" }));
  [low, high].forEach((end, at) => tell(end, ends[at]));
  const picked = radios(numbered, label, choose);
  picked.node.classList.add("ws-row-of-points");
  [...picked.node.children].forEach((button, at) => button.setAttribute("aria-label", `${at + 1}: ${points[at].text}`));
  const node = el("div", { class: "ws-scale" }, picked.node, el("div", { class: "ws-ends", "aria-hidden": "true" }, low, said, high));
  return {
    node,
    show(key, locked) {
      picked.show(key, locked);
      const at = points.findIndex((point) => point.key === key);
      low.classList.toggle("ws-said", at === 0);
      high.classList.toggle("ws-said", at === points.length - 1);
      tell(said, at > 0 && at < points.length - 1 ? points[at].text : "");
    },
  };
}

export default activity({
  body(frame, spec) {
    const choose = (key) => frame.choose(key);
    return spec.row ? row(spec.options, frame.heading, choose, [spec.low, spec.high]) : radios(spec.options, frame.heading, choose);
  },
});
