/* A guess about the room. Its reveal is a sentence that quotes the guess back; the chart stands at its question. */

import { activity } from "./frame.js";
import { el, radios } from "./parts.js";

/** Which sentence holds, for the options that came true: withheld, nobet, tie, hit or miss. */
export function outcome(payload, key, bet) {
  if (payload.face === "withheld") return "withheld";
  const most = payload.outcome?.[key] ?? [];
  if (bet === null) return "nobet";
  if (most.length > 1) return "tie";
  return most.includes(bet) ? "hit" : "miss";
}

/** A sentence with its {bet} and {most} filled in, as nodes: what the person guessed is marked. */
function filled(sentence, { bet, most, and }) {
  return sentence.split(/(\{bet\}|\{most\})/).flatMap((part) => {
    if (part === "{bet}") return [el("span", { class: "ws-bet", dir: "auto" }, `“${bet}”`)];
    if (part !== "{most}") return [part];
    const said = most.map((text) => `“${text}”`);
    return [said.length > 1 ? `${said.slice(0, -1).join(", ")}${and}${said.at(-1)}` : said.join("")];
  });
}

export default activity({
  body: (frame, spec) => radios(spec.options, frame.heading, (key) => frame.choose(key)),
  about: (spec) => spec.about,
  reveal(frame, payload) {
    const { spec } = frame;
    const guess = frame.page.own(frame.id);
    const which = outcome(payload, spec.key, guess);
    // Where the result is withheld the invented group is shown, and a guess about this room is about that no longer.
    const most = (payload.outcome?.[spec.key] ?? []).map((key) => frame.label(key));
    const words = { bet: guess === null ? "" : frame.label(guess), most, and: frame.page.word("reveal.and") };
    return [
      el("p", { class: `ws-outcome ws-outcome-${which}` }, filled(spec[which], words)),
      spec.always ? el("p", { class: "ws-always" }, spec.always) : null,
    ].filter(Boolean);
  },
});
