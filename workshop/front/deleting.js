/* The way out: delete what this browser keeps. Two taps, the second one in another place and after a question. */

import { address } from "./address.js";
import { el, tell } from "./parts.js";
import { forget } from "./visitor.js";

/** {node, draw, warn(words)}: `warn` says what to look for first. */
export function deleting(frame) {
  const w = (name) => frame.page.word(name);
  const button = (name, press) => el("button", { type: "button", class: `ws-button ws-${name}`, onclick: press });
  const wipe = button("wipe", () => {
    forget();
    asked.open = false;
    if (!frame.page.alone) location.assign(address(""));
  });
  const back = button("back-out", () => {
    asked.open = false;
  });
  const [ask, warning, first] = [el("summary"), el("p", { class: "ws-small" }), el("p", { class: "ws-small ws-first", hidden: true })];
  const asked = el("details", { class: "ws-forget" }, ask, warning, first, el("div", { class: "ws-row" }, wipe, back));
  return {
    node: asked,
    draw() {
      tell(ask, w("buttons.forget"));
      tell(warning, w("page.wipe_what"));
      tell(wipe, w("page.wipe"));
      tell(back, w("buttons.back"));
    },
    warn(words) {
      tell(first, words);
      first.hidden = !words;
    },
  };
}
