/* How the lines of a questionnaire become a stretch and a coarse band: the same as `kinds/scoring.py`, whose docstrings
say what and why, and whose numbers arrive in `rule`. It is here because no answer to a line ever leaves the phone. */

/** 0 to 100, or null where too few lines have an answer. `answers`: numbers or null; `turns`: whether each is for the low end. */
export function score(answers, turns, { low, high, enough }) {
  const given = answers.flatMap((answer, at) => (answer === null ? [] : [turns[at] ? low + high - answer : answer]));
  if (given.length < Math.ceil(enough * answers.length)) return null;
  const sum = given.reduce((all, one) => all + one, 0);
  return (100 * (sum - given.length * low)) / (given.length * (high - low));
}

/** For each stroke whether it's "more", "alike" or "less" than the middle of all; null if one is missing or there is only one. */
export function emphasis(scores, width) {
  if (scores.length < 2 || scores.includes(null)) return null;
  const middle = scores.reduce((all, one) => all + one, 0) / scores.length;
  const least = width * Math.sqrt(1 - 1 / scores.length);
  return scores.map((one) => (one - middle > least ? "more" : middle - one > least ? "less" : "alike"));
}

/** [from, to] of 100. */
export const stretch = (percent, width) => [Math.max(0, percent - width), Math.min(100, percent + width)];

/** The key of the coarse band. `bands`: [[key, end], …]. */
export const band = (percent, bands) => bands.find(([, end]) => percent < end || (percent === end && end >= 60))[0];

/** How far answers lie from the middle, whatever the question was; null without a complete pair. */
export function leaning(pairs, { low, high }) {
  const whole = pairs.filter((pair) => !pair.includes(null)).flat();
  return whole.length ? whole.reduce((all, one) => all + one, 0) / whole.length - (low + high) / 2 : null;
}

/** Whether someone tapped the same answer again and again, or faster than anyone can read. */
export function careless(answers, seconds, { same, fast }) {
  let [run, longest] = [0, 0];
  answers.forEach((answer, at) => {
    run = at && answer !== null && answer === answers[at - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  const given = answers.filter((answer) => answer !== null).length;
  return longest >= same || (given > 1 && seconds < fast * (given - 1));
}
