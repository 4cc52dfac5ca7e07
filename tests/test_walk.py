"""A walk over every kind and every message: empty, extreme, repeated, reordered and invalid input; nothing breaks, nothing wrong is kept.

An exception anywhere below fails the walk: in a room a page turns it into a sentence, which the person sees and no
author would. Here the log tells.
"""

from __future__ import annotations

import itertools
import json
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.activity import HOSTILE
from workshop.declaration import curriculum
from workshop.kinds import KINDS, Question
from workshop.kinds.simulation import Simulation
from workshop.page import LONGEST, Page
from workshop.room.local import LocalRoom
from workshop.store import Store

GALLERY = Path(__file__).parent / "gallery" / "modules"
INTENTS = ("send", "skip", "keep", "undo")
RESULTS = {"saved", "skipped", "kept", "removed", "late", "refused", "waiting"}
ODD = [*HOSTILE, [[[[]]]], {"": ""}, "💛" * 300, "‮abc", list(range(999)), {"k": {"k": {}}}, -0.0, 5e-324]


class Walk:
    """One page in one room, and every message that it may be sent."""

    def __init__(self, slug: str, room: LocalRoom) -> None:
        self.room, self.page = room, Page(slug, room=room)
        self.numbers = itertools.count(1)

    def keys(self, person: int, question: Question) -> list[str]:
        """The two keys of somebody for a question."""
        place = list(self.page.questions).index(question.id)
        return [f"{person:032x}{place:032x}", f"{person:032x}{place + 500:032x}"]

    def submit(self, question: Question, value: Any, intent: str = "send", person: int = 1, id: str = "") -> dict[str, Any]:
        """The reply to one submission."""
        message = {
            "type": "submit",
            "id": id or f"{next(self.numbers):032x}",
            "question": question.id,
            "keys": self.keys(person, question),
            "value": value,
            "intent": intent,
        }
        reply = self.page.handle(message)
        assert reply["type"] in ("ack", "error") and reply["question"] == question.id and reply["id"] == message["id"]
        assert reply["type"] == "error" or reply["result"] in RESULTS
        json.dumps(reply, allow_nan=False)
        return reply

    def mine(self, question: Question, person: int = 1) -> dict[str, Any]:
        """What the room has of somebody."""
        reply = self.page.handle({"type": "hello", "keys": {question.id: self.keys(person, question)}})
        return reply["mine"][question.id]

    def open(self, phase: str = "open") -> None:
        """Open the module and all its questions."""
        self.room.open_module(self.page.slug)
        for question in self.page.questions.values():
            if phase == "open" and not question.with_:
                self.room.open(question.id)

    def close(self) -> None:
        """Close all questions for good."""
        for question in self.page.questions.values():
            if not question.with_:
                self.room.close(question.id)
                self.room.settle(question.id)


@pytest.fixture
def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """A walk over the gallery. It fails when anything was logged as an error on the way."""
    monkeypatch.setenv("WORKSHOP_MODULES", str(GALLERY))
    monkeypatch.setenv("WORKSHOP_MODE", "room")
    store = Store.open(tmp_path / "walk.sqlite")
    with unbroken():
        yield Walk("gallery", LocalRoom.create(store, closing=0))
    store.close()


class Kept(logging.Handler):
    """Every error that is logged. (pytest's caplog starts again between a fixture and its test.)"""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def unbroken() -> Iterator[None]:
    """AssertionError at the end when anything was logged as an error in between."""
    kept = Kept()
    logging.getLogger().addHandler(kept)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(kept)
    assert not kept.records, f"{kept.records[0].getMessage()}: {kept.records[0].exc_info}"


def answers(question: Question, many: int = 2) -> list[Any]:
    """Different answers that the question allows."""
    found: list[Any] = []
    for seed in range(500):
        value = question.scripted(random.Random(seed))
        found += [value] if value not in found else []
    return found[:many]


def test_every_question_takes_what_it_allows_and_nothing_else(walk: Walk) -> None:
    """Odd values are refused in one sentence and change nothing; the first answer stands; a change replaces it."""
    walk.open()
    for question in walk.page.questions.values():
        first, second = answers(question)
        assert walk.submit(question, first)["result"] == "saved"
        for value in ODD:
            reply = walk.submit(question, value)
            assert reply.get("result") == "refused" or reply["type"] == "error"
            assert reply["message"].endswith(".") and len(reply["message"]) < 150
            assert walk.mine(question) == {"value": first, "done": True}
        assert walk.submit(question, second)["result"] == "saved"
        assert walk.mine(question) == {"value": second, "done": True}


def test_repeated_and_reordered(walk: Walk) -> None:
    """Each message twice is the same as once; any order of intents ends where the last one says."""
    walk.open()
    for question in walk.page.questions.values():
        value, other = answers(question)
        for order in itertools.permutations([("send", value), ("send", other), ("skip", None), ("keep", value), ("undo", None)], 3):
            for intent, sent in order:
                id = f"{next(walk.numbers):032x}"
                assert walk.submit(question, sent, intent, id=id) == walk.submit(question, sent, intent, id=id)
            assert walk.mine(question) == {"value": sent if intent == "send" else None, "done": intent != "undo"}
            assert walk.room.desk_view()["done"][question.id] == (intent != "undo")


def test_before_the_opening_and_after_the_close(walk: Walk) -> None:
    """Not open yet: said so, nothing kept. Closed: late, nothing changed. The same answers are counted in every phase."""
    walk.open("waiting")
    for question in walk.page.questions.values():
        for intent in INTENTS:
            assert walk.submit(question, answers(question)[0], intent)["result"] == "waiting"
        assert walk.mine(question) == {"value": None, "done": False}
    walk.open()
    sent = {}
    for question in walk.page.questions.values():
        for person in range(1, 21):
            sent[person] = question.scripted(random.Random(person))
            assert walk.submit(question, sent[person], person=person)["result"] == "saved"
    walk.close()
    for question in walk.page.questions.values():
        mine = walk.mine(question)
        for intent, value in itertools.product(INTENTS, answers(question)):
            reply = walk.submit(question, value, intent)
            assert reply["result"] == "late" or (intent == "send" and value == mine["value"] and reply["result"] == "saved")
        assert walk.mine(question) == mine
    shown = {id: walk.page.handle({"type": "reveal", "id": name})["payload"] for id, name in walk.room.view()["reveals"].items()}
    assert set(shown) == set(walk.page.questions)


def test_every_message_with_every_part_missing_or_odd(walk: Walk) -> None:
    """Hello, submit, reveal, simulate, plotly and unknown ones: a reply each time, of a kind that the browser knows."""
    walk.open()
    question = next(iter(walk.page.questions.values()))
    right = {
        "hello": {"type": "hello", "keys": {question.id: walk.keys(1, question)}},
        "submit": {
            "type": "submit",
            "id": "0" * 32,
            "question": question.id,
            "keys": walk.keys(1, question),
            "value": answers(question)[0],
            "intent": "send",
        },
        "reveal": {"type": "reveal", "id": "0" * 64},
        "simulate": {"type": "simulate", "activity": "gallery.loop", "values": {}},
        "payoffs": {"type": "payoffs", "activity": "gallery.pot", "keys": {"gallery.pot_1": [key * 32 for key in ("ab", "cd")]}},
        "plotly": {"type": "plotly", "id": "plotly"},
        "unknown": {"type": "execute", "code": "1"},
    }
    for name, message in right.items():
        variants: list[Any] = [message]
        for part in message:
            variants.append({key: value for key, value in message.items() if key != part})
            variants += [{**message, part: odd} for odd in ODD]
        for variant in variants:
            reply = walk.page.handle(variant)
            assert reply["type"] in ("hello", "ack", "simulated", "error"), (name, reply)
            assert reply["type"] != "error" or (reply["message"] and "Traceback" not in reply["message"])
            json.dumps(reply, allow_nan=False)
    for odd in [*ODD, *right]:
        assert walk.page.handle(odd)["type"] == "error"


def test_other_keys_and_other_questions(walk: Walk) -> None:
    """Keys that are no keys, one key for both, a question of another page, a private activity: refused, nothing stored."""
    walk.open()
    question = next(iter(walk.page.questions.values()))
    value = answers(question)[0]
    good = {"type": "submit", "id": "1" * 32, "question": question.id, "keys": walk.keys(1, question), "value": value, "intent": "send"}
    key = "a" * 64
    for keys in ([], [key], [key, key], [key, key, key], [key, "A" * 64], [key, "a" * 63], [key, key + "\n"], [key, 7], {"0": key}, key):
        reply = walk.page.handle({**good, "keys": keys})
        assert reply["type"] == "error" or reply["result"] == "refused"
    for name in (
        "gallery.wish",
        "gallery.here",
        "gallery.word",
        "gallery.loop",
        "gallery.nope",
        "arrive.box",
        "box",
        "",
        None,
        7,
        ["gallery.box"],
    ):
        assert walk.page.handle({**good, "question": name})["message"] == "This page has no such question."
    assert set(walk.room.desk_view()["done"].values()) == {0}


def test_what_is_kept_is_not_looked_at(walk: Walk) -> None:
    """With "keep" and "skip" a value may be anything at all: it goes nowhere."""
    walk.open()
    for question in walk.page.questions.values():
        for value in ODD:
            assert walk.submit(question, value, "keep")["result"] == "kept"
            assert walk.submit(question, value, "skip")["result"] == "skipped"
        assert walk.mine(question) == {"value": None, "done": True}


def test_every_simulation_at_every_corner_and_with_odd_values(walk: Walk) -> None:
    """A figure and a sentence for whatever its controls allow, a sentence for the rest."""
    simulations = [one for one in walk.page.module.activities if isinstance(one, Simulation)]
    for one in simulations:
        ends = [[control.low, control.high] for control in one.sliders] + [[False, True] for _ in one.switches]
        ends += [[option.key for option in control.options] for control in one.picks] + [[0, 1, 10**6] for _ in one.buttons]
        for corner in itertools.product(*ends):
            values = dict(zip((control.key for control in one.controls), corner, strict=True))
            reply = walk.page.handle({"type": "simulate", "activity": one.id, "values": values})
            assert reply["type"] == "simulated" and reply["values"] == values and reply["sentence"] and reply["figure"]["data"]
        for control, odd in itertools.product(one.controls, ODD):
            reply = walk.page.handle({"type": "simulate", "activity": one.id, "values": {control.key: odd}})
            assert reply["type"] == "simulated" or reply["message"] == "The model can't be set to that."


def test_a_long_answer_is_refused_before_anything_looks_at_it(walk: Walk) -> None:
    """By its length alone."""
    walk.open()
    for question in walk.page.questions.values():
        assert walk.submit(question, ["x" * LONGEST])["message"] == "This answer is too long."


def planted(fixture_name: str) -> None:
    raise ZeroDivisionError(f"planted in {fixture_name}")


@pytest.mark.parametrize("kind", sorted({question.kind for question in curriculum.load(GALLERY / "99-gallery.toml").questions}))
@pytest.mark.parametrize("place", ["check", "cells_of", "cells"])
def test_a_planted_exception_fails_the_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, place: str) -> None:
    """What a kind's handler raises ends a walk, and is never on the wire."""
    monkeypatch.setenv("WORKSHOP_MODULES", str(GALLERY))
    monkeypatch.setenv("WORKSHOP_MODE", "room")
    module = curriculum.module("gallery")
    question = next(one for one in module.questions if one.kind == kind)
    good = answers(question)[0]
    store = Store.open(tmp_path / "planted.sqlite")
    walk = Walk("gallery", LocalRoom.create(store, closing=0))
    walk.open()
    if place == "check":
        monkeypatch.setattr(KINDS[kind], "check", lambda self, value: planted("check"))
        with pytest.raises(AssertionError, match="ZeroDivisionError"), unbroken():
            assert "planted" not in json.dumps(walk.submit(question, good))
    else:
        for person in range(1, 13):
            walk.submit(question, question.scripted(random.Random(person)), person=person)
        monkeypatch.setattr(KINDS[kind], place, lambda self, *value: planted(place))
        with pytest.raises(ZeroDivisionError):
            walk.close()
    store.close()
