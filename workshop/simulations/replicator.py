"""Season after season: in a village each plays one of sixteen strategies, and what brought more is copied more.

    share of a strategy, next season = share now * its score / the average score

(the replicator rule in steps; Taylor & Jonker 1978), with the scores of `tournament` against the village as it is now.
Three groups are shown: those that begin with a pass and answer a keep, those that begin with a pass and never answer, and
those that begin with a keep. Who lives off the second group has fewer to live off each season.

An illustration, not a fit to anybody; no village copies so faithfully.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace
from workshop.simulations.tournament import ALL, table_of_scores

SEASONS = 60
GONE, MOST = 0.05, 0.5  # a share that counts as nobody, and as the most of all
NICE, ANSWERS = np.array(ALL)[:, :2].T
GROUPS = {"answer": NICE & ANSWERS, "open": NICE & ~ANSWERS, "keepers": ~NICE}


def seasons(against: ArrayLike, shares: ArrayLike, many: int = SEASONS) -> NDArray[np.float64]:
    """How common each strategy is, season after season: shape (many + 1, n), each row of sum 1. `against`: what the row's
    scores against the column's, above 0, of shape (n, n); `shares`: how common each is at first, of sum 1."""
    against = np.asarray(against, float)
    common = np.empty((many + 1, len(against)))
    common[0] = shares
    for now in range(many):
        grown = common[now] * (against @ common[now])
        common[now + 1] = grown / grown.sum()
    return common


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `keepers`, the share of those that begin with a keep at first (above 0, below 1; the eight of them alike, and
    the eight others); `noise`, 0 to 0.5. Labels: answer, open, keepers, time, share. Outcomes: gone, where keepers nearly
    vanish; stay, where they are most at the end; between. Numbers, of a hundred: start, most (keepers), when (the season of
    it), keepers, answer, open (at the end); seasons. Nothing is random; `seed` is taken because every model takes one.
    """
    keepers, noise = float(values["keepers"]), float(values.get("noise", 0.0))
    common = seasons(table_of_scores(ALL, noise), np.where(NICE, 1 - keepers, keepers) / NICE.sum())
    lines = {name: common[:, who].sum(axis=1) for name, who in GROUPS.items()}
    peak = int(lines["keepers"].argmax())
    numbers = {"start": _hundred(keepers), "most": _hundred(lines["keepers"][peak]), "when": str(peak), "seasons": str(SEASONS)}
    numbers |= {name: _hundred(line[-1]) for name, line in lines.items()}
    table = [[labels["time"], *(labels[name] for name in lines)]]
    table += [[str(now), *(_hundred(line[now]) for line in lines.values())] for now in range(0, SEASONS + 1, 10)]
    return Run(_outcome(lines["keepers"]), numbers, _figure(lines, labels), table)


def _outcome(keepers: NDArray[np.float64]) -> str:
    if keepers[-1] > MOST:
        return "stay"
    return "between" if keepers[-1] > GONE else "gone"


def _hundred(share: float) -> str:
    return str(round(100 * share))


def _figure(lines: Mapping[str, NDArray[np.float64]], labels: Mapping[str, str]) -> dict[str, Any]:
    time = np.arange(SEASONS + 1)
    styles = zip(("first", "beside", "second"), lines, strict=True)
    return figure(
        [trace(style, labels[name], time, 100 * lines[name]) for style, name in styles],
        {"title": {"text": labels["time"]}, "range": [0, SEASONS], "dtick": 20},
        {"title": {"text": labels["share"]}, "range": [-4, 104], "tickvals": [0, 50, 100]},
    )
