"""Who sits with whom in a round of a game, drawn at random, and what each got. It lives in a server's memory only.

A deal is drawn by the operating system's random source from the moves of one finished round, and drawn again after a
restart. Nobody has to be present for it: people who left have either moved or not, and nobody waits for them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from workshop.kinds.game import Game
from workshop.room.contract import Payoff

CHANCE = random.SystemRandom()


@dataclass(frozen=True)
class Seat:
    """What a player chose and has after a round, in a group of `size` places of which the machine played `scripted`; `pot`:
    what all gave; `got`: the player's share of it; `turned`: whether the machine turned the player's move round."""

    move: str
    payoff: float
    size: int
    scripted: int
    pot: int
    got: float
    turned: bool

    def paid(self, number: int) -> Payoff:
        """The same, for the player."""
        return cast(Payoff, {"number": number, **vars(self)})


def groups(keys: list[str], least: int, most: int = 0, chance: random.Random = CHANCE) -> list[list[str]]:
    """The keys in random groups, as even as can be, each of `least` to `most` (0: one fewer than two groups) of them; where
    that doesn't come out even, the last ones are smaller."""
    shuffled = sorted(keys)
    chance.shuffle(shuffled)
    many = max(1, len(shuffled) // least, -(-len(shuffled) // (most or 2 * least - 1)))
    return [shuffled[place::many] for place in range(many)]


def deal(game: Game, number: int, moves: Mapping[str, str], chance: random.Random = CHANCE) -> dict[str, Seat]:
    """Key -> seat, for everybody who moved in this round; the machine takes the places that are missing in a small group,
    and turns moves round where that was said."""
    seats = {}
    noise = game.noise if number in game.noisy else 0.0
    for group in groups(list(moves), *game.sizes(len(moves)), chance):
        scripted = [game.partner(number, chance) for _ in range(game.group - len(group))]
        chosen = [*(moves[key] for key in group), *scripted]
        played = [game.turned(move) if chance.random() < noise else move for move in chosen]
        pot = sum(map(int, played))
        for key, move, made, payoff in zip(group, chosen, played, game.payoff(played), strict=False):
            got = round(payoff - (game.tokens - int(made)), 2)
            seats[key] = Seat(move, payoff, len(played), len(scripted), pot, got, turned=made != move)
    return seats
