"""The same pot for two, for a table of four, for a street of forty: what comes back from one token, to oneself and to all.

A token in the pot gives `share` to each of n people: share to oneself, n share to all together; kept, it is 1. A person
who looks only at their own tokens gives where share > 1, and all together have most where n share > 1. So between the two,
with 1 / n < share < 1, each does best by keeping and all do best by giving. After a round of 20 tokens each has 20 where all
keep, and 20 n share where all give.

The linear game of `commons`, over its size. An illustration; no parameter is an estimate for anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log10
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace
from workshop.simulations.commons import TOKENS

SIZES = (2, 4, 10, 20, 40)
NEAR = 1e-9
LOWEST = 0.045  # where the figure begins


def back(people: ArrayLike, share: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What one token in the pot gives, in tokens: (to the giver, to all together), of the broadcast shape."""
    people, share = np.broadcast_arrays(np.asarray(people, float), np.asarray(share, float))
    return share.copy(), people * share


def rounds(people: ArrayLike, share: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What each has after a round, in tokens: (where each does best alone, where all have most together)."""
    own, together = back(people, share)
    all_give = TOKENS * together
    return np.where(own > 1, all_give, TOKENS), np.maximum(all_give, TOKENS)


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `people`, `share` (what a token gives to each). Labels: own, together, kept, here, people. Outcomes: keep
    (all together have more by keeping too), level (all together the same), dilemma, free (a token costs nobody anything),
    give. Numbers: people, own, together, alone, best, in tokens. Nothing is random; `seed` is taken because every model
    takes one.
    """
    people, share = round(float(values["people"])), float(values["share"])
    own, together = (float(one) for one in back(people, share))
    alone, best = (float(one) for one in rounds(people, share))
    if abs(own - 1) < NEAR or own > 1:
        outcome = "give" if own > 1 + NEAR else "free"
    elif abs(together - 1) < NEAR:
        outcome = "level"
    else:
        outcome = "dilemma" if together > 1 else "keep"
    numbers = {"own": own, "together": together, "alone": alone, "best": best}
    said = {name: f"{round(number, 2):g}" for name, number in numbers.items()} | {"people": str(people)}
    table = [[labels["people"], labels["own"], labels["together"]]]
    table += [[str(size), *(f"{round(float(one), 2):g}" for one in back(size, share))] for size in SIZES]
    return Run(outcome, said, _figure(people, share, labels), table)


def _figure(people: int, share: float, labels: Mapping[str, str]) -> dict[str, Any]:
    """What all get rises straight on axes where each line is a multiple of the one before, and crosses the kept token where n share = 1."""
    sizes = np.arange(2, 41, 2)
    own, together = back(sizes, share)
    return figure(
        [
            trace("first", labels["together"], sizes, together),
            trace("second", labels["own"], sizes, own),
            trace("beside", labels["kept"], sizes[[0, -1]], [1, 1]),
            trace("mine", labels["here"], [people] * 2, [LOWEST, float(people * share)]),
        ],
        {"title": {"text": labels["people"]}, "type": "log", "range": [log10(1.85), log10(44)], "tickvals": list(SIZES)},
        {"type": "log", "range": [log10(LOWEST), log10(56)], "tickvals": [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32]},
    )
