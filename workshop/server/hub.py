"""The one place in a server that holds the store: the room, its local socket, the watch over changes, who is here."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import platform
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from workshop.room import served
from workshop.room.contract import RoomError, View
from workshop.room.local import LocalRoom
from workshop.server.holders import Holders
from workshop.server.limits import Bucket
from workshop.server.run import Run, Settings
from workshop.store import Store, StoreError

log = logging.getLogger(__name__)
WATCH = 0.25  # s between two looks at the store


class Hub:
    """One server's room. Whatever may wait for the disk runs in a thread, everything else on the server's loop."""

    tell: tuple[type[Exception], ...] = (RoomError,)  # what is wrong with the store is not a phone's to know

    def __init__(self, run: Run, role: str) -> None:
        self.run, self.role = run, role
        # The same after a restart, so that a killed server's count doesn't stay; another one on another machine.
        self._name = f"{role}-{hashlib.sha256(f'{platform.node()} {run.port}'.encode()).hexdigest()[:8]}"
        self._people, self._moved = (-1, -1), asyncio.Event()
        self._tasks: list[asyncio.Task[Any]] = []
        self._view: View
        self._reveals: dict[str, bytes] = {}
        self._guesses = Bucket(20, 5)
        self._settings = Settings(run)
        self.left_behind: Callable[[], object] | None = None  # forget who has joined: they don't find us any more
        self.holder: Callable[[str], str | None] | None = None  # a page's token -> the browser that has it open

    async def start(self) -> None:
        """Open the store, serve the room, begin to watch."""
        await asyncio.to_thread(self._open)
        loop = asyncio.get_running_loop()
        self.room.subscribe(lambda view: loop.call_soon_threadsafe(self._see, view))
        self._served = await self._serve()
        self._tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._note_people())]
        self.count(0, 0)

    async def _serve(self) -> served.Served:
        holders = Holders(self.room, self.holder) if self.holder else None
        return await served.serve(self.run.socket(self.role), self.room, tell=self.tell, holders=holders)

    def _open(self) -> None:
        self._store = Store.open(self.run.store)
        self.room = LocalRoom(self._store, self.run.room, join_url=self.run.join_url)
        if self.holder:
            self.room.server.restarted()
        self.room.moved = self.run.moved
        self._view = self.room.view()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._served.close()
        with suppress(StoreError):
            await asyncio.to_thread(self.room.server.away, self._name)
        self._store.close()

    def view(self) -> View:
        """What everybody may know, as last seen."""
        return self._view

    async def reveal(self, content_id: str) -> bytes | None:
        """A reveal's frozen bytes, or None where the room has no such reveal. Kept: a whole room asks at once."""
        known = content_id in self._view["reveals"].values()
        if content_id not in self._reveals and (known or self._guesses.take()):  # somebody who guesses can't keep the store busy
            with suppress(RoomError):
                self._reveals[content_id] = await asyncio.to_thread(self.room.reveal, content_id)
        return self._reveals.get(content_id)

    def count(self, joined: int, awake: int) -> None:
        """Note how many browsers have had a page open, and how many have one open now."""
        if (joined, awake) != self._people:
            self._people = joined, awake
            self._moved.set()

    def _see(self, view: View) -> None:
        self._view = view

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH)
            try:
                await asyncio.to_thread(self._look)
            except (RoomError, StoreError) as error:
                log.warning("%s", error)
                await asyncio.sleep(1)
            except Exception:
                log.exception("the room could not be watched")
                await asyncio.sleep(1)

    def _follow(self) -> None:
        """See whether this computer has another address now, which the settings say then."""
        before, now = self.run, self._settings.look()
        if now is before:
            return
        self.run = now
        self.room.join_url, self.room.moved = now.join_url, now.moved
        if now.join_base != before.join_base and self.left_behind:
            self.left_behind()
            self.room.server.away(self._name)
            self.room.server.restarted()
        self.room.refresh()

    def _look(self) -> None:
        """Tell every page of every change, whichever server made it."""
        self._follow()
        if self.room.server.changed():
            self.room.refresh()

    async def _note_people(self) -> None:
        while True:
            await self._moved.wait()
            self._moved.clear()
            with suppress(StoreError):
                await asyncio.to_thread(self.room.server.here, self._name, *self._people)
            await asyncio.sleep(0.5)  # when a whole room arrives at once, note it twice a second and not a hundred times


class DeskHub(Hub):
    """The desk's server also counts what is closing, ten seconds after it began, or after this server saw it first."""

    tell = (RoomError, StoreError)

    async def _serve(self) -> served.Served:
        return await served.serve_desk(self.run.socket(self.role), self.room, tell=self.tell)

    def count(self, joined: int, awake: int) -> None:
        """People who work at the desk don't count among the people here."""

    def _look(self) -> None:
        super()._look()
        for question in self.room.server.overdue():
            self.room.close(question)
        for question in self.room.server.due():
            self.room.settle(question)
        for question in self.room.server.next_rounds():
            self.room.open(question)
