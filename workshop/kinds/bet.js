/* A guess about the room, or about a study. Its reveal is a sentence that quotes the guess back; the chart stands at its
question. A guess about a study is that question itself, so its own chart comes under the sentence. */

import { activity } from "./frame.js";
import { el, radios } from "./parts.js";
import { drawReveal } from "./reveal.js";

/** {option: people}. Each option of a joined cell has the whole cell's count: no one may know more. */
const counts = ({ cells }) => Object.fromEntries(cells.flatMap(([key, , people]) => key.split("+").map((one) => [one, people])));

/** The option whose range holds this share, counted in people of ten: "3-5". */
function tens(options, share) {
  const ten = Math.round(10 * share);
  return options
    .map(({ key }) => key)
    .filter((key) => {
      const [low, high] = key.split("-").map(Number);
      return low <= ten && ten <= high;
    });
}

/* What came true, from what was shown and from this person's own answer: the bet's options, or null where nothing can be
said. `own`: their answer to the question that the guess is about; `other`: the result that it is held against. */
const OUTCOMES = {
  most({ options }, shown) {
    const people = counts(shown);
    const top = Math.max(...Object.values(people));
    return options.map(({ key }) => key).filter((key) => top > 0 && people[key] === top);
  },
  half: (_, shown) => [Math.max(...Object.values(counts(shown))) > shown.people / 2 ? "yes" : "no"],
  nearest({ options }, { follows }) {
    const off = Object.fromEntries(follows.map((one) => [one.key, one.off]));
    const least = Math.min(...options.map(({ key }) => off[key]));
    return options.map(({ key }) => key).filter((key) => off[key] === least);
  },
  alike({ options }, shown, { own }) {
    const people = counts(shown)[own ?? ""];
    return people === undefined ? null : tens(options, people / shown.people);
  },
  chose({ options, option }, shown) {
    return tens(options, (counts(shown)[option] ?? 0) / shown.people);
  },
  match({ options }, shown, { other }) {
    if (other?.face !== "shown" || other.invented !== shown.invented) return null;
    const [here, there] = [counts(shown), counts(other)];
    const both = Object.keys(here).map((key) => Math.min(here[key] / shown.people, there[key] / other.people));
    return tens(
      options,
      both.reduce((sum, share) => sum + share, 0),
    );
  },
  lean({ options }, shown, { other }) {
    if (other?.face !== "shown" || other.invented !== shown.invented) return null;
    const [one, same, two] = options.map(({ key }) => key);
    // How far a result leans: how many more people are in one cell than in the other. A joined cell can't be told apart.
    const [now, then] = [shown, other].map(({ cells }) => {
      const people = (wanted) => cells.find(([key]) => key === wanted)?.[2] ?? NaN;
      return people(two) - people(one);
    });
    const moved = now * other.people - then * shown.people; // as whole numbers, so that a tenth is exactly a tenth
    if (Number.isNaN(moved)) return null;
    if (10 * Math.abs(moved) <= shown.people * other.people) return [same];
    return [moved > 0 ? two : one];
  },
};

/** {which, most}: the sentence that holds (withheld, unknown, nobet, tie, hit, miss), and the options that came true. */
export function outcome(spec, payload, bet, also = {}) {
  if (payload.face === "withheld") return { which: "withheld", most: [] };
  const most = OUTCOMES[spec.outcome](spec, payload, also);
  if (most === null) return { which: "unknown", most: [] };
  if (bet === null) return { which: "nobet", most };
  if (most.length > 1) return { which: "tie", most };
  return { which: (spec.found ? [spec.found] : most).includes(bet) ? "hit" : "miss", most };
}

/** What else a guess is held against: the person's own answer, and the other result once it's there. */
function follows({ page, spec }) {
  const payload = spec.against && page.revealId(spec.against) ? page.reveal(page.revealId(spec.against)) : null;
  return { own: page.own(spec.about), other: payload instanceof Promise ? null : payload };
}

/** A sentence with its {bet}, {found} and {most} filled in, as nodes: what the person guessed is marked. */
function quoted(sentence, { bet, found, most, and }) {
  return sentence.split(/(\{bet\}|\{found\}|\{most\})/).flatMap((part) => {
    if (part === "{bet}") return [el("span", { class: "ws-bet", dir: "auto" }, `“${bet}”`)];
    if (part === "{found}") return [`“${found}”`];
    if (part !== "{most}") return [part];
    const said = most.map((text) => `“${text}”`);
    return [said.length > 1 ? `${said.slice(0, -1).join(", ")}${and}${said.at(-1)}` : said.join("")];
  });
}

export default activity({
  body: (frame, spec) => radios(spec.options, frame.heading, (key) => frame.choose(key)),
  about: (spec) => spec.about,
  follows,
  reveal(frame, payload) {
    const { spec } = frame;
    const guess = frame.page.own(frame.id);
    // Where the result is withheld, an invented group is shown, and the guess was not about that.
    const { which, most } = outcome(spec, payload, guess, follows(frame));
    const [said, found] = [guess, spec.found || null].map((key) => (key === null ? "" : frame.label(key)));
    const words = { bet: said, found, most: most.map((key) => frame.label(key)), and: frame.page.word("reveal.and") };
    const chart = spec.found ? el("div", { class: "ws-guesses" }) : null;
    if (chart) drawReveal(chart, payload, frame.page);
    return [
      el("p", { class: `ws-outcome ws-outcome-${which}` }, quoted(spec[which], words)),
      spec.always ? el("p", { class: "ws-always" }, spec.always) : null,
      chart,
    ].filter(Boolean);
  },
});
