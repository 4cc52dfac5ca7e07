"""How often a link is found where there is one, and where there is none: couples beside pseudo-pairs, counted.

Couples are those of `coupling`, over 70 moments, the design of Sels et al. (2016, doi 10.3389/fpsyg.2016.00283: ten a day
for seven days). Two ways to look, both with an error of five in a hundred if what they assume were true:

    same    are both up at the same moment: the correlation of x and y, as if moments knew nothing of each other
    next    does one tell of the other's next what that one does not: the partial correlation of x' and y, given x, or that
            of y' and x, given y, whichever is further from 0, each with half of the error (Bonferroni)

A mood that stays for a while breaks what the first one assumes (Bartlett 1935). An illustration, random with a seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace
from workshop.simulations.coupling import BEFORE, SHARED, Array, matrix, moods, pushes

MOMENTS, PAIRS = 70, 1000
# Points of Student's t that 5 % lie beyond with MOMENTS - 2 degrees of freedom, and 2.5 % with MOMENTS - 4.
T_SAME, T_NEXT = 1.99547, 2.29369
EDGES = np.linspace(-1, 1, 21)


def couples(a: float, b12: float, b21: float, rho: float = 0.0, *, pairs: int = PAIRS, seed: int = 0) -> Array:
    """Moods of that many couples, of shape (MOMENTS, pairs, 2)."""
    outside = pushes(np.random.default_rng(seed), BEFORE + MOMENTS, pairs, rho)
    return moods(matrix(a, b12, b21), outside)[BEFORE:]


def shuffled(z: Array) -> Array:
    """The same people, each with the partner of the couple after them."""
    return np.stack([z[..., 0], np.roll(z[..., 1], 1, axis=1)], axis=-1)


def likeness(z: Array, look: str) -> Array:
    """What this way of looking sees in each pair, a correlation: shape (pairs,)."""
    x, y = z[..., 0], z[..., 1]
    if look == "same":
        return _correlation(x, y)
    to_x, to_y = _partial(y[:-1], x[1:], x[:-1]), _partial(x[:-1], y[1:], y[:-1])
    return np.where(np.abs(to_x) > np.abs(to_y), to_x, to_y)


def limit(look: str) -> float:
    """How large a likeness must be before this way of looking says "linked"."""
    t, freedom = (T_SAME, MOMENTS - 2) if look == "same" else (T_NEXT, MOMENTS - 4)
    return t / np.sqrt(freedom + t**2)


def rate(z: Array, look: str) -> float:
    """The share of pairs that are called linked."""
    return float((np.abs(likeness(z, look)) > limit(look)).mean())


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `a`, how much of a mood stays; `b`, how much each moves the other's; `look`, "same" or "next"; `shared`, the same
    weather for both of a couple. Labels: real, pseudo, limit, likeness. Outcomes: the look, with "_shared" where the
    weather is. Numbers: real, pseudo, of a hundred.
    """
    a, b, look, rain = float(values["a"]), float(values["b"]), str(values["look"]), bool(values.get("shared"))
    z = couples(a, b, b, SHARED if rain else 0.0, seed=seed)
    groups = {"real": z, "pseudo": shuffled(z)}
    numbers = {name: f"{100 * rate(group, look):.0f}" for name, group in groups.items()}
    shares = {name: 100 * np.histogram(likeness(group, look), EDGES)[0] / PAIRS for name, group in groups.items()}
    middles = (EDGES[:-1] + EDGES[1:]) / 2
    traces = [trace(style, labels[name], middles, shares[name], shape="hvh") for style, name in (("first", "real"), ("second", "pseudo"))]
    top = 1.05 * max(share.max() for share in shares.values())
    edge = limit(look)
    traces.append(trace("beside", labels["limit"], [-edge, -edge, None, edge, edge], [0, top, None, 0, top]))
    x = {"title": {"text": labels["likeness"]}, "range": [-1, 1], "tickvals": [-1, 0, 1], "ticktext": ["−1", "0", "1"]}
    drawn = figure(traces, x, {"range": [0, top], "visible": False})
    table = [[labels["likeness"], labels["real"], labels["pseudo"]]]
    table += [
        [f"{low:.1f} – {high:.1f}".replace("-", "−"), *(f"{share[place]:.0f}" for share in shares.values())]
        for place, (low, high) in enumerate(pairwise(EDGES))
    ]
    return Run(f"{look}_shared" if rain else look, numbers, drawn, table)


def _partial(x: Array, y: Array, given: Array) -> Array:
    xy, xg, yg = _correlation(x, y), _correlation(x, given), _correlation(y, given)
    return (xy - xg * yg) / np.sqrt((1 - xg**2) * (1 - yg**2))


def _correlation(x: Array, y: Array) -> Array:
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    return (x * y).sum(axis=0) / np.sqrt((x * x).sum(axis=0) * (y * y).sum(axis=0))
