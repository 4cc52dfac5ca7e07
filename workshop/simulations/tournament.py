"""A tournament of strategies: four yes-or-no traits make sixteen, and each meets each in the repeated dilemma.

The traits say what a strategy does first, and after each of the four things that can have happened:

    nice        passes first, and goes on while both pass; without it, it keeps first, and keeps when both have passed
    retaliates  keeps, after it passed and the other kept; without it, it passes again
    contrite    passes, after it kept and the other passed; without it, it keeps again
    tries       passes, after both kept; without it, it keeps again

So tit for tat, grim, win-stay lose-shift, always pass and always keep are five of them. Scores are exact averages: with
noise over all that chance may bring, so that nothing is random here. T, R, P, S = 5, 3, 1, 0 and 200 rounds, as in
Axelrod 1984. Who comes first depends on who is there.

An illustration, not a fit to anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace
from workshop.simulations.dilemma import scores

GAME = (5.0, 3.0, 1.0, 0.0)  # T, R, P, S
ROUNDS = 200
NOISE = 0.05  # one move in twenty
TRAITS = ("nice", "retaliates", "contrite", "tries")
ALL = tuple(product((True, False), repeat=4))
KNOWN: dict[tuple[bool, ...], str] = {  # those that have a name, by their traits
    (True, True, True, False): "mirror",
    (True, True, False, False): "grudge",
    (True, True, False, True): "change",
    (True, False, True, True): "pass",
    (False, True, False, False): "keep",
    (False, False, False, True): "contrary",
}
FIELDS = {
    "all": ALL,
    "five": tuple(one for one, name in KNOWN.items() if name != "contrary"),
    "nice": tuple(one for one in ALL if one[0]),
}
ALIKE = 1e-9  # scores that differ by rounding only


def strategies(traits: ArrayLike) -> NDArray[np.float64]:
    """Memory-one strategies of shape (…, 5) from traits of shape (…, 4), in the order of TRAITS; see `dilemma`."""
    nice, retaliates, contrite, tries = np.moveaxis(np.asarray(traits, float), -1, 0)
    return np.stack([nice, nice, 1 - retaliates, contrite, tries], axis=-1)


def table_of_scores(traits: ArrayLike, noise: ArrayLike = 0.0, *, game: ArrayLike = GAME, rounds: int = ROUNDS) -> NDArray[np.float64]:
    """What the row's strategy scores a round against the column's, on average; `traits` of shape (n, 4), answer (n, n)."""
    plans = strategies(traits)
    return scores(plans[:, None], plans[None], noise, game=game, rounds=rounds)[0]


def standings(against: NDArray[np.float64], shares: ArrayLike, *, twins: bool = True) -> NDArray[np.float64]:
    """What each scores a round, on average over whom it meets: shape (n,). `against` as above; `shares`: how common each
    is, of sum 1; without `twins` nobody meets a copy of itself, which makes a difference in a small field."""
    weights = np.broadcast_to(np.asarray(shares, float), against.shape) * (1.0 if twins else 1.0 - np.eye(len(against)))
    return (against * weights).sum(axis=1) / weights.sum(axis=1)


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: the four TRAITS of one's own strategy; `field` of FIELDS (if one's own is not in it, it joins); `noise`
    (whether one move in twenty goes wrong); `twins` (whether each also meets a copy of itself; it does, unless said).
    Labels: mine, others, score, place, name, yes, no, the four traits, the six names in KNOWN, and `nameless` for one's
    own when it has none. Outcomes: first, level (at the top, with others), behind. Numbers: name, place, of, score, best
    (the top score), winner. Nothing is random; `seed` is taken because every model takes one.
    """
    mine = tuple(bool(values[trait]) for trait in TRAITS)
    field = FIELDS[values.get("field", "all")]
    field = field if mine in field else (*field, mine)
    noise = NOISE if values.get("noise") else 0.0
    score = standings(table_of_scores(field, noise), np.full(len(field), 1 / len(field)), twins=bool(values.get("twins", True)))
    order = np.argsort(-score.round(9), kind="stable")
    places = {field[who]: 1 + int((score > score[who] + ALIKE).sum()) for who in order}
    ranked, by_name = [field[who] for who in order], dict(zip(field, score, strict=True))
    top = by_name[ranked[0]]
    numbers = {
        "name": labels[KNOWN.get(mine, "nameless")],
        "place": str(places[mine]),
        "of": str(len(field)),
        "score": f"{by_name[mine]:.2f}",
        "best": f"{top:.2f}",
        "winner": labels[KNOWN[ranked[0]]] if ranked[0] in KNOWN else dots(ranked[0]),
    }
    table = [[labels["place"], *(labels[trait] for trait in TRAITS), labels["score"], labels["name"]]]
    for one in ranked:
        name = labels[KNOWN[one]] if one in KNOWN else labels["nameless"] if one == mine else ""
        table.append([str(places[one]), *(labels["yes" if has else "no"] for has in one), f"{by_name[one]:.2f}", name])
    shared = sum(place == 1 for place in places.values()) > 1
    outcome = "behind" if places[mine] > 1 else "level" if shared else "first"
    return Run(outcome, numbers, _figure(ranked, mine, by_name, labels), table)


def dots(traits: tuple[bool, ...]) -> str:
    """The four traits at a glance: full for yes, empty for no."""
    return "".join("●" if has else "○" for has in traits)


def _figure(
    ranked: list[tuple[bool, ...]], mine: tuple[bool, ...], by_name: Mapping[tuple[bool, ...], float], labels: Mapping[str, str]
) -> dict[str, Any]:
    """A bar for each, the best on top, one's own broader and in another colour; beside it its four traits as dots."""
    bars: dict[str, tuple[list, list]] = {"mine": ([], []), "bar": ([], [])}
    for row, one in enumerate(ranked):
        x, y = bars["mine" if one == mine else "bar"]
        x += [0.0, by_name[one], None]
        y += [row, row, None]
    traces = [trace(style, labels[who], *bars[style]) for style, who in (("mine", "mine"), ("bar", "others"))]
    rows = list(range(len(ranked)))
    return figure(
        traces,
        {"title": {"text": labels["score"]}, "range": [0, 3.3], "tickvals": [0, 1, 2, 3]},
        {"range": [len(ranked) - 0.4, -0.6], "tickvals": rows, "ticktext": [dots(one) for one in ranked], "showgrid": False},
        height=max(260, 60 + 20 * len(ranked)),
    )
