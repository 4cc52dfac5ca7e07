"""How a page is opened: a browser gets a page that is ready, or one that is made for it while it already shows the words."""

from __future__ import annotations

import asyncio
import html
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError
from voila.handler import VoilaHandler

from workshop.declaration.curriculum import words
from workshop.server.handlers import Server, Shared
from workshop.server.kernels.manager import Kernels
from workshop.server.kernels.provisioner import ForkServer
from workshop.server.limits import Buckets
from workshop.server.pool import Pools, Ready
from workshop.server.render import Renderer
from workshop.server.seats import Seats

AGAIN = '<meta http-equiv="refresh" content="3">'
LONGEST_LINE = 500  # people who may wait for a page at the same time
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Opening:
    """One page on its way to one browser."""

    owner: str
    kernel_id: str | None = None
    waited_for: bool = False  # somebody sees it being made


class Opener:
    """Opens pages. `each`: how many one browser may have open at the same time."""

    def __init__(self, kernels: Kernels, seats: Seats, pools: Pools, renderer: Renderer, each: int) -> None:
        self._kernels, self._seats, self._pools, self._renderer, self._each = kernels, seats, pools, renderer, each
        self._asked = Buckets(30, 0.5)
        self._under_way: set[Opening] = set()

    async def admit(self, owner: str) -> Opening:
        """The next page of this browser; HTTPError 429 if it has too many already, 503 if too many people are waiting."""
        held = self._kernels.held
        if not self._asked.take(owner):
            raise HTTPError(429)
        own = [kernel_id for kernel_id, one in held.items() if one.owner == owner]
        coming = sum(one.owner == owner and one.kernel_id is None for one in self._under_way)
        surplus = None
        if len(own) + coming >= self._each:
            left = [(held[one].left, one) for one in own if not held[one].sockets]
            if not left:
                raise HTTPError(429)
            surplus = min(left)[1]
        elif len(self._seats.line) >= LONGEST_LINE:
            raise HTTPError(503)
        opening = Opening(owner)
        self._under_way.add(opening)
        if surplus:
            await self._kernels.end(surplus)
        return opening

    async def ready(self, path: str, opening: Opening) -> Ready | None:
        """A page that is ready, for this browser from here on; None if there is none, or no place."""
        if not self._seats.free():
            return None
        with self._seats.starting():  # others ask while this one looks
            ready = await self._pools.take(path)
        if ready:
            opening.kernel_id = ready.kernel_id
            self._kernels.give(ready.kernel_id, opening.owner)
        return ready

    async def make(self, path: str, opening: Opening, say: Callable[[str], object]) -> None:
        """Say the page piece by piece: the words at once; then, when it's this page's turn, what its kernel draws."""
        seats = self._seats
        opening.waited_for = True
        self._pools.cold += 1

        def note(line: str, kind: str = "ws-filling") -> None:
            say(f'<p class="{kind}" role="status">{html.escape(line)}</p>')

        def tell(number: int) -> None:
            note(words()["states"]["filling"].format(number=number))

        async with AsyncExitStack() as turn:

            async def start() -> str:
                await turn.enter_async_context(seats.line.turn(tell))
                if (forks := ForkServer.current) and forks.coming():
                    note(words()["states"]["warming"], "ws-starting")
                with seats.starting():
                    await seats.make_room()
                    if seats.too_many():
                        await self._pools.give_up_one()
                    opening.kernel_id = await self._kernels.launch(path, opening.owner)
                return opening.kernel_id

            try:
                async for piece in self._renderer.pieces(path, start):
                    say(piece)
            except Exception:
                log.exception("A page couldn't be made.")
                say(AGAIN)  # the words are there already: another attempt may bring the rest

    def own(self, path: str) -> bool:
        """Whether the page of this notebook is known to need no script but ours."""
        return self._renderer.own(path)

    async def broken_off(self, opening: Opening) -> None:
        """The browser has gone: nobody will ever speak to this kernel."""
        if opening.kernel_id:
            await self._kernels.end(opening.kernel_id)

    def done(self, opening: Opening) -> None:
        """The browser has its page, or has gone."""
        self._under_way.discard(opening)
        self._pools.cold -= opening.waited_for


class PageServer(Server, Protocol):
    """What the route of a page asks of its server."""

    opener: Opener


class PageHandler(Shared, VoilaHandler):
    """One notebook as a page, with a kernel of its own that ends if the browser goes away in the meantime."""

    SUPPORTED_METHODS = ("GET", "HEAD")
    server: PageServer
    _making: asyncio.Task | None = None

    async def show(self, path: str, owner: str) -> None:
        """The notebook at `path` (relative to the role's site) for this browser, which is `owner`'s."""
        if self.request.method == "HEAD":  # nobody will look at it, so no kernel is started
            self.set_header("Content-Type", "text/html; charset=utf-8")
            return
        opener = self.server.opener
        opening = await opener.admit(owner)
        own = opener.own(path)
        if own:
            self.no_blobs()
        self.set_header("Content-Type", "text/html; charset=utf-8")
        try:
            if ready := await opener.ready(path, opening):
                await self._send(ready)
            else:
                await self._send_as_made(path, opening)
                if own and not opener.own(path):  # this time it made something else
                    self.write(AGAIN)
        except StreamClosedError:
            await opener.broken_off(opening)
        finally:
            opener.done(opening)

    async def _send(self, ready: Ready) -> None:
        packed = "gzip" in self.request.headers.get("Accept-Encoding", "")
        if packed:
            self.set_header("Content-Encoding", "gzip")
            self.set_header("Vary", "Accept-Encoding")
        self.write(ready.packed if packed else ready.html)
        await self.flush()

    async def _send_as_made(self, path: str, opening: Opening) -> None:
        said: list[str] = []
        more = asyncio.Event()

        def say(piece: str) -> None:
            said.append(piece)
            more.set()

        self._making = task = asyncio.create_task(self.server.opener.make(path, opening, say))
        task.add_done_callback(lambda _: more.set())
        try:
            while not task.done() or said:
                await more.wait()
                more.clear()
                text, said[:] = "".join(said), []
                self.write(text)
                await self.flush()
            await task
        except asyncio.CancelledError:
            raise StreamClosedError from None
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def head(self, *names: str, **named: str) -> Any:
        return self.get(*names, **named)

    def on_connection_close(self) -> None:
        """The phone has gone, so nothing more is made for it."""
        super().on_connection_close()
        if self._making is not None:
            self._making.cancel()

    def get_argument(self, name: str, default: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        """A page takes nothing from its address: no template, no theme."""
        return default
