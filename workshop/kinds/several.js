/* Any number of options: each is tapped on or off; the value is the list of the chosen keys, in the options' order. */

import { activity } from "./frame.js";
import { el, tell } from "./parts.js";

export default activity({
  ready: (value) => value.length > 0,
  label(value) {
    return this.spec.options
      .filter(({ key }) => value.includes(key))
      .map(({ text }) => text)
      .join(" · ");
  },
  body(frame, spec) {
    let chosen = [];
    let closed = false;
    let full = false; // one more than fits was tapped
    const hint = el("p", { class: "ws-soft ws-small", id: `${frame.heading}-hint`, role: "status", dir: "auto" });
    const boxes = spec.options.map(({ key, text }) =>
      el(
        "button",
        { type: "button", class: "ws-option", role: "checkbox", "data-key": key, onclick: () => pick(key) },
        el("span", { dir: "auto" }, text),
      ),
    );
    const group = el("div", { class: "ws-options", role: "group", "aria-labelledby": frame.heading, "aria-describedby": hint.id }, boxes);

    function pick(key) {
      if (closed) return;
      const alone = (one) => one === spec.only;
      let next = chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key];
      if (next.length > chosen.length) next = next.filter((one) => one === key || (alone(one) === alone(key) && !alone(key)));
      if (next.length > spec.limit) {
        full = true;
        tell(hint, spec.full);
        return;
      }
      full = false;
      frame.choose(spec.options.map((option) => option.key).filter((one) => next.includes(one)));
    }

    function show(value, locked) {
      chosen = value ?? [];
      closed = locked;
      full &&= chosen.length >= spec.limit;
      tell(hint, full ? spec.full : spec.hint);
      boxes.forEach((box) => {
        box.setAttribute("aria-checked", String(chosen.includes(box.dataset.key)));
        box.setAttribute("aria-disabled", String(locked));
      });
    }

    show(null, false);
    return { node: el("div", {}, hint, group), show };
  },
});
