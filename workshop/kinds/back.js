/* A saved page, brought back to another room: what the person chose and wrote then, for them alone. */

import { activity } from "./frame.js";
import { staying } from "./own.js";
import { el, fill, OWN } from "./parts.js";
import { held, restoring } from "./saved.js";

export default activity({
  skip: true,
  mark: (frame) => ["lock", staying(frame)],
  body(frame, spec) {
    const list = el("div", { class: "ws-back" });
    const draw = () => {
      const met = (spec.catalogue ?? []).map((one) => [one, held(frame.page, one)]).filter(([, lines]) => lines.length);
      fill(list, met, () =>
        met.length
          ? met.flatMap(([one, lines]) => [
              el("h3", { dir: "auto" }, one.title),
              ...lines.map(({ text, own }) => el("p", { class: "ws-then", dir: "auto", ...(own ? OWN : {}) }, text)),
            ])
          : [el("p", { class: "ws-soft", dir: "auto" }, spec.words.nothing)],
      );
    };
    return { node: el("div", {}, restoring(spec.words), list), draw };
  },
});
