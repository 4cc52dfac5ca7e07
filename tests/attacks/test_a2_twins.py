"""A2: the same session twice, with one answer changed that is not revealed yet: until its reveal nobody can tell them apart."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.attacks.world import (
    BOX,
    WORDS,
    Batches,
    Breach,
    Event,
    Live,
    TellsWhoSkips,
    World,
    answer,
    empty,
    opened,
    play,
    scale,
    schedule,
)
from workshop.room.local import LocalRoom
from workshop.store import Store


def flipped(events: list[Event], luck: random.Random) -> tuple[list[Event], int]:
    """The same events with another answer in one place (or a skip instead of it), and where its question is counted."""
    sent = [place for place, event in enumerate(events) if event.verb == "send"]
    place = luck.choice(sent)
    event = events[place]
    others = [replace(event, value=value) for value in (answer(event.question, luck) for _ in range(20)) if value != event.value]
    twin = luck.choice([replace(event, verb="skip", value=None), others[0]])
    main = BOX.id if event.question == "m.guess" else event.question
    counted = next(at for at in range(place, len(events)) if events[at] == replace(events[at], verb="settle", question=main))
    return [*events[:place], twin, *events[place + 1 :]], counted


def transcript(stores: Sequence[Store], make: type[LocalRoom], events: list[Event]) -> list[str]:
    """What could be seen after every event, and what those who did something were told of it."""
    world = World(stores, make)
    lines = []
    for event in events:
        told = play(world, event)
        # To the one who sent it another answer is another message.
        lines.append(world.frozen() + ("" if told in ("saved", "skipped") else told))
    return lines


def attack(where: str, servers: int, seeds: Sequence[int], make: type[LocalRoom] = LocalRoom) -> int:
    """Raises Breach; how many looks were compared."""
    compared = 0
    with opened(where, servers) as stores:
        for seed in seeds:
            luck = random.Random(seed)
            events = schedule(luck, servers, events=30)
            twin, counted = flipped(events, luck)
            one, other = transcript(stores, make, events), transcript(stores, make, twin)
            compared += counted
            for before, (mine, yours) in enumerate(zip(one[:counted], other[:counted], strict=True)):
                if mine != yours:
                    raise Breach(f"after {events[before]} the two sessions differ")
            empty(stores[0])
    return compared


@pytest.mark.parametrize("servers", [1, 2])
def test_nothing_tells_an_answer_before_its_reveal(where: str, servers: int) -> None:
    assert attack(where, servers, range(scale(4, 150))) > 30


def test_an_unread_batch_is_the_same_until_the_close(where: str) -> None:
    """Texts as well: what was written leaves no trace before the close, not even its length."""
    with opened(where) as stores:
        one, other = World(stores), World(stores)
        for world, words in ((one, "a"), (other, "b" * 280)):
            world.room.open(WORDS.id)
            for person in range(6):
                world.send(person, WORDS.id, words)
        assert one.frozen() == other.frozen()


def tally(world: World, cells: dict[str, int]) -> None:
    world.room.tally(BOX.id, cells)


def test_a_tally_from_paper_is_as_silent(where: str) -> None:
    """The desk is told how many sheets it has counted, and no more."""
    with opened(where) as stores:
        one, other = World(stores), World(stores)
        tally(one, {"a": 3})
        tally(other, {"b": 1, "c": 2})
        assert one.frozen() == other.frozen()


@pytest.mark.parametrize(("make", "seeds"), [(Live, range(60)), (Batches, range(60)), (TellsWhoSkips, range(20))])
def test_the_same_attack_sees_through_a_weaker_room(where: str, make: type[LocalRoom], seeds: Sequence[int]) -> None:
    with pytest.raises(Breach):
        attack(where, 1, seeds, make)
