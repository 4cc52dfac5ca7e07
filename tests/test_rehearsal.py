"""The simulated group: repeatable, whole, erased, and following the facilitator's desk."""

from __future__ import annotations

import json
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.running import run, until
from workshop.declaration import curriculum
from workshop.kinds import BadAnswer, Question
from workshop.person import Person
from workshop.rehearsal import simulated_group, walk
from workshop.room.local import LocalRoom
from workshop.store import Store

EVERY = [module.slug for module in curriculum.modules()]


def here(room: LocalRoom) -> tuple[int, int]:
    view = room.desk_view()
    return view["joined"], view["awake"]


@pytest.mark.parametrize("people", [1, 2, 7, 24])
def test_every_module_runs_to_its_end(people: int) -> None:
    """Each module ends with every question revealed or withheld and without an error, with few people too; from three
    people on one comes late, and one leaves in the middle."""
    reports = list(walk(people, seed=1))
    assert [report.module for report in reports] == EVERY
    assert (reports[0].people, reports[-1].people) == (people, people - (people > 2))
    for report, module in zip(reports, curriculum.modules(), strict=True):
        assert report.errors == 0
        assert report.reveals + report.withheld == sum(question.revealed for question in module.questions)
        assert report.answers <= people * len(module.questions)
    if people < 5:
        assert not sum(report.reveals for report in reports)


def test_the_same_seed_gives_the_same_group_and_another_seed_another() -> None:
    """A facilitator can rehearse the same evening twice."""
    first, again, other = ([*walk(15, seed=seed)] for seed in (7, 7, 8))
    assert first == again != other


def test_nothing_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A rehearsal is erased when it ends."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    list(walk(5, EVERY[:1], seed=1))
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_no_page_would_take_is_an_error_in_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report has teeth: a kind whose scripted person says what its check refuses is counted."""
    question = curriculum.module("arrive").questions[0]

    def refuse(self: Question, value: object) -> object:
        raise BadAnswer("Not this.")

    monkeypatch.setattr(type(question), "check", refuse)
    assert next(walk(6, ["arrive"], seed=1)).errors > 0


def test_the_command_reports_in_lines_and_ends_by_itself() -> None:
    """One JSON line a module for programs; the word "simulated" for people; an unknown module is one sentence."""
    said = run("rehearse", "--people", "6", "--seed", "3", "--json", "--modules", "arrive")
    line = json.loads(said.stdout)
    assert said.returncode == 0 and line["module"] == "arrive" and {"people", "answers", "reveals", "withheld", "errors"} <= set(line)
    assert "simulated" in run("rehearse", "--people", "3", "--modules", "arrive").stdout
    wrong = run("rehearse", "--modules", "arive")
    assert wrong.returncode == 2 and "Did you mean 'arrive'?" in wrong.stderr and "Traceback" not in wrong.stderr


def test_the_group_follows_the_desk(tmp_path: Path) -> None:
    """With --desk the group opens the page that the facilitator opens and answers what is open, and only that; one comes
    when the first result is there, and one leaves on the second page."""
    store = Store.open(tmp_path / "room.sqlite")
    room = LocalRoom.create(store, mode="rehearsal", closing=0)
    room.open_module("arrive")
    with simulated_group(str(tmp_path / "room.sqlite"), room.id, people=9, seed=1, speed=100):
        until(lambda: here(room) == (8, 8))
        assert room.desk_view()["done"] == {"arrive.box": 0, "arrive.box_bet": 0}
        room.open("arrive.box")
        until(lambda: set(room.desk_view()["done"].values()) == {8})
        room.close("arrive.box")
        room.settle("arrive.box")
        until(lambda: here(room) == (9, 9))
        room.open_module("map")
        until(lambda: here(room) == (9, 8))
        room.open("map.six")
        until(lambda: room.desk_view()["done"]["map.six"] == 8)
    assert here(room) == (0, 0)
    store.close()


def test_a_person_has_one_row_however_often_they_change_their_mind(tmp_path: Path) -> None:
    """Wavering people are counted once."""
    store = Store.open(tmp_path / "room.sqlite")
    room = LocalRoom.create(store, mode="rehearsal", closing=0)
    module = curriculum.module("arrive")
    room.open_module(module.slug)
    room.open("arrive.box")
    question = next(question for question in module.questions if question.key == "box")
    for cell in ["glad", "owe"] * 3:
        person = Person(room, random.Random(1))
        person.enter(module)
        for wavering in [*question.cells(), cell]:
            person.submit(replace(question, example={wavering: 1}), "send")
    room.close("arrive.box")
    room.settle("arrive.box")
    payload = json.loads(room.reveal(room.view()["reveals"]["arrive.box"]))
    assert [people for _, _, people in payload["cells"]] == [3, 3, 0, 0, 0]
    store.close()
