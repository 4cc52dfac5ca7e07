"""Three with different votes and a quota: how much say each has. 49 votes can be worth as much as 1.

Shapley and Shubik (1954, American Political Science Review 48:787–792): let all join in every order; the one whose
votes reach the quota decides; a member's power is the share of orders in which that is so. Banzhaf (1965, Rutgers Law
Review 19:317–343): of all groups, in how many could a member, by leaving, turn a yes into a no; as shares of all such
cases.

An illustration: every order and every group counts as equally likely, no matter who likes whom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations, product
from typing import Any

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

NEAR = 1e-9


def shapley(quota: int, votes: Sequence[int]) -> list[float]:
    """Each member's power after Shapley and Shubik, adding up to 1. ValueError where no quota can be reached, or all can."""
    _check(quota, votes)
    decides = [0] * len(votes)
    orders = list(permutations(range(len(votes))))
    for order in orders:
        sum_ = 0
        for member in order:
            sum_ += votes[member]
            if sum_ >= quota:
                decides[member] += 1
                break
    return [count / len(orders) for count in decides]


def banzhaf(quota: int, votes: Sequence[int]) -> list[float]:
    """Each member's power after Banzhaf, as shares that add up to 1. ValueError where no quota can be reached, or all can."""
    _check(quota, votes)
    swings = [0] * len(votes)
    for group in product((0, 1), repeat=len(votes)):
        have = sum(vote for vote, there in zip(votes, group, strict=True) if there)
        for member, there in enumerate(group):
            swings[member] += bool(there and have >= quota > have - votes[member])
    return [count / sum(swings) for count in swings]


def _check(quota: int, votes: Sequence[int]) -> None:
    if min(votes, default=0) < 0 or not 1 <= quota <= sum(votes):
        raise ValueError("The quota is more than all votes, or less than one.")


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `votes` ("50-49-1"), `quota`. Labels: votes, shapley, banzhaf, share, and first, second, third. Outcomes: one
    (one decides alone), alike (all have the same say), none (somebody has votes and no say), level (two have the same
    say): with three members there is no other case. Numbers: first, second, third (Shapley, in percent), votes, quota. Nothing is random;
    `seed` is taken because every model takes one.
    """
    votes = [int(one) for one in str(values["votes"]).split("-")]
    quota = round(float(values["quota"]))
    power = {"votes": [vote / sum(votes) for vote in votes], "shapley": shapley(quota, votes), "banzhaf": banzhaf(quota, votes)}
    names = ("first", "second", "third")
    numbers = {name: _percent(share) for name, share in zip(names, power["shapley"], strict=True)}
    table = [["", *(labels[name] for name in power)]]
    table += [[labels[name], *(_percent(shares[place]) for shares in power.values())] for place, name in enumerate(names)]
    return Run(_outcome(power["shapley"]), numbers | {"quota": str(quota)}, _figure(power, [labels[name] for name in names], labels), table)


def _outcome(say: Sequence[float]) -> str:
    if max(say) > 1 - NEAR:
        return "one"
    if max(say) - min(say) < NEAR:
        return "alike"
    if min(say) < NEAR:
        return "none"
    return "level"


def _percent(share: float) -> str:
    return f"{round(100 * share)}\N{NO-BREAK SPACE}%"


BARS: dict[str, tuple[str, dict[str, Any]]] = {
    "votes": ("beside", {"dash": "solid", "width": 4}),
    "shapley": ("bar", {"width": 12}),
    "banzhaf": ("other", {"width": 8}),
}


def _figure(power: Mapping[str, Sequence[float]], members: Sequence[str], labels: Mapping[str, str]) -> dict[str, Any]:
    """Three bars for each member, the first member on top; they differ in width as well as in colour."""
    traces = []
    for below, (name, shares) in enumerate(power.items()):
        x: list[float | None] = []
        y: list[float | None] = []
        for place, share in enumerate(shares):
            x += [0, 100 * share, None]
            y += [-place - 0.24 * (below - 1)] * 2 + [None]
        style, more = BARS[name]
        traces.append(trace(style, labels[name], x, y, **more))
    return figure(
        traces,
        {"title": {"text": labels["share"]}, "range": [-1, 103], "tickvals": [0, 25, 50, 75, 100]},
        {"range": [-2.6, 0.6], "tickvals": [0, -1, -2], "ticktext": list(members), "showgrid": False},
    )
