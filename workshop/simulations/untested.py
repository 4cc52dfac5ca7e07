"""The never-test trap: somebody who relies on others only while they think they can, and learns only by relying, may stop
too early and never find out.

Each of many people meets a chance to rely, again and again. The other keeps it with probability p, unknown to them. What
they believe is the mean of a Beta(a, b) belief, (a + kept) / (a + b + kept + broken). They rely while that is at least the
threshold; when it falls below, nothing is learned any more, and they are locked out for ever. With full feedback they hear
each time how it went or would have gone, so that they can come back.

An illustration, not a fit to anybody. Where p is below the threshold, to be locked out is protection. The asymmetry is the
one of Fetchenhauer & Dunning 2010; a gambler's ruin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

THRESHOLD = 0.5
SHOWN = 40  # chances, in the figure
LONG = 800  # chances, after which hardly anybody is locked out who was not before
FEW = 0.005  # a share of people that rounds to nobody
EDGE = 1e-9


def relying(p: float, *, before: int = 0, threshold: float = THRESHOLD, chances: int = SHOWN, told: bool = False) -> NDArray[np.float64]:
    """The share of people who rely at each chance, exactly: shape (chances + 1,), from the first chance on.

    `p`: the true reliability, 0 to 1; `before`: good experiences that they begin with, on top of Beta(1, 1); `threshold`:
    how sure one must be; `told`: whether they hear how it would have gone when they did not rely.
    """
    share = np.empty(chances + 1)
    people = np.zeros(chances + 2)  # how likely each number of kept ones, among those who still learn
    people[0] = 1.0
    kept = np.arange(chances + 2)
    for now in range(chances + 1):
        relies = 1 + before + kept >= threshold * (2 + before + now) - EDGE
        share[now] = people[relies].sum()
        if not told:
            people[~relies] = 0.0
        people[1:] = (1 - p) * people[1:] + p * people[:-1]
        people[0] *= 1 - p
    return share


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `p`; `before` (0 to 5); `threshold`. Labels: own, told, time, share. Outcomes: trap, where the other could be
    relied on and some never find out; free, where nobody is lost; even, where p is the threshold; shield, where it is
    below. Numbers, in people of a hundred: p, lost (who never rely again), told (who do not rely at the end of the figure
    although they always heard), sure (the threshold). Nothing is random; `seed` is taken because every model takes one.
    """
    p, before = float(values["p"]), round(values.get("before", 0))
    threshold = float(values.get("threshold", THRESHOLD))
    alike = {"before": before, "threshold": threshold}
    lines = {"own": relying(p, **alike), "told": relying(p, **alike, told=True)}
    lost = 1 - relying(p, **alike, chances=LONG)[-1]
    numbers = {
        "p": _hundred(p),
        "lost": _hundred(lost),
        "told": _hundred(1 - lines["told"][-1]),
        "sure": _hundred(threshold),
    }
    table = [[labels["time"], *(labels[name] for name in lines)]]
    table += [[str(now + 1), *(_hundred(line[now]) for line in lines.values())] for now in (0, 1, 2, 3, 4, 9, 19, 39)]
    return Run(_outcome(p, threshold, lost), numbers, _figure(lines, labels), table)


def _outcome(p: float, threshold: float, lost: float) -> str:
    if abs(p - threshold) < EDGE:
        return "even"
    if p < threshold:
        return "shield"
    return "trap" if lost >= FEW else "free"


def _hundred(share: float) -> str:
    return str(round(100 * share))


def _figure(lines: Mapping[str, NDArray[np.float64]], labels: Mapping[str, str]) -> dict[str, Any]:
    chances = np.arange(1, SHOWN + 1)
    return figure(
        [trace(style, labels[name], chances, 100 * lines[name][:SHOWN]) for style, name in (("first", "own"), ("second", "told"))],
        {"title": {"text": labels["time"]}, "range": [1, SHOWN], "tickvals": [1, 10, 20, 30, 40]},
        {"title": {"text": labels["share"]}, "range": [-4, 104], "tickvals": [0, 50, 100]},
    )
