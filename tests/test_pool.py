"""Pages that are ready, places, and the line: how many, when, for whom; only the rules, without processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from workshop.server import pool
from workshop.server.kernels.manager import Held
from workshop.server.line import Line
from workshop.server.pool import CALM, ENDED_EACH_SECOND, SPARE, SURPLUS, WAVE, Pools, wanted
from workshop.server.seats import Seats

ORDER = ["en/00-start.ipynb", "en/01-arrive.ipynb", "en/04-map.ipynb"]


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pool, "time", clock)
    return clock


def finish(coroutine) -> object:
    """Run it on a thread of its own: beside Playwright's fixtures this one has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


class Machine:
    """Kernels that are numbers, and a renderer whose pages are words."""

    def __init__(self) -> None:
        self.held, self.ended, self.dead = {}, [], set()
        self.made = 0

    async def launch(self, page: str, owner: str | None = None) -> str:
        self.made += 1
        self.held[f"k{self.made}"] = Held(page, owner)
        return f"k{self.made}"

    async def lives(self, kernel_id: str) -> bool:
        return kernel_id not in self.dead

    async def end(self, kernel_id: str) -> None:
        self.held.pop(kernel_id)
        self.ended.append(kernel_id)

    async def pieces(self, page: str, start: Callable[[], Awaitable[str]]) -> AsyncIterator[str]:
        yield "words"
        yield f" and {await start()}"


def pools_of(machine: Machine, wants: Callable[[], dict[str, int]], most: int = 0) -> Pools:
    return Pools(machine, Seats(machine, most=most), machine, wants)


async def tended(pools: Pools) -> Pools:
    await pools.tend()
    if pools._filling:
        await pools._filling
    return pools


@pytest.mark.parametrize(
    ("open_page", "here", "arriving", "wants"),
    [
        (None, {}, 0, {ORDER[0]: SPARE}),
        (ORDER[1], {}, 0, {ORDER[1]: SPARE}),
        (ORDER[1], {}, 20, {ORDER[1]: SPARE + 20}),
        (ORDER[1], {ORDER[0]: 12}, 0, {ORDER[1]: SPARE + 12, ORDER[2]: 12}),
        (ORDER[1], {ORDER[1]: 12}, 0, {ORDER[1]: SPARE, ORDER[2]: 12}),
        (ORDER[1], {ORDER[1]: 9, ORDER[2]: 3}, 0, {ORDER[1]: SPARE + 3, ORDER[2]: 9}),
        (ORDER[2], {ORDER[2]: 12}, 0, {ORDER[2]: SPARE}),
        ("en/gone.ipynb", {ORDER[0]: 5}, 0, {ORDER[0]: SPARE, ORDER[1]: 5}),
    ],
)
def test_as_many_pages_as_people_may_open_where_they_may_open_them(open_page, here, arriving, wants):
    assert wanted(ORDER, open_page, here, arriving) == wants


def test_without_pages_none_are_wanted():
    assert wanted([], None, {}, 5) == {}


def test_each_page_is_given_once_and_a_dead_one_to_nobody(clock):
    machine = Machine()
    pools = pools_of(machine, lambda: {"a": 3})

    async def play() -> None:
        await tended(pools)
        assert pools.sizes() == {"a": 3}
        first = await pools.take("a")
        assert first.html == b"words and k1" and machine.held["k1"].owner is None
        machine.dead.add("k2")
        assert (await pools.take("a")).kernel_id == "k3"
        assert machine.ended == ["k2"]
        assert await pools.take("a") is None and await pools.take("b") is None

    finish(play())


def test_a_page_whose_kernel_died_is_made_again(clock):
    machine = Machine()
    pools = pools_of(machine, lambda: {"a": 2})

    async def play() -> None:
        await tended(pools)
        await machine.end("k1")
        await tended(pools)
        assert pools.sizes() == {"a": 2}
        assert {(await pools.take("a")).kernel_id for _ in range(2)} == {"k2", "k3"}

    finish(play())


def test_nothing_is_made_while_a_wave_runs(clock):
    machine = Machine()
    pools = pools_of(machine, lambda: {"a": 5})

    async def play() -> None:
        for _ in range(WAVE):
            await pools.take("a")
        await tended(pools)
        assert pools.sizes() == {}, "people who have tapped go first"
        clock.now += CALM + 0.1
        pools.cold = 1
        await tended(pools)
        assert pools.sizes() == {}, "somebody waits for a page"
        pools.cold = 0
        await tended(pools)
        assert pools.sizes() == {"a": 5}

    finish(play())


def test_pages_that_nobody_will_open_are_ended_after_a_while(clock):
    machine = Machine()
    wants = {"a": 8, "b": 1}
    pools = pools_of(machine, lambda: dict(wants))

    async def play() -> None:
        await tended(pools)
        wants.update(a=0)
        await tended(pools)
        clock.now += SURPLUS - 1
        await tended(pools)
        assert pools.sizes() == {"a": 8, "b": 1}, "people go back and forth"
        clock.now += 2
        await tended(pools)
        assert pools.sizes() == {"a": 8 - ENDED_EACH_SECOND, "b": 1}
        clock.now += 1
        await tended(pools)
        assert pools.sizes() == {"b": 1}
        assert len(machine.held) == 1

    finish(play())


def test_kernels_never_exceed_what_memory_allows(clock):
    machine = Machine()
    machine.held = {f"live{n}": Held("a", "somebody") for n in range(4)}
    pools = pools_of(machine, lambda: {"a": 10, "b": 10}, most=6)

    async def play() -> None:
        await tended(pools)
        assert len(machine.held) == 6 and pools.sizes() == {"a": 2}
        assert await pools.give_up_one()
        assert len(machine.held) == 5 and pools.sizes() == {"a": 1}
        assert await pools.give_up_one()
        assert not await pools.give_up_one()

    finish(play())


def test_a_page_that_cannot_be_made_is_not_tried_again_and_again(clock):
    machine = Machine()

    async def pieces(page, start):
        await start()
        raise OSError("no")
        yield

    machine.pieces = pieces
    pools = pools_of(machine, lambda: {"a": 100})
    finish(tended(pools))
    assert pools.sizes() == {} and not machine.held
    assert machine.made < 10


def test_people_who_look_at_the_join_page_may_join(clock):
    pools = pools_of(Machine(), dict)
    for _ in range(3):
        pools.looked()
    pools.came()
    assert pools.arriving() == 2
    clock.now += pool.ARRIVING + 1
    assert pools.arriving() == 0
    pools.came()
    assert pools.arriving() == 0


# --- the line


def test_turns_come_in_order_and_everybody_hears_their_number():
    async def play() -> None:
        line, order, heard = Line(2), [], {}
        doors = {name: asyncio.Event() for name in "abcde"}

        async def come(name: str) -> None:
            async with line.turn(lambda number: heard.setdefault(name, []).append(number)):
                order.append(name)
                await doors[name].wait()

        tasks = {name: asyncio.create_task(come(name)) for name in "abcde"}
        await asyncio.sleep(0.01)
        assert order == ["a", "b"] and len(line) == 3
        assert heard == {"c": [1], "d": [2], "e": [3]}
        tasks["d"].cancel()
        await asyncio.sleep(0.01)
        assert heard["e"] == [3, 2], "one less before me"
        doors["b"].set()
        await asyncio.sleep(0.01)
        assert order == ["a", "b", "c"] and heard["e"] == [3, 2, 1]
        for door in doors.values():
            door.set()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        assert order == ["a", "b", "c", "e"]
        assert (line.inside, len(line)) == (0, 0)

    finish(play())


def test_a_turn_waits_for_a_place():
    async def play() -> None:
        free = False
        line = Line(5, lambda: free)

        async def come() -> None:
            async with line.turn():
                pass

        task = asyncio.create_task(come())
        await asyncio.sleep(0.01)
        line.move()
        assert not task.done() and len(line) == 1
        free = True
        line.move()
        await task
        assert line.inside == 0

    finish(play())


def test_leaving_at_the_moment_of_ones_turn_costs_nobody_a_place():
    async def play() -> None:
        line, inside = Line(1), asyncio.Event()

        async def first() -> None:
            async with line.turn():
                await inside.wait()

        async def second() -> None:
            async with line.turn():
                raise AssertionError("it has left")

        one, two = asyncio.create_task(first()), asyncio.create_task(second())
        await asyncio.sleep(0.01)
        inside.set()
        await one  # gives the turn to the second, which has not run yet
        two.cancel()
        await asyncio.gather(two, return_exceptions=True)
        assert (line.inside, len(line)) == (0, 0)
        async with line.turn():
            assert line.inside == 1

    finish(play())
