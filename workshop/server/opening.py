"""How a page is opened: a phone is admitted, gets a page that is ready or one made for it, and sees the words meanwhile."""

from __future__ import annotations

import asyncio
import html
from contextlib import AsyncExitStack
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError
from voila.handler import VoilaHandler

from workshop.declaration.curriculum import words
from workshop.server.handlers import Shared
from workshop.server.kernels.manager import Visit
from workshop.server.pool import Ready

AGAIN = '<meta http-equiv="refresh" content="3">'
LINE = 500  # people who may wait for a page at once


class Page(Shared, VoilaHandler):
    """One notebook as a page, with a kernel of its own that ends if the browser goes away meanwhile."""

    SUPPORTED_METHODS = ("GET",)
    _making: asyncio.Task | None = None

    async def show(self, path: str) -> None:
        """The notebook at `path` (relative to the role's site) for this browser: one that is ready, or made now."""
        server = self.server
        visit = await self._admitted()
        self.set_header("Content-Type", "text/html; charset=utf-8")
        try:
            ready = None
            if server.seat_free():
                with server.starting():  # others ask while this one looks
                    ready = await server.pools.take(path)
            if ready:
                visit.kernel_id = ready.kernel_id
                server.kernel_manager.give(ready.kernel_id, visit.owner)
                await self._send(ready)
            else:
                await self._make(path, visit)
        except StreamClosedError:
            if visit.kernel_id:  # nobody will ever speak to it
                await server.kernel_manager.end(visit.kernel_id)
        finally:
            server.opening.discard(visit)

    async def _send(self, ready: Ready) -> None:
        packed = "gzip" in self.request.headers.get("Accept-Encoding", "")
        if packed:
            self.set_header("Content-Encoding", "gzip")
            self.set_header("Vary", "Accept-Encoding")
        self.write(ready.packed if packed else ready.html)
        await self.flush()

    async def _make(self, path: str, visit: Visit) -> None:
        """Words first; then, when it is this page's turn, its kernel and what it draws."""
        server = self.server
        said: list[str] = []
        more = asyncio.Event()

        def say(piece: str) -> None:
            said.append(piece)
            more.set()

        def note(line: str) -> None:
            say(f'<p class="ws-filling" role="status">{html.escape(line)}</p>')

        def tell(number: int) -> None:
            note(words()["states"]["filling"].format(number=number))

        async def work() -> None:
            async with AsyncExitStack() as turn:

                async def start() -> str:
                    await turn.enter_async_context(server.queue.turn(tell))
                    if server.forks and server.forks.coming():
                        note(words()["states"]["warming"])
                    with server.starting():
                        await server.make_room()
                        visit.kernel_id = await server.kernel_manager.launch(path, visit.owner)
                    return visit.kernel_id

                try:
                    async for piece in server.renderer.pieces(path, start):
                        say(piece)
                except Exception:
                    server.log.exception("A page could not be made.")
                    say(AGAIN)  # the words are there already: another attempt may bring the rest

        self._making = task = asyncio.create_task(work())
        task.add_done_callback(lambda _: more.set())
        server.pools.cold += 1
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
            server.pools.cold -= 1
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def on_connection_close(self) -> None:
        """The phone has gone: it waits for nothing any more."""
        super().on_connection_close()
        if self._making is not None:
            self._making.cancel()

    async def _admitted(self) -> Visit:
        """This browser's next visit: HTTPError 429 where it has too many pages, 503 where too many people wait."""
        server, kernels, owner = self.server, self.server.kernel_manager, self.owner
        if not server.opens.take(owner):
            raise HTTPError(429)
        own = [kernel_id for kernel_id, held in kernels.held.items() if held.owner == owner]
        coming = sum(visit.owner == owner and visit.kernel_id is None for visit in server.opening)
        surplus = None
        if len(own) + coming >= server.pages_each:
            left = [(kernels.held[one].left, one) for one in own if not kernels.held[one].sockets]
            if not left:
                raise HTTPError(429)
            surplus = min(left)[1]
        elif len(server.queue) >= LINE:
            raise HTTPError(503)
        visit = Visit(owner)
        server.opening.add(visit)
        if surplus:
            await kernels.end(surplus)
        return visit

    def get_argument(self, name: str, default: Any = None, **kwargs: Any) -> Any:
        """A page takes nothing from its address: no template, no theme."""
        return default
