/* A scene and a few replies. What happens then is told at each tap; the reply is remembered, and may be met again. */

import { activity } from "./frame.js";
import { privately } from "./own.js";
import { el, radios, tell } from "./parts.js";

export default activity({
  skip: true,
  mark: privately,
  body(frame, spec) {
    const then = el("p", { class: "ws-then", role: "status", dir: "auto" });
    const spoken = spec.options.map(({ key, text }) => ({ key, text: spec.words.said.replace("{reply}", text) }));
    const replies = radios(spoken, frame.heading, (key) => {
      if (!spec.shared) frame.say("open", "");
      frame.choose(key);
    });

    function show(key, locked) {
      replies.show(key, locked);
      const told = spec.replies.find((reply) => reply.key === key)?.then ?? "";
      tell(then, told);
      then.hidden = !told;
    }

    // What happened stays on the page when the result is there.
    return {
      node: el("div", {}, replies.node, then),
      asked: replies.node,
      show,
      draw: spec.shared ? undefined : () => show(frame.value, false),
    };
  },
});
