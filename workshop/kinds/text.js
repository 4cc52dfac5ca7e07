/* A few words for the room. What is typed stays in this browser until Send; the facilitator reads it before anybody. */

import { activity } from "./frame.js";
import { el, tell, box as words } from "./parts.js";
import { letters } from "./typed.js";

const ROOM = 4; // times as much as may be sent can be typed, and shortened again

export default activity({
  ready: (value, spec) => letters(value) <= spec.most,
  body(frame, spec) {
    const left = el("p", { class: "ws-soft ws-small", role: "status" });
    const box = words("textarea", {
      class: "ws-journal ws-text-box",
      rows: 3,
      maxlength: ROOM * spec.most,
      "aria-labelledby": frame.heading,
      oninput: () => {
        frame.choose(box.value.trim() ? box.value : null);
        count();
      },
    });
    const count = () => {
      const rest = spec.most - letters(box.value);
      tell(left, rest < 0 ? spec.over.replace("{over}", -rest) : rest < 60 ? spec.left.replace("{left}", rest) : "");
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
