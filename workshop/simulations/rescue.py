"""The rescue loop: what becomes of somebody's capacity, and of a helper's energy, when the helper takes over a share.

Load L, the other's capacity C, the gap N = L - C. The helper takes over the share k of the gap. The other's own effort
at the rest lets the capacity grow, and so does help that teaches; without either it fades:

    C' = (1 - delta) C + (alpha (1 - k) + beta k) N        E' = E + r (1 - E) - c k N

An illustration without empirical parameters. C is kept within 0 and L, the energy E within 0 and 1: nobody can do less
than nothing, or have less than no energy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

DELTA, ALPHA, LOAD, REST, COST = 0.1, 0.3, 1.0, 0.2, 0.3
WEEKS = 40
BEGIN = 0.75  # where the capacity rests without any help
NEAR = 0.02  # a difference that nobody would notice


def paths(
    k: ArrayLike,
    beta: ArrayLike,
    alpha: ArrayLike = ALPHA,
    *,
    weeks: int = WEEKS,
    begin: ArrayLike = BEGIN,
    delta: float = DELTA,
    load: float = LOAD,
    rest: float = REST,
    cost: float = COST,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Capacity and energy, each of shape (weeks + 1, *shape of the parameters broadcast together).

    `k` in [0, 1], `alpha`, `beta`, `delta`, `rest`, `cost` are shares a week; `load` and `begin` in units of the load.
    """
    k, beta, alpha, begin = np.broadcast_arrays(*(np.asarray(one, float) for one in (k, beta, alpha, begin)))
    capacity = np.empty((weeks + 1, *k.shape))
    energy = np.empty_like(capacity)
    capacity[0], energy[0] = begin, 1.0
    growth = alpha * (1 - k) + beta * k
    for week in range(weeks):
        gap = load - capacity[week]
        capacity[week + 1] = np.clip((1 - delta) * capacity[week] + growth * gap, 0.0, load)
        energy[week + 1] = np.clip(energy[week] + rest * (1 - energy[week]) - cost * k * gap, 0.0, 1.0)
    return capacity, energy


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `k`, `beta`, `stuck` (a capacity that cannot grow: alpha = beta = 0). Labels: capacity, alone, energy,
    time. Outcomes: none, less, spent, same, more; where it cannot grow stuck, stuck_none, stuck_spent. Numbers:
    capacity, alone, energy, in percent. Nothing is random here; `seed` is taken because every model takes one.
    """
    k, stuck = float(values["k"]), bool(values.get("stuck", False))
    alpha, beta = (0.0, 0.0) if stuck else (ALPHA, float(values["beta"]))
    capacity, energy = paths([k, 0.0], beta, alpha)
    with_help, alone, left = capacity[:, 0], capacity[:, 1], energy[:, 0]
    numbers = {"capacity": _percent(with_help[-1]), "alone": _percent(alone[-1]), "energy": _percent(left[-1])}
    lines = {"capacity": with_help, "alone": alone, "energy": left}
    table = [[labels["time"], *(labels[name] for name in lines)]]
    table += [[str(week), *(_percent(line[week]) for line in lines.values())] for week in range(0, WEEKS + 1, 10)]
    return Run(_outcome(k, stuck, with_help[-1] - alone[-1], left[-1]), numbers, _figure(lines, labels), table)


def _outcome(k: float, stuck: bool, gained: float, energy: float) -> str:
    if stuck:
        return "stuck_none" if k == 0 else "stuck_spent" if energy < NEAR else "stuck"
    if k == 0:
        return "none"
    if gained < -NEAR:
        return "spent" if energy < NEAR else "less"
    return "more" if gained > NEAR else "same"


def _percent(share: float) -> str:
    return f"{round(100 * share)}\N{NO-BREAK SPACE}%"


def _figure(lines: Mapping[str, NDArray[np.float64]], labels: Mapping[str, str]) -> dict[str, Any]:
    weeks = np.arange(0, WEEKS + 1, 2)
    styles = zip(("beside", "first", "second"), ("alone", "capacity", "energy"), strict=True)
    return figure(
        [trace(style, labels[name], weeks, 100 * lines[name][weeks]) for style, name in styles],
        {"title": {"text": labels["time"]}, "range": [0, WEEKS], "dtick": 10},
        {"range": [-4, 104], "ticksuffix": " %", "tickvals": [0, 50, 100]},
    )
