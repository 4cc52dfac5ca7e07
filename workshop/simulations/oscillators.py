"""Two moods as two swings, joined by a spring: coupled damped oscillators, as in models of co-regulation (Butler & Randall
2013, Emotion Review 5:202–210; Boker's differential equations).

    x.. = -k x - c x. + kappa (y - x)        and the same for y

Pulled back by k, damped by c (c > 0: co-regulation; c < 0: co-dysregulation, each swing wider), drawn to the other by kappa.
Sum and difference of the two are swings of their own, with k and with k + 2 kappa, so the path is known in closed form.
An illustration; no number here is an estimate for anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

PULL = 1.0
LAST, POINTS = 30.0, 181


def swing(time: ArrayLike, start: ArrayLike, pull: ArrayLike, c: ArrayLike) -> NDArray[np.float64]:
    """One swing let go at rest from `start`, at these times: under, at and over the critical damping c² = 4 pull."""
    time, start, pull, c = np.broadcast_arrays(*(np.asarray(one, float) for one in (time, start, pull, c)))
    beat = np.sqrt(pull - c**2 / 4 + 0j)
    # sin(w t) / w, which is t at w = 0 and a hyperbolic sine where w is imaginary
    sine = np.where(np.abs(beat) > 1e-9, np.sin(beat * time) / np.where(np.abs(beat) > 1e-9, beat, 1), time)
    return (start * np.exp(-c * time / 2) * (np.cos(beat * time) + c / 2 * sine)).real


def paths(
    time: ArrayLike, c: ArrayLike, kappa: ArrayLike, pull: ArrayLike = PULL, start: tuple[float, float] = (1.0, 0.0)
) -> NDArray[np.float64]:
    """Both moods, let go at rest from `start`: shape (2, *shape of the other parameters broadcast together)."""
    together = swing(time, start[0] + start[1], pull, c)
    apart = swing(time, start[0] - start[1], np.asarray(pull) + 2 * np.asarray(kappa), c)
    return np.stack([together + apart, together - apart]) / 2


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `c`, `kappa`. Labels: one, two, time. Outcomes: alone, calms, stays, heats. Numbers: `half`, the time in which
    a swing becomes half as wide (or twice, where it heats). Nothing is random; `seed` is taken because every model takes one.
    """
    c, kappa = float(values["c"]), float(values["kappa"])
    time = np.linspace(0, LAST, POINTS)
    one, two = paths(time, c, kappa)
    numbers = {"half": f"{2 * np.log(2) / abs(c):.0f}" if c else ""}
    outcome = "alone" if kappa == 0 else "calms" if c > 0 else "heats" if c < 0 else "stays"
    top = max(1.1, float(np.abs([one, two]).max()) * 1.05)
    traces = [trace("first", labels["one"], time, one), trace("second", labels["two"], time, two)]
    axis = {"title": {"text": labels["time"]}, "range": [0, LAST], "dtick": 10}
    drawn = figure(traces, axis, {"range": [-top, top], "tickvals": [0], "ticktext": [""], "zeroline": True})
    table = [[labels["time"], labels["one"], labels["two"]]]
    table += [[f"{time[at]:.0f}", *(f"{line[at]:+.2f}".replace("-", "−") for line in (one, two))] for at in range(0, POINTS, 12)]
    return Run(outcome, numbers, drawn, table)
