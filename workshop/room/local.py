"""A room in this process: how it is made, what a server tells it, and what happens in it by itself.

What a page may ask is in `page_side`, what a desk may ask in `desk_side`; a kernel in a room asks through `wire`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Self

import platformdirs

from workshop.declaration.curriculum import Module
from workshop.phases import RUNNING, Mode
from workshop.reveal import threshold
from workshop.room.desk_side import DeskSide
from workshop.room.page_side import CLOSING
from workshop.room.stage import Stage
from workshop.store import Store

__all__ = ["CLOSING", "LocalRoom", "data_dir"]


def data_dir() -> Path:
    """Where this person's data are: WORKSHOP_DATA, or the user's data directory."""
    return Path(os.environ.get("WORKSHOP_DATA") or platformdirs.user_data_dir("interdependence-workshop", False))


class LocalRoom(DeskSide):
    """One room of a store: a `DeskRoom`. Any thread may call; subscribers are called on the thread that noticed the
    change, and must return at once. Errors that a person may read are RoomErrors; what is wrong with the store is a
    StoreError."""

    @classmethod
    def create(
        cls,
        store: Store,
        mode: Mode = "room",
        k: int | None = None,
        code: str | None = None,
        modules: Iterable[Module] | None = None,
        join_url: str = "",
        closing: float = CLOSING,
    ) -> Self:
        """A new room; `k`: people who must have answered before a result is shown, more than the release rule asks for."""
        threshold(k=k)
        return cls(store, store.create_room(mode, k, code).id, modules, join_url, closing)

    @classmethod
    def alone(cls, where: str | os.PathLike[str] | None = None, modules: Iterable[Module] | None = None) -> Self:
        """The room of a person who is alone, in a file of the user's data directory."""
        store = Store.open(where or data_dir() / "alone.sqlite")
        return cls(store, store.alone().id, modules)

    # What a server tells the room

    def here(self, server: str, joined: int, awake: int) -> None:
        """How many people have joined the room through this server, and how many of their phones it sees now."""
        self._store.here(self.id, server, joined, awake)

    def away(self, server: str) -> None:
        """This server stops."""
        self._store.away(self.id, server)

    def restarted(self) -> None:
        """A server for phones has come back. It forgot which phones had answered the open questions, so the desk is told."""
        state, done = self._store.state(self.id), self._store.done(self.id)
        open_now = [id for id, phase in state.phases.items() if phase in RUNNING and id in self._declared.questions]
        answered = tuple(id for id in open_now if done.get(id))
        if answered and not state.room.ended:
            self._store.arrange(self.id, lambda text: replace(Stage.read(text), doubt=answered).written())

    def changed(self) -> bool:
        """Whether anything in the store changed since the last call; for one watcher, which then calls `refresh`."""
        return self._store.changed()

    # What happens by itself: the desk's server asks for it, and does it

    def due(self) -> list[str]:
        """The questions whose ten seconds are up: for the desk's server to settle, and for nobody else. A timer that has run
        out is cleared, or it would start again after a restart."""
        running = self._watch.timer(Stage.read(self._store.room(self.id).state))
        if running and not running["seconds"]:
            self.arrange({"timer": 0})
        return self._closing.over()

    def overdue(self) -> list[str]:
        """The rounds that have been open as long as their game allows: for the desk's server to close."""
        return self._games.overdue()

    def next_rounds(self) -> list[str]:
        """The rounds that begin by themselves, going by the last view: for the desk's server to open. There are none while
        phones are face down, or once the room has gone on to another module; the desk can still start one."""
        view = self._desks.last
        if view is None or view["ended"] or view["stage"]["cover"] == "down" or not view["module"]:
            return []
        return self._games.next_rounds(view["module"], view["phases"])
