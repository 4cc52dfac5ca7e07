/* A few lines for oneself. The text goes from the box to this browser's storage and back, and nowhere else:
no trait, no message, no outbox. The frame never sees it. */

import { activity } from "./frame.js";
import { staying } from "./own.js";
import { box } from "./parts.js";
import { kept } from "./visitor.js";

export default activity({
  skip: true,
  mark: (frame) => ["lock", `${staying(frame)} ${frame.page.word("marks.journal")}`],
  body(frame, spec) {
    const name = `ws.journal.${spec.id}`;
    const node = box("textarea", {
      rows: spec.lines,
      placeholder: spec.hint || null,
      "aria-labelledby": frame.heading,
      oninput: () => {
        if (node.value) kept.set(name, node.value);
        else kept.drop(name);
        frame.say("open", "");
      },
    });
    // Read again each time: after a wipe the box is empty too.
    const draw = () => {
      if (document.activeElement !== node || kept.get(name) === null) node.value = kept.get(name) ?? "";
    };
    return { node, draw };
  },
});
