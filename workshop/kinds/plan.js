/* One small step. The tapped option is the value; own words, when, where and with whom go from their boxes to this
browser's drawer and back, and nowhere else. */

import { activity } from "./frame.js";
import { el, mark, radios } from "./parts.js";
import { drawer } from "./own.js";

// A browser's spelling help and some extensions send what is typed to their makers.
const PRIVATE = { spellcheck: "false", autocomplete: "off", autocorrect: "off", "data-gramm": "false", dir: "auto" };

export default activity({
  body(frame, spec) {
    const mine = drawer(frame, frame.id, { lasting: true });
    const steps = radios(spec.options, frame.heading, (key) => frame.choose(key));
    const fields = ["mine", "when", "where", "with"].map((name) => {
      const id = `${frame.heading}-${name}`;
      const keep = () => mine.set({ [name]: box.value });
      const box = el(name === "mine" ? "textarea" : "input", { ...PRIVATE, class: "ws-journal", id, rows: name === "mine" ? 2 : null, oninput: keep });
      return { name, box, node: el("p", { class: "ws-field" }, el("label", { for: id, dir: "auto" }, spec.words[name]), box) };
    });
    const inner = el("fieldset", { class: "ws-private" }, el("legend", {}, mark("lock", spec.words.private)), fields.map(({ node }) => node));

    function show(key, locked) {
      steps.show(key, locked);
      inner.hidden = key === null || key === spec.none;
      const said = mine.get();
      for (const { name, box } of fields) if (document.activeElement !== box || !said[name]) box.value = said[name] ?? "";
    }

    return { node: el("div", {}, steps.node, inner), asked: steps.node, show };
  },
});
