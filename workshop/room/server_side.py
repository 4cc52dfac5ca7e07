"""What the server that holds a room tells it, and what happens in a room by itself. Nothing of this can be asked over the wire."""

from __future__ import annotations

from dataclasses import replace

from workshop.phases import RUNNING
from workshop.room.contract import DeskRoom, Keys
from workshop.room.declared import checked
from workshop.room.parts import Parts
from workshop.room.stage import Stage


class ServerSide:
    """`LocalRoom.server`. `desk`: the same room, where it's asked for what only a desk may ask."""

    def __init__(self, parts: Parts, desk: DeskRoom) -> None:
        self._id, self._store, self._declared, self._games = parts.id, parts.store, parts.declared, parts.games
        self._closing, self._watch, self._desks, self._desk = parts.closing, parts.watch, parts.desks, desk

    # What a server tells the room

    def here(self, server: str, joined: int, awake: int) -> None:
        """How many people have joined the room through this server, and how many of their phones it sees now."""
        self._store.presence.here(self._id, server, joined, awake)

    def away(self, server: str) -> None:
        """This server stops."""
        self._store.presence.away(self._id, server)

    def restarted(self) -> None:
        """A server for phones has come back. It forgot which phones had answered the open questions, so the desk is told."""
        state, done = self._store.state(self._id), self._store.done(self._id)
        open_now = [id for id, phase in state.phases.items() if phase in RUNNING and id in self._declared.questions]
        answered = tuple(id for id in open_now if done.get(id))
        if answered and not state.room.ended:
            self._store.arrange(self._id, lambda text: replace(Stage.read(text), doubt=answered).written())

    def changed(self) -> bool:
        """Whether anything in the store changed since the last call; for one watcher, which then calls `refresh`."""
        return self._store.changed()

    def holds(self, question: str, keys: Keys) -> bool:
        """Whether anything was stored under these keys: an answer, or that its sender is done."""
        value, done = self._store.mine(self._id, {self._declared.answered(question).id: checked(keys)})[question]
        return done or value is not None

    # What happens by itself: the desk's server asks for it, and does it

    def due(self) -> list[str]:
        """The questions whose ten seconds are up: for the desk's server to settle, and for nobody else. A timer that has run
        out is cleared, or it would start again after a restart."""
        running = self._watch.timer(Stage.read(self._store.room(self._id).state))
        if running and not running["seconds"]:
            self._desk.arrange({"timer": 0})
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
