"""The table of a game: who sits with whom in a round, drawn by lot, and what each got. It lives in a server's memory only.

A deal is drawn by the operating system's random source from the moves of one finished round, and drawn anew after a
restart. It needs nobody's presence: whoever left has moved or has not, and nobody waits for them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from workshop.kinds.game import Game

CHANCE = random.SystemRandom()


@dataclass(frozen=True)
class Seat:
    """What one got in a round, in a group of `size` places of which the machine played `scripted`; `pot`: what all put in."""

    move: str
    payoff: float
    size: int
    scripted: int
    pot: int


def groups(keys: list[str], least: int, chance: random.Random = CHANCE) -> list[list[str]]:
    """The keys in groups by lot, each of `least` or more, as even as can be; fewer than `least` are one group."""
    shuffled = sorted(keys)
    chance.shuffle(shuffled)
    many = max(1, len(shuffled) // least)
    return [shuffled[place::many] for place in range(many)]


def deal(game: Game, number: int, moves: Mapping[str, str], chance: random.Random = CHANCE) -> dict[str, Seat]:
    """Key -> seat, for everybody who moved in this round; the machine takes the places that are missing in a small group."""
    seats = {}
    for group in groups(list(moves), game.group, chance):
        scripted = [game.partner(number, chance) for _ in range(game.group - len(group))]
        played = [*(moves[key] for key in group), *scripted]
        pot = sum(map(int, played))
        for key, payoff in zip(group, game.payoff(played), strict=False):
            seats[key] = Seat(moves[key], payoff, len(played), len(scripted), pot)
    return seats
