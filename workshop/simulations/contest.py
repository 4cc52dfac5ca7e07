"""A contest for being first (Tullock 1980): n people spend effort on one prize, and those who spend more are first more often.

Effort x of one, y of all others together, prize V. Chance to be first p = x / (x + y), what one has in the end V p - x.
What pays best against y is sqrt(V y) - y. Where all are alike and nobody can gain by another effort, each spends
(n - 1) V / n², all together (n - 1) V / n, and each is first one time in n: as if nobody had spent anything.

The path begins low; each week everybody goes a part of the way to what would pay best for them. An illustration; no
parameter is an estimate for anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

PRIZE, WEEKS = 100.0, 20
BEGIN = 0.02  # of the prize, what each spends in the first week
PACE = 0.2  # of the way to what would pay best, a week; ten people come to rest with it


def chances(efforts: ArrayLike) -> NDArray[np.float64]:
    """How often each is first; `efforts`: of the contestants, along the last axis. Even where nobody spends anything."""
    spent = np.asarray(efforts, float)
    whole = spent.sum(axis=-1, keepdims=True)
    return np.where(whole > 0, spent / np.where(whole > 0, whole, 1), 1 / spent.shape[-1])


def best(others: ArrayLike, prize: ArrayLike = PRIZE) -> NDArray[np.float64]:
    """The effort that pays best against `others` together, no less than nothing; of the broadcast shape."""
    others, prize = np.broadcast_arrays(np.asarray(others, float), np.asarray(prize, float))
    return np.maximum(np.sqrt(prize * others) - others, 0.0)


def rest(people: ArrayLike, prize: ArrayLike = PRIZE) -> NDArray[np.float64]:
    """What each of so many people spends where nobody can gain by another effort."""
    people = np.asarray(people, float)
    return (people - 1) * prize / people**2


def gain(people: int, effort: float, prize: float = PRIZE) -> float:
    """What one gains by leaving an effort that all have agreed on for the one that pays best."""
    others = (people - 1) * effort
    alone = float(best(others, prize))
    return prize * float(chances([alone, others])[0]) - alone - (prize / people - effort) if others else 0.0


def paths(
    people: ArrayLike, prize: ArrayLike = PRIZE, *, weeks: int = WEEKS, begin: float = BEGIN, pace: float = PACE
) -> NDArray[np.float64]:
    """What each spends in each week, of shape (weeks + 1, *shape of the parameters broadcast together)."""
    people, prize = np.broadcast_arrays(np.asarray(people, float), np.asarray(prize, float))
    spent = np.empty((weeks + 1, *people.shape))
    spent[0] = begin * prize
    for week in range(weeks):
        spent[week + 1] = spent[week] + pace * (best((people - 1) * spent[week], prize) - spent[week])
    return spent


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `people`, `prize`, `truce` (all agree on half of what they would come to). Labels: all, prize, time.
    Outcomes: nothing, contest, truce. Numbers: people, prize, all, each, left, gain. Nothing is random here; `seed` is
    taken because every model takes one.
    """
    people, prize, truce = int(values["people"]), float(values["prize"]), bool(values.get("truce", False))
    each = paths(people, prize)
    if truce:
        each = np.minimum(each, rest(people, prize) / 2)
    lines = {"prize": np.full(WEEKS + 1, prize), "all": people * each}
    end = float(each[-1])
    numbers = {
        "people": people,
        "prize": prize,
        "all": people * end,
        "each": end,
        "left": prize - people * end,
        "gain": gain(people, end, prize),
    }
    table = [[labels["time"], *(labels[name] for name in lines)]]
    table += [[str(week), *(f"{line[week]:.0f}" for line in lines.values())] for week in range(0, WEEKS + 1, 5)]
    outcome = "nothing" if not prize else "truce" if truce else "contest"
    return Run(outcome, {name: f"{number:.0f}" for name, number in numbers.items()}, _figure(lines, labels), table)


def _figure(lines: Mapping[str, NDArray[np.float64]], labels: Mapping[str, str]) -> dict[str, Any]:
    weeks = np.arange(WEEKS + 1)
    styles = zip(("beside", "first"), ("prize", "all"), strict=True)
    return figure(
        [trace(style, labels[name], weeks, lines[name]) for style, name in styles],
        {"title": {"text": labels["time"]}, "range": [0, WEEKS], "dtick": 5},
        {"range": [-4, 104], "tickvals": [0, 50, 100]},
    )
