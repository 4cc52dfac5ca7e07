/* Words in a box. Coercion and sources fold into one line once they have been read on this phone. */

import { activity } from "./frame.js";
import { el } from "./parts.js";
import { kept } from "./visitor.js";

export default activity({
  body(frame, spec) {
    const dots = (count) => (count ? el("span", { class: "ws-dots", "aria-hidden": "true" }, "●".repeat(count)) : null);
    const list = spec.items.length
      ? el(
          "ul",
          {},
          spec.items.map((item, place) => el("li", { dir: "auto" }, item, dots(spec.counts[place]))),
        )
      : null;
    const node = el("div", { class: `ws-note ws-note-${spec.role}` }, spec.text ? el("p", { dir: "auto" }, spec.text) : null, list);
    if (!spec.folds) {
      if (spec.title) node.prepend(el("h2", { class: "ws-title", id: frame.heading, dir: "auto" }, spec.title));
      return { node, titled: true };
    }
    const name = `ws.read.${spec.role}`;
    const folder = el(
      "details",
      {
        class: "ws-folder",
        ontoggle: () => {
          if (!folder.open) kept.set(name, "1");
        },
      },
      el("summary", { id: frame.heading }, spec.title),
      node,
    );
    folder.open = spec.role === "coercion" && kept.get(name) === null;
    return { node: folder, titled: true };
  },
});
