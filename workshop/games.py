"""The games of one room: which round may begin, which ends or begins by itself, and what each player has after the debrief."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from workshop.kinds.game import Game, Round
from workshop.store import Store
from workshop.table import Seat, deal
from workshop.wire import RoomError


class Games:
    """What a process knows of a room's games beside the store: who sat where, and since when a round is open. Nothing of it
    is written down. Any thread may call."""

    def __init__(self, store: Store, room: str, games: Iterable[Game]) -> None:
        self._store, self._room = store, room
        self._games = {game.id: game for game in games}
        self._timed = {one.id: one.seconds for game in self._games.values() for one in game.asked if one.seconds}
        self._lock = threading.Lock()  # of the dicts below
        self._ends: dict[str, float] = {}  # round that is open -> when it ends by itself, by this process's clock
        self._tables: dict[str, dict[str, Seat]] = {}  # round -> key -> seat: nowhere but here

    def __contains__(self, id: object) -> bool:
        return id in self._games

    def played(self, game: object, keys: object) -> Game:
        """The game of that id, if `keys` names its rounds; RoomError otherwise."""
        found = self._games.get(game) if isinstance(game, str) else None
        if found is None or not isinstance(keys, Mapping) or set(keys) != {one.id for one in found.asked}:
            raise RoomError("The workshop didn't understand this.")
        return found

    # Whose turn it is. `phases`: question or game -> phase; a game is closed once its debrief has begun.

    def in_turn(self, asked: Round, phases: Mapping[str, str]) -> None:
        """RoomError where this round may not begin."""
        game = next(game for game in self._games.values() if asked in game.asked)
        if phases.get(game.id) == "closed":
            raise RoomError("This game is over: each phone shows what its tokens became.")
        if any(phases.get(one.id) != "closed" for one in game.asked[: asked.number - 1]):
            raise RoomError("The round before this one hasn't ended yet.")

    def debriefed(self, games: Sequence[Game], phases: Mapping[str, str]) -> None:
        """RoomError where the debrief of these games may not begin."""
        if any(phases.get(one.id) in ("open", "closing") for game in games for one in game.asked):
            raise RoomError("A round is still running: end it first.")
        if not any(phases.get(one.id) == "closed" for game in games for one in game.asked):
            raise RoomError("No round has been played yet.")

    def see(self, phases: Mapping[str, str]) -> None:
        """Count the seconds of the rounds that are open now. The store knows no times: they run from when this process saw it."""
        now = time.monotonic()
        with self._lock:
            self._ends = {id: self._ends.get(id, now + seconds) for id, seconds in self._timed.items() if phases.get(id) == "open"}

    def overdue(self) -> list[str]:
        """The rounds that have been open as long as their game allows."""
        now = time.monotonic()
        with self._lock:
            return [id for id, end in self._ends.items() if end <= now]

    def following(self, module: str, phases: Mapping[str, str]) -> list[str]:
        """The rounds of this module that begin by themselves: the one before has ended, and the game goes on."""
        games = [game for game in self._games.values() if game.module == module and phases.get(game.id) == "waiting"]
        pairs = [pair for game in games for pair in pairwise(game.asked) if pair[1].follows]
        return [one.id for before, one in pairs if phases.get(before.id) == "closed" and phases.get(one.id) == "waiting"]

    # What came of it

    def paid(self, game: Game, keys: Mapping[str, str], alone: bool = False) -> list[dict[str, Any]]:
        """What one player has after each round: {"number", "payoff"}, and the fields of their `Seat` where they sat in a
        group. `keys`: round -> key of the answer; `alone`: the machine plays the other places."""
        return [self._paid(game, one, keys[one.id], alone) for one in game.asked]

    def _paid(self, game: Game, one: Round, key: str, alone: bool) -> dict[str, Any]:
        if alone:
            value, _ = self._store.mine(self._room, {one.id: (key, key)})[one.id]
            seat = None if value is None else deal(game, one.number, {key: json.loads(value)})[key]
        else:
            seat = self._table(game, one).get(key)
        return {"number": one.number, "payoff": game.sat_out} | ({} if seat is None else vars(seat))

    def _table(self, game: Game, one: Round) -> dict[str, Seat]:
        with self._lock:
            if one.id not in self._tables:
                moves = {who: json.loads(value) for who, value in self._store.moves(self._room, one.id).items()}
                self._tables[one.id] = deal(game, one.number, {who: move for who, move in moves.items() if move in one.cells()})
            return self._tables[one.id]
