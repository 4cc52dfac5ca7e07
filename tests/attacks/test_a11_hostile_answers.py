"""A11, the store's half: whatever a browser sends, only what the question allows is stored, and the rest is told in a sentence."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.attacks.world import BOX, CREW, DAY, PAIR, QUESTIONS, TENDER, WORDS, Breach, World, opened, rows
from workshop.kinds.choice import Choice
from workshop.kinds.several import Several
from workshop.kinds.text import Text

DEEP: Any = []
for _ in range(500):
    DEEP = [DEEP]
HOSTILE: list[Any] = [
    None, True, 0, -1, 99, 10**400, 0.5, math.nan, math.inf, -math.inf, "", " ", "A", "a ", "x" * 10**6, "\x00", "\ud800", "a\n",
    [], [[]], ["a", "a"], ["a", None], ["z"], ["a"] * 10**4, {}, {"a": 1}, {"key": "a"}, [math.nan], DEEP,
    "' OR 1=1 --", "glad", "x", ["a", "x", "y"],
]  # fmt: skip
ALLOWED = {  # what of this the question allows
    BOX.id: [],
    DAY.id: ["x"],
    TENDER.id: [],
    CREW.id: [["a", "a"]],
    WORDS.id: ["A", "a ", "a\n", "' OR 1=1 --", "glad", "x"],
    PAIR.id: [],
}
NAMES: list[Any] = ["m.nothing", "box", "", None, 7, ["m.box"], {"m.box": 1}, "m.box\x00", "m.box+day+sensitive", "m.day+box", "*"]
KEYS: list[Any] = [None, [], ["a" * 64], ["a" * 64] * 2, ["A" * 64, "b" * 64], ["a" * 63, "b" * 64], [1, 2], "ab", {"0": 1}]
INTENTS: list[Any] = ["delete", "", None, 1, ["send"], "SEND"]


def attack(where: str, luck: random.Random) -> int:
    """Raises Breach; how many messages were refused."""
    with opened(where) as stores:
        world, refused = World(stores), 0
        for question in (BOX, DAY, TENDER, CREW, WORDS):
            world.room.open(question.id)
        real = world.keys(1, BOX.id)
        messages = [(question, world.keys(person, question), value, "send") for question, allowed in ALLOWED.items()
                    for person, value in enumerate(HOSTILE) if value not in allowed]  # fmt: skip
        messages += [(name, real, "a", "send") for name in NAMES]
        messages += [(BOX.id, keys, "a", "send") for keys in KEYS]
        messages += [(BOX.id, real, "a", intent) for intent in INTENTS]
        luck.shuffle(messages)
        for question, keys, value, intent in messages:
            try:
                said = world.room.submit("1", question, keys, value, intent)
            except Exception as error:
                raise Breach(f"{type(error).__name__} instead of a sentence, for {str(value)[:40]!r}") from error
            if said["result"] != "refused":
                raise Breach(f"{str(value)[:40]!r} was taken as an answer to {str(question)[:40]!r}: {said['result']}")
            if not said["message"].endswith((".", "!")) or len(said["message"]) > 150 or "x" * 41 in said["message"]:
                raise Breach("what was said of it is not one clear sentence")
            refused += 1
        if rows(where, "SELECT * FROM answers") or rows(where, "SELECT * FROM participation"):
            raise Breach("something was stored")
        return refused


def test_only_what_the_question_allows_is_stored(where: str) -> None:
    assert attack(where, random.Random(1)) > 150


def test_what_it_allows_is_stored_in_one_form(where: str) -> None:
    """The same answer, however it was spelt, is the same value: a spelling of one's own would mark a person."""
    with opened(where) as stores:
        world = World(stores)
        both, words = '["a","b"]', '"one two"'
        for question, spelt, value in ((CREW, ["b", "a"], both), (CREW, ["a", "b", "a"], both), (WORDS, " one\n\u200btwo ", words)):
            world.room.open(question.id)
            world.send(spelt[0], question.id, spelt)
            assert {found for (found,) in rows(where, f"SELECT value FROM answers WHERE question = '{question.id}'")} == {value}


def test_a_tally_takes_counts_of_known_cells_only(where: str) -> None:
    """And so does the choice of texts at the desk."""
    with opened(where) as stores:
        world = World(stores)
        for cells in (None, [], {"z": 1}, {"a": -1}, {"a": 1.5}, {"a": True}, {"a": "1"}, {"a": 10**9}, {"a": math.nan}, {1: 1}):
            with pytest.raises(RuntimeError, match=r"\.$"):
                world.room.tally(BOX.id, cells)
        for people in (None, 1, -1, 2.0, "3", 10**9):
            with pytest.raises(RuntimeError, match=r"\.$"):
                world.room.tally(CREW.id, {"a": 2}, people)
        for question in (WORDS.id, PAIR.id, "m.nothing", None):
            with pytest.raises(RuntimeError, match=r"\.$"):
                world.room.tally(question, {})
        for chosen in (None, "all", [0.5], [True], {"0": 1}):
            with pytest.raises(RuntimeError, match=r"\.$"):
                world.room.approve(WORDS.id, chosen)
        assert not rows(where, "SELECT * FROM paper")


@contextmanager
def options_trusted() -> Iterator[None]:
    """A server that believes the browser about what its question allows."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in (Choice, Several, Text):
            patch.setattr(kind, "check", lambda self, value: value)
        yield


@contextmanager
def strings_trusted() -> Iterator[None]:
    """A server that looks at the type of an answer only."""
    check = Choice.check
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Choice, "check", lambda self, value: value if isinstance(value, str) and len(value) < 100 else check(self, value))
        yield


@pytest.mark.parametrize("weaker", [options_trusted, strings_trusted])
def test_the_same_attack_sees_through_a_server_that_believes(where: str, weaker: Any) -> None:
    with weaker(), pytest.raises(Breach):
        attack(where, random.Random(1))


def test_every_question_was_attacked() -> None:
    assert set(ALLOWED) == {*QUESTIONS, PAIR.id} - {"m.guess"}
