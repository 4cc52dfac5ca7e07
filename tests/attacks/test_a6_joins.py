"""A6: somebody who reads every row by SQL while the room is open cannot join one person's answers to two questions, nor an
answer with who was done, except where the module declares the pair."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from tests.attacks.world import BOX, DAY, PAIR, TENDER, Breach, World, empty, opened, rowid_tables, rows, scale, weak_postgres

PEOPLE = 30
SYSTEM = {"sqlite": ("", "rowid"), "postgresql": ("", "ctid", "xmin::text::bigint", "cmin::text::bigint", "xmax::text::bigint", "tableoid")}


def readings(where: str, world: World, table: str, question: str) -> Iterator[tuple[str, list[str]]]:
    """(how, keys): the rows of one question in every order that SQL can give them."""
    condition = f"room = '{world.id}' AND question = '{question}'"
    if "://" not in where:
        lying = rows(where, f"SELECT key, room, question FROM {table} NOT INDEXED")  # without its index a table is read as it lies there
        yield "as they lie", [key for key, *place in lying if place == [world.id, question]]
    for column in SYSTEM["postgresql" if "://" in where else "sqlite"]:
        if column == "rowid" and not has_rowid(where, table):
            continue
        order = column and f" ORDER BY {column}"
        yield column or "as they come", [key for (key,) in rows(where, f"SELECT key FROM {table} WHERE {condition}{order}")]


def has_rowid(where: str, table: str) -> bool:
    return "WITHOUT ROWID" not in rows(where, f"SELECT sql FROM sqlite_master WHERE name = '{table}'")[0][0]


class Joins:
    """How many people are found again by one way of joining, over several rooms; by chance it is one a room."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}
        self.rooms = 0

    def note(self, how: str, count: int) -> None:
        self.found[how] = self.found.get(how, 0) + count

    def judge(self) -> None:
        for how, count in self.found.items():
            # A mean of one a room: five standard deviations of the Poisson law above it.
            if count > self.rooms + 5 * self.rooms**0.5:
                raise Breach(f"{how}: {count} of {self.rooms * PEOPLE} people were found, {self.rooms} by chance")


def attack(where: str, rooms: int) -> dict[str, int]:
    """Raises Breach; how many people each way of joining found. Everybody answers everything, in the same order each time:
    nothing could help an attacker more."""
    joins, luck = Joins(), random.Random(8)
    with opened(where) as stores:
        for _ in range(rooms):
            world = World(stores)
            joins.rooms += 1
            people = [f"{luck.random()}" for _ in range(PEOPLE)]
            for question in (BOX, DAY, TENDER):
                world.room.open(question.id)
                for person in people:
                    world.send(person, question.id, luck.choice(list(question.cells())))
            owner = {
                (question, table): {world.keys(person, question)[table == "participation"]: person for person in people}
                for question in (BOX.id, TENDER.id, DAY.id)
                for table in ("answers", "participation")
            }
            # Undeclared questions; an answer and being done with it; the same across both.
            for one, other in (
                ((BOX.id, "answers"), (TENDER.id, "answers")),
                ((DAY.id, "answers"), (TENDER.id, "answers")),
                ((BOX.id, "answers"), (BOX.id, "participation")),
                ((BOX.id, "participation"), (TENDER.id, "participation")),
            ):
                first = dict(readings(where, world, one[1], one[0]))
                second = dict(readings(where, world, other[1], other[0]))
                for by in first:
                    pairs = list(zip(first[by], second[by], strict=True))
                    hits = sum(owner[one][a] == owner[other][b] for a, b in pairs)
                    joins.note(f"{one} with {other}, row by row, {by}", hits)
                    hits = sum(owner[one][a] == owner[other][b] for a, b in zip(first[by], reversed(second[by]), strict=True))
                    joins.note(f"{one} with {other}, row by row from both ends, {by}", hits)
                joins.note(f"{one} with {other}, by key", len(set(first[next(iter(first))]) & set(second[next(iter(second))])))
                joins.note(f"{one} with {other}, by parts of keys", shared_parts(first[next(iter(first))], second[next(iter(second))]))
            # Who came when is known as well: an order of arrival in the rows would name everybody.
            for (question, table), owners in owner.items():
                for by, keys in readings(where, world, table, question):
                    hits = sum(owners[key] == person for key, person in zip(keys, people, strict=True))
                    joins.note(f"{question}, {table} with the people in the order in which they came, {by}", hits)
        empty(stores[0])
    joins.judge()
    return joins.found


def shared_parts(one: Sequence[str], other: Sequence[str]) -> int:
    """Keys that begin or end alike."""
    return len({key[:12] for key in one} & {key[:12] for key in other}) + len({key[-12:] for key in one} & {key[-12:] for key in other})


def test_undeclared_questions_join_at_chance_level(where: str) -> None:
    assert attack(where, scale(6, 60))


@contextmanager
def one_key_for_all() -> Iterator[None]:
    """A browser that has one key for a room, as most programs would."""
    by_question = World.keys
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(World, "keys", lambda self, person, question: by_question(self, person, "the room"))
        yield


def test_the_same_attack_sees_through_weaker_stores(where: str) -> None:
    """Rows numbered as they come; PostgreSQL's own transaction numbers and places; one key for all questions."""
    weaker = weak_postgres(forgets_order=False) if "://" in where else rowid_tables()
    with weaker, pytest.raises(Breach, match=r"row by row|order in which they came"):
        attack(where, 3)


def test_the_same_attack_sees_through_one_key_for_all(where: str) -> None:
    with one_key_for_all(), pytest.raises(Breach, match=r"by key|row by row"):
        attack(where, 3)


def test_a_declared_pair_is_a_row_of_its_own(where: str) -> None:
    """It holds both answers, under a key that finds neither question's row."""
    with opened(where) as stores:
        world = World(stores)
        for question in (BOX, DAY):
            world.room.open(question.id)
        for question, value in ((BOX.id, "a"), (DAY.id, "x"), (PAIR.id, ["a", "x"])):
            assert world.send(1, question, value) == "saved"
        read = rows(where, f"SELECT question, key FROM answers WHERE room = '{world.id}'")
        assert len(read) == 3 and len({key for _, key in read}) == 3
        assert PAIR.id not in world.room.desk_view()["done"]
