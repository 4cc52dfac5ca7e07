/* One point of a labelled scale: numbers in a row, words at its ends and, once chosen, the point's own. */

import { activity } from "./frame.js";
import { el, radios } from "./parts.js";

/** A row of points as radios: {node, show(key, locked)}. `points` [{key, text}], `label` the id of what names it. */
export function row(points, label, choose, ends) {
  const numbered = points.map(({ key }, at) => ({ key, text: String(at + 1) }));
  const said = el("span", { class: "ws-said", dir: "auto" });
  const picked = radios(numbered, label, choose);
  picked.node.classList.add("ws-row-of-points");
  [...picked.node.children].forEach((button, at) => button.setAttribute("aria-label", `${at + 1}: ${points[at].text}`));
  const node = el("div", { class: "ws-scale" }, picked.node,
    el("div", { class: "ws-ends", "aria-hidden": "true" }, el("span", { dir: "auto" }, ends[0]), el("span", { dir: "auto" }, ends[1])), said);
  return {
    node,
    show(key, locked) {
      picked.show(key, locked);
      said.textContent = points.find((point) => point.key === key)?.text ?? "";
    },
  };
}

export default activity({
  body(frame, spec) {
    const choose = (key) => frame.choose(key);
    return spec.row ? row(spec.options, frame.heading, choose, [spec.low, spec.high]) : radios(spec.options, frame.heading, choose);
  },
});
