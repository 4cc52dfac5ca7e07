/* Words in a box; a term is one line, with the term itself in bold. Coercion and sources fold into one line once they have been read on this phone. */

import { activity } from "./frame.js";
import { el } from "./parts.js";
import { kept } from "./visitor.js";

export default activity({
  body(frame, spec) {
    const listed = (items) =>
      items.length
        ? el(
            "ul",
            {},
            items.map((item) => el("li", { dir: "auto" }, item)),
          )
        : null;
    const groups = spec.groups.map(({ text, items }) =>
      el("details", { class: "ws-folder" }, el("summary", { dir: "auto" }, text), listed(items)),
    );
    if (spec.term.length) {
      const [before, term, after] = spec.term;
      const line = el("p", { id: frame.heading, dir: "auto" }, before, el("strong", {}, term), after);
      return { node: el("div", { class: "ws-note ws-note-term" }, line), titled: true };
    }
    const node = el(
      "div",
      { class: `ws-note ws-note-${spec.role}` },
      spec.text ? el("p", { dir: "auto" }, spec.text) : null,
      listed(spec.items),
      groups,
    );
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
