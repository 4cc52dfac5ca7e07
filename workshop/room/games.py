"""The games of one room: which round may begin, which ends or begins by itself, and what each player has after the debrief."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from itertools import pairwise

from workshop.kinds.game import Game, Round
from workshop.phases import RUNNING, Phase
from workshop.room.contract import Payoff, RoomError
from workshop.room.countdown import Countdown
from workshop.room.seats import Seat, deal
from workshop.store import Store


class Games:
    """What a process knows of a room's games that isn't in the store: who sat where, and since when a round is open. Nothing
    of it is written down. `games`: id -> game. Any thread may call."""

    def __init__(self, store: Store, room: str, games: Mapping[str, Game]) -> None:
        self._store, self._room, self._games = store, room, games
        timed = {one.id: float(one.seconds) for game in games.values() for one in game.asked if one.seconds}
        self._rounds = Countdown(Phase.OPEN, timed)
        self._lock = threading.Lock()  # of the dict below
        self._seats: dict[str, dict[str, Seat]] = {}  # round -> key -> seat: nowhere but here

    def played(self, game: object, keys: object) -> Game:
        """The game of that id, if `keys` names its rounds; RoomError otherwise."""
        found = self._games.get(game) if isinstance(game, str) else None
        if found is None or not isinstance(keys, Mapping) or set(keys) != {one.id for one in found.asked}:
            raise RoomError("The workshop didn't understand this.")
        return found

    # Whose turn it is. `phases`: question or game -> phase; a game is closed once its debrief has begun.

    def in_turn(self, asked: Round, phases: Mapping[str, Phase]) -> None:
        """RoomError where this round may not begin."""
        game = next(game for game in self._games.values() if asked in game.asked)
        if phases.get(game.id) == Phase.CLOSED:
            raise RoomError("This game is over: each phone shows what its tokens became.")
        if any(phases.get(one.id) != Phase.CLOSED for one in game.asked[: asked.number - 1]):
            raise RoomError("The round before this one hasn't ended yet.")

    def debriefed(self, games: Sequence[Game], phases: Mapping[str, Phase]) -> None:
        """RoomError where the debrief of these games may not begin."""
        if any(phases.get(one.id) in RUNNING for game in games for one in game.asked):
            raise RoomError("A round is still running: end it first.")
        if not any(phases.get(one.id) == Phase.CLOSED for game in games for one in game.asked):
            raise RoomError("No round has been played yet.")

    def see(self, phases: Mapping[str, Phase]) -> None:
        """Count the seconds of the rounds that are open now."""
        self._rounds.see(phases)

    def overdue(self) -> list[str]:
        """The rounds that have been open as long as their game allows."""
        return self._rounds.over()

    def next_rounds(self, module: str, phases: Mapping[str, Phase]) -> list[str]:
        """The rounds of this module that begin by themselves: the one before has ended, and the game goes on."""
        games = [game for game in self._games.values() if game.module == module and phases.get(game.id) == Phase.WAITING]
        pairs = [pair for game in games for pair in pairwise(game.asked) if pair[1].follows]
        ended = [one for before, one in pairs if phases.get(before.id) == Phase.CLOSED]
        return [one.id for one in ended if phases.get(one.id) == Phase.WAITING]

    # What each player has

    def paid(self, game: Game, keys: Mapping[str, str], alone: bool = False) -> list[Payoff]:
        """What one player has after each round. `keys`: round -> key of the answer; `alone`: the machine plays the other
        places."""
        return [self._paid(game, one, keys[one.id], alone) for one in game.asked]

    def _paid(self, game: Game, one: Round, key: str, alone: bool) -> Payoff:
        seat: Seat | None
        if alone:
            value, _ = self._store.mine(self._room, {one.id: (key, key)})[one.id]
            seat = None if value is None else deal(game, one.number, {key: json.loads(value)})[key]
        else:
            seat = self._dealt(game, one).get(key)
        return seat.paid(one.number) if seat else {"number": one.number, "payoff": game.sat_out}

    def _dealt(self, game: Game, one: Round) -> dict[str, Seat]:
        with self._lock:
            if one.id not in self._seats:
                moves = {who: json.loads(value) for who, value in self._store.moves(self._room, one.id).items()}
                self._seats[one.id] = deal(game, one.number, {who: move for who, move in moves.items() if move in one.cells()})
            return self._seats[one.id]
