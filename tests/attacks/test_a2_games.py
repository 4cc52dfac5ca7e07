"""A2, for games: one move is another one; nobody can tell until the debrief, and then nobody but those who sat at its table."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.world import Breach, World, empty, opened, scale
from tests.contracts.authoring import HEAD, example_of, write
from tests.playing import PAIRS
from workshop.declaration import curriculum
from workshop.declaration.curriculum import Module
from workshop.kinds.game import Game
from workshop.room import seats
from workshop.room.contract import RoomError
from workshop.room.local import LocalRoom

PEOPLE = 13
HIDDEN = 1  # place of the round that the module does not show


@pytest.fixture(params=[example_of(Game), PAIRS], ids=["pot", "pairs"])
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Module:
    """A module with a game of a few rounds, of which the room does not see the second."""
    monkeypatch.setenv("WORKSHOP_MODULES", str(write(tmp_path, HEAD + request.param).parent))
    return curriculum.module("small")


def told(world: World, game: Game) -> list[Any]:
    """What each person, and a stranger, is told of their own tokens, on each server in turn."""
    answers = []
    for person in (*range(PEOPLE), "a stranger"):
        keys = {one.id: world.keys(person, one.id) for one in game.asked}
        try:
            answers.append(world.rooms[len(answers) % len(world.rooms)].payoffs(game.id, keys))
        except RoomError as error:
            answers.append(str(error))
    return answers


def evening(world: World, module: Module, moves: Sequence[dict[int, str]], lot: int) -> tuple[list[str], list[Any], list[Any]]:
    """A whole game: what everybody sees after each event; what people are told before the debrief, and after it."""
    [game] = module.games
    seen, early = [], []
    for one, made in zip(game.asked, moves, strict=True):
        world.room.open(one.id)
        for person, put in made.items():
            world.send(person, one.id, put, at=person % len(world.rooms))
            seen.append(world.frozen())
        early.append(told(world, game))
        world.close(one.id)
        seen.append(world.frozen())
        early.append(told(world, game))
    world.room.debrief(module.slug)
    seen.append(world.frozen())
    world.rooms = world.rooms[:1]  # each server draws at random by itself
    with pytest.MonkeyPatch.context() as patch:  # the same draws in both evenings
        patch.setattr(seats.deal, "__defaults__", (random.Random(lot),))
        return seen, early, told(world, game)


def attack(where: str, module: Module, servers: int, seeds: Sequence[int], make: type[LocalRoom] = LocalRoom) -> None:
    """Raises Breach."""
    [game] = module.games
    with opened(where, servers) as stores:
        for seed in seeds:
            luck = random.Random(seed)
            moves = [{person: luck.choice(list(one.cells())) for person in range(PEOPLE)} for one in game.asked]
            who = luck.randrange(PEOPLE)
            other = luck.choice([put for put in game.asked[HIDDEN].cells() if put != moves[HIDDEN][who]])
            twins = [*moves[:HIDDEN], moves[HIDDEN] | {who: other}, *moves[HIDDEN + 1 :]]
            both = []
            for each in (moves, twins):
                with pytest.MonkeyPatch.context() as patch:  # rooms of one name, so that people have the same keys in both
                    patch.setattr(secrets, "token_hex", lambda size, name=seed: f"{name:0{2 * size}x}")
                    world = World(stores, make, modules=(module,))
                both.append(evening(world, module, each, seed))
                empty(stores[0])
            mine, yours = both
            if mine[0] != yours[0]:
                raise Breach("a move that the room does not see changed what the room sees")
            if any(not isinstance(one, str) for look in mine[1] for one in look):
                raise Breach("somebody was told of their tokens before the debrief")
            differ = [person for person, (one, two) in enumerate(zip(mine[2], yours[2], strict=True)) if one != two]
            if who not in differ or len(differ) > 2 * game.group - 1:
                raise Breach("others than those at one table were told of a move")
            if mine[2][-1] != [{"number": one.number, "payoff": game.sat_out} for one in game.asked]:
                raise Breach("a stranger was told of a table")


class TellsAtOnce(LocalRoom):
    """A room that tells each player what a round gave, as soon as it has ended."""

    def payoffs(self, game: str, keys: Any) -> Any:
        ended = self.view()["phases"]
        played = self._games.played(game, keys)
        rounds = tuple(one for one in played.asked if ended.get(one.id) == "closed")
        return self._games.paid(replace(played, asked=rounds), {one.id: keys[one.id][0] for one in rounds})


def every_round_shown(module: Module) -> Module:
    """The same module, whose room sees each round."""
    [game] = module.games
    shown = replace(game, shown=tuple(one.number for one in game.asked), asked=tuple(replace(one, revealed=True) for one in game.asked))
    return replace(module, activities=tuple(shown if one is game else one for one in module.activities))


@contextmanager
def one_big_table() -> Iterator[None]:
    """A game in which everybody's tokens tell of everybody's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seats, "groups", lambda keys, *_: [sorted(keys)])
        yield


@pytest.mark.parametrize("servers", [1, 2])
def test_a_hidden_move_stays_hidden(where: str, module: Module, servers: int) -> None:
    attack(where, module, servers, range(scale(2, 40)))


@pytest.mark.parametrize(
    ("make", "change", "weaker", "sign"),
    [
        (TellsAtOnce, lambda module: module, nullcontext, "before the debrief"),
        (LocalRoom, every_round_shown, nullcontext, "what the room sees"),
        (LocalRoom, lambda module: module, one_big_table, "one table"),
    ],
)
def test_the_same_attack_sees_through_a_weaker_game(
    where: str, module: Module, make: type[LocalRoom], change: Callable, weaker: Callable, sign: str
) -> None:
    with weaker(), pytest.raises(Breach, match=sign):
        attack(where, change(module), 1, range(4), make)
