"""What a room in this process is made of: the page's, the desk's and the server's side work on the same parts."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from workshop.declaration import curriculum
from workshop.declaration.curriculum import Module
from workshop.phases import Mode, Phase
from workshop.reveal import threshold
from workshop.room.contract import DeskView, View
from workshop.room.countdown import Countdown
from workshop.room.declared import Declared
from workshop.room.games import Games
from workshop.room.listeners import Listeners
from workshop.room.stage import Watch
from workshop.store import Store

CLOSING = 10.0  # s between "close" and the count, in which the facilitator can still cancel


@dataclass(frozen=True)
class Parts:
    """`closing`: how long each closing question still takes answers; `watch`: the clock of the step and the timer; `pages`,
    `desks`: who hears of changes; `telling`: one refresh at a time, so that the newest view is told last."""

    id: str
    code: str
    mode: Mode
    join_url: str
    store: Store
    declared: Declared
    games: Games
    closing: Countdown
    watch: Watch = field(default_factory=Watch)
    pages: Listeners[View] = field(default_factory=Listeners)
    desks: Listeners[DeskView] = field(default_factory=Listeners)
    telling: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def of(cls, store: Store, room_id: str, modules: Iterable[Module] | None, join_url: str, closing: float) -> Self:
        """The parts of one room of a store. `modules`: others than the curriculum's; `closing`: seconds from `close` to the
        count; `join_url`: shown at the desk."""
        room, declared = store.room(room_id), Declared(curriculum.modules() if modules is None else modules)
        threshold(k=room.k)
        games = Games(store, room.id, declared.games)
        return cls(room.id, room.code, room.mode, join_url, store, declared, games, Countdown(Phase.CLOSING, closing))
