"""Which of four pairs is a couple? One is; the three others are made of people from different couples: pseudo-pairs, the
comparison of Sels et al. (2020, doi 10.1037/pspi0000212).

Every couple is one of `coupling`, moving along with each other. An illustration; the people are drawn at random.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace
from workshop.simulations.coupling import BEFORE, Array, matrix, moods, pushes

NAMES = ("a", "b", "c", "d")
STAYS, MOVES = 0.5, 0.3
SHOWN = 35  # moments: half of the week of a study
FIRST = 2  # the seed of the first deal, in which the couple is not hard to see
ROOM = 10.0  # from one pair's middle to the next one's


def deal(seed: int) -> tuple[Array, int]:
    """Four pairs, of shape (SHOWN, 4, 2), and the place of the couple among them."""
    luck = np.random.default_rng(FIRST + seed)
    couples = moods(matrix(STAYS, MOVES, MOVES), pushes(luck, BEFORE + SHOWN, len(NAMES)))[BEFORE:]
    place = int(luck.integers(len(NAMES)))
    others = [one for one in range(len(NAMES)) if one != place]
    pairs = couples.copy()
    pairs[:, others, 1] = couples[:, np.roll(others, 1), 1]  # each with the partner of somebody else
    return pairs, place


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `guess`, "look", or one of NAMES. Labels: one, two, time, and a word for each of NAMES. Outcomes: look, hit,
    miss. Numbers: `guess`, `couple`, as words; `alike` and `guessed`, how alike the couple and the guessed pair ran, as a
    correlation in hundredths.
    """
    pairs, place = deal(seed)
    guess = str(values["guess"])
    likeness = [f"{100 * np.asarray(np.corrcoef(pairs[:, pair].T))[0, 1]:.0f}".replace("-", "−") for pair in range(len(NAMES))]
    guessed = place if guess == "look" else NAMES.index(guess)
    numbers = {"couple": labels[NAMES[place]], "alike": likeness[place], "guess": labels[NAMES[guessed]], "guessed": likeness[guessed]}
    outcome = "look" if guess == "look" else "hit" if guessed == place else "miss"
    middles = [ROOM * (len(NAMES) - 1 - pair) for pair in range(len(NAMES))]
    traces = []
    for who, (style, name) in enumerate((("first", "one"), ("second", "two"))):
        x, y = [], []
        for pair, middle in enumerate(middles):
            x += [*range(1, SHOWN + 1), None]
            y += [*np.clip(pairs[:, pair, who], -0.42 * ROOM, 0.42 * ROOM) + middle, None]
        traces.append(trace(style, labels[name], x, y, width=2.5 if who else 3))
    axis = {"range": [-ROOM / 2, middles[0] + ROOM / 2], "tickvals": middles, "ticktext": [labels[name] for name in NAMES]}
    drawn = figure(traces, {"title": {"text": labels["time"]}, "range": [1, SHOWN], "dtick": 10}, axis, height=420)
    table = [["", *(labels[name] for name in NAMES)]]
    for who, name in enumerate(("one", "two")):
        rows = ((now, pairs[now - 1, :, who]) for now in (5, 15, 25, 35))
        table += [[f"{labels[name]}, {now}", *(f"{mood:+.1f}".replace("-", "−") for mood in row)] for now, row in rows]
    return Run(outcome, numbers, drawn, table)
