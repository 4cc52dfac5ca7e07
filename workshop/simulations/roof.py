"""A shared roof: what all need comes about if enough comes together; if not, what was given is gone and a storm may take the rest.

Six neighbours with 40 coins each; the roof costs 120. Each puts in c, and keeps 40 - c where at least 120 came together.
With less, what is left of each is lost with the chance p: (40 - c)(1 - p) on average.

Where nobody gives, nobody alone can mend it, so nobody gains by giving. Where each gives a sixth, 20, each decides about
the whole roof: 20 for sure against 40 (1 - p) for keeping all, so nobody gains by keeping where p is at least one half.
A collective risk, as in Milinski et al. 2008; an illustration, and no parameter is an estimate for anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

PEOPLE, COINS, COST = 6, 40.0, 120.0
SHARE = COST / PEOPLE


def payoffs(given: ArrayLike, storm: ArrayLike) -> NDArray[np.float64]:
    """What each has in the end, on average, in coins; `given`: coins of the neighbours along the last axis, `storm`: the
    chance of one, of the shape of the others."""
    put = np.asarray(given, float)
    safe = put.sum(axis=-1, keepdims=True) >= COST
    return (COINS - put) * np.where(safe, 1.0, 1.0 - np.asarray(storm, float)[..., None])


def alone(mine: ArrayLike, others: ArrayLike, storm: ArrayLike) -> NDArray[np.float64]:
    """What one has who gives `mine` while each of the five others gives `others`; of the shape of all three together."""
    mine, others, storm = np.broadcast_arrays(*(np.asarray(one, float) for one in (mine, others, storm)))
    return payoffs(np.stack([mine, *[others] * (PEOPLE - 1)], axis=-1), storm)[..., 0]


def lacking(others: float) -> float:
    """Coins that the roof still needs when each of the five others has given `others`."""
    return max(COST - (PEOPLE - 1) * others, 0.0)


def best(others: float, storm: float) -> float:
    """The gift that pays best for one alone: nothing, or what is missing; the smaller one where both pay the same."""
    missing = lacking(others)
    able = missing <= COINS and float(alone(missing, others, storm)) > float(alone(0.0, others, storm)) + 1e-9
    return missing if able else 0.0


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `others` (coins that each of the five gives), `storm` (a chance). Labels: noor, fair, best, coins. Outcomes:
    enough (the others carry it), far (one alone cannot mend it), gives, same, keeps (one alone can; what pays). Numbers, in
    coins: others, theirs (what each of them has left), missing, with, without. Nothing is random; `seed` is taken because
    every model takes one.
    """
    others, storm = float(values["others"]), float(values["storm"])
    missing = lacking(others)
    without, mended = float(alone(0.0, others, storm)), float(alone(min(missing, COINS), others, storm))
    if missing <= 0 or missing > COINS:
        outcome = "far" if missing else "enough"
    elif abs(mended - without) < 1e-9:
        outcome = "same"
    else:
        outcome = "gives" if mended > without else "keeps"
    numbers = {"others": others, "theirs": COINS - others, "missing": missing, "with": mended, "without": without}
    gifts = np.arange(COINS + 1)
    have, pays = alone(gifts, others, storm), best(others, storm)
    table = [[labels["coins"], labels["noor"]], *([f"{gift:.0f}", f"{round(have[int(gift)], 1):g}"] for gift in gifts[::5])]
    said = {name: f"{number:.0f}" for name, number in numbers.items()}
    return Run(outcome, said, _figure(gifts, have, missing, pays, labels), table)


def _figure(
    gifts: NDArray[np.float64], have: NDArray[np.float64], missing: float, pays: float, labels: Mapping[str, str]
) -> dict[str, Any]:
    """What one has over what one gives, broken where the roof comes to hold; what each has for sure at equal parts."""
    x, y = list(gifts), list(have)
    if 0 < missing <= COINS:
        x.insert(int(missing), missing)
        y.insert(int(missing), None)
    return figure(
        [
            trace("first", labels["noor"], x, y),
            trace("beside", labels["fair"], gifts[[0, -1]], [COINS - SHARE] * 2),
            trace("mine", labels["best"], [pays] * 2, [0, float(have[int(pays)])]),
        ],
        {"title": {"text": labels["coins"]}, "range": [-1, 41], "dtick": 10},
        {"range": [-1, 42], "tickvals": [0, 10, 20, 30, 40]},
    )
