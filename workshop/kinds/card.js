/* A card with named lines. What is written goes from its line to this browser's drawer and back, and nowhere else. */

import { activity } from "./frame.js";
import { drawer, staying } from "./own.js";
import { box, el } from "./parts.js";

export default activity({
  skip: true,
  mark: (frame) => ["lock", `${staying(frame)} ${frame.page.word("marks.journal")}`],
  body(frame, spec) {
    const mine = drawer(frame, frame.id, { lasting: true });
    const lines = spec.lines.map(({ key, text }) => {
      const input = box("input", { id: `${frame.heading}-${key}` });
      input.addEventListener("input", () => {
        mine.set({ [key]: input.value });
        frame.say("open", "");
      });
      return { key, input, node: el("p", { class: "ws-field" }, el("label", { for: input.id, dir: "auto" }, text), input) };
    });
    // Read again each time: after a wipe, or when a saved page was brought back, it says something else.
    const draw = () => {
      const said = mine.get();
      for (const { key, input } of lines) if (document.activeElement !== input || !said[key]) input.value = said[key] ?? "";
    };
    return {
      node: el(
        "div",
        { class: "ws-card" },
        lines.map(({ node }) => node),
      ),
      draw,
    };
  },
});
