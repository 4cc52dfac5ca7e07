/* Before and after on one scale. The taps stay in this browser's drawer; the value is which way they went. */

import { activity } from "./frame.js";
import { drawer, lasting, leaving, privately } from "./own.js";
import { el } from "./parts.js";
import { row } from "./scale.js";

export default activity({
  skip: true,
  mark: privately,
  body(frame, spec) {
    const ends = [spec.points[0].text, spec.points.at(-1).text];
    const first = drawer(frame, spec.first);
    const second = drawer(frame);
    const rows = [{ name: "before", place: first }, ...(spec.private ? [] : [{ name: "after", place: second }])];

    function way() {
      const [from, to] = [first.get().before, second.get().after].map((key) => spec.points.findIndex((point) => point.key === key));
      if (from < 0 || to < 0) return null;
      return to > from ? "up" : to < from ? "down" : "same";
    }

    const drawn = rows.map(({ name, place }) => {
      const label = el("h3", { class: "ws-moment", id: `${frame.heading}-${name}`, dir: "auto" }, spec[name]);
      const points = row(
        spec.points,
        `${frame.heading} ${label.id}`,
        (key) => {
          place.set({ [name]: key });
          frame.say("open", "");
          if (spec.private)
            frame.page.changed(); // the later one shows it too
          else if (way()) frame.choose(way());
          else frame.page.changed();
        },
        ends,
      );
      return { name, place, points, node: el("div", { class: "ws-half" }, label, points.node) };
    });
    const found = el("p", { class: "ws-small", dir: "auto", hidden: true }, spec.words.recalled);
    drawn[0].points.node.before(found);

    /** What was guessed in an earlier room is the first tap, until the person makes another one. */
    function recall() {
      const before = spec.recalls.as[lasting.get(spec.recalls.id)];
      if (before && first.get().before === undefined) first.set({ before });
      found.hidden = !before || first.get().before !== before;
    }

    const only = leaving(frame, spec.words.only);

    function show(value, locked) {
      recall();
      if (value === null && way() && frame.page.greeted) second.set({ after: null }); // taken back or skipped: the later tap goes
      if (value !== null && !locked && way() && way() !== value) return frame.choose(way()); // the first tap was changed elsewhere
      drawn.forEach(({ name, place, points }) => points.show(place.get()[name] ?? null, locked));
      only.show(locked || value === null ? "" : spec.options.find(({ key }) => key === value)?.text);
    }

    const node = el(
      "div",
      {},
      drawn.map((half) => half.node),
      only.node,
    );
    return spec.private ? { node, draw: () => drawn[0].points.show(first.get().before ?? null, false) } : { node, show };
  },
});
