"""Two share ten hours: where they agree when each has something to fall back on, and what it is worth if nobody knows.

Nash's solution of the bargaining problem (Nash 1950, Econometrica 18:155–162): of all ways to share `TOTAL` they agree
on the one with the largest product of what each gains over what they would have alone. With `power` it is the weighted
product (Kalai 1977, International Journal of Game Theory 6:129–133): (x - d1)^p (TOTAL - x - d2)^(1 - p). So

    x = d1 + p (TOTAL - d1 - d2)        and nothing is agreed where d1 + d2 > TOTAL.

An illustration: no hours of anybody were measured, and what two people owe each other is no product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

TOTAL = 10.0
NEAR = 1e-9
SHARES = np.linspace(0, TOTAL, 101)


def agreed(first: ArrayLike, second: ArrayLike, power: ArrayLike = 0.5, total: float = TOTAL) -> NDArray[np.float64]:
    """What the first one gets, in units of `total`; NaN where both together have more alone. Of the broadcast shape.

    `first`, `second`: what each has without an agreement; `power` in [0, 1], the first one's share of the gain.
    """
    first, second, power = np.broadcast_arrays(*(np.asarray(one, float) for one in (first, second, power)))
    gain = total - first - second
    return np.where(gain >= -NEAR, first + power * gain, np.nan)


def gains(share: ArrayLike, first: float, second: float, power: float = 0.5, total: float = TOTAL) -> NDArray[np.float64]:
    """The weighted product of both gains if the first one gets `share`, in squared units; 0 where one of them would lose."""
    share = np.asarray(share, float)
    one, other = np.clip(share - first, 0, None), np.clip(total - share - second, 0, None)
    return np.where((one > 0) & (other > 0), one ** (2 * power) * other ** (2 - 2 * power), 0.0)


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `first`, `second` (hours each would have alone), `power` (0.5), `hidden` (the second one reckons with
    nothing for the first). Labels: gain, first, second, agreed, share, other. Outcomes: level, first, second, apart; with
    a power of its own strong, weak; hidden, walks. Numbers: first, second, alone, own, known, in hours. Nothing is random;
    `seed` is taken because every model takes one.
    """
    first, second, power = float(values["first"]), float(values["second"]), float(values.get("power", 0.5))
    hidden = bool(values.get("hidden", False)) and first > 0
    known = float(agreed(first, second, power))
    believed = 0.0 if hidden else first
    offer = float(agreed(believed, second, power))
    outcome = _outcome(first, second, power, offer, known, hidden)
    numbers = {"alone": _hours(first + second), "own": _hours(first)}
    if outcome != "apart":
        numbers |= {"first": _hours(offer), "second": _hours(TOTAL - offer), "known": _hours(known)}
    rows = [(labels["first"], _hours(first), "–"), (labels["second"], "–", _hours(second))]
    if outcome != "apart":
        rows.append((labels["agreed"], numbers["first"], numbers["second"]))
    table = [["", labels["share"], labels["other"]], *(list(row) for row in rows)]
    lines = {"first": [first] * 2, "second": [TOTAL - second] * 2}
    if outcome != "apart":
        lines["agreed"] = [offer] * 2
    return Run(outcome, numbers, _figure(lines, gains(SHARES, believed, second, power), labels), table)


def _outcome(first: float, second: float, power: float, offer: float, known: float, hidden: bool) -> str:
    if np.isnan(known) or first + second > TOTAL - NEAR:
        return "apart"
    if hidden:
        return "hidden" if offer >= first else "walks"
    if power != 0.5:
        return "strong" if power > 0.5 else "weak"
    if abs(first - second) < NEAR:
        return "level"
    return "first" if first > second else "second"


def _hours(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


STYLES = {"gain": "first", "first": "second", "second": "beside", "agreed": "here"}


def _figure(lines: Mapping[str, list[float]], product: NDArray[np.float64], labels: Mapping[str, str]) -> dict[str, Any]:
    """The product over every way to share, and an upright line for each number of hours."""
    top = max(float(product.max()), NEAR)
    drawn: dict[str, tuple[Iterable[float], Iterable[float]]] = {"gain": (SHARES, product / top)} if product.any() else {}
    drawn |= {name: (hours, [0.0, 1.1]) for name, hours in lines.items()}
    return figure(
        [trace(STYLES[name], labels[name], x, y) for name, (x, y) in drawn.items()],
        {"title": {"text": labels["share"]}, "range": [-0.2, TOTAL + 0.2], "dtick": 2},
        {"range": [0, 1.15], "showticklabels": False, "showgrid": False},
        height=240,
    )
