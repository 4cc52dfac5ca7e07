"""Two meanings of "balance", for somebody who stands alone so much and leans on others so much, each from 0 to 10.

On one line, balance is its middle: what counts is how far apart the two are, so little of both is as balanced as much
of both. On two axes it is to have both: what counts is the smaller of the two.

    middle = 10 - |own - others|                both = min(own, others)

An illustration without data. The figure shows, for the chosen place, every place that each meaning counts the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

TOP = 10.0
NEAR, TILTED = 2.0, 4.0  # a difference of at most the one is "level", of at least the other "tilted"
LITTLE, MUCH = 4.0, 6.0
ROAD = ((2.0, 8.0), (8.0, 2.0), (8.0, 8.0))  # leaning, standing alone, both: (own, others)
RADIUS = 0.45


def middle(own: ArrayLike, others: ArrayLike) -> NDArray[np.float64]:
    """How near the middle of one line: 0 at its ends, 10 in the middle; of the broadcast shape."""
    return TOP - np.abs(np.subtract(own, others, dtype=float))


def both(own: ArrayLike, others: ArrayLike) -> NDArray[np.float64]:
    """How much of both: the smaller one, 0 to 10; of the broadcast shape."""
    return np.minimum(own, others, dtype=float)


def alike(own: float, others: float) -> tuple[list[tuple[float, float]], ...]:
    """Every place that counts like this one, as the corners of lines: two lines on one line's meaning (one, where both
    are level), and one bent line on the other's."""
    gap, least = abs(own - others), float(both(own, others))
    right = [(gap, 0.0), (TOP, TOP - gap)]
    left = [(y, x) for x, y in right]
    bent = [(least, TOP), (least, least), (TOP, least)]
    return right, left, bent


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `own`, `others`, from 0 to 10; `road` (whether the ladder is drawn as a road). Labels: own, others,
    middle, both, here, road. Outcomes: little, much, own, others, between. Numbers: middle, both, whole. Nothing is random
    here; `seed` is taken because every model takes one.
    """
    own, others = float(values["own"]), float(values["others"])
    places = [(own, others), *(ROAD if values.get("road") else ())]
    table = [[labels[name] for name in ("own", "others", "middle", "both")]]
    table += [[_whole(x), _whole(y), _whole(middle(x, y)), _whole(both(x, y))] for x, y in places]
    numbers = {"middle": table[1][2], "both": table[1][3]}
    return Run(_outcome(own, others), numbers, _figure(own, others, bool(values.get("road")), labels), table)


def _outcome(own: float, others: float) -> str:
    if both(own, others) >= MUCH:
        return "much"
    if max(own, others) <= LITTLE and abs(own - others) <= NEAR:
        return "little"
    if abs(own - others) >= TILTED:
        return "own" if own > others else "others"
    return "between"


def _whole(number: ArrayLike) -> str:
    return str(round(np.asarray(number, float).item()))


STYLES = {"middle": "second", "both": "first", "road": "beside", "here": "here"}


def _figure(own: float, others: float, road: bool, labels: Mapping[str, str]) -> dict[str, Any]:
    right, left, bent = alike(own, others)
    round_it = np.linspace(0, 2 * np.pi, 25)
    ring = zip(own + RADIUS * np.cos(round_it), others + RADIUS * np.sin(round_it), strict=True)
    lines: dict[str, list[tuple[float, float] | None]] = {
        "middle": [*right, None, *left],
        "both": [*bent],
        "road": _with_arrow(ROAD) if road else [],
        "here": [*ring],
    }
    traces = []
    for name, places in lines.items():
        if places:
            x, y = ([None if place is None else place[axis] for place in places] for axis in (0, 1))
            traces.append(trace(STYLES[name], labels[name], x, y))
    axis = {"range": [-0.6, TOP + 0.6], "tickvals": [0, 5, 10]}
    return figure(traces, {"title": {"text": labels["own"]}, **axis}, {"title": {"text": labels["others"]}, **axis}, height=320)


def _with_arrow(road: tuple[tuple[float, float], ...]) -> list[tuple[float, float] | None]:
    """The road and, at its end, the two short lines that make it an arrow."""
    (x0, y0), (x1, y1) = road[-2:]
    way = np.arctan2(y1 - y0, x1 - x0)
    sides = [(x1 - 0.6 * np.cos(way + turn), y1 - 0.6 * np.sin(way + turn)) for turn in (0.5, -0.5)]
    return [*road, None, sides[0], (x1, y1), sides[1]]
