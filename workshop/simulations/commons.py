"""One pot, many rounds: what becomes of giving when people give about as much as they saw others give.

Of all people a share phi never gives. The others give, in the next round, something in any case and a part of what they
saw on average: c' = alpha + beta m, where m = (1 - phi) c is the average of all. With a promised floor they give no less
than that. What one has after a round: tokens - c + share * (what the group put in), for a group of `size`.

An illustration; alpha and beta are no estimate for anybody. Giving is kept within 0 and the tokens of a round.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

TOKENS, SHARE, SIZE = 20.0, 0.4, 5
ALPHA, BEGIN, FLOOR = 0.5, 12.0, 8.0
ROUNDS = 10
NEAR = 1.0  # a difference of a token that nobody would notice


def payoffs(moves: ArrayLike, *, tokens: float = TOKENS, share: float = SHARE) -> NDArray[np.float64]:
    """What each has; `moves`: tokens put in, the members of a group along the last axis."""
    put = np.asarray(moves, float)
    return tokens - put + share * put.sum(axis=-1, keepdims=True)


def paths(
    beta: ArrayLike,
    phi: ArrayLike = 0.0,
    alpha: ArrayLike = ALPHA,
    *,
    floor: ArrayLike = 0.0,
    begin: ArrayLike = BEGIN,
    rounds: int = ROUNDS,
    tokens: float = TOKENS,
) -> NDArray[np.float64]:
    """What is given on average, of shape (rounds + 1, *shape of the parameters broadcast together), in tokens.

    `beta` and `phi` are shares; `alpha`, `floor` and `begin`, what the others give in the first round, are tokens.
    """
    beta, phi, alpha, floor, begin = np.broadcast_arrays(*(np.asarray(one, float) for one in (beta, phi, alpha, floor, begin)))
    given = np.empty((rounds + 1, *beta.shape))
    given[0] = (1 - phi) * begin
    for now in range(rounds):
        given[now + 1] = (1 - phi) * np.clip(np.maximum(alpha + beta * given[now], floor), 0.0, tokens)
    return given


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `beta`, `phi`, `rule` (a floor is promised). Labels: giving, best, time. Outcomes: falls, falls_riders,
    holds, rule. Numbers: first, last, have, best, in tokens. Nothing is random; `seed` is taken because every model takes one.
    """
    beta, phi, rule = float(values["beta"]), float(values.get("phi", 0.0)), bool(values.get("rule", False))
    given = paths(beta, phi, floor=FLOOR if rule else 0.0)
    all_in = np.full(ROUNDS + 1, TOKENS)
    best = float(payoffs([TOKENS] * SIZE)[0])
    have = TOKENS + (SHARE * SIZE - 1) * float(given[-1])  # on average, over all
    numbers = {"first": f"{given[0]:.0f}", "last": f"{given[-1]:.0f}", "have": f"{have:.0f}", "best": f"{best:.0f}"}
    lines = {"giving": given, "best": all_in}
    table = [[labels["time"], *(labels[name] for name in lines)]]
    table += [[str(now + 1), *(f"{line[now]:.1f}" for line in lines.values())] for now in range(ROUNDS + 1)]
    return Run(_outcome(float(given[0] - given[-1]), phi, rule), numbers, _figure(lines, labels), table)


def _outcome(fallen: float, phi: float, rule: bool) -> str:
    if rule:
        return "rule"
    if fallen > NEAR:
        return "falls_riders" if phi > 0 else "falls"
    return "holds"


def _figure(lines: Mapping[str, NDArray[np.float64]], labels: Mapping[str, str]) -> dict[str, Any]:
    rounds = np.arange(1, ROUNDS + 2)
    styles = zip(("first", "beside"), ("giving", "best"), strict=True)
    return figure(
        [trace(style, labels[name], rounds, lines[name]) for style, name in styles],
        {"title": {"text": labels["time"]}, "range": [1, ROUNDS + 1], "dtick": 2},
        {"range": [-1, 21], "tickvals": [0, 5, 10, 15, 20]},
    )
