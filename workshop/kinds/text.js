/* A few words for the room. What is typed stays in this browser until Send; the facilitator reads it before anybody. */

import { activity } from "./frame.js";
import { el, box as words } from "./parts.js";

export default activity({
  body(frame, spec) {
    const left = el("p", { class: "ws-soft ws-small", role: "status" });
    const box = words("textarea", {
      class: "ws-journal ws-text-box",
      rows: 3,
      maxlength: spec.most,
      "aria-labelledby": frame.heading,
      oninput: () => {
        frame.choose(box.value.trim() ? box.value : null);
        count();
      },
    });
    const count = () => {
      const rest = spec.most - box.value.length;
      left.textContent = rest < 60 ? spec.left.replace("{left}", rest) : "";
    };
    function show(value, locked) {
      if (document.activeElement !== box || locked) box.value = value ?? "";
      box.readOnly = locked;
      count();
    }
    const hint = el("p", { class: "ws-soft" }, spec.hint);
    const draw = () => {
      hint.hidden = frame.page.alone;
    }; // then nobody else reads it
    return { node: el("div", {}, hint, box, left), show, draw };
  },
});
