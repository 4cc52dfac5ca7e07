"""A room in this process. What a page may ask is in `page_side`, what a desk may ask in `desk_side`, what its server does for it
in `server_side`; a kernel in a room asks through `wire`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import platformdirs

from workshop.declaration.curriculum import Module
from workshop.phases import Mode, Phase
from workshop.reveal import threshold
from workshop.room.desk_side import DeskSide
from workshop.room.parts import CLOSING, Parts
from workshop.room.server_side import ServerSide
from workshop.store import Store

__all__ = ["CLOSING", "LocalRoom", "data_dir"]


def data_dir() -> Path:
    """Where this person's data are: WORKSHOP_DATA, or the user's data directory."""
    return Path(os.environ.get("WORKSHOP_DATA") or platformdirs.user_data_dir("interdependence-workshop", False))


class LocalRoom(DeskSide):
    """One room of a store: a `DeskRoom`. Any thread may call; subscribers are called on the thread that noticed the
    change, and must return at once. Errors that a person may read are RoomErrors; what is wrong with the store is a
    StoreError. `server`: what the server that holds it does for it."""

    def __init__(
        self, store: Store, room_id: str, modules: Iterable[Module] | None = None, join_url: str = "", closing: float = CLOSING
    ) -> None:
        parts = Parts.of(store, room_id, modules, join_url, closing)
        super().__init__(parts)
        self.server = ServerSide(parts, self)
        if self.mode == "alone":
            store.add_questions(self.id, parts.declared.questions, Phase.OPEN)

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
