/* Lines to agree or disagree with, one after the other; then one stretch for each stroke, and folded under them which strokes
stand out compared with a person's others. Answers and what is drawn of them stay in this browser's drawer. Of a stroke that the room may see, the value is the key of the coarse band, and nothing finer. */

import { activity, Frame } from "./frame.js";
import { drawer, leaving, privately } from "./own.js";
import { el, filled, tell } from "./parts.js";
import { band, careless, emphasis, leaning, score, stretch } from "./scoring.js";

const LONGEST = 30000; // ms at one line that count as reading
const nothing = { raw: {}, at: 0, ms: 0, hasty: null };

export default activity({
  skip: true,
  mark: privately,
  body(frame, spec) {
    const { page } = frame;
    const { words, statements: lines, rule } = spec;
    const mine = drawer(frame, frame.id, { lasting: true });
    const held = () => ({ ...nothing, ...mine.get() });
    const short = ({ key }) => key.slice(spec.key.length + 1); // a stroke's name without the questionnaire's
    const answer = (raw, key) => (raw[key] > 0 ? raw[key] : null); // 0: could not say
    let since = null; // when this line came up

    function set(changes) {
      mine.set(changes);
      frame.say("open", "");
      page.changed();
    }

    // --- one line
    const count = el("p", { class: "ws-soft ws-small" });
    const bar = el("b");
    const statement = el("p", { class: "ws-statement", id: `${frame.heading}-line`, tabindex: "-1", dir: "auto" });
    const answers = [...spec.points.map(({ text }, at) => [at + 1, text]), [0, words.cannot]].map(([value, text]) =>
      el(
        "button",
        {
          type: "button",
          class: "ws-option",
          "data-value": value,
          "aria-describedby": statement.id,
          onclick: () => {
            const { raw, at, ms } = held();
            const now = performance.now();
            const took = since === null ? 0 : Math.min(LONGEST, now - since);
            since = now;
            set({ raw: { ...raw, [lines[at].key]: value }, at: at + 1, ms: Math.round(ms + took), hasty: null });
            (at + 1 < lines.length ? statement : done).focus({ preventScroll: true });
          },
        },
        el("span", { dir: "auto" }, text),
      ),
    );
    const back = el(
      "button",
      {
        type: "button",
        class: "ws-undo",
        onclick: () => {
          set({ at: held().at - 1 });
          statement.focus({ preventScroll: true });
        },
      },
      words.back,
    );
    // A person who only looks at the lines again needn't tap through all of them.
    const onward = el(
      "button",
      {
        type: "button",
        class: "ws-undo",
        onclick: () => {
          set({ at: lines.length });
          done.focus({ preventScroll: true });
        },
      },
      words.onward,
    );
    const asking = el(
      "div",
      { class: "ws-asking" },
      count,
      el("div", { class: "ws-progress", "aria-hidden": "true" }, bar),
      statement,
      el("div", { class: "ws-options", role: "group", "aria-labelledby": statement.id }, answers),
      el("div", { class: "ws-between-lines" }, back, onward),
    );

    // --- when all lines are through
    const done = el("p", { class: "ws-done-lines", tabindex: "-1", dir: "auto" });
    const button = (text, act) => el("button", { type: "button", class: "ws-button", onclick: act }, text);
    const leave = (hasty) => () => set({ hasty });
    const question = el(
      "div",
      {},
      el("p", { class: "ws-then", dir: "auto" }, words.hasty),
      el("div", { class: "ws-row" }, button(words.leave, leave(false)), button(words.draw, leave(true))),
    );
    const left = el("p", { class: "ws-then", dir: "auto" }, words.left);
    const tendency = el("p", { class: "ws-then", dir: "auto" });
    const strokes = spec.strokes.map((one) => stroke(one));
    const emphasised = relative();
    const below = el("div", {}, el("p", { class: "ws-soft ws-small", dir: "auto" }, words.assumed), emphasised.node);
    const anew = button(words.anew, () => {
      since = null;
      keep([]);
      set(nothing);
      statement.focus({ preventScroll: true });
    });
    const after = el(
      "div",
      {},
      done,
      el(
        "div",
        { class: "ws-row" },
        button(words.again, () => set({ at: 0 })),
        anew,
      ),
      question,
      left,
    );

    /** One stroke: its stretch between two ends, and, where the room may see its band, what a question has. */
    function stroke(one) {
      const low = el("span", { dir: "auto" }, one.low);
      const high = el("span", { dir: "auto" }, one.high);
      const wash = el("b");
      const strip = el("div", { class: "ws-strip", "aria-hidden": "true" }, el("i", {}, wash), el("div", { class: "ws-ends" }, low, high));
      const said = el("p", { class: "ws-stretch", dir: "auto" });
      const number = el("p", { class: "ws-soft", dir: "auto" });
      const numbers = el("details", { class: "ws-table" }, el("summary", { dir: "auto" }, words.numbers), number);
      const stays = el("p", { class: "ws-soft ws-small", dir: "auto" }, one.shared ? "" : words.stays);
      let only;
      const inner = new Frame(
        {
          body(own) {
            only = leaving(own, words.only);
            const asked = el("div", {}, only.node); // the frame hides it; the line inside hides itself while it is empty
            return {
              node: el("div", {}, strip, said, numbers, stays, asked),
              asked,
              show: (value, locked) => only.show(locked || value === null ? "" : own.label(value)),
            };
          },
        },
        { ...one, page: spec.page },
      );
      const own = lines.filter((line) => line.stroke === short(one));

      function draw(raw, drawn) {
        const percent = score(
          own.map(({ key }) => answer(raw, key)),
          own.map(({ turned }) => turned),
          rule,
        );
        const key = drawn && percent !== null ? band(percent, rule.bands) : null;
        // The room's question can be skipped, and its result seen, without a picture of one's own.
        const asked = one.shared && !page.alone && page.phase(one.id) !== "waiting";
        node.hidden = !drawn && !asked;
        strip.hidden = numbers.hidden = key === null;
        let text = drawn ? words.few : page.phase(one.id) === "open" ? words.undrawn : "";
        if (key !== null) {
          const [from, to] = stretch(percent, rule.half);
          wash.style.insetInlineStart = `${from}%`;
          wash.style.inlineSize = `${to - from}%`;
          const ends = { from: label(band(from, rule.bands)), to: label(band(to, rule.bands)) };
          text = filled(ends.from === ends.to ? words.within : words.stretch, ends);
          tell(number, filled(words.numbered, { from: Math.round(from), to: Math.round(to) }));
        }
        tell(said, text);
        stays.hidden = one.shared;
        // The band follows the lines until the person skips it, or the room has counted.
        const free = one.shared && page.phase(one.id) !== "closed" && page.draft(one.id)?.how !== "skipped";
        if (free && page.value(one.id) !== key && (key !== null || page.draft(one.id))) page.choose(one.id, key);
        inner.draw();
        return { percent, text: key === null ? "" : text };
      }
      const label = (key) => one.options.find((option) => option.key === key).text;
      const node = el("div", { class: "ws-stroke" }, inner.root);
      return { node, draw };
    }

    /** Which strokes stand out, folded: {node, draw(percents) -> the same in one line}. */
    function relative() {
      const shown = el("div", { class: "ws-emphasis" });
      let line;

      function draw(percents) {
        const found = emphasis(percents, rule.half);
        const bands = ["more", "alike", "less"].map((key) => [
          words[key],
          spec.strokes.filter((_, at) => found?.[at] === key).map(({ title }) => title),
        ]);
        const some = bands.filter(([, titles]) => titles.length);
        const alone = found === null ? words.all_needed : some.length === 1 ? words.none_out : "";
        const told = [alone || some.map(([name, titles]) => `${name}: ${titles.join(", ")}.`).join(" "), words.cannot_tell].join(" ");
        if (told !== line) {
          shown.replaceChildren(
            el("p", { class: alone ? "" : "ws-soft", dir: "auto" }, alone || words.beside),
            el(
              "dl",
              { hidden: Boolean(alone) },
              some.flatMap(([name, titles]) => [
                el("dt", { dir: "auto" }, name),
                ...titles.map((title) => el("dd", { dir: "auto" }, title)),
              ]),
            ),
            el("p", { class: "ws-soft ws-small", dir: "auto" }, words.cannot_tell),
          );
        }
        line = told;
        return found === null ? "" : told;
      }
      return { node: el("details", { class: "ws-table" }, el("summary", { dir: "auto" }, words.emphasis), shown), draw };
    }

    /** What is drawn, in words, for a person's own file: `texts`, a stretch for each stroke, and which of them stand out. */
    function keep(texts) {
      const before = mine.get();
      const now = Object.fromEntries([...spec.strokes.map(short), "emphasis"].map((name, at) => [name, texts[at] ?? ""]));
      if (Object.entries(now).some(([name, text]) => (before[name] ?? "") !== text)) mine.set(now);
    }

    function draw() {
      const { raw, at, ms, hasty } = held();
      const through = at >= lines.length;
      asking.hidden = through;
      after.hidden = !through;
      const line = lines[Math.min(at, lines.length - 1)];
      tell(count, filled(words.of, { number: Math.min(at + 1, lines.length), all: lines.length }));
      bar.style.inlineSize = `${(100 * at) / lines.length}%`;
      tell(statement, line.text);
      answers.forEach((one) => one.setAttribute("aria-pressed", String(raw[line.key] === Number(one.dataset.value))));
      back.hidden = at === 0;
      onward.hidden = !lines.every(({ key }) => key in raw);
      const all = lines.map(({ key }) => answer(raw, key));
      tell(done, filled(words.done, { given: all.filter((one) => one !== null).length, all: lines.length }));
      const fast = careless(all, ms / 1000, rule) && hasty === null;
      question.hidden = !fast;
      left.hidden = hasty !== false;
      const drawn = through && !fast && hasty !== false;
      const pairs = spec.strokes.flatMap((one) => {
        const own = lines.filter((each) => each.stroke === short(one));
        const [highs, lows] = [false, true].map((turned) => own.filter((each) => each.turned === turned));
        return highs.map(({ key }, place) => [answer(raw, key), answer(raw, lows[place].key)]);
      });
      const lean = leaning(pairs, rule);
      tendency.hidden = !drawn || lean === null || Math.abs(lean) < rule.agreed;
      tell(tendency, lean > 0 ? words.agreed : words.disagreed);
      below.hidden = !drawn;
      const told = strokes.map((one) => one.draw(raw, drawn));
      const out = emphasised.draw(told.map(({ percent }) => percent));
      if (through) keep(drawn ? [...told.map(({ text }) => text), out] : []);
    }

    return {
      node: el(
        "div",
        {},
        el("p", { class: "ws-soft ws-small", dir: "auto" }, words.original),
        asking,
        after,
        tendency,
        strokes.map(({ node }) => node),
        below,
      ),
      draw,
    };
  },
});
