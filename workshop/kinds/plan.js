/* One small step. The tapped option is the value; own words, when, where and with whom go from their boxes to this
browser's drawer and back, and into a calendar file that is made here; nowhere else. */

import { entry, later } from "./calendar.js";
import { activity } from "./frame.js";
import { drawer } from "./own.js";
import { box, el, mark, radios, tell } from "./parts.js";
import { download } from "./saved.js";

const SOON = 3; // days from now: where the calendar entry is unless the person chooses another day
const HOUR = "18:00";

export default activity({
  body(frame, spec) {
    const { words } = spec;
    const mine = drawer(frame, frame.id, { lasting: true });
    const steps = radios(spec.options, frame.heading, (key) => frame.choose(key));
    const fields = [
      ...["mine", "when", "where", "with"].map((name) =>
        field(name, box(name === "mine" ? "textarea" : "input", { rows: name === "mine" ? 2 : null })),
      ),
    ];
    const dates = [field("day", box("input", { type: "date" }), later(SOON)), field("time", box("input", { type: "time" }), HOUR)];

    function field(name, input, usual = "") {
      input.id = `${frame.heading}-${name}`;
      input.addEventListener("input", () => mine.set({ [name]: input.value }));
      return { name, input, usual, node: el("p", { class: "ws-field" }, el("label", { for: input.id, dir: "auto" }, words[name]), input) };
    }

    // Others often see a calendar, so the step itself goes into it only if the person says so.
    const told = el("input", { type: "checkbox", id: `${frame.heading}-tell` });
    const done = el("p", { class: "ws-line", role: "status" });
    const make = el("button", { type: "button", class: "ws-button", onclick: file }, words.make);
    const calendar = el(
      "details",
      { class: "ws-calendar" },
      el("summary", { dir: "auto" }, words.calendar),
      el(
        "div",
        { class: "ws-pair-of-fields" },
        dates.map(({ node }) => node),
      ),
      el("p", { class: "ws-small", dir: "auto" }, words.others),
      el("label", { class: "ws-tick", dir: "auto" }, told, el("span", {}, words.tell)),
      el("div", { class: "ws-row" }, make),
      done,
    );
    const inner = el(
      "fieldset",
      { class: "ws-private" },
      el("legend", {}, mark("lock", words.private)),
      fields.map(({ node }) => node),
      calendar,
    );

    function file() {
      const [day, time] = dates.map(({ input, usual }) => input.value || usual);
      const said = fields.filter(({ input }) => input.value.trim()).map(({ name, input }) => `${words[name]} ${input.value.trim()}`);
      const step = spec.options.find(({ key }) => key === frame.value)?.text ?? "";
      download(entry({ day, time, title: words.entry, note: told.checked ? [step, ...said].join("\n") : "" }), words.file, "text/calendar");
      tell(done, "");
      tell(done, words.made);
    }

    function show(key, locked) {
      steps.show(key, locked);
      inner.hidden = key === null || key === spec.none;
      const said = mine.get();
      for (const { name, input, usual } of [...fields, ...dates])
        if (document.activeElement !== input || !said[name]) input.value = said[name] || usual;
    }

    return { node: el("div", {}, steps.node, inner), asked: steps.node, show };
  },
});
