"""A1: whatever happens in whatever order, on one server or two, a question's content changes once: from nothing to at
least k people who are not alike."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.attacks.world import (
    BOX,
    CREW,
    DAY,
    GUESS,
    LONG,
    MAINS,
    PAIR,
    QUESTIONS,
    TENDER,
    WORDS,
    Batches,
    Breach,
    Live,
    Recounts,
    World,
    empty,
    opened,
    scale,
    weak_rule,
)
from workshop.room.contract import RoomError
from workshop.room.local import LocalRoom
from workshop.store import Store

PEOPLE = 11
people = st.integers(0, PEOPLE - 1)
mains = st.sampled_from(MAINS)
PAIRED = (BOX.id, DAY.id)


def values(question: str) -> st.SearchStrategy[Any]:
    if question == WORDS.id:
        return st.sampled_from([f"text {number}" for number in range(40)])
    if question == CREW.id:
        return st.lists(st.sampled_from("abc"), min_size=1, unique=True)
    return st.sampled_from(list(QUESTIONS[question].cells()))


class Schedules(RuleBasedStateMachine):
    """One room, and beside it a plain account of what each person has said. After every event everything is looked at."""

    stores: Sequence[Store]
    make: type[LocalRoom] = LocalRoom

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.stores, self.make)
        self.said: dict[str, dict[Any, Any]] = {question: {} for question in (*QUESTIONS, PAIR.id)}
        self.on_paper: dict[str, Counter] = {}
        self.frozen: dict[str, str] = {}  # question -> what everybody got
        self.known: dict[str, str] = {}  # name of a result -> its bytes
        self.batches: dict[str, list[str]] = {}
        self.phases: dict[str, str] = dict.fromkeys(QUESTIONS, "waiting")

    def teardown(self) -> None:
        """At the end every result is fetched once more: a name stands for the same bytes as at the beginning."""
        for seen in self.world.seen():
            if seen["reveals"] != self.frozen:
                raise Breach("a result changed under its name")

    # What people do

    @rule(question=mains, who=st.lists(people, min_size=1, unique=True), at=st.integers(0, 1), alike=st.booleans(), data=st.data())
    def answer(self, question: str, who: list[int], at: int, alike: bool, data: st.DataObject) -> None:
        """Several people, one after the other; who answers both questions of the pair sends the pair as well."""
        many = 1 if alike else len(who)
        pick = data.draw(st.lists(values(question), min_size=many, max_size=many)) * (len(who) // many)
        for person, value in zip(who, pick, strict=True):
            self.say(person, question, value, at)
            both = [self.said[one].get(person) for one in PAIRED]
            if question in PAIRED and None not in both:
                self.say(person, PAIR.id, both, at)
            self.look(person)

    @rule(question=st.sampled_from(list(QUESTIONS)), person=people, intent=st.sampled_from(["skip", "keep", "undo"]), at=st.integers(0, 1))
    def withdraw(self, question: str, person: int, intent: str, at: int) -> None:
        if self.world.send(person, question, None, intent, at % len(self.world.rooms)) in ("skipped", "kept", "removed"):
            self.said[question].pop(person, None)

    @rule(person=people, value=values(GUESS.id), at=st.integers(0, 1))
    def guess(self, person: int, value: str, at: int) -> None:
        self.say(person, GUESS.id, value, at)

    def say(self, person: int, question: str, value: Any, at: int) -> None:
        result = self.world.send(person, question, value, at=at % len(self.world.rooms))
        if result == "saved" and self.phases.get(question) != "closed":
            self.said[question][person] = sorted(value) if question == CREW.id else value

    @rule(at=st.integers(0, 1), number=st.integers(0, 9))
    def come_and_go(self, at: int, number: int) -> None:
        self.world.rooms[at % len(self.world.rooms)].server.here(f"server {at}", number, number)

    @rule(at=st.integers(0, 1))
    def fall(self, at: int) -> None:
        self.world.restart(at % len(self.world.rooms))

    # What the desk does

    @rule(question=mains, at=st.integers(0, 1))
    def open(self, question: str, at: int) -> None:
        self.desk("open", question, at, "open")

    @rule(question=mains, at=st.integers(0, 1))
    def cancel(self, question: str, at: int) -> None:
        self.desk("cancel", question, at, "open")

    @rule(question=mains, who=st.lists(people, min_size=5, unique=True), at=st.integers(0, 1), alike=st.booleans(), data=st.data())
    def whole(self, question: str, who: list[int], at: int, alike: bool, data: st.DataObject) -> None:
        """A question from its opening to its close, so that many are seen."""
        self.open(question, at)
        self.answer(question, who, at, alike, data)
        self.close(question, at)

    @rule(question=mains, at=st.integers(0, 1))
    def close(self, question: str, at: int) -> None:
        if self.desk("close", question, at, "closing"):
            self.desk("settle", question, 1 - at, "closed")
            waiting = self.world.room.desk_view()["unread"]
            self.batches = {one: [text["text"] for text in self.world.room.batch(one)["texts"]] for one in waiting}

    @precondition(lambda self: self.phases[BOX.id] in ("waiting", "open"))
    @rule(question=st.sampled_from([BOX.id, TENDER.id]), data=st.data(), at=st.integers(0, 1))
    def tally(self, question: str, data: st.DataObject, at: int) -> None:
        cells = data.draw(st.fixed_dictionaries({cell: st.integers(0, 3) for cell in QUESTIONS[question].cells()}))
        try:
            self.world.rooms[at % len(self.world.rooms)].tally(question, cells)
        except RoomError:
            return
        if self.phases[question] != "closed":
            self.on_paper[question] = +Counter(cells)

    @precondition(lambda self: self.batches)
    @rule(chosen=st.lists(st.integers(0, PEOPLE), unique=True))
    def approve(self, chosen: list[int]) -> None:
        batch = self.batches.pop(WORDS.id)
        self.world.room.approve(WORDS.id, chosen)
        shown = json.loads(self.world.seen()[0]["reveals"][WORDS.id])
        wanted = [text for place, text in enumerate(batch) if place in chosen]
        if shown["face"] == "shown" and (shown["texts"] != wanted or len(wanted) < 5):
            raise Breach("texts that nobody approved, or fewer than five")

    def desk(self, verb: str, question: str, at: int, to: str) -> bool:
        try:
            view = getattr(self.world.rooms[at % len(self.world.rooms)], verb)(question)
        except RoomError:
            return False
        self.phases |= {one: phase for one, phase in view["phases"].items() if one in self.phases}
        return view["phases"][question] == to

    # What anybody can see

    @invariant()
    def look(self, at: int | None = None) -> None:
        """On every server, or on one of them."""
        for seen in self.world.glance(self.known, at):
            for question, payload in seen["reveals"].items():
                if self.frozen.setdefault(question, payload) != payload:
                    raise Breach(f"{question} changed after it was shown")
                if question in self.phases and self.phases[question] != "closed":
                    raise Breach(f"{question} was shown before it was closed")
                self.may_be_seen(question, json.loads(payload))
            for question in self.frozen.keys() - seen["reveals"].keys():
                raise Breach(f"{question} was shown, and then was not")
            if seen["batches"] and self.phases[WORDS.id] != "closed":
                raise Breach("texts could be read before the close")
            if {WORDS.id} >= seen["batches"].keys() and any(len(batch["texts"]) < 5 for batch in seen["batches"].values()):
                raise Breach("fewer than five texts could be read")

    def may_be_seen(self, question: str, shown: dict[str, Any]) -> None:
        """The promise in other words than the rule's own: counted from what each person said."""
        if shown["face"] == "withheld" or question == WORDS.id:
            return
        if question == PAIR.id:
            if any(0 < people < 5 for _, _, people in shown["cells"]) or len(shown["cells"]) < 4:
                raise Breach("a small cell in a table")
            return
        margin = 3 if question == TENDER.id else 2
        phones, paper = self.counts(question)
        if len(self.said[question]) < (8 if question == TENDER.id else 5):
            raise Breach(f"{question} was shown from {len(self.said[question])} people")
        sheets = sum(paper.values())
        if shown["people"] != len(self.said[question]) + sheets:
            raise Breach(f"{question} did not count everybody, or counted somebody twice")
        for key, _, people in shown["cells"]:
            mine = sum(phones[cell] for cell in key.split("+"))
            if people != mine + sum(paper[cell] for cell in key.split("+")):
                raise Breach(f"{question} was not counted as it was said")
            for some, all_ in ((mine, len(self.said[question])), (people, shown["people"])):
                if some > all_ - margin or (question == CREW.id and some < margin):
                    raise Breach(f"{question} was shown although nearly all agree")
                if question == TENDER.id and some in (1, 2):
                    raise Breach(f"{question} was shown with {some} people in a cell")

    def counts(self, question: str) -> tuple[Counter, Counter]:
        phones = Counter(cell for value in self.said[question].values() for cell in (value if question == CREW.id else [value]))
        return phones, self.on_paper.get(question, Counter())


def attack(where: str, servers: int, examples: int, make: type[LocalRoom] = LocalRoom) -> int:
    """Raises Breach; how many schedules were played."""
    with opened(where, servers) as stores:
        played = 0

        class Played(Schedules):
            def teardown(self) -> None:
                nonlocal played
                super().teardown()
                played += 1
                if played % 50 == 0:
                    empty(stores[0])

        Played.stores, Played.make = stores, make
        how = settings(
            max_examples=examples,
            stateful_step_count=14,
            deadline=None,
            derandomize=not LONG,
            database=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(Played, settings=how)
        return played


@pytest.mark.parametrize("servers", [1, 2])
def test_a_question_is_shown_once_and_from_enough_people(where: str, servers: int) -> None:
    """At least 10,000 schedules over both databases in the long run."""
    played = attack(where, servers, scale(20, 2600))
    print(f"{played} schedules")
    assert played >= scale(20, 2600)


@pytest.fixture(params=["live", "batches", "recounts", "threshold only"])
def weaker(request: pytest.FixtureRequest) -> Iterator[type[LocalRoom]]:
    make = {"live": Live, "batches": Batches, "recounts": Recounts}.get(request.param, LocalRoom)
    with weak_rule() if request.param == "threshold only" else nullcontext():
        yield make


def test_the_same_attack_sees_through_a_weaker_room(where: str, weaker: type[LocalRoom]) -> None:
    with pytest.raises(Breach):
        attack(where, 1, 400, weaker)
