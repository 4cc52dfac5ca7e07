"""A3: in groups of any size in which nobody, few, half, nearly all or all say the same, no result is shown that tells it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.attacks.world import BOX, CREW, DAY, TENDER, Breach, World, empty, opened, scale, threshold_only, weak_rule
from workshop.kinds import Question
from workshop.reveal import Shown, release

SHARES = (0, 0.02, 0.5, 0.98, 1)
Rule = Callable[..., Shown | None]


def group(question: Question, people: int, share: float, luck: random.Random) -> list[Any]:
    """Each says the first option with that chance, and otherwise one of the others."""
    first, *others = question.cells()
    said = [first if luck.random() < share else luck.choice(others) for _ in range(people)]
    if question is CREW:  # each option by itself
        return [[cell for cell in question.cells() if luck.random() < share] or [luck.choice(others)] for _ in range(people)]
    return said


def look(question: Question, people: int, cells: dict[str, int]) -> None:
    """Raises Breach where nearly all are in one cell, or nearly all aren't, for several options."""
    margin = 3 if question.sensitive else 2
    if people < (8 if question.sensitive else 5):
        raise Breach(f"{people} people were shown")
    for cell, count in cells.items():
        if count > people - margin or (not question.exclusive and count < margin):
            raise Breach(f"{count} of {people} in {cell}")
        if question.sensitive and count in (1, 2):
            raise Breach(f"{count} in a cell of a sensitive question")


def attack(rule: Rule, groups: int) -> int:
    """Raises Breach; how many results were shown."""
    shown, luck = 0, random.Random(3)
    for question in (BOX, DAY, TENDER, CREW):
        for share in SHARES:
            for _ in range(groups):
                released = rule(question, group(question, luck.randint(0, 40), share, luck))
                if released is not None:
                    shown += 1
                    look(question, released.people, {cell.key: cell.people for cell in released.cells})
    return shown


def test_no_result_is_near_unanimous() -> None:
    """And some are shown: a rule that withholds everything would pass as well."""
    groups = scale(300, 10_000)
    assert attack(release, groups) > groups


def through_the_room(where: str, rooms: int) -> int:
    """The same by way of phones, store, close and payload."""
    luck, shown = random.Random(4), 0
    with opened(where) as stores:
        for share in SHARES:
            for question in (BOX, TENDER, CREW):
                for _ in range(rooms):
                    world = World(stores)
                    world.room.open(question.id)
                    for person, value in enumerate(group(question, luck.randint(8, 14), share, luck)):
                        world.send(person, question.id, value)
                    world.close(question.id)
                    payload = json.loads(world.seen()[0]["reveals"][question.id])
                    if payload["face"] == "shown":
                        shown += 1
                        look(question, payload["people"], {cell: people for cell, _, people in payload["cells"]})
            empty(stores[0])
    return shown


def test_no_result_that_a_room_shows_is_near_unanimous(where: str) -> None:
    assert through_the_room(where, scale(1, 20)) > 0


def no_margin_in_several(question: Question, values: Sequence[Any], k: int | None = None, paper: Any = None) -> Shown | None:
    """Looks at the people who said yes, and forgets the others."""
    shown = threshold_only(question, values, k, paper)
    return shown if shown and all(cell.people <= shown.people - 3 for cell in shown.cells) else None


def one_less(question: Question, values: Sequence[Any], k: int | None = None, paper: Any = None) -> Shown | None:
    """Lets one person stand alone against all others."""
    shown = threshold_only(question, values, k, paper)
    return shown if shown and all(cell.people <= shown.people - 1 for cell in shown.cells) else None


@pytest.mark.parametrize("rule", [threshold_only, no_margin_in_several, one_less])
def test_the_same_attack_sees_through_a_weaker_rule(rule: Rule, where: str) -> None:
    with pytest.raises(Breach):
        attack(rule, 300)
    with weak_rule(rule), pytest.raises(Breach):
        through_the_room(where, 6)
