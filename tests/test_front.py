"""Which question is on now: what phones are led to, where their page ends, and whose card stands in front at the desk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workshop.declaration import curriculum, formats
from workshop.room.front import in_front, on_now, until

TRUST, MAP = curriculum.module("trust"), curriculum.module("map")
MAINS = [one.id for one in MAP.questions if not one.with_]


def at(*phases: str) -> dict[str, str]:
    """Phases of the map's questions in order; guesses have that of their question."""
    mains = dict(zip(MAINS, phases, strict=False))
    return mains | {one.id: mains[f"map.{one.with_}"] for one in MAP.questions if one.with_ and f"map.{one.with_}" in mains}


def test_a_map_has_questions_enough() -> None:
    assert len(MAINS) >= 3


@pytest.mark.parametrize(
    ("phases", "open_now", "end"),
    [
        ((), [], 0),
        (("open",), [0], 0),
        (("closing",), [0], 0),
        (("closed",), [], 1),
        (("waiting", "open"), [1], 1),  # the first was left out
        (("open", "closed"), [0], 2),  # gone back to: what has been seen stays
        (("open", "open"), [0, 1], 1),
    ],
)
def test_a_page_ends_with_the_question_that_the_room_has_come_to(phases: tuple[str, ...], open_now: list[int], end: int) -> None:
    assert on_now(MAP, at(*phases)) == [MAINS[place] for place in open_now]
    assert until(MAP, at(*phases)) == MAINS[end]


def test_after_the_last_question_a_page_ends_where_it_ends() -> None:
    assert until(MAP, at(*["closed"] * len(MAINS))) == ""


def test_in_fiction_no_question_about_own_lives_is_waited_for() -> None:
    first, *rest = MAP.activities[MAP.activities.index(MAP.activity(MAINS[0].split(".")[1])) :]
    own = replace(MAP, activities=(replace(first, own_life=True), *(replace(one, own_life=False) for one in rest)))
    assert until(own, {}) == MAINS[0]
    assert until(own, {}, fiction=True) == MAINS[1]
    assert on_now(own, at("open"), fiction=True) == []


def lines(module: str) -> tuple[formats.Line, ...]:
    """Every step of the module, in full."""
    return tuple(line for line in formats.plan(formats.EVERYTHING).lines() if line.module == module)


def step_of(plan: tuple[formats.Line, ...], activity: str) -> int:
    return next(place for place, line in enumerate(plan) if line.step.activity == activity)


def test_the_step_own_question_stands_in_front_whatever_is_open() -> None:
    plan = lines("map")
    key = MAINS[1].split(".")[1]
    assert in_front(MAP, plan, step_of(plan, key), at("open")) == (MAINS[1], True)


def test_of_a_game_the_round_that_is_played_stands_in_front() -> None:
    plan = lines("trust")
    step = step_of(plan, "tokens_1")
    assert in_front(TRUST, plan, step, {}) == ("trust.tokens_1", True)
    assert in_front(TRUST, plan, step, {"trust.tokens_1": "closed", "trust.tokens_4": "open"}) == ("trust.tokens_4", True)


def test_where_the_plan_only_speaks_the_question_to_which_it_comes_next_stands_in_front() -> None:
    """What is closed is passed over; with nothing left in this part the last of it stays."""
    plan = lines("map")
    asked = [line.step.activity for line in plan if f"map.{line.step.activity}" in MAINS]
    speaks = next(place for place, line in enumerate(plan) if f"map.{line.step.activity}" not in MAINS)
    coming = [f"map.{line.step.activity}" for line in plan[speaks + 1 :] if f"map.{line.step.activity}" in MAINS]
    assert asked and coming
    assert in_front(MAP, plan, speaks, {}) == (coming[0], False)
    closed = dict.fromkeys(coming, "closed")
    assert in_front(MAP, plan, speaks, closed) == (coming[-1], False)
    later = next((id for id in coming if id != coming[0]), coming[0])
    assert in_front(MAP, plan, speaks, closed | {later: "waiting"}) == (later, False)


def test_on_a_page_that_the_plan_does_not_have_the_first_that_is_left_stands_in_front() -> None:
    plan = lines("arrive")
    assert in_front(MAP, plan, 0, {}) == (MAINS[0], False)
    assert in_front(MAP, plan, 0, at("closed")) == (MAINS[1], False)


def test_a_module_without_questions_has_no_card() -> None:
    none = replace(MAP, activities=())
    assert in_front(none, lines("map"), 0, {}) == ("", False)
    assert until(none, {}) == "" and on_now(none, {}) == []
