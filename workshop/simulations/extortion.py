"""A fixed ratio: in the repeated dilemma one player can take, whatever the other does, chi times the other's gain.

Gain is what somebody has above what both have when nobody ever passes, P. A memory-one strategy that passes with
probabilities

    after both passed            1 - phi (chi - 1) (R - P)
    after only it passed         1 - phi ((P - S) + chi (T - P))
    after only the other passed  phi ((T - P) + chi (P - S))
    after nobody passed          0

ties the two averages together: mine - P = chi (theirs - P), for every opponent (Press & Dyson 2012), for 0 < phi small
enough that all four are probabilities. The other has most by always passing, and then the taker has most as well. If the
other has somewhere else to go that is worth more than that, they go, and nobody gains here.

An illustration, not a fit to anybody. Played by people, such a strategy sometimes earned more than a generous one (Xu et
al. 2015, long games with a computer) and sometimes less, as people would rather have less themselves (Hilbe, Röhl &
Milinski 2014); with unequal power to replace a partner it is chosen more often (2016).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace
from workshop.simulations.dilemma import TOKENS, chain, tokens

STRENGTH = 0.5  # phi, as a share of the largest that is possible
PLACES = 41
EDGE = 1e-9
NEAR = 0.05  # tokens a round, for which nobody goes elsewhere


def strategy(chi: float, *, game: ArrayLike = TOKENS, strength: float = STRENGTH) -> NDArray[np.float64]:
    """The memory-one strategy of shape (5,) that takes `chi` (1 or more) times the other's gain; `strength` within 0 and 1,
    as a share of the largest phi: how fast it settles."""
    temptation, reward, punishment, sucker = np.asarray(game, float)
    lose, win = punishment - sucker, temptation - punishment
    phi = strength / (lose + chi * win)
    both, only_me = 1 - phi * (chi - 1) * (reward - punishment), 1 - phi * (lose + chi * win)
    return np.array([1.0, both, only_me, phi * (win + chi * lose), 0.0])


def settled(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """How often each of the four states happens in the long run, of shape (…, 4), where that does not depend on how it
    began; strategies of shape (…, 5) as in `dilemma`."""
    moves = chain(one, other)
    often = np.linalg.solve(np.swapaxes(np.eye(4) - moves + 1, -1, -2), np.ones((*moves.shape[:-2], 4, 1)))
    return np.asarray(often[..., 0], float)


def shares(chi: float, passes: ArrayLike, *, game: ArrayLike = TOKENS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the taker and the other have a round in the long run, when the other passes with probability `passes`."""
    other = np.repeat(np.asarray(passes, float)[..., None], 5, axis=-1)
    often = settled(strategy(chi, game=game), other)
    taker, giver = tokens(game)
    return often @ taker, often @ giver


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `chi` (1 to 10); `passes`, how often the other passes (0 to 1); `elsewhere`, tokens a round that the other
    can have without this player (none, unless said). Labels: taker, giver, elsewhere, here, passes, tokens. Outcomes: leaves;
    nothing, where nobody gains; even, where chi is 1; taken. Numbers: chi, taker, giver, most (what the giver has at most
    here), elsewhere, in tokens a round; gain and less, what each has above nothing passed. Nothing is random; `seed` is
    taken because every model takes one.
    """
    chi, passes, elsewhere = float(values["chi"]), float(values["passes"]), float(values.get("elsewhere", 0.0))
    often = np.append(np.linspace(0, 1, PLACES), passes)
    lines = dict(zip(("taker", "giver"), shares(chi, often), strict=True))
    most, nobody = float(lines["giver"][PLACES - 1]), TOKENS[2]
    leaves = elsewhere > most + NEAR
    if leaves:
        lines = {"taker": np.full(PLACES + 1, nobody), "giver": np.full(PLACES + 1, elsewhere)}
    taker, giver = (float(lines[who][-1]) for who in ("taker", "giver"))
    have = {"taker": taker, "giver": giver, "most": most, "elsewhere": elsewhere, "gain": taker - nobody, "less": giver - nobody}
    numbers = {"chi": f"{chi:g}", **{name: _tokens(one) for name, one in have.items()}}
    table = [[labels[name] for name in ("passes", "taker", "giver")]]
    for place in range(0, PLACES, (PLACES - 1) // 4):
        table.append([_percent(often[place]), *(_tokens(float(lines[who][place])) for who in ("taker", "giver"))])
    outcome = "leaves" if leaves else "nothing" if passes < EDGE else "even" if chi - 1 < EDGE else "taken"
    drawn = {who: one[:-1] for who, one in lines.items()}
    return Run(outcome, numbers, _figure(drawn, passes, elsewhere, labels), table)


def _tokens(number: float) -> str:
    return f"{round(number, 1) + 0.0:.1f}"  # no minus before a nought


def _percent(share: float) -> str:
    return f"{round(100 * float(share))}\N{NO-BREAK SPACE}%"


def _figure(lines: Mapping[str, NDArray[np.float64]], passes: float, elsewhere: float, labels: Mapping[str, str]) -> dict[str, Any]:
    often = 100 * np.linspace(0, 1, PLACES)
    traces = [trace(style, labels[who], often, lines[who]) for style, who in (("first", "giver"), ("other", "taker"))]
    if elsewhere > 0:
        traces.append(trace("beside", labels["elsewhere"], [0, 100], [elsewhere, elsewhere]))
    traces.append(trace("mark", labels["here"], [100 * passes] * 2, [0, TOKENS[0]]))
    return figure(
        traces,
        {"title": {"text": labels["passes"]}, "range": [-2, 102], "tickvals": [0, 50, 100], "ticksuffix": " %"},
        {"title": {"text": labels["tokens"]}, "range": [0, TOKENS[0]], "tickvals": [0, 1, 2, 3, 4]},
    )
