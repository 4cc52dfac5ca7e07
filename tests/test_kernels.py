"""Whose kernels are ended, and when: only the rules, with a clock of their own."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from workshop.server.kernels import manager
from workshop.server.kernels.manager import ASLEEP, LEFT, Held, Kernels
from workshop.server.logs import Hidden
from workshop.server.seats import Seats


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(manager, "time", clock)
    return clock


class Pretended(Kernels):
    """Kernels without processes: those in `dead` are dead."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.dead, self.ended = set(), []

    def __contains__(self, kernel_id: object) -> bool:
        return True

    async def is_alive(self, kernel_id: str) -> bool:
        return kernel_id not in self.dead

    async def shutdown_kernel(self, kernel_id: str, now: bool = False, restart: bool = False) -> None:
        self.ended.append(kernel_id)

    def hold(self, kernel_id: str, owner: str | None) -> None:
        self.held[kernel_id] = Held("page", left=manager.time.monotonic())
        if owner is not None:
            self.give(kernel_id, owner)


def finish(coroutine) -> None:
    """Run it on a thread of its own: beside Playwright's fixtures this one has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, coroutine).result()


def reap(pool: Pretended) -> list[str]:
    finish(pool.reap())
    return pool.ended


def test_a_page_left_for_a_newer_one_ends_after_a_minute(clock):
    pool = Pretended()
    pool.hold("old", "a")
    pool.hold("new", "a")
    pool.hold("other", "b")
    clock.now += LEFT - 1
    assert reap(pool) == []
    clock.now += 2
    assert reap(pool) == ["old"], "the newest page of each owner may sleep"
    clock.now += ASLEEP - LEFT - 5
    assert reap(pool) == ["old"]
    clock.now += 10
    assert sorted(reap(pool)) == ["new", "old", "other"]


def test_a_page_that_was_left_does_not_become_the_newest_again_when_the_newer_one_ends(clock):
    pool = Pretended()
    pool.hold("battery empty", "a")
    pool.hold("new", "a")
    finish(pool.end("new"))
    clock.now += LEFT + 1
    assert reap(pool) == ["new", "battery empty"]


def test_two_open_tabs_both_live(clock):
    pool = Pretended()
    pool.hold("old", "a")
    pool.hold("new", "a")
    pool.opened("old", "tab 1")
    pool.opened("new", "tab 2")
    assert (len(pool.joined), pool.awake()) == (1, 1)
    clock.now += 10 * ASLEEP
    assert reap(pool) == []
    pool.closed("old", "tab 1")
    clock.now += LEFT + 1
    assert reap(pool) == ["old"]
    pool.closed("new", "tab 2")
    assert (len(pool.joined), pool.awake()) == (1, 0)


def test_the_dead_are_ended_at_once(clock):
    pool = Pretended()
    pool.hold("one", "a")
    pool.dead.add("one")
    assert reap(pool) == ["one"]
    assert not pool.held


def test_a_page_that_is_ready_belongs_to_nobody_and_is_only_ended_when_dead(clock):
    pool = Pretended()
    pool.hold("spare", None)
    pool.hold("mine", "a")
    clock.now += ASLEEP + 1
    assert reap(pool) == ["mine"]
    assert not pool.owned("spare", None) and not pool.owned("spare", "a") and pool.taken() == 0
    pool.give("spare", "b")
    assert pool.owned("spare", "b") and not pool.owned("spare", "a") and pool.taken() == 1
    clock.now += ASLEEP - 1
    assert reap(pool) == ["mine"], "its time begins when it is given"
    pool.hold("other", None)
    pool.dead.add("other")
    assert reap(pool) == ["mine", "other"]


def test_in_a_full_room_the_page_that_was_left_first_makes_way(clock):
    pool = Pretended()
    seats = Seats(pool, limit=2)
    pool.hold("one", "a")
    clock.now += 5
    pool.hold("two", "b")
    assert not seats.free()
    clock.now += LEFT - 2
    assert seats.free()
    finish(arrive(seats))
    assert pool.ended == ["one"]
    pool.hold("three", "c")
    pool.opened("three", "tab")
    pool.opened("two", "tab")
    clock.now += 10 * LEFT
    assert not seats.free(), "nobody who is here loses a place"


async def arrive(seats: Seats) -> None:
    with seats.starting():
        await seats.make_room()


def test_a_page_has_its_place_as_soon_as_its_kernel_starts(clock):
    seats = Seats(Pretended(), limit=2, most=2)
    with seats.starting():
        assert seats.free() and seats.spare(1) and not seats.too_many()
        with seats.starting():
            assert not seats.free()
        assert seats.free()


def test_a_page_that_is_ready_gives_way_to_one_that_somebody_waits_for(clock):
    pool = Pretended()
    seats = Seats(pool, most=2)
    for name in ("one", "two"):
        pool.hold(name, None)
    assert not seats.spare(0) and not seats.too_many()
    with seats.starting():
        assert seats.too_many()


def test_only_the_owner_owns(clock):
    pool = Pretended()
    pool.hold("one", "a")
    assert pool.owned("one", "a")
    assert not pool.owned("one", "b")
    assert not pool.owned("one", None)
    assert not pool.owned("none", "a")


@pytest.mark.parametrize(
    "private",
    [
        "382be827-f29d-4124-88a0-699f2a792107",
        "192.168.1.7",
        "2001:db8:0:1::7",
        "0123456789abcdef0123456789abcdef",
        "?token=v1mbkhuZ_Gg4BY",
    ],
)
def test_log_lines_keep_no_names(private):
    import logging

    line = Hidden("%(asctime)s %(message)s", datefmt="%H:%M:%S").format(logging.makeLogRecord({"msg": f"a {private} b"}))
    assert private not in line
    assert line.endswith("b") and "a " in line
