/* One tap more for each; the value is the number of taps. */

import { activity } from "./frame.js";
import { el } from "./parts.js";

export default activity({
  label: (value) => String(value),
  body(frame, spec) {
    const tap = el("button", { type: "button", class: "ws-button", onclick: () => frame.choose(((frame.value ?? 0) + 1) % (spec.fingers + 1)) });
    return { node: el("div", {}, tap), show: (value) => { tap.textContent = value === null ? "–" : String(value); } };
  },
});
