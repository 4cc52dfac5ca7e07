"""What the attacks share: a small curriculum, a room on one or two servers, everything that can be seen of it, and
weaker systems that each attack must see through.

An attack is a function that raises `Breach`. It runs against the real store and rule, where it must find nothing, and
against a weaker one, where it must find something: an attack that finds nothing there proves nothing here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from workshop import reveal
from workshop.kinds import Option, Question
from workshop.kinds.bet import Bet
from workshop.kinds.choice import Choice
from workshop.kinds.game import Game
from workshop.kinds.pair import Pair
from workshop.kinds.several import Several
from workshop.kinds.text import Text
from workshop.phases import RUNNING, Phase
from workshop.reveal import SMALL, Cell, Shown
from workshop.reveal.rule import _tally
from workshop.room import count
from workshop.room.local import LocalRoom
from workshop.store import Store
from workshop.store.engines import Postgres, Sqlite
from workshop.store.tables import tables

LONG = bool(os.environ.get("WORKSHOP_LONG"))


def options(letters: str) -> tuple[Option, ...]:
    return tuple(Option(letter, f"Option {letter}") for letter in letters)


BOX = Choice(key="box", module="m", text="?", options=options("abc"), example={"a": 5, "b": 4, "c": 3})
GUESS = Bet(key="guess", module="m", about="box", options=BOX.options, example=BOX.example, hit="", miss="", tie="", nobet="")
DAY = Choice(key="day", module="m", text="?", options=options("xy"), example={"x": 5, "y": 6})
MERGE = {"a": "b", "b": "c", "d": "c"}
TENDER = Choice(
    key="sensitive", module="m", text="?", options=options("abcd"), sensitive=True, merge=MERGE, example={"a": 3, "b": 4, "c": 3, "d": 3}
)
CREW = Several(key="crew", module="m", text="?", options=options("abc"), people=12, example={"a": 6, "b": 5, "c": 4})
WORDS = Text(key="words", module="m", text="?", example=("One.", "Two.", "Three.", "Four.", "Five."))
PAIR = Pair(of=("box", "day"), module="m", questions=(BOX, DAY), example={"a/x": 5, "a/y": 5, "b/x": 5, "b/y": 5})
QUESTIONS: dict[str, Question] = {question.id: question for question in (GUESS, BOX, DAY, TENDER, CREW, WORDS)}
MAINS = [id for id in QUESTIONS if id != GUESS.id]


@dataclass(frozen=True)
class Stub:
    """As much of a module as a room looks at."""

    slug: str
    questions: tuple[Question, ...]
    pairs: tuple[Pair, ...] = ()
    games: tuple[Game, ...] = ()


MODULES = (Stub("m", tuple(QUESTIONS.values()), (PAIR,)),)


class Breach(AssertionError):
    """An attack has learned something."""


def scale(short: int, long: int) -> int:
    return long if LONG else short


# --- rooms and what can be seen of them


class World:
    """One room, on as many servers as there are stores; people with secrets of their own, as browsers have."""

    def __init__(
        self, stores: Sequence[Store], make: type[LocalRoom] = LocalRoom, k: int | None = None, modules: Sequence[Any] = MODULES
    ) -> None:
        self.stores, self.make, self.modules = stores, make, modules
        self.id = stores[0].create_room("room", k).id
        self.rooms = [self.server(store) for store in stores]
        self.rooms[0].open_module(modules[0].slug)

    def server(self, store: Store) -> LocalRoom:
        return self.make(store, self.id, self.modules, closing=0)

    def restart(self, at: int) -> None:
        """One server falls and comes back."""
        self.rooms[at] = self.server(self.stores[at])

    @property
    def room(self) -> LocalRoom:
        return self.rooms[0]

    def keys(self, person: int | str, question: str) -> list[str]:
        """The two keys of one person for one question, always the same (see `visitor.js`)."""
        secret = hashlib.sha256(f"secret of {person}".encode()).digest()[:16]

        def key(*parts: str) -> str:
            return hmac.new(secret, "\x1f".join((self.id, question, *parts)).encode(), hashlib.sha256).hexdigest()

        return [key(), key("done")]

    def send(self, person: int | str, question: str, value: Any = None, intent: str = "send", at: int = 0) -> str:
        """What the room made of it."""
        return self.rooms[at].submit("1", question, self.keys(person, question), value, intent)["result"]

    def close(self, question: str) -> None:
        """From an open question to its count."""
        self.room.close(question)
        self.room.settle(question)

    def seen(self) -> list[dict[str, Any]]:
        """Everything that anybody but the person who answers can see, on each server: view, desk, results, batches."""
        return [
            {
                "view": room.view(),
                "desk": (desk := room.desk_view()),
                "reveals": {question: room.reveal(content).decode() for question, content in desk["reveals"].items()},
                "batches": {question: room.batch(question) for question in desk["unread"]},
            }
            for room in self.rooms
        ]

    def glance(self, known: dict[str, str], at: int | None = None) -> list[dict[str, Any]]:
        """The same at less cost, on one server or on all: results whose names are `known` (name -> payload) are not fetched again."""
        looks = []
        for room in self.rooms if at is None else [self.rooms[at % len(self.rooms)]]:
            desk = room.desk_view()
            for content in desk["reveals"].values():
                known.setdefault(content, room.reveal(content).decode() if content not in known else "")
            reveals = {question: known[content] for question, content in desk["reveals"].items()}
            looks.append({"reveals": reveals, "batches": {question: room.batch(question) for question in desk["unread"]}})
        return looks

    def frozen(self) -> str:
        """The same as text, without what differs between any two rooms: name, code, seconds passed, and what was drawn at random."""
        seen = self.seen()
        for look in seen:
            del look["desk"]["clock"]
        for batch in (batch for look in seen for batch in look["batches"].values()):
            batch["texts"].sort(key=lambda one: one["text"])
        text = json.dumps(seen, sort_keys=True)
        return text.replace(self.id, "ROOM").replace(self.room.code, "CODE")


# --- databases


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder in memory where there is one: thousands of commits wait for no disk."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="ws-attack-", dir=memory) as folder:
        yield Path(folder)


@contextmanager
def opened(where: str | Path, servers: int = 1) -> Iterator[list[Store]]:
    stores = [Store.open(where) for _ in range(servers)]
    try:
        yield stores
    finally:
        for store in stores:
            store.close()


def empty(store: Store) -> None:
    """A store as at its beginning, quickly."""
    with store._database.write() as db:
        for table in reversed(tables.sorted_tables):
            if table.name != "meta":
                db.execute(table.delete())


# --- weaker systems


def threshold_only(question: Question, values: Sequence[Any], k: int | None = None, paper: Any = None) -> Shown | None:
    """A rule that asks for a minimum and for nothing else."""
    if not reveal.enough(question, len(values), k):
        return None
    tally = {keys[0]: len(who) for keys, who in _tally(question, values).items()}
    labels = question.cells()
    return Shown(len(values), tuple(Cell(key, labels[key], people) for key, people in tally.items()))


@contextmanager
def joining_only_the_few() -> Iterator[None]:
    """The weaker way to join: a cell with nobody stays alone, so a joined cell tells that somebody is in it."""

    def join(groups: dict, merge: dict, *_: Any) -> dict:
        order = [key for keys in groups for key in keys]
        leads = lambda keys: any(merge.get(key, key) not in keys for key in keys)  # noqa: E731
        while few := [keys for keys, who in groups.items() if 0 < len(who) <= SMALL and leads(keys)]:
            keys = few[0]
            neighbour = next(merge[key] for key in keys if merge.get(key, key) not in keys)
            other = next(group for group in groups if neighbour in group)
            both = groups.pop(keys) | groups.pop(other)
            groups = dict(sorted((groups | {tuple(sorted(keys + other, key=order.index)): both}).items()))
        return groups

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["workshop.reveal.rule"], "_join_few", join)
        yield


@contextmanager
def weak_rule(release: Callable[..., Shown | None] = threshold_only) -> Iterator[None]:
    """The whole system with another rule."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["workshop.reveal.payload"], "release", release)
        patch.setattr(count, "release", release)
        yield


class Live(LocalRoom):
    """A room that shows what it has as soon as the rule lets it, and again whenever that changes."""

    every = 1

    def _view(self, state: Any) -> dict[str, Any]:
        view = super()._view(state)
        for id, phase in state.phases.items():
            if phase not in RUNNING or id in self._declared.pairs or self._declared.questions[id].pooled:
                continue
            question = self._declared.questions[id]
            with self._store._database.read() as db:
                values = [question.check(json.loads(text)) for text in self._store._values(db, self.id, id)]
            if len(values) >= 5 and len(values) % self.every == 0:
                self.last = getattr(self, "last", {}) | {id: reveal.payload(question, values)}
            if frozen := getattr(self, "last", {}).get(id):
                view["reveals"] = view["reveals"] | {id: reveal.content_id(frozen)}
                self._examples[reveal.content_id(frozen)] = frozen
        return view


class Batches(Live):
    """The same, in batches of five."""

    every = 5


class TellsWhoSkips(LocalRoom):
    """A desk that counts answers instead of people who are done."""

    def desk_view(self) -> dict[str, Any]:
        view = super().desk_view()
        with self._store._database.read() as db:
            view["done"] = {id: len(self._store._values(db, self.id, id)) for id in view["done"]}
        return view


class Recounts(LocalRoom):
    """A room that lets the facilitator cancel and count again after the result was seen."""

    def cancel(self, question: str) -> dict[str, Any]:
        ids = [one.id for one in self._declared.together(question)]
        with self._store._database.write() as db:
            there = tables.tables["reveals"]
            db.execute(there.delete().where(there.c.room == self.id, there.c.question.in_(ids)))
            asked = tables.tables["questions"]
            db.execute(asked.update().where(asked.c.room == self.id, asked.c.question.in_(ids)).values(phase=Phase.OPEN))
        return self.desk_view()


@contextmanager
def weak_sqlite(secure_delete: bool = False, vacuum: bool = False) -> Iterator[None]:
    """SQLite that keeps what was deleted: Debian's own build overwrites it, others do not."""
    configure = Sqlite._configure

    def careless(connection: Any, record: Any) -> None:
        configure(connection, record)
        connection.execute(f"PRAGMA secure_delete = {'ON' if secure_delete else 'OFF'}")

    def rewrite(self: Sqlite) -> bool:
        with self._writing, self._plain() as db:
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sqlite, "_configure", staticmethod(careless))
        if not vacuum:
            patch.setattr(Sqlite, "_rewrite", rewrite)
        yield


@contextmanager
def weak_postgres(forgets_order: bool = True, vacuum: bool = True) -> Iterator[None]:
    """PostgreSQL as it is by itself."""
    with pytest.MonkeyPatch.context() as patch:
        if not forgets_order:
            patch.setattr(Postgres, "forget_order", lambda *_: None)
        if not vacuum:
            patch.setattr(Postgres, "scrub", lambda self, keys: [])
        yield


@contextmanager
def rowid_tables() -> Iterator[None]:
    """Tables of SQLite's usual kind, which number their rows as they come."""
    wide = [table for table in tables.sorted_tables if table.dialect_options["sqlite"]["with_rowid"] is False]
    for table in wide:
        table.dialect_options["sqlite"]["with_rowid"] = True
    try:
        yield
    finally:
        for table in wide:
            table.dialect_options["sqlite"]["with_rowid"] = False


# --- schedules


@dataclass(frozen=True)
class Event:
    """One thing that happens: a verb of `World` or of the room, at one of the servers."""

    verb: str
    question: str = ""
    person: int = 0
    value: Any = None
    at: int = 0


def answer(question: str, luck: random.Random) -> Any:
    if question == WORDS.id:
        return f"text {luck.randrange(10**9)}"
    if question == CREW.id:
        return luck.sample("abc", luck.randint(1, 3))
    return luck.choice(list(QUESTIONS[question].cells()))


def schedule(luck: random.Random, servers: int, people: int = 9, events: int = 40) -> list[Event]:
    """A random session: people come and go, answer, change, take back, skip, while the desk opens and closes."""
    made: list[Event] = []
    for question in luck.sample(MAINS, 3):
        made.append(Event("open", question))
        for _ in range(events // 3):
            person, at = luck.randrange(people), luck.randrange(servers)
            verb = luck.choices(["send", "skip", "keep", "undo", "here", "restart", "close", "cancel"], [30, 3, 1, 2, 2, 1, 1, 1])[0]
            asked = GUESS.id if question == BOX.id and luck.random() < 0.4 else question
            made.append(Event(verb, asked, person, answer(asked, luck) if verb == "send" else None, at))
        made += [Event("close", question), Event("settle", question, at=luck.randrange(servers))]
    return made


def play(world: World, event: Event) -> str:
    """Let it happen; what was said to the person who did it."""
    room = world.rooms[event.at]
    try:
        if event.verb in ("send", "skip", "keep", "undo"):
            return world.send(event.person, event.question, event.value, event.verb, event.at)
        if event.verb == "here":
            room.server.here(f"server {event.at}", event.person, event.person)
        elif event.verb == "restart":
            world.restart(event.at)
        else:
            getattr(room, event.verb)(event.question)
        return "done"
    except RuntimeError as error:
        return str(error)


def rows(where: str | Path, query: str) -> list[tuple]:
    """What anybody with the database can read by SQL."""
    url = str(where) if "://" in str(where) else f"sqlite:///{where}"
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as db:
            return [tuple(row) for row in db.execute(sa.text(query))]
    finally:
        engine.dispose()


def unsorted(people: Iterable[Any], luck: random.Random) -> list[Any]:
    mixed = list(people)
    luck.shuffle(mixed)
    return mixed
