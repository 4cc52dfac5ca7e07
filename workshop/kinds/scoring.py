"""How the lines of a questionnaire become a stretch and a coarse band. Pure; `front/scoring.js` does the same on a phone.

An answer is a whole number in [low, high], or None where somebody could not say or left the line out. Half of a stroke's
lines speak for its one end and half for its other, so a person who agrees with everything comes out in the middle.
Nothing is filled in, and no strokes are added up. `emphasis` is a second way to look, for the person alone and beside the
stretches: what it says is relative, so nothing is ever worked out from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt

ENOUGH = 0.8  # of a stroke's lines must have an answer
# Until somebody has measured it: answers differ by so much, and six lines hang together so well (Cronbach's alpha).
ASSUMED_SPREAD, ASSUMED_ALPHA = 0.8, 0.75  # points of the scale; between 0 and 1
NINETY_FIVE = 1.96
BANDS = (("low", 20.0), ("lowish", 40.0), ("middle", 60.0), ("highish", 80.0), ("high", 100.0))  # key, where it ends
AGREED = 1.0  # points from the middle, on average over both ends, that are worth a word
SAME = 12  # lines in a row with the same answer
FAST = 1.5  # seconds a line


def turned(answer: int, low: int, high: int) -> int:
    """The answer to a line for the low end, as if it had been asked for the high one."""
    return low + high - answer


def score(answers: Sequence[int | None], turns: Sequence[bool], low: int, high: int) -> float | None:
    """0 to 100, from the low end to the high one; None where fewer than `ENOUGH` of the lines have an answer.

    `turns`: whether each line speaks for the low end. ValueError for an answer outside the scale.
    """
    for answer in answers:
        if answer is not None and (type(answer) is not int or not low <= answer <= high):
            raise ValueError(f"An answer is a whole number from {low} to {high}, or None.")
    given = [turned(answer, low, high) if turn else answer for answer, turn in zip(answers, turns, strict=True) if answer is not None]
    if len(given) < ceil(ENOUGH * len(answers)):
        return None
    return 100 * (sum(given) - len(given) * low) / (len(given) * (high - low))  # whole numbers first: 80 is 80


def half(low: int, high: int) -> float:
    """Half of the stretch in which a person's score may lie, in points of 100, by the assumed spread and alpha."""
    return 100 * NINETY_FIVE * ASSUMED_SPREAD * sqrt(1 - ASSUMED_ALPHA) / (high - low)


def emphasis(scores: Sequence[float | None], width: float) -> list[str] | None:
    """Which strokes stand out beside the middle of all of a person's own: "more", "alike" or "less" for each.

    `width`: half of the stretch of each score. Of k scores with errors of one size, one lies from the mean of all k off by
    chance as far as `width` times the root of 1 - 1/k; nearer than that is "alike". None where a score is missing or there
    is only one. Such scores add up to nothing and force the strokes against each other: k of them have a mean correlation
    of -1 / (k - 1) whatever people are like.
    """
    known = [score for score in scores if score is not None]
    if len(known) < max(2, len(scores)):
        return None
    middle, least = sum(known) / len(known), width * sqrt(1 - 1 / len(known))
    return ["more" if one - middle > least else "less" if middle - one > least else "alike" for one in known]


def stretch(percent: float, width: float) -> tuple[float, float]:
    """From where to where it may lie; no end lies outside 0 and 100."""
    return max(0.0, percent - width), min(100.0, percent + width)


def band(percent: float) -> str:
    """The key of the coarse band; a score between two of them belongs to the one nearer to the middle."""
    for key, end in BANDS:
        if percent < end or percent == end >= 60:
            return key
    raise ValueError("A score lies between 0 and 100.")


def leaning(pairs: Sequence[tuple[int | None, int | None]], low: int, high: int) -> float | None:
    """How far answers lie from the middle whatever was asked, over pairs of a line for each end; None without a whole pair."""
    whole = [one for high_end, low_end in pairs if high_end is not None and low_end is not None for one in (high_end, low_end)]
    return sum(whole) / len(whole) - (low + high) / 2 if whole else None


def careless(answers: Sequence[int | None], seconds: float) -> bool:
    """Whether somebody tapped the same again and again, over lines for both ends, or faster than one can read."""
    run, longest = 0, 0
    for before, answer in zip([None, *answers], answers, strict=False):
        run = run + 1 if answer is not None and answer == before else 1
        longest = max(longest, run)
    given = sum(answer is not None for answer in answers)
    return longest >= SAME or (given > 1 and seconds < FAST * (given - 1))
