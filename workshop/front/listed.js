/* Pictures of lists whose lines are each of one kind: how many of each, where a list lies among three corners, and the
order in which the kinds came. They are drawn for the person who wrote the lines; nothing here is ever in a message. */

import { el, filled, svg } from "./parts.js";

const FEWEST = 3; // lines; with fewer of them, one more would throw a dot across the picture
const count = (list, kind) => list.filter((one) => one === kind).length;

/** The lines at each corner; `corners`: [{kinds}]. */
export const counted = (list, corners) => corners.map(({ kinds }) => list.filter((one) => kinds.includes(one)).length);

/** The point to which lines at three corners pull, each with the same force: [x, y] from 0 to 1, the first corner on top, the
 * second at the start of the base; null with fewer than three lines. */
export function spot([top, start, end]) {
  const all = top + start + end;
  return all < FEWEST ? null : [(top / 2 + end) / all, (start + end) / all];
}

/** The same in words: nearest to one corner, between two, or in the middle. `words`: those of the kind; `name`: the list's. */
export function whereabouts(name, counts, corners, words) {
  if (!spot(counts)) return filled(words.corner_few, { list: name });
  const [corner, other, third] = corners.filter((_, at) => counts[at] === Math.max(...counts)).map(({ text }) => text);
  return filled(third ? words.corner_middle : other ? words.corner_between : words.corner_near, { list: name, corner, other });
}

/** A key for two lists, and for each kind their marks on either side of a line. `lists`: [{name, was, kinds}]. */
function sides(options, lists) {
  const look = ({ was }) => (was ? "ws-was" : "");
  const key = el(
    "p",
    { class: "ws-mix-key ws-small" },
    lists.map((one) => el("span", {}, el("i", { class: look(one), "aria-hidden": "true" }), el("span", { dir: "auto" }, one.name))),
  );
  return el(
    "div",
    { class: "ws-mix" },
    key,
    options.map(({ key: kind, text }) => {
      const said = lists.map((one) => `${one.name} ${count(one.kinds, kind)}`).join(", ");
      const marks = lists.map((one) =>
        el(
          "span",
          { class: "ws-marks" },
          Array.from({ length: count(one.kinds, kind) }, () => el("i", { class: look(one) })),
        ),
      );
      return el("div", { role: "img", "aria-label": `${text}: ${said}` }, el("span", { class: "ws-mix-text", dir: "auto" }, text), marks);
    }),
  );
}

/** Three corners with a dot for each list that is long enough, and in words where each lies. */
function triangle(options, corners, lists, words) {
  const told = lists.map((one) => ({ ...one, counts: counted(one.kinds, corners) }));
  const said = told.map(({ name, counts }) => whereabouts(name, counts, corners, words));
  const whole = said.map(
    (sentence, at) => `${sentence} ${corners.map(({ text }, corner) => `${text}: ${told[at].counts[corner]}`).join(", ")}.`,
  );
  const [left, top, width, height] = [20, 18, 200, 173];
  const dots = told
    .map((one) => ({ ...one, at: spot(one.counts) }))
    .filter(({ at }) => at)
    .map((one) => ({ ...one, at: [left + width * one.at[0], top + height * one.at[1]] }));
  const drawing = svg(
    "svg",
    { viewBox: "0 0 240 205", class: "ws-corners", role: "img", "aria-label": whole.join(" ") },
    svg("path", { class: "ws-corner-field", d: `M${left + width / 2} ${top}l${width / 2} ${height}h${-width}z` }),
    svg("path", {
      class: "ws-corner-thirds",
      d: `M${left + width / 2} ${top + (2 * height) / 3}V${top + height}m0 ${-height / 3}l${-width / 4} ${-height / 6}m${width / 4} ${height / 6}l${width / 4} ${-height / 6}`,
    }),
    ...(dots.length > 1 ? [svg("path", { class: "ws-corner-way", d: `M${dots[0].at}L${dots[1].at}` })] : []),
    ...dots.map(({ was, at: [cx, cy] }) => svg("circle", { cx, cy, r: was ? 13 : 8, class: was ? "ws-corner-was" : "ws-corner-now" })),
  );
  const [first, ...base] = corners.map(({ text }) => el("span", { dir: "auto" }, text));
  const named = (keep) =>
    options
      .filter(({ key }) => keep(key))
      .map(({ text }) => text)
      .join(", ");
  const without = named((key) => !corners.some(({ kinds }) => kinds.includes(key)));
  const hints = [
    words.corner_hint,
    ...corners
      .filter(({ kinds }) => kinds.length > 1)
      .map(({ text, kinds }) => filled(words.corner_kinds, { corner: text, kinds: named((key) => kinds.includes(key)) })),
    without ? filled(words.corner_none, { kinds: without }) : "",
  ];
  return [
    el("h3", { class: "ws-moment", dir: "auto" }, words.corners),
    dots.length
      ? el(
          "figure",
          { class: "ws-corner-figure" },
          el("div", { "aria-hidden": "true" }, first),
          drawing,
          el("div", { "aria-hidden": "true" }, base),
        )
      : null,
    ...said.map((sentence) => el("p", { class: "ws-corner-said", dir: "auto" }, sentence)),
    dots.length ? el("p", { class: "ws-soft ws-small", dir: "auto" }, hints.filter(Boolean).join(" ")) : null,
  ];
}

/** The kinds of one list in the order of its lines: a row for each kind, a column for each line. */
function order(options, { kinds }, words) {
  const text = (kind) => options.find(({ key }) => key === kind).text;
  const row = (label, cells) => el("div", {}, label, el("span", { class: "ws-turns", style: `--ws-lines: ${kinds.length}` }, cells));
  const [first, last] = [text(kinds[0]), text(kinds.at(-1))];
  const said = kinds.length < FEWEST ? "" : filled(first === last ? words.order_same : words.order_said, { first, last });
  return [
    el("h3", { class: "ws-moment", dir: "auto" }, words.order),
    el(
      "div",
      { class: "ws-order", role: "img", "aria-label": kinds.map((kind, at) => `${at + 1}: ${text(kind)}`).join(", ") },
      row(
        el("span"),
        kinds.map((_, at) => el("b", {}, String(at + 1))),
      ),
      options.map(({ key, text: label }) =>
        row(
          el("span", { dir: "auto" }, label),
          kinds.map((kind) => (kind === key ? el("i") : el("span"))),
        ),
      ),
    ),
    said ? el("p", { class: "ws-corner-said", dir: "auto" }, said) : null,
  ];
}

/** All pictures of one list, or of a list and an earlier one, as nodes. `options`: the kinds, [{key, text}]; `corners`:
 * [{text, kinds}], three or none; `lists`: [{name, was, kinds}], the last one is this one's own. */
export function pictures(options, corners, lists, words) {
  const own = lists.at(-1);
  if (lists.length === 1) return order(options, own, words);
  return [
    sides(options, lists),
    ...(corners.length ? triangle(options, corners, lists, words) : []),
    ...(own.kinds.length < FEWEST ? [] : order(options, own, words)),
  ].filter(Boolean);
}
