/* One goal, and a few times "why?". The goal and the way stay in this browser's drawer; the value is the key of the
option that was tapped last. A question appears when the one before it has an answer; a person may stop at any of them. */

import { activity } from "./frame.js";
import { drawer, leaving } from "./own.js";
import { box, el, radios } from "./parts.js";

export default activity({
  body(frame, spec) {
    const mine = drawer(frame, frame.id, { lasting: true });
    const taps = () => mine.get().taps ?? [];
    const goal = box("input", { id: `${frame.heading}-goal`, oninput: () => mine.set({ goal: goal.value }) });
    const steps = spec.asks.map((ask, at) => {
      const label = el("h3", { class: "ws-moment", id: `${frame.heading}-${at}`, dir: "auto" }, ask);
      const group = radios(spec.options, `${frame.heading} ${label.id}`, (key) => {
        const next = [...taps().slice(0, at), key, ...taps().slice(at + 1)];
        mine.set({ taps: next });
        frame.choose(next.at(-1));
      });
      // A question that has led on shows only its answer, until the person comes back to it.
      const node = el(
        "div",
        { class: "ws-why", onfocusin: () => node.classList.remove("ws-folded"), onfocusout: () => fold(at) },
        label,
        group.node,
      );
      return { group, node };
    });
    const fold = (at) => steps[at].node.classList.toggle("ws-folded", at < taps().length - 1);
    const stop = el("p", { class: "ws-soft ws-small ws-stop", dir: "auto" }, spec.words.stop);
    const only = leaving(frame, spec.words.only);

    function show(value, locked) {
      if (value === null && frame.page.greeted && taps().length) mine.set({ taps: [] }); // taken back or skipped
      const way = taps();
      steps.forEach(({ group, node }, at) => {
        group.show(way[at] ?? null, locked);
        node.hidden = at > way.length;
        if (!node.contains(document.activeElement)) fold(at);
      });
      stop.hidden = !way.length || way.length >= steps.length;
      if (document.activeElement !== goal) goal.value = mine.get().goal ?? "";
      only.show(locked || value === null ? "" : frame.label(value));
    }

    const asked = el(
      "div",
      {},
      steps.map(({ node }) => node),
      stop,
      only.node,
    );
    const node = el("div", {}, el("p", { class: "ws-field" }, el("label", { for: goal.id, dir: "auto" }, spec.naming), goal), asked);
    return { node, asked, show };
  },
});
