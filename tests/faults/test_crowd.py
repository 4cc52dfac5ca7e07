"""A crowd comes in while kernels and the fork server are killed: the others do not notice, and pages come back.

Forty phones within two seconds; three hundred within ten with WORKSHOP_LONG=1.
"""

from __future__ import annotations

import asyncio
import os
import random

import psutil

from tests.benchmarks.phones import Phone, Wrong, ask
from tests.meeting import finish, phone_at
from tests.running import Workshop, until

PHONES, SECONDS = (300, 10.0) if os.environ.get("WORKSHOP_LONG") else (40, 2.0)
KILLED = 3


async def come(workshop: Workshop, count: int = PHONES, seconds: float = SECONDS) -> list[Phone]:
    """Everybody joins and opens the page within `seconds`; AssertionError where one does not get it whole."""

    async def one(after: float) -> Phone:
        await asyncio.sleep(after)
        phone = phone_at(workshop)
        await phone.join(workshop.room)
        await phone.open()
        phone.listen()
        return phone

    chance = random.Random(5)
    done = await asyncio.gather(*(one(chance.random() * seconds) for _ in range(count)), return_exceptions=True)
    wrong = [repr(phone) for phone in done if isinstance(phone, BaseException)]
    assert not wrong, f"{len(wrong)} of {count}: {wrong[:3]}"
    return done


async def served(phone: Phone) -> bool:
    """Whether this page's kernel still answers."""
    try:
        return "mine" in await asyncio.wait_for(phone.hello(), 20)
    except (TimeoutError, Wrong, OSError):
        return False


async def leave(phones: list[Phone]) -> None:
    for start in range(0, len(phones), 20):
        await asyncio.gather(*(phone.leave() for phone in phones[start : start + 20]), return_exceptions=True)


def test_a_crowd_comes_in_and_everybody_gets_a_whole_page(start):
    workshop = start("--preheat", "--seats", "400")

    async def play() -> None:
        phones = await come(workshop)
        assert len({phone.kernel for phone in phones}) == PHONES
        assert len({len(phone.states) for phone in phones}) == 1, "nobody misses anything"
        assert all(await asyncio.gather(*map(served, phones)))
        await leave(phones)

    finish(play())
    assert "Traceback" not in workshop.log.read_text()


def test_killed_kernels_harm_nobody_else(start):
    workshop = start("--seats", "400")

    async def play() -> None:
        coming = asyncio.create_task(come(workshop, PHONES // 2))
        phones = await coming
        more = asyncio.create_task(come(workshop, PHONES // 4, 1))
        killed = random.Random(6).sample(workshop.kernels(), KILLED)
        early = {kernel.pid for kernel in killed}
        for kernel in killed:
            kernel.kill()
        others = await asyncio.gather(*map(served, phones))
        assert sum(not one for one in others) <= len(early), "who had another kernel goes on"
        lost = [phone for phone, good in zip(phones, others, strict=True) if not good]
        for phone in lost:
            answer = await ask(phone.base, "GET", f"/alive/{phone.kernel}", phone.cookies)
            assert answer.status == 410, "so that the page reloads"
            await phone.leave()
            await phone.open()
            phone.listen()
        assert all(await asyncio.gather(*map(served, phones)))
        try:
            phones += await more
        except AssertionError as error:  # one of the killed may have been of a page that was being made
            assert "of" in str(error)
        await leave(phones)

    finish(play())


def test_a_killed_fork_server_harms_nobody_and_comes_back(start):
    workshop = start("--seats", "400")
    warm = until(workshop.fork_server, 60)

    async def play() -> None:
        phones = await come(workshop, PHONES // 4)
        before = {kernel.pid for kernel in workshop.kernels()}
        coming = asyncio.create_task(come(workshop, PHONES // 4, 1))
        await asyncio.sleep(0.3)
        warm.kill()
        phones += await coming
        assert before <= {kernel.pid for kernel in workshop.kernels()}, "running kernels do not need it"
        assert all(await asyncio.gather(*map(served, phones)))
        again = await asyncio.to_thread(until, workshop.fork_server, 60)
        assert again.pid != warm.pid
        phones += await come(workshop, 3, 0.1)
        newest = max(workshop.kernels(), key=psutil.Process.create_time)
        assert newest.name() == "page-kernel", "kernels are forked again"
        await leave(phones)

    finish(play())
    until(lambda: not workshop.kernels(), 20)
