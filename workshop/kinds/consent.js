/* The three consents, the same as on the join page, and the way out: kept in this browser, sent to no one. */

import { deleting } from "./deleting.js";
import { activity } from "./frame.js";
import { el, tell } from "./parts.js";
import { consent, setConsent } from "./visitor.js";

export default activity({
  mark: ({ page }) => ["lock", page.word(page.alone ? "page.alone" : "marks.private")],
  body(frame, spec) {
    const switches = spec.switches.map(({ key, text }) => {
      const box = el(
        "button",
        {
          type: "button",
          class: "ws-switch",
          role: "switch",
          "data-key": key,
          onclick: () => setConsent({ [key]: !consent()[key] }),
        },
        el("span", { class: "ws-track", "aria-hidden": "true" }),
        el("span", { dir: "auto" }, text),
      );
      return { key, box };
    });
    const out = deleting(frame);
    const words = el("p", { class: "ws-text", dir: "auto" });
    const draw = () => {
      const { alone } = frame.page; // then there is no group to take part in or to share with
      out.draw();
      tell(words, alone ? frame.page.word("page.consent_alone") : spec.text);
      switches.forEach(({ key, box }) => {
        box.hidden = alone && key !== "keep";
      });
      always.hidden = alone;
      switches.forEach(({ key, box }) => box.setAttribute("aria-checked", String(consent()[key])));
    };
    const always = el("p", { class: "ws-soft ws-small ws-under", dir: "auto" }, spec.always);
    const title = el("h2", { class: "ws-title", id: frame.heading, dir: "auto" }, spec.title);
    return {
      node: el(
        "div",
        { class: "ws-switches" },
        title,
        words,
        switches.map(({ box }) => box),
        always,
        out.node,
      ),
      draw,
      titled: true,
    };
  },
});
