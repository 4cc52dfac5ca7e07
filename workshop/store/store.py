"""The store's verbs: each is one transaction."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from workshop import typed
from workshop.phases import RUNNING, Mode, Phase
from workshop.store.engines import Database, StoreError, database
from workshop.store.presence import Presence
from workshop.store.questions import SHEETS, Questions, Room
from workshop.store.tables import answers, batches, meta, paper, participation, presence, questions, reveals, rooms, tables

VERSION = "4"
# A code is read from a screen by everybody and typed on a phone: no 0 O, 1 I L, which look alike; and no vowel, nor 3 and 4,
# which are read as some, so that it can't be a word.
ALPHABET = "256789BCDFGHJKMNPQRSTVWXZ"
UNWELCOME = ("88", "CNT", "FCK", "FGT", "HJ", "KKK", "KZ", "NGG", "NGR", "NS", "SS")  # that hurt without vowels too
CODE_LENGTH = 4


@dataclass(frozen=True)
class State:
    """A room at one moment: question -> phase, question -> content id of its reveal."""

    room: Room
    phases: dict[str, Phase]
    reveals: dict[str, str]


@dataclass(frozen=True)
class DeskState:
    """The same moment at the desk: how many are done with each question, how many sheets of paper were counted for it,
    which questions have texts that wait to be read, and over all servers how many people have joined and how many are awake."""

    state: State
    done: dict[str, int]
    sheets: dict[str, int]
    unread: tuple[str, ...]
    joined: int
    awake: int


@dataclass(frozen=True)
class Left:
    """What is still there after a room was closed: rows of answers, and files that hold something of a deleted one."""

    rows: int
    files: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not self.rows and not self.files

    def __str__(self) -> str:
        if self.clean:
            return "The answers of this room are deleted, and nothing of them is left in the store."
        where = ", ".join([*([f"{self.rows} rows"] if self.rows else []), *self.files])
        return f"Something of the deleted answers is still in the store ({where}): stop the workshop and close the room again."


class Store(Questions):
    """All rooms of one database. Every method is one transaction; safe for several threads and several servers."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.presence = Presence(database)

    @classmethod
    def open(cls, where: str | os.PathLike[str]) -> Store:
        """The store at a path or a postgresql:// address, made where there is none; StoreError in one sentence."""
        store = cls(database(where))
        try:
            store._prepare()
        except StoreError:
            store.close()
            raise
        return store

    def _prepare(self) -> None:
        with self._write() as db:
            if db.dialect.name == "postgresql":  # two servers may find it empty at the same moment
                db.execute(sa.select(sa.func.pg_advisory_xact_lock(0x776B7368)))
            there = set(sa.inspect(db).get_table_names())
            if not there & set(tables.tables):
                tables.create_all(db)
                db.execute(meta.insert().values(name="version", value=VERSION))
            elif not set(tables.tables) <= there:
                raise StoreError("This database belongs to another program: choose an empty one for the workshop.")
            version = db.scalar(sa.select(meta.c.value).where(meta.c.name == "version"))
        if version != VERSION:
            raise StoreError(
                f"This store was made by another version of the workshop (its form is {version}, this one reads {VERSION}): "
                "choose another one; nothing in it was changed."
            )

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def changed(self) -> bool:
        """Whether anything was committed since the last call, by anybody; for one watcher. True at the first call."""
        return self._database.changed()

    # Rooms

    def create_room(self, mode: Mode = "room", k: int | None = None, code: str | None = None) -> Room:
        """A new room, with a code of its own unless one is given; StoreError when the given one is taken."""
        with self._write() as db:
            return self._create(db, mode, k, code)

    def alone(self) -> Room:
        """The one room of a person who is alone, made where there is none."""
        with self._write() as db:
            if db.dialect.name == "postgresql":
                db.execute(sa.select(sa.func.pg_advisory_xact_lock(0x776B7368)))
            row = db.execute(sa.select(rooms).where(rooms.c.mode == "alone")).first()
            return Room(**row._mapping) if row else self._create(db, "alone", None, None)

    def _create(self, db: sa.Connection, mode: Mode, k: int | None, code: str | None) -> Room:
        for drawn in [code] if code else (_code() for _ in range(50)):
            room = Room(secrets.token_hex(16), drawn, mode, k, None, False, date.today().isoformat())
            row = self._insert(rooms).values(**vars(room)).on_conflict_do_nothing().returning(rooms.c.id)
            if db.scalar(row):
                return room
        raise StoreError(f"There is already a room {code}." if code else "No free room code was found: remove old rooms.")

    def room(self, id: str) -> Room:
        """The room with that id; StoreError where there is none."""
        with self._read() as db:
            return self._room(db, id)

    def find(self, code: str) -> Room | None:
        """The room with that join code, however it was typed."""
        with self._read() as db:
            row = db.execute(sa.select(rooms).where(rooms.c.code == typed.code(code))).first()
        return Room(**row._mapping) if row else None

    def raise_k(self, room: str, k: int) -> int:
        """Ask for at least `k` people in this room from now on; returns the k that holds: it never becomes less."""
        with self._write() as db:
            known = self._running(db, room).k or 0
            if k > known:
                db.execute(rooms.update().where(rooms.c.id == room).values(k=k))
            return max(k, known)

    def arrange(self, room: str, change: Callable[[str], str]) -> None:
        """Give the room the state that `change` makes of the present one."""
        with self._write() as db:
            state = change(self._running(db, room).state)
            db.execute(rooms.update().where(rooms.c.id == room).values(state=state))

    def unclosed(self) -> list[tuple[Room, bool]]:
        """The rooms that nobody ended, one person's own apart, the oldest first; and whether anything was answered or shown there."""
        used = sa.or_(*[sa.exists().where(table.c.room == rooms.c.id) for table in (participation, paper, reveals)])
        query = sa.select(*rooms.c, used.label("used")).where(rooms.c.mode != "alone", rooms.c.ended.is_(False))
        with self._read() as db:
            found = [dict(row._mapping) for row in db.execute(query.order_by(rooms.c.created, rooms.c.code))]
        return [(Room(**{name: value for name, value in row.items() if name != "used"}), bool(row["used"])) for row in found]

    def state(self, room: str) -> State:
        """Everything about a room that everybody may know, at one moment."""
        with self._read() as db:
            return self._state(db, room)

    def _state(self, db: sa.Connection, room: str) -> State:
        phases = sa.select(questions.c.question, questions.c.phase).where(questions.c.room == room)
        shown = sa.select(reveals.c.question, reveals.c.content).where(reveals.c.room == room)
        return State(self._room(db, room), dict(map(tuple, db.execute(phases))), dict(map(tuple, db.execute(shown))))

    def desk(self, room: str) -> DeskState:
        """What the desk may know as well, at the same moment."""
        sheets = sa.select(paper.c.question, paper.c.people).where(paper.c.room == room, paper.c.cell == SHEETS)
        unread = sa.select(batches.c.question).where(batches.c.room == room).order_by(batches.c.question)
        with self._read() as db:
            joined, awake = self.presence.counted(db, room)
            done, on_paper = self._done(db, room), dict(map(tuple, db.execute(sheets)))
            return DeskState(self._state(db, room), done, on_paper, tuple(db.scalars(unread)), joined, awake)

    def done(self, room: str) -> dict[str, int]:
        """Question -> how many are done with it, Send and Skip alike."""
        with self._read() as db:
            return self._done(db, room)

    def _done(self, db: sa.Connection, room: str) -> dict[str, int]:
        table = participation
        query = sa.select(table.c.question, sa.func.count()).where(table.c.room == room).group_by(table.c.question)
        return dict(map(tuple, db.execute(query)))

    # Answers

    def submit(self, room: str, question: str, keys: tuple[str, str], value: str | None, done: bool = True) -> Phase:
        """Store one answer (JSON text; None takes an earlier one away) and whether the person is done.

        Returns the question's phase: nothing was stored unless it is running. The same call twice is the same as once.
        """
        answer, mark = ({"room": room, "question": question, "key": key} for key in keys)
        with self._write() as db:
            query = sa.select(questions.c.phase).where(questions.c.room == room, questions.c.question == question)
            phase: Phase | None = db.scalar(query.with_for_update())  # one answer after the other, and none during a settle
            if phase not in RUNNING:
                return phase or Phase.WAITING
            if value is None:
                db.execute(answers.delete().where(*_is(answers, answer)))
            else:
                row = self._insert(answers).values(**answer, value=value)
                db.execute(row.on_conflict_do_update(index_elements=["room", "question", "key"], set_={"value": value}))
            if done:
                db.execute(self._insert(participation).values(**mark).on_conflict_do_nothing())
            else:
                db.execute(participation.delete().where(*_is(participation, mark)))
            for table in (answers, participation):  # both, whichever changed: else the one written later would show who skipped
                self._database.forget_order(db, table, room, question)
            return phase

    def mine(self, room: str, keys: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str | None, bool]]:
        """Question -> (the value stored under its answer key, or None; whether its done key is there)."""
        with self._read() as db:
            found = {}
            for question, (answer, mark) in keys.items():
                here = {"room": room, "question": question}
                value = db.scalar(sa.select(answers.c.value).where(*_is(answers, here | {"key": answer})))
                done = sa.select(participation.c.key).where(*_is(participation, here | {"key": mark}))
                found[question] = (value, db.scalar(done) is not None)
            return found

    def moves(self, room: str, question: str) -> dict[str, str]:
        """Key -> value of one round of a game, to deal the seats by; nothing before the round is closed for good."""
        query = sa.select(answers.c.key, answers.c.value).join(
            questions, sa.and_(questions.c.room == answers.c.room, questions.c.question == answers.c.question)
        )
        query = query.where(answers.c.room == room, answers.c.question == question, questions.c.phase == Phase.CLOSED)
        with self._read() as db:
            return dict(map(tuple, db.execute(query)))

    # The end

    def close_room(self, room: str) -> Left:
        """End the room: delete its answers and who was done, keep its reveals; say what is left. May be repeated."""
        with self._write() as db:
            self._room(db, room, lock=True)
            everything = db.scalars(sa.select(questions.c.question).where(questions.c.room == room)).all()
            self._hold(db, room, everything)  # answers on their way are stored before this, or refused after it
            self._enter(db, room, everything, Phase.CLOSED)
            db.execute(rooms.update().where(rooms.c.id == room).values(ended=True, state="{}"))
            keys: list[str] = []
            for table in (answers, participation):
                keys += db.scalars(sa.select(table.c.key).where(table.c.room == room))
                db.execute(table.delete().where(table.c.room == room))
            for table in (paper, batches):
                db.execute(table.delete().where(table.c.room == room))
            db.execute(presence.delete().where(presence.c.room == room))
        files = self._database.scrub(keys)
        with self._read() as db:
            emptied = (answers, participation, paper, batches)
            counts = [sa.select(sa.func.count()).select_from(table).where(table.c.room == room) for table in emptied]
            return Left(sum(db.scalar(count) or 0 for count in counts), tuple(files))


def _code() -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not any(part in code for part in UNWELCOME):
            return code


def _is(table: sa.Table, key: Mapping[str, str]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == part for name, part in key.items()]
