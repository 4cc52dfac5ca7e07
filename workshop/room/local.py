"""A room in this process: what a page and a desk may ask, answered from the store and the curriculum.

Both verbs and views are JSON-able, so that `wire` can carry them. A kernel in a room talks to this through `wire`.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import platformdirs

from workshop.declaration import curriculum
from workshop.declaration.curriculum import Module
from workshop.kinds.base import BadAnswer, Question
from workshop.kinds.game import Round
from workshop.kinds.pair import Pair
from workshop.kinds.text import flags
from workshop.reveal import K, approved, content_id, example, threshold
from workshop.room import count
from workshop.room.games import Games
from workshop.room.stage import Stage, Watch
from workshop.room.wire import RoomError, View
from workshop.store import Count, Made, RoomEnded, State, Store

CLOSING = 10.0  # s between "close" and the count, in which the facilitator can still cancel
NOTHING_TO_READ = "There are no texts to read: none were enough, or they have been read."
KEY = re.compile(r"[0-9a-f]{64}")
STORED = {"send": "saved", "skip": "skipped", "keep": "kept", "undo": "removed"}  # intent -> result, once committed

__all__ = ["LocalRoom", "RoomError", "data_dir"]


def data_dir() -> Path:
    """Where this person's data are: WORKSHOP_DATA, or the user's data directory."""
    return Path(os.environ.get("WORKSHOP_DATA") or platformdirs.user_data_dir("interdependence-workshop", False))


class LocalRoom:
    """One room of a store. Any thread may call; subscribers are called on the thread that noticed the change, and
    must return at once. Errors that a person may read are RoomErrors; what is wrong with the store is a StoreError.

    `closing`: seconds from `close` to the count. `join_url`: shown at the desk.
    """

    def __init__(
        self,
        store: Store,
        room_id: str,
        modules: Iterable[Module] | None = None,
        join_url: str = "",
        closing: float = CLOSING,
    ) -> None:
        room = store.room(room_id)
        self.id, self.code, self.mode, self.join_url = room.id, room.code, room.mode, join_url
        threshold(k=room.k)
        self._store, self._closing = store, closing
        self._modules = {module.slug: module for module in (curriculum.modules() if modules is None else modules)}
        self._questions = {question.id: question for module in self._modules.values() for question in module.questions}
        self._pairs = {pair.id: pair for module in self._modules.values() for pair in module.pairs}
        self._games = Games(store, room.id, (game for module in self._modules.values() for game in module.games))
        self._words = curriculum.words()["states"]
        self._not_yet = curriculum.words()["game"]["not_yet"]
        self._lock = threading.Lock()  # of the dicts below
        self._telling = threading.RLock()  # one refresh at a time, so that the newest view is told last
        self._ends: dict[str, float] = {}  # question -> when its ten seconds are over, by this process's clock
        self._watch = Watch()  # of the step and the timer
        self._subscribers: dict[object, tuple[Callable[[View], object], bool]] = {}
        self._seen: dict[bool, View] = {}
        self._examples: dict[str, bytes] = {}
        if self.mode == "alone":
            store.add_questions(self.id, self._questions, "open")

    @classmethod
    def create(cls, store: Store, mode: str = "room", k: int | None = None, code: str | None = None, **options: Any) -> Self:
        """A new room; `k`: people who must have answered before a result is shown, more than the release rule asks for."""
        threshold(k=k)
        return cls(store, store.create_room(mode, k, code).id, **options)

    @classmethod
    def alone(cls, where: str | os.PathLike[str] | None = None, **options: Any) -> Self:
        """The room of a person who is alone, in a file of the user's data directory."""
        store = Store.open(where or data_dir() / "alone.sqlite")
        return cls(store, store.alone().id, **options)

    # What a page may ask

    def hello(self, keys: Mapping[str, list[str]]) -> dict[str, Any]:
        """The view, and for each question what its two keys (of the answer, of being done) find in the store."""
        if not isinstance(keys, Mapping):
            raise RoomError("The room did not understand this.")
        asked = {self._asked(id).id: _keys(pair) for id, pair in keys.items()}
        found = self._store.mine(self.id, asked)
        mine = {id: {"value": None if text is None else json.loads(text), "done": done} for id, (text, done) in found.items()}
        return {"view": self.view(), "mine": mine}

    def submit(self, id: str, question: str, keys: list[str], value: Any, intent: str) -> dict[str, str]:
        """Store what one person sent; returns after the commit. The same call twice is the same as once."""
        try:
            result = self._submit(question, keys, value, intent)
            message = self._words.get(result, "")
        except (BadAnswer, RoomError) as error:
            result, message = "refused", str(error)
        return {"id": id, "question": question, "result": result, "message": message}

    def _submit(self, id: str, keys: list[str], value: Any, intent: str) -> str:
        question, pair = self._asked(id), _keys(keys)
        if not isinstance(intent, str) or intent not in STORED:
            raise RoomError("The room did not understand this.")
        text = _text(question.check(value)) if intent == "send" else None
        phase = self._store.submit(self.id, question.id, pair, text, done=intent != "undo")
        if phase == "waiting":
            return "waiting"
        if phase == "closed":
            if self._store.room(self.id).ended:
                raise RoomError(self._words["ended"])
            before = self._store.mine(self.id, {id: pair})[id]
            # The acknowledgement of the same call may have been lost: then it was counted.
            return STORED[intent] if before == (text, intent != "undo") else "late"
        if self.mode == "alone":
            self.refresh()  # the invented group may be seen now
        return STORED[intent]

    def holds(self, question: str, keys: list[str]) -> bool:
        """Whether anything was stored under these keys: an answer, or that its sender is done."""
        value, done = self._store.mine(self.id, {self._asked(question).id: _keys(keys)})[question]
        return done or value is not None

    def view(self) -> View:
        """What everybody may know of the room."""
        return self._view(self._store.state(self.id))

    def reveal(self, content_id: str) -> bytes:
        """The frozen payload of that content id."""
        found = self._examples.get(content_id) or self._store.payload(self.id, str(content_id))
        if found is None:
            raise RoomError("There is no such result in this room.")
        return found

    def subscribe(self, callback: Callable[[View], object], desk: bool = False) -> Callable[[], None]:
        """Call `callback(view)` whenever the view (the desk's view) differs; returns the end of it."""
        token = object()
        with self._lock:
            self._subscribers[token] = callback, desk
        return lambda: (self._subscribers.pop(token, None), None)[1]

    def payoffs(self, game: str, keys: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        """What one player has after each round: {"number", "payoff"}, and the fields of their `Seat` where they sat in
        a group. Only after the debrief, and only for keys that somebody holds."""
        played = self._games.played(game, keys)
        mine = {id: _keys(pair)[0] for id, pair in keys.items()}
        alone = self.mode == "alone"
        if not alone and self.view()["phases"].get(game) != "closed":
            raise RoomError(self._not_yet)
        if self._store.room(self.id).ended:
            raise RoomError(self._words["ended"])
        return self._games.paid(played, mine, alone)

    # What the desk may ask

    def desk_view(self) -> View:
        """The view, and how many people are here and done, how many sheets of paper were counted, which texts wait to be
        read; nothing about what anybody answered. Of pairs nothing: who sent one gave both answers, and skipped none."""
        desk = self._store.desk(self.id)
        stage = Stage.read(desk.state.room.state)
        lasted = self._watch.step(stage)
        return self._view(desk.state) | {
            "people": desk.people,
            "done": {id: desk.done.get(id, 0) for id in desk.state.phases if id not in self._pairs and id not in self._games},
            "paper": desk.sheets,
            "unread": list(desk.unread),
            "join_url": self.join_url,
            "k": desk.state.room.k or K,
            "plan": {"format": stage.format, "step": stage.step, "begun": bool(stage.begun)},
            "clock": {"step": round(lasted), "all": round(stage.spent + lasted)},
            "example": stage.example,
            "doubt": [id for id in stage.doubt if desk.state.phases.get(id) in ("open", "closing")],
        }

    def arrange(self, changes: Mapping[str, Any]) -> View:
        """Change how the room stands: see `stage.Stage`. Going on to another step lifts nothing and opens nothing."""

        def change(state: str) -> str:
            stage = Stage.read(state)
            try:
                return stage.changed(changes, self._watch.step(stage)).written()
            except ValueError as error:
                raise RoomError(str(error)) from None

        return self._direct(lambda: self._store.arrange(self.id, change))

    def open_module(self, slug: str) -> View:
        """Go to a module: its page opens, its questions wait until each is opened."""
        if not isinstance(slug, str) or slug not in self._modules:
            raise RoomError(f"There is no such module; there are: {', '.join(self._modules)}.")
        module = self._modules[slug]
        questions = [one.id for one in (*module.questions, *module.pairs, *module.games)]
        return self._direct(lambda: self._store.add_questions(self.id, questions, module=slug))

    def open(self, question: str) -> View:
        """Let the question, and the guesses about it, be answered; phones that were face down are up again. Of a game one
        round after the other, until its debrief. Where the room is too small for a sensitive one, nobody is asked, and its
        invented group is there at once."""
        if isinstance(asked := self._question(question), Round):
            self._games.in_turn(asked, self._store.state(self.id).phases)
        group = self._together(question)
        stage = Stage.read(self._store.room(self.id).state)
        if stage.fiction and any(one.own_life for one in group):
            raise RoomError("This room talks about invented people only: a question about people's own lives stays closed.")
        if stage.few and any(one.sensitive for one in group):
            self._move(question, "closing", {"waiting"}, {})
            return self._direct(lambda: self._count(group))
        if stage.screen == "down":
            self.arrange({"screen": ""})
        refusals = {"closed": "This question is closed for good: its result was counted."}
        return self._move(question, "open", {"waiting"}, refusals, with_pairs=True)

    def debrief(self, slug: str) -> View:
        """Let each player see what their own tokens became, in all games of a module; no further round can be opened."""
        games = self._modules[slug].games if isinstance(slug, str) and slug in self._modules else ()
        if not games:
            raise RoomError("This module has no game.")

        def debrief() -> None:
            self._games.debriefed(games, self._store.state(self.id).phases)
            self._store.move(self.id, [game.id for game in games], "closed", {"waiting"})

        return self._direct(debrief)

    def close(self, question: str) -> View:
        """Begin its last ten seconds; answers are still taken."""
        return self._move(question, "closing", {"open"}, {"waiting": "This question is not open yet."})

    def cancel(self, question: str) -> View:
        """Keep it open after all."""
        return self._move(question, "open", {"closing"}, {"closed": "Too late to cancel: the result was counted."})

    def settle(self, question: str) -> View:
        """Close it for good when its ten seconds are over, and make its reveal, once; the same again is no harm."""
        group = self._together(question)
        if left := self.view()["closing"].get(group[0].id):
            raise RoomError(f"This question is still closing: {left:g} s are left.")

        return self._direct(lambda: self._count(group))

    def _count(self, group: list[Question]) -> None:
        pairs = {pair.id: pair.ids for pair in self._pairs_of(group)}
        before = self._store.settle(self.id, [one.id for one in group], self._freeze, pairs)
        if before.get(group[0].id) not in ("closing", "closed"):
            raise RoomError("This question is not closing: close it first.")

    def tally(self, question: str, cells: Mapping[str, int], people: int | None = None) -> View:
        """Keep what was counted on paper, cell -> people, instead of an earlier tally; only before the count.

        `people`: how many sheets, for questions in which one answer may count in several cells.
        """
        asked = self._question(question)
        counted = count.by_hand(asked, cells, people)

        def keep() -> None:
            phase = self._store.tally(self.id, asked.id, counted)
            if phase == "closed":
                raise RoomError("Too late for paper: the result was counted.")
            if phase == "unknown":
                raise RoomError("This question belongs to a module that is not open yet: open the module first.")

        return self._direct(keep)

    def batch(self, question: str) -> dict[str, Any]:
        """The texts that wait to be read, in their one shuffled order: {"texts": [{"text", "flags"}, …], "least"}."""
        asked, frozen = self._question(question), self._store.batch(self.id, question)
        if frozen is None:
            raise RoomError(NOTHING_TO_READ)
        texts = [{"text": text, "flags": flags(text)} for text in json.loads(frozen)]
        return {"texts": texts, "least": threshold(asked.sensitive, self._store.room(self.id).k)}

    def approve(self, question: str, chosen: list[int]) -> View:
        """Show the texts at these places of the batch, and no other, for good; fewer than `least`, and none is shown."""
        asked = self._question(question)
        if not isinstance(chosen, list) or not all(type(place) is int for place in chosen):
            raise RoomError("The room did not understand this.")

        def make(batch: bytes, k: int | None) -> tuple[str, bytes]:
            frozen = approved(asked, batch, chosen, k)
            return content_id(frozen), frozen

        def approve() -> None:
            if not self._store.approve(self.id, asked.id, make):
                raise RoomError(NOTHING_TO_READ)

        return self._direct(approve)

    def due(self) -> list[str]:
        """The questions whose ten seconds are over: to be settled by the desk's server, and by nobody else. A timer that
        is over is put away, or it would begin anew after a restart."""
        running = self._watch.timer(Stage.read(self._store.room(self.id).state))
        if running and not running["seconds"]:
            self.arrange({"timer": 0})
        now = time.monotonic()
        with self._lock:
            return [id for id, end in self._ends.items() if end <= now]

    def overdue(self) -> list[str]:
        """The rounds that have been open as long as their game allows: to be closed by the desk's server."""
        return self._games.overdue()

    def following(self) -> list[str]:
        """The rounds that begin by themselves, as the room was last seen: to be opened by the desk's server. While phones are
        face down, or when the room has gone on to another module, none does; the desk can still start one."""
        view = self._seen.get(True)
        if not view or view["ended"] or view["stage"]["screen"] == "down":
            return []
        return self._games.following(view["module"], view["phases"])

    def end(self) -> dict[str, Any]:
        """End the room and delete its answers; says whether anything of them is left. The reveals stay."""
        self._not_alone()
        left = self._store.close_room(self.id)
        self.refresh()
        return {"clean": left.clean, "message": str(left)}

    # What a server tells the room

    def here(self, server: str, people: int) -> None:
        """How many people this server sees in the room now."""
        self._store.here(self.id, server, people)

    def restarted(self) -> None:
        """A phones' server has come back. It forgot which phones had answered what is open, so the desk is told."""
        state, done = self._store.state(self.id), self._store.done(self.id)
        answered = [id for id, phase in state.phases.items() if phase in ("open", "closing") and done.get(id) and id in self._questions]
        if answered and not state.room.ended:
            self._store.arrange(self.id, lambda text: replace(Stage.read(text), doubt=tuple(answered)).written())

    def changed(self) -> bool:
        """Whether anything in the store changed since the last call; for one watcher, which then calls `refresh`."""
        return self._store.changed()

    def refresh(self) -> None:
        """Tell the subscribers, if what they may know is different from what they know."""
        with self._telling:
            desk = self.desk_view()
            page = {name: desk[name] for name in self._view_names}
            for for_desk, view in ((False, page), (True, desk)):
                if _still(view) == _still(self._seen.get(for_desk, {})):
                    continue
                self._seen[for_desk] = view
                for callback, wants_desk in list(self._subscribers.values()):
                    if wants_desk is for_desk:
                        callback(view)

    _view_names = ("id", "code", "mode", "module", "phases", "closing", "reveals", "ended", "stage", "timer")

    # Inside

    def _view(self, state: State) -> View:
        room = state.room
        shown = self._invented() if self.mode == "alone" else state.reveals
        values = room.id, room.code, room.mode, room.module, state.phases, self._seconds(state.phases), shown, room.ended
        stage = Stage.read(room.state)
        return dict(zip(self._view_names, (*values, stage.public(), self._watch.timer(stage)), strict=True))

    def _seconds(self, phases: Mapping[str, str]) -> dict[str, float]:
        """Seconds left of what is closing. The store knows no times: they are counted from when this process saw it."""
        now = time.monotonic()
        self._games.see(phases)
        with self._lock:
            self._ends = {id: self._ends.get(id, now + self._closing) for id in phases if phases[id] == "closing"}
            return {id: round(max(0.0, end - now), 1) for id, end in self._ends.items()}

    def _invented(self) -> dict[str, str]:
        """For a person who is alone: the invented group of each question that is done."""
        shown = {}
        for id in self._store.done(self.id):
            if (question := self._questions.get(id)) and question.revealed:
                frozen = example(question)
                shown[id] = content_id(frozen)
                self._examples[shown[id]] = frozen
        return shown

    def _question(self, id: object) -> Question:
        if not isinstance(id, str) or id not in self._questions:
            raise RoomError("This workshop does not have this question: load the page anew.")
        return self._questions[id]

    def _asked(self, id: object) -> Question | Pair:
        """What a page may send an answer to."""
        return self._pairs[id] if isinstance(id, str) and id in self._pairs else self._question(id)

    def _pairs_of(self, group: Iterable[Question]) -> list[Pair]:
        """The declared pairs that the questions are part of."""
        ids = {question.id for question in group}
        return [pair for pair in self._pairs.values() if ids & set(pair.ids)]

    def _together(self, id: object) -> list[Question]:
        """The question and the guesses about it, itself first: they open, close and are counted together."""
        question = self._question(id)
        main = question.with_ or question.key
        beside = self._modules[question.module].questions
        return sorted((one for one in beside if main in (one.key, one.with_)), key=lambda one: one.key != main)

    def _freeze(self, closing: Count) -> Made:
        return count.freeze(closing, self._questions | self._pairs)

    def _move(self, question: str, to: str, when: set[str], refusals: Mapping[str, str], with_pairs: bool = False) -> View:
        group = self._together(question)
        ids = [one.id for one in (*group, *(self._pairs_of(group) if with_pairs else ()))]

        def move() -> None:
            before = self._store.move(self.id, ids, to, when).get(group[0].id)
            if before is None:
                raise RoomError("This question belongs to a module that is not open yet: open the module first.")
            if before in refusals:
                raise RoomError(refusals[before])

        return self._direct(move)

    def _direct(self, verb: Callable[[], None]) -> View:
        """Do what the desk asked, tell everybody, return the desk's view."""
        self._not_alone()
        try:
            verb()
        except RoomEnded as error:
            raise RoomError(str(error)) from None
        self.refresh()
        return self.desk_view()

    def _not_alone(self) -> None:
        if self.mode == "alone":
            raise RoomError("You are alone here: every question is open, and nobody closes it.")


def _keys(pair: object) -> tuple[str, str]:
    if isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(key, str) and KEY.fullmatch(key) for key in pair):
        answer, done = pair
        if answer != done:  # one key for both would join the two tables
            return answer, done
    raise RoomError("This page did not say in a form that the room knows whose answer this is: load the page anew.")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _still(view: View) -> View:
    """A view without what moves by itself."""
    still = {name: value for name, value in view.items() if name not in ("closing", "clock")}
    return still | {"timer": (view.get("timer") or {}).get("id")}
