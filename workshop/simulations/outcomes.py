"""One pair, two places where an evening can end: the difference equations of Gottman and Murray (Cook et al. 1995, Journal of
Family Psychology 9:110–130), with an influence that levels off.

    W' = a + r1 W + I(H)        H' = b + r2 H + I(W')        I(z) = strong tanh(steep z)

The second answers what the first has said a moment before. W and H are how the talk feels to each, above 0 well, below 0
badly. An illustration: such a map foretells nobody's evening and no parting (Heyman & Slep 2001).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

BASE, STAYS, STRONG, STEEP = -0.05, 0.3, 0.6, 2.0  # the same for both
TURNS, SETTLED = 12, 200  # turns that are drawn; after so many every start but the edge itself has arrived
WIDE = 1.2

Array = NDArray[np.float64]


def influence(z: ArrayLike) -> Array:
    """How much the other's z moves one."""
    return STRONG * np.tanh(STEEP * np.asarray(z, float))


def path(one: ArrayLike, two: ArrayLike, turns: int = TURNS) -> Array:
    """Both over the turns: shape (turns + 1, 2, *shape of the starts broadcast together)."""
    now = np.stack(np.broadcast_arrays(np.asarray(one, float), np.asarray(two, float)))
    places = np.empty((turns + 1, *now.shape))
    places[0] = now
    for turn in range(turns):
        first = BASE + STAYS * places[turn, 0] + influence(places[turn, 1])
        places[turn + 1] = first, BASE + STAYS * places[turn, 1] + influence(first)
    return places


def bounds(r1: ArrayLike, r2: ArrayLike) -> tuple[Array, Array]:
    """Between these two the product of the slopes of both influences must lie, that a resting place draws to itself what is
    near it (and r1 r2 < 1); at the upper one an eigenvalue is 1, at the lower one -1."""
    r1, r2 = np.asarray(r1, float), np.asarray(r2, float)
    return -(1 + r1) * (1 + r2), (1 - r1) * (1 - r2)


@cache
def rests() -> tuple[tuple[float, bool], ...]:
    """Every resting place, the lowest first: where both stand, and whether it draws to itself.

    Both stand alike: each is an increasing function g of the other, and what g(g(z)) leaves in place g does as well.
    """
    grid = np.linspace(-2, 2, 401) + 1e-4  # no grid point is a resting place
    off = BASE + STAYS * grid + influence(grid) - grid
    low, high = bounds(STAYS, STAYS)
    found = []
    for at in np.flatnonzero(off[:-1] * off[1:] < 0):
        left, right = grid[at], grid[at + 1]
        for _ in range(60):
            middle = (left + right) / 2
            same = (BASE + STAYS * middle + influence(middle) - middle) * off[at] > 0
            left, right = (middle, right) if same else (left, middle)
        slope = STRONG * STEEP / np.cosh(STEEP * left) ** 2
        found.append((float(left), bool(low < slope**2 < high)))
    return tuple(found)


def edge(one: ArrayLike) -> Array:
    """For each start of the first the start of the second from which the evening ends in neither place; of its shape."""
    one = np.asarray(one, float)
    saddle = next(place for place, draws in rests() if not draws)
    low, high = np.full(one.shape, -4.0), np.full(one.shape, 4.0)
    for _ in range(40):
        middle = (low + high) / 2
        up = path(one, middle, turns=SETTLED // 4)[-1, 0] > saddle
        low, high = np.where(up, low, middle), np.where(up, middle, high)
    return (low + high) / 2


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `one`, `two`, how each comes in. Labels: one, two, path, edge, well, badly, turn. Outcomes: well, badly. Numbers:
    none. Nothing is random; `seed` is taken because every model takes one.
    """
    one, two = float(values["one"]), float(values["two"])
    (badly, _), (saddle, _), (well, _) = rests()
    ends_well = bool(path(one, two, turns=SETTLED)[-1, 0] > saddle)
    walked = path(one, two)
    across = np.linspace(-WIDE, WIDE, 49)
    along = edge(across)
    inside = np.abs(along) <= WIDE
    round_it = np.linspace(0, 2 * np.pi, 25)
    traces = [
        trace("first", labels["path"], *_marked(walked)),
        trace("beside", labels["edge"], across[inside], along[inside]),
        trace("here", labels["well"], well + 0.09 * np.cos(round_it), well + 0.09 * np.sin(round_it)),
        trace("second", labels["badly"], badly + 0.09 * np.cos(round_it), badly + 0.09 * np.sin(round_it)),
    ]
    axis = {"range": [-WIDE, WIDE], "tickvals": [-1, 0, 1], "ticktext": ["−", "0", "+"], "zeroline": True}
    drawn = figure(traces, {"title": {"text": labels["one"]}, **axis}, {"title": {"text": labels["two"]}, **axis}, height=320)
    table = [[labels["turn"], labels["one"], labels["two"]]]
    table += [[str(turn), *(f"{place:+.2f}".replace("-", "−") for place in walked[turn])] for turn in range(0, TURNS + 1, 2)]
    return Run("well" if ends_well else "badly", {}, drawn, table)


def _marked(walked: Array) -> tuple[list[float | None], list[float | None]]:
    """The path, and a small cross where it begins."""
    (x, y), arm = walked[0], 0.07
    cross = [(x - arm, y - arm), (x + arm, y + arm), (None, None), (x - arm, y + arm), (x + arm, y - arm), (None, None)]
    line = [*cross, *map(tuple, walked)]
    return [place[0] for place in line], [place[1] for place in line]
