"""What a crowd does, timed: everybody opens a page, everybody answers, a result comes, nobody does anything."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.phones import Phone, Wrong, ask
from tests.benchmarks.servers import Served
from workshop.declaration import curriculum


@dataclass
class Wave:
    """One crowd opening one page at once. Seconds from each phone's tap until every widget's state was there."""

    name: str
    phones: int
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cpu: float = 0.0  # s, of all processes of the server
    private: list[float] = field(default_factory=list)  # MB of each kernel for itself
    memory: float = 0.0  # MB of everything
    wire: float = 0.0  # bytes a phone: page and websocket

    def share(self, part: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")

    @property
    def last(self) -> float:
        return self.share(1.0)


async def together(phones: list[Phone], act: Callable[[Phone], Awaitable[float]]) -> tuple[list[float], list[str]]:
    """Everybody at once; what each one's `act` returned, and what went wrong."""
    done = await asyncio.gather(*map(act, phones), return_exceptions=True)
    good = [one for one in done if not isinstance(one, BaseException)]
    return good, [f"{type(one).__name__}: {one}"[:120] for one in done if isinstance(one, BaseException)]


async def timed_open(phone: Phone) -> float:
    began = time.perf_counter()
    await phone.open()
    return time.perf_counter() - began


async def wave(name: str, served: Served, phones: list[Phone]) -> Wave:
    """All `phones` open their page at once."""
    before = served.cpu()
    result = Wave(name, len(phones))
    result.seconds, result.errors = await together(phones, timed_open)
    result.cpu = served.cpu() - before
    result.private, result.memory = served.private(), served.memory()
    result.wire = sum(phone.wire for phone in phones) / len(phones)
    return result


async def joined(served: Served, slug: str, count: int) -> list[Phone]:
    """`count` phones that have come in and open no page yet."""
    phones = [Phone(served.base, f"/en/{slug}") for _ in range(count)]
    for start in range(0, count, 20):
        await asyncio.gather(*(phone.join(served.room) for phone in phones[start : start + 20]))
    return phones


async def warmed(served: Served, slug: str, phones: list[Phone], seconds: float = 300) -> float:
    """Everybody is on the start page, the module is opened at the desk, and its pages are ready: MB of all that."""
    for phone in phones:
        phone.page = "/en/start"
    for start in range(0, len(phones), 10):
        _, errors = await together(phones[start : start + 10], timed_open)
        if errors:
            raise Wrong(errors[0])
    desk = served.desk()
    desk.open_module(slug)
    desk.hang_up()
    await filled(served, seconds)
    memory = served.memory()
    await asyncio.gather(*(phone.leave() for phone in phones))
    for phone in phones:
        phone.page = f"/en/{slug}"
    return memory


async def filled(served: Served, seconds: float = 300) -> None:
    """Until no more pages are made ready."""
    end, before = time.monotonic() + seconds, -1
    while (now := len(served.kernels())) != before and time.monotonic() < end:
        before = now
        await asyncio.sleep(4)


async def floor_wave(served: Served, count: int) -> Wave:
    """The same number of phones fetch a bare page."""
    result = Wave("a bare Tornado page of the same size", count)

    async def fetch(_: Phone) -> float:
        began = time.perf_counter()
        answer = await ask(served.base, "GET", "/", {})
        result.wire = answer.wire
        return time.perf_counter() - began

    before = served.cpu()
    result.seconds, result.errors = await together([Phone(served.base, "/") for _ in range(count)], fetch)
    result.cpu = served.cpu() - before
    return result


async def plain_wave(served: Served, count: int) -> Wave:
    """The same number of phones at a plain Voila; one has opened the page before."""
    first = Phone(served.base, "/")
    await first.open()
    if first.socket:
        await first.socket.close()
    known = len(served.kernels())
    result = await wave("plain Voila, the same notebook", served, [Phone(served.base, "/") for _ in range(count)])
    result.private = result.private[known:]
    return result


@dataclass
class Answers:
    """Acknowledgements after commit, in seconds, and when a result was on each phone."""

    spread: list[float] = field(default_factory=list)
    burst: list[float] = field(default_factory=list)
    reveal: list[float] = field(default_factory=list)
    idle: float = 0.0  # share of one core
    memory: float = 0.0  # MB of everything, with everybody on the page
    private: list[float] = field(default_factory=list)  # MB of each kernel for itself
    errors: list[str] = field(default_factory=list)


async def answers(served: Served, slug: str, count: int, idle_seconds: float = 20) -> Answers:
    """Phones on one page: idle for a while, answers over ten seconds, then all within 50 ms, then the result."""
    module = curriculum.module(slug)
    asked = [one for one in module.questions if not one.with_]
    questions = [asked[0], asked[-1]]
    desk = served.desk()
    desk.open_module(slug)
    phones = await joined(served, slug, count)
    result = Answers()
    for start in range(0, count, 10):
        _, errors = await together(phones[start : start + 10], timed_open)
        result.errors += errors
    for phone in phones:
        phone.listen()
    await together(phones, Phone.hello)
    await filled(served)
    before = served.cpu()
    await asyncio.sleep(idle_seconds)
    result.idle = (served.cpu() - before) / idle_seconds
    result.memory, result.private = served.memory(), served.private()

    chance = random.Random(1)
    for question, seconds in zip(questions, (10.0, 0.05), strict=True):
        desk.open(question.id)
        await asyncio.sleep(1)

        async def act(phone: Phone, question=question, seconds=seconds) -> float:
            await asyncio.sleep(chance.random() * seconds)
            return await phone.answer(question.id, question.scripted(chance))

        took, errors = await together(phones, act)
        result.errors += errors
        (result.spread if seconds > 1 else result.burst).extend(took)
    question = questions[-1]
    due = time.perf_counter() + 10
    desk.close(question.id)

    async def see(phone: Phone) -> float:
        await phone.until(lambda view: question.id in view["reveals"])
        payload = await phone.reveal(phone.view["reveals"][question.id])
        if payload["question"] != question.id:
            raise Wrong("another question's result")
        return time.perf_counter() - due

    result.reveal, errors = await together(phones, see)
    result.errors += errors
    desk.hang_up()
    await asyncio.gather(*(phone.leave() for phone in phones), return_exceptions=True)
    return result


async def heaviest(served: Served) -> tuple[str, int]:
    """(slug, bytes of its states) of the page that has most to send."""
    found = []
    for slug in served.pages:
        if slug == "start":
            continue
        [phone] = await joined(served, slug, 1)
        await phone.open()
        found.append((len(str(phone.states)), slug))
        await phone.leave()
    size, slug = max(found)
    return slug, size


def notebook_of(slug: str) -> Path:
    """The participants' notebook of a module."""
    from workshop.shipped import notebooks

    return next(notebooks().glob(f"[0-9][0-9]-{slug}.ipynb"))
