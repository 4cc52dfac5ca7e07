/* The modules of a room in order; the open one is a link. And the place where a saved page is brought back. */

import { pageOf } from "./page.js";
import { el, fill } from "./parts.js";
import { restoring } from "./saved.js";

export default {
  render({ model, el: root, signal }) {
    const page = pageOf(model.get("page"));
    const list = el("ol", { class: "ws-contents" });
    root.append(el("div", { class: "ws-root ws-activity" }, el("nav", {}, list), restoring(model.get("words"))));
    const draw = () =>
      fill(list, [page.view.module, model.get("modules")], () =>
        model.get("modules").map(({ slug, title }) => {
          const open = page.view.module === slug;
          // The pages lie next to each other: a relative address is enough, whatever the language or prefix.
          return el(
            "li",
            {},
            open ? el("a", { href: slug, "aria-current": "step" }, title) : title,
            open ? el("span", { class: "ws-bet" }, page.word("page.contents_open")) : null,
          );
        }),
      );
    draw();
    const stop = page.follow(draw);
    signal?.addEventListener("abort", stop);
  },
};
