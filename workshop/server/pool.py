"""Pages made before anybody asks for them. They follow the room: as many as people may open, where they may open them next.

A page that is ready belongs to nobody: nobody was there when it was made, so it holds nothing of anybody. It's given to
one browser and never comes back.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import os
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from workshop.server.kernels.manager import Kernels
from workshop.server.render import Renderer
from workshop.server.seats import Seats

SPARE = 2  # pages that are ready where people arrive, even when nobody is on the way
WAVE = 3  # pages opened within CALM seconds are a wave: people who have tapped go first
CALM = 1.5
SURPLUS = 20.0  # s for which more than is wanted is kept: people go back and forth
ENDED_EACH_SECOND = 5
ARRIVING = 120.0  # s for which somebody who looks at the join page may still join
log = logging.getLogger(__name__)


def wanted(order: Sequence[str], open_page: str | None, here: Mapping[str, int], arriving: int) -> dict[str, int]:
    """Page -> how many to have ready, in one language.

    `order`: its pages; `open_page`: that of the open module, if any; `here`: page -> people who have it open now;
    `arriving`: people who are about to join. The page after the open one is made ready too: people open it next.
    """
    if not order:
        return {}
    at = order.index(open_page) if open_page in order else 0
    people = sum(here.values())
    wants = {order[at]: people - here.get(order[at], 0) + arriving + SPARE}
    if people and at + 1 < len(order):
        wants[order[at + 1]] = people - here.get(order[at + 1], 0)
    return {page: number for page, number in wants.items() if number > 0}


@dataclass(frozen=True)
class Ready:
    """One page and its kernel: the HTML, and the same gzipped."""

    kernel_id: str
    html: bytes
    packed: bytes


class Pools:
    """Keeps pages ready: those that `wants` names, as long as `seats` has room for them."""

    def __init__(self, kernels: Kernels, seats: Seats, renderer: Renderer, wants: Callable[[], dict[str, int]]) -> None:
        self._kernels, self._seats, self._renderer, self._wants = kernels, seats, renderer, wants
        self._ready: defaultdict[str, deque[Ready]] = defaultdict(deque)
        self._more_than_wanted: dict[str, float] = {}  # page -> since when
        self._opened: deque[float] = deque(maxlen=WAVE)
        self._filling: asyncio.Task | None = None
        self._arriving: deque[float] = deque(maxlen=1000)
        self.cold = 0  # pages that are being made while somebody waits for them

    # --- what the room does

    def looked(self) -> None:
        """Somebody looks at the join page. We keep only how many, and only for two minutes."""
        self._arriving.append(time.monotonic())

    def came(self) -> None:
        """Somebody has joined."""
        if self._arriving:
            self._arriving.popleft()

    def arriving(self) -> int:
        while self._arriving and time.monotonic() - self._arriving[0] > ARRIVING:
            self._arriving.popleft()
        return len(self._arriving)

    async def take(self, page: str) -> Ready | None:
        """A page that is ready, for one browser; from here on its kernel is the caller's to end. None if there is none."""
        self._opened.append(time.monotonic())
        while self._ready[page]:
            ready = self._ready[page].popleft()
            if await self._kernels.lives(ready.kernel_id):
                return ready
            await self._end(ready)
        return None

    def wave(self) -> bool:
        """Whether people are waiting, or several have just come at once."""
        lately = len(self._opened) == WAVE and time.monotonic() - self._opened[0] < CALM
        return bool(self.cold) or lately

    def sizes(self) -> dict[str, int]:
        """Page -> how many are ready."""
        return {page: len(ready) for page, ready in self._ready.items() if ready}

    # --- keeping ready

    async def tend(self) -> None:
        """Make pages that are missing, end pages that nobody will open. Called each second."""
        wants, held = self._wants(), self._kernels.held
        for page, ready in self._ready.items():
            self._ready[page] = deque(one for one in ready if one.kernel_id in held)  # kernels that died have been ended
        await self._shrink(wants)
        short = any(len(self._ready[page]) < number for page, number in wants.items())
        if short and not self.wave() and (self._filling is None or self._filling.done()):
            self._filling = asyncio.create_task(self._fill())

    async def _fill(self) -> None:
        """Until everything is there or a wave comes: as many at once as the machine has cores, the open page first."""
        making: dict[asyncio.Task, str] = {}
        try:
            while True:
                page = None if self.wave() else self._short(list(making.values()))
                if page is not None and len(making) < (os.cpu_count() or 1):
                    making[asyncio.create_task(self._make(page))] = page
                    continue
                if not making:
                    return
                done, _ = await asyncio.wait(making, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    del making[task]
                    if task.exception() is not None:
                        log.warning("A page couldn't be made ready (%s).", type(task.exception()).__name__)
                        return
        finally:
            for task in making:
                task.cancel()
            await asyncio.gather(*making, return_exceptions=True)

    def _short(self, making: list[str]) -> str | None:
        if not self._seats.spare(len(making)):
            return None
        for page, number in self._wants().items():
            if len(self._ready[page]) + making.count(page) < number:
                return page
        return None

    async def _make(self, page: str) -> None:
        kernel_id = ""

        async def start() -> str:
            nonlocal kernel_id
            kernel_id = await self._kernels.launch(page)
            return kernel_id

        try:
            html = "".join([piece async for piece in self._renderer.pieces(page, start)]).encode()
        except BaseException:
            if kernel_id:
                await self._kernels.end(kernel_id)
            raise
        self._ready[page].append(Ready(kernel_id, html, gzip.compress(html, 6, mtime=0)))

    async def _shrink(self, wants: dict[str, int]) -> None:
        now, left = time.monotonic(), ENDED_EACH_SECOND
        for page, ready in list(self._ready.items()):
            if len(ready) <= wants.get(page, 0):
                self._more_than_wanted.pop(page, None)
                continue
            since = self._more_than_wanted.setdefault(page, now)
            while now - since >= SURPLUS and len(ready) > wants.get(page, 0) and left:
                left -= 1
                await self._end(ready.pop())

    async def give_up_one(self) -> bool:
        """End one page that is ready, to make room for somebody who waits; False if there is none."""
        wants = self._wants()
        for page in sorted(self._ready, key=lambda page: wants.get(page, 0) - len(self._ready[page])):
            if self._ready[page]:
                await self._end(self._ready[page].pop())
                return True
        return False

    async def stop(self) -> None:
        """Make no more pages. The manager ends the kernels."""
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)

    async def _end(self, ready: Ready) -> None:
        try:
            await self._kernels.end(ready.kernel_id)
        except Exception:
            log.exception("A kernel couldn't be ended.")
