/* A number on a line. The number stays in this browser's drawer; the value, which Send sends, is the key of its bin. */

import { activity } from "./frame.js";
import { drawer, leaving, line } from "./own.js";
import { el } from "./parts.js";

export default activity({
  body(frame, spec) {
    const place = drawer(frame);
    const of = (number) => spec.bins.find(({ upto }) => number <= upto) ?? spec.bins.at(-1);
    const middle = (low, high) => spec.first + spec.step * Math.round((low + (high - low) / 2 - spec.first) / spec.step);
    const only = leaving(frame, spec.words.only);
    const control = line({
      low: spec.first,
      high: spec.last,
      step: spec.step,
      ends: [spec.low, spec.high],
      label: frame.heading,
      reads: (number) => spec.reads.replace("{number}", number),
      unset: spec.words.none,
      words: spec.words,
      change(number) {
        place.set({ at: number });
        frame.choose(of(number).key);
      },
    });

    /** Where the dot is for a bin: where the person left it, else in the bin's middle. */
    function at(key) {
      const number = place.get().at;
      if (Number.isFinite(number) && of(number).key === key) return number;
      const here = spec.bins.findIndex((bin) => bin.key === key);
      return middle(here ? spec.bins[here - 1].upto + spec.step : spec.first, spec.bins[here].upto);
    }

    function show(key, locked) {
      const bin = spec.bins.find((one) => one.key === key);
      control.show(bin ? at(key) : middle(spec.first, spec.last), { locked, none: !bin });
      only.show(locked ? "" : bin?.text);
    }

    show(null, false);
    return { node: el("div", {}, control.node, only.node), show };
  },
});
