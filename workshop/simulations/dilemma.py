"""The repeated dilemma with noise: keep or pass, many rounds, two strategies, and moves that sometimes go wrong.

Two players keep or pass at the same time. A strategy is memory-one: how likely it passes at first, and after each of the
four things that can have happened in the round before, seen from its own side (both passed; I passed and you kept; I kept
and you passed; both kept). With noise each move is turned round with the same chance, and both remember what was done,
not what was meant. What the two may have done is then a Markov chain with four states.

An illustration, not a fit to anybody. The tokens are those of the game of module 9: who keeps has one, who passes gives
the other three, so T, R, P, S = 4, 3, 1, 0; the best known tournaments have 5, 3, 1, 0. Strategies: Axelrod & Hamilton
1981; Nowak & Sigmund 1992 (the kinder mirror) and 1993 (stay or change).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.simulations import Run
from workshop.simulations._figure import figure, trace

TOKENS = (4.0, 3.0, 1.0, 0.0)  # T, R, P, S
ROUNDS = 30  # what one figure shows
LONG = 1000  # rounds, for "in the long run"
NEAR = 0.7  # the share of the rounds from which on something happens "nearly always"
AHEAD = 0.75  # tokens a round more than the other

# First move; then after: both passed, only I passed, only the other passed, nobody passed.
STRATEGIES = {
    "pass": (1.0, 1.0, 1.0, 1.0, 1.0),
    "keep": (0.0, 0.0, 0.0, 0.0, 0.0),
    "mirror": (1.0, 1.0, 0.0, 1.0, 0.0),  # tit for tat
    "kinder": (1.0, 1.0, 1 / 3, 1.0, 1 / 3),  # generous tit for tat
    "grudge": (1.0, 1.0, 0.0, 0.0, 0.0),  # grim
    "change": (1.0, 1.0, 0.0, 0.0, 1.0),  # win, stay; lose, shift
}
OTHER_SIDE = [0, 2, 1, 3]  # the four states, seen by the other


def tokens(game: ArrayLike = TOKENS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the one and the other have in each of the four states; `game`: T, R, P, S."""
    temptation, reward, punishment, sucker = np.asarray(game, float)
    mine = np.array([reward, sucker, temptation, punishment])
    return mine, mine[OTHER_SIDE]


def states(one: ArrayLike, other: ArrayLike, noise: ArrayLike = 0.0, *, rounds: int = ROUNDS) -> NDArray[np.float64]:
    """How likely each of the four states is in each round: shape (rounds, *broadcast shape, 4), exactly.

    `one`, `other`: strategies along the last axis, of shape (…, 5); `noise`: the chance, 0 to 1/2, that a move is turned
    round, of the shape of the rest.
    """
    noise = np.asarray(noise, float)[..., None]
    mine, theirs = np.broadcast_arrays(*(noise + (1 - 2 * noise) * np.asarray(plan, float) for plan in (one, other)))
    moves = chain(mine, theirs)
    likely = np.empty((rounds, *mine.shape[:-1], 4))
    likely[0] = _joint(mine[..., 0], theirs[..., 0])
    for now in range(1, rounds):
        likely[now] = (likely[now - 1][..., None, :] @ moves)[..., 0, :]
    return likely


def chain(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """How likely each of the four states follows each, of shape (…, 4, 4): from the row to the column."""
    return _joint(np.asarray(one, float)[..., 1:], np.asarray(other, float)[..., 1:][..., OTHER_SIDE])


def _joint(mine: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([mine * theirs, mine * (1 - theirs), (1 - mine) * theirs, (1 - mine) * (1 - theirs)], axis=-1)


def scores(
    one: ArrayLike, other: ArrayLike, noise: ArrayLike = 0.0, *, game: ArrayLike = TOKENS, rounds: int = LONG
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What each has a round, on average over the rounds and over all that chance may bring; of the broadcast shape."""
    likely = states(one, other, noise, rounds=rounds).mean(axis=0)
    mine, theirs = tokens(game)
    return likely @ mine, likely @ theirs


def play(
    one: ArrayLike, other: ArrayLike, noise: float, seed: int, *, rounds: int = ROUNDS, runs: int = 1
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """`runs` games that chance brought: who passed and whose move was turned round, each of shape (2, rounds, runs)."""
    rng = np.random.default_rng(seed)
    plans = np.array([one, other], float)
    passed, turned = np.empty((2, rounds, runs), bool), rng.random((2, rounds, runs)) < noise
    meant = rng.random((2, rounds, runs))
    for now in range(rounds):
        if now == 0:
            likely = np.broadcast_to(plans[:, :1], (2, runs))
        else:
            before = passed[:, now - 1]
            seen = 1 + 2 * ~before + ~before[::-1]  # 1 to 4: both, only I, only the other, nobody
            likely = np.take_along_axis(plans, seen, axis=1)
        passed[:, now] = (meant[:, now] < likely) ^ turned[:, now]
    return passed, turned


def run(values: Mapping[str, Any], labels: Mapping[str, str], seed: int = 0) -> Run:
    """Values: `mine`, `theirs`, each a name of STRATEGIES (two mirrors, unless said); `noise`, 0 to 0.5. Labels: mine,
    theirs, turned, i_pass, i_keep, they_pass, they_keep, time, tokens. Outcomes, by what happens in the long run: holds,
    stuck, ahead, behind, mixed; without noise clear_holds, clear_stuck and so on. Numbers: rounds, moves, turned (how many
    of the moves), mine, theirs (tokens a round in the game shown), long_mine, long_theirs (on average, over very many
    rounds). `seed` draws the game that is shown.
    """
    noise = float(values.get("noise", 0.0))
    mine, theirs = (STRATEGIES[values.get(who, "mirror")] for who in ("mine", "theirs"))
    (passed,), (turned,) = (np.moveaxis(one, -1, 0) for one in play(mine, theirs, noise, seed))
    likely = states(mine, theirs, noise, rounds=LONG).mean(axis=0)
    long = [float(likely @ have) for have in tokens()]
    state = 2 * ~passed[0] + ~passed[1]
    have = [have[state] for have in tokens()]
    numbers = {
        "rounds": str(ROUNDS),
        "moves": str(2 * ROUNDS),
        "turned": str(int(turned.sum())),
        **{who: f"{one.mean():.1f}" for who, one in zip(("mine", "theirs"), have, strict=True)},
        **{f"long_{who}": f"{one:.1f}" for who, one in zip(("mine", "theirs"), long, strict=True)},
    }
    table = [[labels["time"], *(part for who in ("mine", "theirs") for part in (labels[who], labels["tokens"]))]]
    for now in range(ROUNDS):
        cells = []
        for who in (0, 1):
            move = labels[MOVES[who][int(passed[who, now])]]
            cells += [f"{move} ({labels['turned']})" if turned[who, now] else move, f"{have[who][now]:.0f}"]
        table.append([str(now + 1), *cells])
    outcome = _outcome(likely, long[0] - long[1])
    return Run(outcome if noise else f"clear_{outcome}", numbers, _figure(passed, turned, labels), table)


def _outcome(likely: NDArray[np.float64], ahead: float) -> str:
    if abs(ahead) >= AHEAD:
        return "ahead" if ahead > 0 else "behind"
    if likely[0] >= NEAR:
        return "holds"
    return "stuck" if likely[3] >= NEAR else "mixed"


MOVES = (("i_keep", "i_pass"), ("they_keep", "they_pass"))  # their labels
LANES = (2.0, 0.0)  # where the two keep; a pass is one higher


def _figure(passed: NDArray[np.bool_], turned: NDArray[np.bool_], labels: Mapping[str, str]) -> dict[str, Any]:
    """Two lanes of steps, up where one passes; a short stroke where a move was turned round."""
    edges = np.arange(ROUNDS + 1) + 0.5
    traces = []
    for style, who, moves, lane in zip(("first", "other"), ("mine", "theirs"), passed, LANES, strict=True):
        traces.append(trace(style, labels[who], edges, lane + np.append(moves, moves[-1]), shape="hv"))
    x: list[float | None] = []
    y: list[float | None] = []
    for wrong, lane in zip(turned, LANES, strict=True):
        for now in np.flatnonzero(wrong).tolist():
            x += [now + 1, now + 1, None]
            y += [lane - 0.25, lane + 1.25, None]
    if x:
        traces.append(trace("mark", labels["turned"], x, y))
    return figure(
        traces,
        {"title": {"text": labels["time"]}, "range": [0.5, ROUNDS + 0.5], "tickvals": [1, 10, 20, 30]},
        {"range": [-0.4, 3.4], "tickvals": [0, 1, 2, 3], "ticktext": [labels[move] for pair in reversed(MOVES) for move in pair]},
    )
