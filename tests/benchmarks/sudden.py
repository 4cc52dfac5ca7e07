"""What nobody is ready for: a room that comes in the second in which the QR code appears, a server killed in the middle of a session."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from tests.benchmarks import crowd
from tests.benchmarks.phones import Phone, Wrong
from tests.benchmarks.servers import Served

PAUSE = (0.4, 0.7)  # s between two tries of a page, as `connection.js` has it: at least, and as much again by chance


@dataclass
class Sudden:
    """Seconds until each phone's page was usable, what went wrong, and how many kernels were started in the plain way."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    plain: int = 0

    @property
    def last(self) -> float:
        return max(self.seconds, default=float("nan"))


def plain_kernels(served: Served) -> int:
    count = 0
    for one in served.processes():
        with suppress(psutil.Error):
            # the desk's kernels are plain: its server forks none
            count += "ipykernel_launcher" in one.cmdline() and "workshop.server.participants" in " ".join(one.parent().cmdline())
    return count


async def at_the_door(served: Served, slug: str, count: int) -> Sudden:
    """Everybody opens the page as soon as the address has been printed."""
    phones = await crowd.joined(served, slug, count)
    seconds, errors = await crowd.together(phones, crowd.timed_open)
    return Sudden(seconds, errors, plain_kernels(served))


async def killed(served: Served, slug: str, count: int) -> Sudden:
    """The participants' server is killed under its phones: until each has a page again, asking by its own clock."""
    desk = served.desk()
    desk.open_module(slug)
    phones = await crowd.joined(served, slug, count)
    for start in range(0, count, 10):
        await crowd.together(phones[start : start + 10], crowd.timed_open)
    for process in served.processes():
        with suppress(psutil.Error):
            if "workshop.server.participants" in " ".join(process.cmdline()):
                process.kill()
    began = time.perf_counter()

    async def again(phone: Phone) -> float:
        while True:
            await asyncio.sleep(PAUSE[0] + PAUSE[1] * random.random())
            with suppress(OSError, Wrong, TimeoutError, ValueError, EOFError):
                await phone.open()
                return time.perf_counter() - began
            if time.perf_counter() - began > 120:
                raise Wrong("not back after two minutes")

    seconds, errors = await crowd.together(phones, again)
    desk.hang_up()
    return Sudden(seconds, errors, plain_kernels(served))
