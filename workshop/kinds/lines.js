/* Lines of one's own: first they are written, then sorted by their writer, one at a time. Lines and sorting go to this browser's drawer and nowhere else; the value, if
the list is shared, is the key of the kind that grew most since an earlier list, or "same". */

import { activity } from "./frame.js";
import { pictures } from "./listed.js";
import { drawer, leaving, privately } from "./own.js";
import { box, el, fill, filled, OWN, radios, tell } from "./parts.js";

const LONGEST = 120;

/** The kinds whose share of the lines grew most from one list to another; none: the mix stayed. `first`, `second`: the kind of each line. */
export function grown(first, second, kinds) {
  const count = (list, kind) => list.filter((one) => one === kind).length;
  // Shares are compared as whole numbers: both lists may have lines left blank.
  const by = kinds.map((kind) => count(second, kind) * first.length - count(first, kind) * second.length);
  const most = Math.max(...by);
  return most > 0 ? kinds.filter((_, at) => by[at] === most) : [];
}

/** The lines that have words: [{at, text, codes}]. */
const written = (place) => (place.get().lines ?? []).map((line, at) => ({ codes: {}, ...line, at })).filter((line) => line?.text?.trim());

export default activity({
  skip: true,
  mark: privately,
  body(frame, spec) {
    const { words, codings } = spec;
    const mine = drawer(frame, frame.id, { lasting: true });
    const earlier = spec.first ? drawer(frame, spec.first, { lasting: true }) : null;
    const [coding] = codings;
    const sorted = (place) => written(place).length > 0 && written(place).every(({ codes }) => codings.every(({ key }) => codes[key]));
    const kinds = (place) => written(place).map(({ codes }) => codes[coding.key]);
    let closed = false;
    let writing = null; // null: until a line is sorted
    let again = null; // the line that is being sorted again, and its coding
    let level = []; // kinds that grew equally; the person names one of them

    const named = (one, code) => one.options.find(({ key }) => key === code)?.text ?? "";
    const inWords = ({ text, codes }) =>
      [`${spec.before} ${text}`.trim(), ...codings.map((one) => named(one, codes?.[one.key])).filter(Boolean)].join(" · ");

    function set(at, changes) {
      const lines = Array.from({ length: spec.lines }, (_, place) => mine.get().lines?.[place] ?? { text: "", codes: {} });
      lines[at] = { ...lines[at], ...changes };
      if (!lines[at].text.trim()) lines[at].codes = {};
      // The same in words, so that a person's own file says what stands where.
      const said = Object.fromEntries(lines.map((line, place) => [place + 1, line.text.trim() ? inWords(line) : ""]));
      mine.set({ lines, ...said });
      level = [];
      if (!spec.shared) frame.say("open", "");
      if (spec.shared && frame.value !== null) frame.choose(null);
      else frame.page.changed();
    }

    // --- writing
    const inputs = Array.from({ length: spec.lines }, (_, at) => {
      const id = `${frame.heading}-line-${at}`;
      const input = box("input", {
        maxlength: LONGEST,
        id,
        "aria-label": filled(words.line, { before: spec.before, at: at + 1, all: spec.lines }).trim(),
        enterkeyhint: "next",
        oninput: () => set(at, { text: input.value }),
        onkeydown: (event) => {
          if (event.key === "Enter") inputs[at + 1]?.input.focus();
        },
      });
      return {
        input,
        node: el(
          "p",
          { class: "ws-own-line" },
          el("span", { class: "ws-soft", "aria-hidden": "true", dir: "auto" }, spec.before || String(at + 1)),
          input,
        ),
      };
    });

    const writes = () => writing ?? written(mine).every(({ codes }) => !Object.keys(codes).length);
    function stage(now) {
      writing = now;
      again = null;
      draw();
      if (now) inputs[0].input.focus();
      else (turn() ? groups.find(({ one }) => one === turn().one).buttons[0] : change).focus();
    }
    const sort = el("button", { type: "button", class: "ws-button ws-main ws-whole", onclick: () => stage(false) }, words.sort);
    const change = el("button", { type: "button", class: "ws-button ws-whole", onclick: () => stage(true) }, words.change);

    // --- sorting, one line at a time
    const turn = () =>
      again ??
      written(mine).flatMap((line) => codings.filter(({ key }) => !line.codes[key]).map((one) => ({ at: line.at, one })))[0] ??
      null;
    const asked = el("p", { class: "ws-sorted-line", "aria-live": "polite", ...OWN });
    const groups = codings.map((one) => {
      const label = el("h3", { class: "ws-moment", id: `${frame.heading}-${one.key}`, dir: "auto" }, one.text);
      const buttons = one.options.map(({ key, text }) =>
        el(
          "button",
          { type: "button", class: "ws-option", "data-key": key, onclick: () => code(one, key) },
          el("span", { dir: "auto" }, text),
        ),
      );
      const hint = one.hint ? el("p", { class: "ws-soft ws-small", dir: "auto" }, one.hint) : null;
      return {
        one,
        buttons,
        node: el("div", { role: "group", "aria-labelledby": label.id }, label, hint, el("div", { class: "ws-options ws-sorts" }, buttons)),
      };
    });
    const left = el("p", { class: "ws-soft ws-small" });
    const sorter = el(
      "div",
      { class: "ws-sorter" },
      asked,
      groups.map(({ node }) => node),
      left,
    );

    function code(one, key) {
      const now = turn();
      if (closed || !now) return;
      again = again && codings.length > 1 && one === codings[0] ? { at: now.at, one: codings[1] } : null;
      writing = false;
      set(now.at, { codes: { ...mine.get().lines[now.at].codes, [one.key]: key } });
      drawSorter(true);
    }

    // --- what is sorted: each line can be sorted again
    const rows = inputs.map((_, at) => {
      const [text, kind] = [el("span", OWN), el("span", { class: "ws-kind-of", dir: "auto" })];
      const button = el(
        "button",
        {
          type: "button",
          class: "ws-line-row-of",
          onclick: () => {
            if (closed) return;
            again = { at, one: codings[0] };
            drawSorter(true);
            groups[0].buttons[0].focus();
          },
        },
        text,
        kind,
      );
      return { at, text, kind, button };
    });
    const list = el(
      "div",
      { class: "ws-lines-sorted", role: "group", "aria-label": words.sorted },
      rows.map(({ button }) => button),
    );

    // --- what came out, for the person's eyes only
    const picture = el("div", { class: "ws-listed" });
    function drawPicture() {
      const before = earlier ? [{ name: spec.earlier, was: true, kinds: kinds(earlier) }] : [];
      const lists = [...before, { name: spec.name, kinds: kinds(mine) }];
      fill(picture, lists, () => pictures(coding.options, coding.corners, lists, words));
    }

    const grew = () =>
      grown(
        kinds(earlier),
        kinds(mine),
        coding.options.map((option) => option.key),
      );
    const both = () => !writes() && sorted(mine) && (!earlier || sorted(earlier));
    const wanting = el("p", { class: "ws-soft", dir: "auto" }, words.first);
    const compare = el(
      "button",
      {
        type: "button",
        class: "ws-button ws-main ws-whole",
        onclick: () => {
          const most = grew();
          level = most.length > 1 ? most : [];
          if (most.length > 1) frame.page.changed();
          else frame.choose(most[0] ?? "same");
        },
      },
      words.compare,
    );
    const which = el("h3", { class: "ws-moment", id: `${frame.heading}-which`, dir: "auto" }, words.level);
    const tied = radios(coding.options, which.id, (key) => frame.choose(key));
    const tie = el("div", { class: "ws-tie" }, which, tied.node);
    const only = leaving(frame, words.only);

    function drawSorter(moved = false) {
      const now = turn();
      sorter.hidden = closed || !now || writes();
      if (sorter.hidden) return;
      const line = mine.get().lines[now.at];
      const text = `${spec.before} ${line.text}`.trim();
      tell(asked, text);
      const had = sorter.contains(document.activeElement);
      groups.forEach(({ one, buttons, node }) => {
        node.hidden = one !== now.one;
        buttons.forEach((button) => button.setAttribute("aria-pressed", String(line.codes?.[one.key] === button.dataset.key)));
        if (moved && had && one === now.one && codings.length > 1) buttons[0].focus();
      });
      const rest = written(mine).filter(({ codes }) => codings.some(({ key }) => !codes[key])).length;
      tell(left, rest ? filled(words.left, { left: rest }) : "");
    }

    function draw() {
      const lines = mine.get().lines ?? [];
      inputs.forEach(({ input, node }, at) => {
        if (document.activeElement !== input) input.value = lines[at]?.text ?? "";
        input.readOnly = closed;
        node.hidden = closed && !input.value;
      });
      const all = written(mine);
      own.hidden = !writes();
      sort.hidden = closed || !all.length || !writes();
      change.hidden = closed || writes();
      drawSorter();
      rows.forEach(({ at, text, kind, button }) => {
        const line = all.find((one) => one.at === at && codings.some(({ key }) => one.codes[key]));
        button.hidden = !line;
        if (!line) return;
        tell(text, `${spec.before} ${line.text}`.trim());
        tell(
          kind,
          codings
            .map((one) => named(one, line.codes[one.key]))
            .filter(Boolean)
            .join(" · "),
        );
      });
      list.hidden = writes() || rows.every(({ button }) => button.hidden);
      picture.hidden = codings.length > 1 || !both() || (spec.shared && frame.value === null && !level.length);
      if (!picture.hidden) drawPicture();
      if (!spec.shared) return;
      wanting.hidden = closed || writes() || !sorted(mine) || both();
      compare.hidden = closed || !both() || frame.value !== null || level.length > 0;
      tie.hidden = closed || !level.length;
      tied.node.querySelectorAll("[role=radio]").forEach((one) => {
        one.hidden = !level.includes(one.dataset.key);
      });
      tied.show(frame.value, closed);
    }

    function show(value, locked) {
      closed = locked;
      if (locked) level = [];
      // The first list was changed in another place, so what was worked out from it no longer holds.
      if (value !== null && !locked && both() && !(grew().length ? grew().includes(value) : value === "same")) {
        level = [];
        return frame.choose(null);
      }
      only.show(locked || value === null ? "" : frame.label(value));
      draw();
    }

    const tail = el("div", {}, wanting, compare, tie, only.node);
    const own = el(
      "div",
      {},
      inputs.map((one) => one.node),
    );
    const stays = spec.shared ? el("p", { class: "ws-soft ws-small", dir: "auto" }, words.stays) : null;
    const node = el("div", {}, stays, own, sort, sorter, list, change, picture, spec.shared ? tail : null);
    return { node, asked: tail, show, draw: spec.shared ? undefined : draw };
  },
});
