"""Five people with a number each, who listen to each other again and again: where they end, and who counted how much.

DeGroot's model (DeGroot 1974, Journal of the American Statistical Association 69:118–121): x' = W x, where row i of W
says how much i listens to whom, and adds up to 1. All come to one number, whatever they began with, exactly when 1 is
the only eigenvalue of W on the unit circle, and a single one. Then that number is pi x, with the left eigenvector pi W =
pi, whose entries add up to 1: pi says who counted how much.

An illustration: nobody was asked, and people also say why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

PEOPLE, ROUNDS = 5, 8
TRUTH = 100.0
LEADING = {False: 60.0, True: 98.0}  # the leader's number, without and with a good eye
OTHERS = (75.0, 95.0, 120.0, 140.0)
NEAR = 1e-9
MOST, SHARED = 0.5, 0.25  # from here on one counts more than all others together; up to here nobody stands out
CAMPS = ((0, 1), (2, 3, 4))


def influence(weights: ArrayLike) -> NDArray[np.float64] | None:
    """Who counts how much in the end, shape (n,), adding up to 1; None where there is not one number for every beginning.

    `weights`: (n, n), rows that add up to 1, no entry below 0; ValueError otherwise.
    """
    rows = np.asarray(weights, float)
    if rows.ndim != 2 or rows.shape[0] != rows.shape[1] or rows.min() < 0 or not np.allclose(rows.sum(axis=1), 1):
        raise ValueError("The weights aren't a square table whose rows add up to 1.")
    if (np.abs(np.linalg.eigvals(rows)) > 1 - NEAR).sum() > 1:
        return None
    # pi (W - 1) = 0 and sum(pi) = 1, one equation more than there are unknowns
    equations = np.vstack([rows.T - np.eye(len(rows)), np.ones(len(rows))])
    counts = np.linalg.lstsq(equations, np.r_[np.zeros(len(rows)), 1.0], rcond=None)[0]
    return counts.clip(0.0, 1.0)


def paths(weights: ArrayLike, begin: ArrayLike, rounds: int = ROUNDS) -> NDArray[np.float64]:
    """The numbers after each round, of shape (rounds + 1, n)."""
    rows, numbers = np.asarray(weights, float), [np.asarray(begin, float)]
    for _ in range(rounds):
        numbers.append(rows @ numbers[-1])
    return np.array(numbers)


def listening(way: str, to_leader: float, leader: float) -> NDArray[np.float64]:
    """Who listens to whom; the first one leads. `to_leader`: what the others give the leader, before they share the rest
    evenly over all; `leader`: how much the leader listens evenly to all. `way`: "all"; "camps", where two and three hear
    only their own; "past", where each of the two camps takes over what the other one said."""
    even = np.full((PEOPLE, PEOPLE), 1 / PEOPLE)
    if way == "all":
        rows = (1 - to_leader) * even
        rows[:, 0] += to_leader
        rows[0] = leader * even[0]
        rows[0, 0] += 1 - leader
        return rows
    heard = {0: CAMPS[0], 1: CAMPS[1]} if way == "camps" else {0: CAMPS[1], 1: CAMPS[0]}
    rows = np.zeros((PEOPLE, PEOPLE))
    for camp, members in enumerate(CAMPS):
        for one in members:
            rows[one, heard[camp]] = 1 / len(heard[camp])
    return rows


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `to_leader`, `leader` (shares; 0 and 1), `way` ("all"), `expert` (the leader has a good eye). Labels: leader,
    others, truth, time, end, counts. Outcomes: shared, between, led, alone (only the leader counts); camps, past. Numbers:
    end, average, truth, leads (the leader's percent), start. Nothing is random; `seed` is taken because every model takes one.
    """
    way, expert = str(values.get("way", "all")), bool(values.get("expert", False))
    begin = np.array([LEADING[expert], *OTHERS])
    rows = listening(way, float(values.get("to_leader", 0.0)), float(values.get("leader", 1.0)))
    counts, numbers = influence(rows), paths(rows, begin)
    said = {"average": f"{begin.mean():.0f}", "truth": f"{TRUTH:.0f}", "start": f"{begin[0]:.0f}"}
    if counts is None:
        outcome = way
        said |= {"one": f"{numbers[-1][0]:.0f}", "other": f"{numbers[-1][-1]:.0f}"}
    else:
        outcome = _outcome(float(counts[0]))
        said |= {"end": f"{counts @ begin:.0f}", "leads": _percent(float(counts[0]))}
    names = [labels["leader"], *(f"{labels['others']} {place}" for place in range(1, PEOPLE))]
    table = [["", "1", f"{ROUNDS + 1}", labels["counts"]]]
    for place, name in enumerate(names):
        share = "–" if counts is None else _percent(float(counts[place]))
        table.append([name, f"{numbers[0][place]:.0f}", f"{numbers[-1][place]:.0f}", share])
    return Run(outcome, said, _figure(numbers, labels), table)


def _outcome(leads: float) -> str:
    if leads > 1 - NEAR * 1000:
        return "alone"
    if leads > MOST:
        return "led"
    return "shared" if leads <= SHARED else "between"


def _percent(share: float) -> str:
    return f"{round(100 * share)}\N{NO-BREAK SPACE}%"


def _figure(numbers: NDArray[np.float64], labels: Mapping[str, str]) -> dict[str, Any]:
    """The others are one line, lifted between two people."""
    rounds = list(range(1, ROUNDS + 2))
    apart: list[float | None] = []
    for place in range(1, PEOPLE):
        apart += [*numbers[:, place], None]
    return figure(
        [
            trace("beside", labels["others"], [*rounds, None] * (PEOPLE - 1), apart, dash="solid"),
            trace("first", labels["leader"], rounds, numbers[:, 0]),
            trace("second", labels["truth"], [1, ROUNDS + 1], [TRUTH] * 2),
        ],
        {"title": {"text": labels["time"]}, "range": [1, ROUNDS + 1], "dtick": 2},
        {"range": [50, 150], "tickvals": [60, 80, 100, 120, 140]},
    )
