"""Two moods that move each other: a vector autoregression of order one, VAR(1), as fitted to each couple by Sels et al.
(2016, doi 10.3389/fpsyg.2016.00283).

    z' = A z + e        A = [[a, b12], [b21, a]]        e ~ N(0, [[1, rho], [rho, 1]])

Of each mood the share `a` is still there a moment later; `b12` is how much the second one's mood moves the first one's,
`b21` the other way; `rho` is the likeness of what reaches both from outside: the same weather. Moods have no unit; a
push from outside has variance 1. An illustration; no number here is an estimate for anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

STAYS, SHARED = 0.5, 0.4
SHOWN, BEFORE = 40, 30  # moments that are drawn, and those that pass before, so that the beginning is forgotten

Array = NDArray[np.float64]


def matrix(a: ArrayLike, b12: ArrayLike, b21: ArrayLike) -> Array:
    """A, of shape (*shape of the parameters broadcast together, 2, 2)."""
    a, b12, b21 = np.broadcast_arrays(*(np.asarray(one, float) for one in (a, b12, b21)))
    return np.stack([np.stack([a, b12], axis=-1), np.stack([b21, a], axis=-1)], axis=-2)


def radius(A: Array) -> Array:
    """The largest modulus of its eigenvalues; below 1 the moods stay within bounds."""
    return np.abs(np.linalg.eigvals(A)).max(axis=-1)


def stationary(A: Array, rho: float = 0.0) -> Array:
    """Variances and covariance in the long run, of the shape of A: S = A S A' + Q, solved as one linear system.

    ValueError where the moods would grow without end.
    """
    if (radius(A) >= 1).any():
        raise ValueError("These two moods would grow without end.")
    pushes = np.array([[1.0, rho], [rho, 1.0]])
    twice = np.einsum("...ij,...kl->...ikjl", A, A).reshape(*A.shape[:-2], 4, 4)
    solved = np.linalg.solve(np.eye(4) - twice, np.broadcast_to(pushes.reshape(4, 1), (*A.shape[:-2], 4, 1)))
    return solved.reshape(A.shape)


def pushes(random: np.random.Generator, steps: int, pairs: int = 1, rho: float = 0.0) -> Array:
    """What comes from outside, of shape (steps, pairs, 2)."""
    drawn = random.standard_normal((steps, pairs, 2))
    drawn[..., 1] = rho * drawn[..., 0] + np.sqrt(1 - rho**2) * drawn[..., 1]
    return drawn


def moods(A: Array, outside: Array) -> Array:
    """The moods that these pushes make, of their shape (steps, pairs, 2); before the first one both are 0."""
    z = np.empty_like(outside)
    now = np.zeros(outside.shape[1:])
    for step, push in enumerate(outside):
        z[step] = now = np.einsum("...ij,...j->...i", A, now) + push
    return z


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `b` (both ways the same), or `b12` and `b21`; `shared` (the same weather for both). Labels: one, two, alone,
    time. Outcomes: apart, shared, along, against, calming, oneway. Numbers: `alike`, the correlation in the long run, in
    hundredths; `swing`, how wide both go, in percent of one alone; `fades`, moments until half of a bad moment is gone.
    """
    b12, b21 = (float(values[name] if name in values else values["b"]) for name in ("b12", "b21"))
    rho = SHARED if values.get("shared") else 0.0
    A = matrix(STAYS, b12, b21)
    spread = stationary(A, rho)
    alone = stationary(matrix(STAYS, 0.0, 0.0))[0, 0]
    alike = spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1])
    numbers = {
        "alike": f"{100 * alike:.0f}".replace("-0", "0").replace("-", "−"),
        "swing": f"{100 * np.sqrt(np.trace(spread) / 2 / alone):.0f}\N{NO-BREAK SPACE}%",
        "fades": f"{np.log(0.5) / np.log(radius(A)):.1f}",
    }
    outside = pushes(np.random.default_rng(seed), BEFORE + SHOWN, rho=rho)
    pair = moods(A, outside)[BEFORE:, 0]
    lines = {"one": pair[:, 0], "two": pair[:, 1], "alone": moods(matrix(STAYS, 0.0, 0.0), outside)[BEFORE:, 0, 0]}
    time = np.arange(1, SHOWN + 1)
    table = [[labels["time"], *(labels[name] for name in lines)]]
    table += [[str(now), *(_signed(line[now - 1]) for line in lines.values())] for now in range(5, SHOWN + 1, 5)]
    styles = zip(("first", "second", "beside"), lines, strict=True)
    traces = [trace(style, labels[name], time, lines[name]) for style, name in styles]
    top = max(4.0, float(np.ceil(np.abs(list(lines.values())).max())))
    axis = {"title": {"text": labels["time"]}, "range": [1, SHOWN], "dtick": 10}
    drawn = figure(traces, axis, {"range": [-top, top], "tickvals": [0], "ticktext": [""], "zeroline": True})
    return Run(_outcome(b12, b21, rho), numbers, drawn, table)


def _outcome(b12: float, b21: float, rho: float) -> str:
    if b12 == b21 == 0:
        return "shared" if rho else "apart"
    if b12 * b21 == 0:
        return "oneway"
    if b12 * b21 < 0:
        return "calming"
    return "along" if b12 > 0 else "against"


def _signed(number: float) -> str:
    return f"{number:+.1f}".replace("-", "−")
