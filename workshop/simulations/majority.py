"""A yes-or-no question with a right answer: how often a majority finds it, and how often one leader does.

Condorcet's jury theorem (1785): n people, each right with chance p and on their own; the majority is right with
sum over k > n/2 of C(n, k) p^k (1 - p)^(n - k). Above one half more heads help, below one half they harm. Here all may
also follow one voice with the chance `copy`, and are then right or wrong together:

    copy p + (1 - copy) majority

An illustration: real people are never quite on their own, and few questions have a right answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

HEADS = tuple(range(1, 22, 2))
NEAR = 0.005  # a difference that nobody would notice


def majority(heads: int, right: ArrayLike, copy: ArrayLike = 0.0) -> NDArray[np.float64]:
    """The chance that more than half of `heads` people, an odd number, are right; of the broadcast shape.

    `right`: each one's chance, in [0, 1]; `copy`: the chance that all follow one voice. ValueError for an even number.
    """
    if heads < 1 or heads % 2 == 0:
        raise ValueError("A majority needs an odd number of heads.")
    right, copy = np.broadcast_arrays(np.asarray(right, float), np.asarray(copy, float))
    each = sum(comb(heads, k) * right**k * (1 - right) ** (heads - k) for k in range(heads // 2 + 1, heads + 1))
    return copy * right + (1 - copy) * each


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `heads` (odd), `right`, `leader` (0.7), `copy` (0): chances. Labels: majority, leader, heads. Outcomes:
    better, same, worse (than the leader), harm (each is right less than half of the time, and more heads make it worse).
    Numbers: majority, one, leader in percent, heads. Nothing is random; `seed` is taken because every model takes one.
    """
    heads, right = round(float(values["heads"])), float(values["right"])
    leader, copy = float(values.get("leader", 0.7)), float(values.get("copy", 0.0))
    curve = {one: float(majority(one, right, copy)) for one in HEADS}
    found = float(majority(heads, right, copy))
    if right < 0.5 and found < right - NEAR:
        outcome = "harm"
    elif abs(found - leader) <= NEAR:
        outcome = "same"
    else:
        outcome = "better" if found > leader else "worse"
    numbers = {"majority": _percent(found), "one": _percent(right), "leader": _percent(leader), "heads": str(heads)}
    table = [[labels["heads"], labels["majority"], labels["leader"]]]
    table += [[str(one), _percent(curve[one]), _percent(leader)] for one in HEADS]
    return Run(outcome, numbers, _figure(curve, heads, found, leader, labels), table)


def _percent(share: float) -> str:
    return f"{round(100 * share)}\N{NO-BREAK SPACE}%"


def _figure(curve: Mapping[int, float], heads: int, found: float, leader: float, labels: Mapping[str, str]) -> dict[str, Any]:
    """The majority over the number of heads, the leader, and how many heads there are now."""
    return figure(
        [
            trace("first", labels["majority"], curve, [100 * one for one in curve.values()]),
            trace("second", labels["leader"], [HEADS[0], HEADS[-1]], [100 * leader] * 2),
            trace("beside", labels["here"], [heads] * 2, [0, 100 * found]),
        ],
        {"title": {"text": labels["heads"]}, "range": [0, 22], "tickvals": [1, 5, 9, 13, 17, 21]},
        {"range": [0, 103], "tickvals": [0, 25, 50, 75, 100], "ticksuffix": " %"},
    )
