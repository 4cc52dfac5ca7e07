"""Pages made before anybody asks for them. They follow the room: as many as may come, where they may come next.

A page that is ready belongs to nobody: it was made without a visitor, so nothing of one can be in it; it is given to one
browser and never comes back.
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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workshop.server.base import WorkshopServer

SPARE = 2  # pages ready where people arrive, even when nobody is on the way
WAVE = 3  # pages opened within CALM seconds are a wave: whoever has tapped goes first
CALM = 1.5
SURPLUS = 20.0  # s for which more than is wanted is kept: people go back and forth
ENDED_EACH_SECOND = 5
ARRIVING = 120.0  # s for which somebody who looks at the join page may still come in
log = logging.getLogger(__name__)


def wanted(order: Sequence[str], open_page: str | None, here: Mapping[str, int], arriving: int) -> dict[str, int]:
    """Page -> how many to have ready, in one language.

    `order`: its pages; `open_page`: that of the open module, if any; `here`: page -> people who have it open now;
    `arriving`: people who are about to come in. The page after the open one is made ready too: it is opened next.
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
    """Keeps pages ready. `wants` says which; `most` (0: no limit) how many kernels there may be at all."""

    def __init__(self, server: WorkshopServer, wants: Callable[[], dict[str, int]]) -> None:
        self._server, self._wants = server, wants
        self._ready: defaultdict[str, deque[Ready]] = defaultdict(deque)
        self._more_than_wanted: dict[str, float] = {}  # page -> since when
        self._opened: deque[float] = deque(maxlen=WAVE)
        self._filling: asyncio.Task | None = None
        self._arriving: deque[float] = deque(maxlen=1000)
        self.cold = 0  # pages that are being made for somebody who waits

    # --- what the room does

    def looked(self) -> None:
        """Somebody looks at the join page. How many is all that is kept, and for two minutes."""
        self._arriving.append(time.monotonic())

    def came(self) -> None:
        """Somebody has come in."""
        if self._arriving:
            self._arriving.popleft()

    def arriving(self) -> int:
        while self._arriving and time.monotonic() - self._arriving[0] > ARRIVING:
            self._arriving.popleft()
        return len(self._arriving)

    async def take(self, page: str) -> Ready | None:
        """A page that is ready, for one browser; its kernel is the caller's from here on. None where there is none."""
        self._opened.append(time.monotonic())
        while self._ready[page]:
            ready = self._ready[page].popleft()
            if await self._server.kernel_manager.lives(ready.kernel_id):
                return ready
            await self._end(ready)
        return None

    def wave(self) -> bool:
        """Whether people are waiting, or have just come in numbers."""
        lately = len(self._opened) == WAVE and time.monotonic() - self._opened[0] < CALM
        return bool(self.cold) or lately

    def sizes(self) -> dict[str, int]:
        """Page -> how many are ready."""
        return {page: len(ready) for page, ready in self._ready.items() if ready}

    # --- keeping ready

    async def tend(self) -> None:
        """Fill what is short, end what is too much. Called each second."""
        wants, held = self._wants(), self._server.kernel_manager.held
        for page, ready in self._ready.items():
            self._ready[page] = deque(one for one in ready if one.kernel_id in held)  # the dead have been ended
        await self._shrink(wants)
        short = any(len(self._ready[page]) < number for page, number in wants.items())
        if short and not self.wave() and (self._filling is None or self._filling.done()):
            self._filling = asyncio.create_task(self._fill())

    async def _fill(self) -> None:
        """Until all is there or a wave comes: as many at once as the machine has cores, what is open first."""
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
                        log.warning("A page could not be made ready (%s).", type(task.exception()).__name__)
                        return
        finally:
            for task in making:
                task.cancel()
            await asyncio.gather(*making, return_exceptions=True)

    def _short(self, making: list[str]) -> str | None:
        kernels = self._server.kernel_manager
        if kernels.most and len(kernels.held) + len(making) >= kernels.most:
            return None
        for page, number in self._wants().items():
            if len(self._ready[page]) + making.count(page) < number:
                return page
        return None

    async def _make(self, page: str) -> None:
        kernels = self._server.kernel_manager
        kernel_id = None

        async def start() -> str:
            nonlocal kernel_id
            kernel_id = await kernels.launch(page)
            return kernel_id

        try:
            html = "".join([piece async for piece in self._server.renderer.pieces(page, start)]).encode()
        except BaseException:
            if kernel_id is not None:
                await kernels.end(kernel_id)
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
        """End one page that is ready, so that somebody who waits has room; False where there is none."""
        wants = self._wants()
        for page in sorted(self._ready, key=lambda page: wants.get(page, 0) - len(self._ready[page])):
            if self._ready[page]:
                await self._end(self._ready[page].pop())
                return True
        return False

    async def stop(self) -> None:
        """Make no more. The kernels are the manager's to end."""
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)

    async def _end(self, ready: Ready) -> None:
        try:
            await self._server.kernel_manager.end(ready.kernel_id)
        except Exception:
            log.exception("A kernel could not be ended.")
