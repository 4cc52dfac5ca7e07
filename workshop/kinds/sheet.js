/* Rows to go through. What is set in them stays in this browser's drawer; the value, if the sheet is shared, is the key
of the bin that the number of rows with the first tick falls into, once each row has its pick. */

import { activity } from "./frame.js";
import { drawer, leaving, privately } from "./own.js";
import { el, filled, radios, tell } from "./parts.js";

export default activity({
  skip: true,
  mark: privately,
  body(frame, spec) {
    const mine = drawer(frame);
    const all = spec.columns.flatMap(({ rows }) => rows);
    const plain = !spec.picks.length && spec.ticks.length === 1; // then the row itself is the tick
    const of = (key) => ({ pick: null, ticks: [], ...mine.get()[key] });
    const has = (key, tick) => of(key).ticks.includes(tick);
    let closed = false;

    function set(key, changes) {
      if (closed) return;
      mine.set({ [key]: { ...of(key), ...changes } });
      mine.set({ said: written() });
      if (!spec.shared) frame.say("open", "");
      if (!spec.shared || left()) {
        if (spec.shared && frame.value !== null) frame.choose(null);
        else frame.page.changed();
        return;
      }
      const count = all.filter((row) => has(row.key, spec.ticks[0].key)).length;
      frame.choose(spec.bins.find(({ upto }) => count <= upto).key);
    }
    const turn = (key, tick) =>
      set(key, { ticks: has(key, tick) ? of(key).ticks.filter((one) => one !== tick) : [...of(key).ticks, tick] });
    // What is set, in words: for this person's own page.
    const written = () =>
      all
        .map(({ key, text }) => {
          const { pick, ticks } = of(key);
          const set = [...spec.picks.filter((one) => one.key === pick), ...spec.ticks.filter((one) => ticks.includes(one.key))];
          return set.length ? `${text}: ${set.map((one) => one.text).join(", ")}` : "";
        })
        .filter(Boolean)
        .join(" · ");
    const left = () => all.filter(({ key }) => of(key).pick === null).length;

    const draws = [];
    function box(row, tick, text, label) {
      const button = el(
        "button",
        { type: "button", class: "ws-option", role: "checkbox", "aria-label": label, "data-key": tick, onclick: () => turn(row.key, tick) },
        el("span", { dir: "auto" }, text),
      );
      draws.push(() => {
        button.setAttribute("aria-checked", String(has(row.key, tick)));
        button.setAttribute("aria-disabled", String(closed));
      });
      return button;
    }
    function drawn(row) {
      if (plain) return box(row, spec.ticks[0].key, row.text, `${row.text}: ${spec.ticks[0].text}`);
      const id = `${frame.heading}-${row.key}`;
      const parts = [el("h4", { class: "ws-sheet-row", id, dir: "auto" }, row.text)];
      if (spec.picks.length) {
        const picked = radios(spec.picks, id, (pick) => set(row.key, { pick }));
        picked.node.classList.add("ws-chips");
        draws.push(() => picked.show(of(row.key).pick, closed));
        parts.push(picked.node);
      }
      parts.push(
        el(
          "div",
          { class: "ws-options ws-chips ws-ticks", role: "group", "aria-labelledby": id },
          spec.ticks.map(({ key, text }) => box(row, key, text, `${row.text}: ${text}`)),
        ),
      );
      return el("div", { class: `ws-sheet-part${spec.picks.length && spec.ticks.length === 1 ? " ws-sheet-asks" : ""}` }, parts);
    }
    const columns = spec.columns.map(({ text, rows }, at) => {
      const id = `${frame.heading}-column-${at}`;
      return el(
        "div",
        { class: plain ? "ws-options" : "ws-sheet-column", role: "group", "aria-labelledby": text ? id : frame.heading },
        text ? el("h3", { class: "ws-moment", id, dir: "auto" }, text) : null,
        rows.map(drawn),
      );
    });

    // How many, column by column; nothing while nothing is ticked.
    const counted = el("p", { class: "ws-then", role: "status", dir: "auto" });
    const only = leaving(frame, spec.words.only);

    function draw() {
      draws.forEach((one) => one());
      const any = all.some(({ key }) => of(key).ticks.length);
      const said = spec.columns.flatMap(({ text, rows }) =>
        spec.ticks
          .filter((tick) => tick.said)
          .map((tick) => filled(tick.said, { column: text, count: rows.filter((row) => has(row.key, tick.key)).length, all: rows.length })),
      );
      const rest = spec.shared ? left() : 0;
      const text = rest ? filled(spec.words.left, { left: rest }) : any ? said.join(" ") : "";
      tell(counted, text);
      counted.hidden = !text;
    }
    function show(value, locked) {
      closed = locked;
      only.show(locked ? "" : spec.options.find(({ key }) => key === value)?.text);
      draw();
    }

    const sheet = el("div", { class: `ws-sheet${columns.length > 1 ? " ws-sheet-two" : ""}` }, columns);
    const node = el("div", {}, sheet, counted, only.node);
    return { node, asked: only.node, show, draw };
  },
});
