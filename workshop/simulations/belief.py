"""Belief about somebody's promises: a guess beforehand, and what was kept and broken since.

What is believed is a whole curve over how often promises are kept: Beta(a, b). Each kept one adds one to a, each broken
one to b, in whatever order. The mean is a / (a + b); between the two ends of the interval lie 95 of 100 parts of the belief.

An illustration, not a fit to anybody: it takes each promise as good evidence as the other, and people change.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import comb, lgamma
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

BEGIN = {"open": (1, 1), "hopeful": (6, 2), "careful": (2, 6)}  # a, b
WIDE = 0.45  # an interval from which on "I do not know yet"
INSIDE = 0.95
PLACES = 101


def density(a: float, b: float, share: ArrayLike) -> NDArray[np.float64]:
    """How strongly each share of kept promises is believed in: the Beta density, of the shape of `share` (0 to 1)."""
    share = np.asarray(share, float)
    with np.errstate(divide="ignore"):
        parts = [(power - 1) * np.log(base) if power != 1 else 0.0 * base for power, base in ((a, share), (b, 1 - share))]
    return np.exp(lgamma(a + b) - lgamma(a) - lgamma(b) + sum(parts))


def below(a: int, b: int, share: ArrayLike) -> NDArray[np.float64]:
    """The part of the belief below each share; for whole a and b: as likely as at least `a` hits in a + b - 1 tries."""
    share, tries = np.asarray(share, float)[..., None], a + b - 1
    hits = np.arange(a, tries + 1)
    ways = np.array([float(comb(tries, int(one))) for one in hits])
    return (ways * share**hits * (1 - share) ** (tries - hits)).sum(axis=-1)


def interval(a: int, b: int, inside: float = INSIDE) -> tuple[float, float]:
    """The two shares with the same part of the belief outside of each, found by halving; whole a and b."""
    wanted = np.array([(1 - inside) / 2, (1 + inside) / 2])
    low, high = np.zeros(2), np.ones(2)
    for _ in range(50):
        middle = (low + high) / 2
        less = below(a, b, middle) < wanted
        low, high = np.where(less, middle, low), np.where(less, high, middle)
    return float(low[0]), float(low[1])


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `kept`, `broken` (whole numbers); `begin` of BEGIN. Labels: before, after, inside, share, and for the table
    belief, low, mean, high. Outcomes: nothing (no promise yet), wide, near. Numbers, in promises of a hundred: mean, low,
    high, start (the mean before), one_kept and one_broken (the mean after one more). Nothing is random; `seed` is taken
    because every model takes one.
    """
    first = BEGIN[values.get("begin", "open")]
    kept, broken = round(values["kept"]), round(values["broken"])
    a, b = first[0] + kept, first[1] + broken
    low, high = interval(a, b)
    start = interval(*first)
    numbers = {
        "mean": _hundred(a / (a + b)),
        "low": _hundred(low),
        "high": _hundred(high),
        "start": _hundred(first[0] / sum(first)),
        "one_kept": _hundred((a + 1) / (a + b + 1)),
        "one_broken": _hundred(a / (a + b + 1)),
    }
    table = [[labels[name] for name in ("belief", "low", "mean", "high")]]
    table.append([labels["before"], _hundred(start[0]), numbers["start"], _hundred(start[1])])
    table.append([labels["after"], *(numbers[name] for name in ("low", "mean", "high"))])
    outcome = "nothing" if kept + broken == 0 else "wide" if high - low > WIDE else "near"
    return Run(outcome, numbers, _figure(first, (a, b), (low, high), labels), table)


def _hundred(share: float) -> str:
    return str(round(100 * share))


def _figure(first: tuple[int, int], now: tuple[int, int], inside: tuple[float, float], labels: Mapping[str, str]) -> dict[str, Any]:
    share = np.linspace(0, 1, PLACES)
    curves = {"before": density(*first, share), "after": density(*now, share)}
    top = max(3.0, *(float(curve.max()) for curve in curves.values()))
    styles = zip(("beside", "first"), curves, strict=True)
    traces = [trace(style, labels[name], 100 * share, curves[name]) for style, name in styles]
    traces.append(trace("mine", labels["inside"], 100 * np.array(inside), [-0.07 * top] * 2))
    return figure(
        traces,
        {"title": {"text": labels["share"]}, "range": [-1, 101], "tickvals": [0, 25, 50, 75, 100]},
        {"range": [-0.12 * top, 1.05 * top], "showticklabels": False, "showgrid": False},
    )
