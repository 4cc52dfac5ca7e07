"""What a desk does with questions: their phases, the one count at the end, what comes on paper, texts to be read first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from workshop.kinds.base import Paper
from workshop.phases import RUNNING, Mode, Phase
from workshop.store.engines import Database, StoreError
from workshop.store.tables import answers, batches, paper, questions, reveals, rooms

SHEETS = ""  # in `paper`: the cell that holds how many sheets there were


class RoomEnded(StoreError):
    """The room has ended: nothing in it changes any more."""


@dataclass(frozen=True)
class Room:
    """One running or ended workshop; `k` is None where the release rule's own minimum holds."""

    id: str
    code: str
    mode: Mode
    k: int | None
    module: str | None
    ended: bool
    created: str  # the day, YYYY-MM-DD
    state: str = "{}"  # how it stands apart from its questions, as JSON


@dataclass(frozen=True)
class Count:
    """What a count may look at: the questions to close, the room's k, and of any question the answers of phones (JSON
    texts, in their own order) and the totals of paper."""

    questions: tuple[str, ...]
    k: int | None
    phones: Callable[[str], list[str]]
    paper: Callable[[str], Paper | None]


Made = Mapping[str, tuple[str | None, bytes]]  # question -> (content id, payload); None: a batch of texts, to be read first


class Questions:
    """The half of `Store` that is about questions. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read, self._write, self._insert = database.read, database.write, database.insert

    def _room(self, db: sa.Connection, id: str, lock: bool = False) -> Room:
        query = sa.select(rooms).where(rooms.c.id == id)
        row = db.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise StoreError("There is no such room in this store.")
        return Room(**row._mapping)

    def _running(self, db: sa.Connection, id: str) -> Room:
        """Hold the room, so that it doesn't end in the meantime; RoomEnded if it has."""
        room = self._room(db, id, lock=True)
        if room.ended:
            raise RoomEnded("This room has ended.")
        return room

    # Phases

    def add_questions(self, room: str, asked: Iterable[str], phase: Phase = Phase.WAITING, module: str | None = None) -> None:
        """Add what the room doesn't have yet, in that phase; with `module`, make it the open one."""
        with self._write() as db:
            self._running(db, room)
            for question in asked:
                row = self._insert(questions).values(room=room, question=question, phase=phase)
                db.execute(row.on_conflict_do_nothing())
            if module:
                db.execute(rooms.update().where(rooms.c.id == room).values(module=module))

    def move(self, room: str, asked: Sequence[str], to: Phase, when: Collection[Phase]) -> dict[str, Phase]:
        """Bring the questions that are in one of the phases `when` to the phase `to`, if the first one is; the phases before."""
        with self._write() as db:
            self._running(db, room)
            before = self._hold(db, room, asked)
            if before.get(asked[0]) in when:
                self._enter(db, room, [question for question, phase in before.items() if phase in when], to)
            return before

    # The count

    def settle(
        self, room: str, asked: Sequence[str], make: Callable[[Count], Made], after: Mapping[str, Sequence[str]] = {}
    ) -> dict[str, Phase]:
        """Close for good the questions that are closing, if the first one is; the phases before.

        `after`: question -> those that it waits for; it is closed at the same moment as the last of them. Nothing is
        counted that isn't stored, and nothing is stored afterwards: answers wait, or come too late.
        """
        with self._write() as db:
            k = self._running(db, room).k
            before = self._hold(db, room, [*asked, *after, *(one for needed in after.values() for one in needed)])
            if before.get(asked[0]) == Phase.CLOSING:
                closing = [question for question in asked if before.get(question) == Phase.CLOSING]
                through = {question for question, phase in before.items() if phase == Phase.CLOSED} | set(closing)
                left = [one for one in after if before.get(one, Phase.CLOSED) != Phase.CLOSED]
                closing += [one for one in left if through >= set(after[one])]
                count = Count(tuple(closing), k, lambda one: self._values(db, room, one), lambda one: self._paper(db, room, one))
                for question, (content, made) in make(count).items():
                    if content is None:
                        db.execute(batches.insert().values(room=room, question=question, batch=made))
                    else:
                        db.execute(reveals.insert().values(room=room, question=question, content=content, payload=made))
                self._enter(db, room, closing, Phase.CLOSED)
            return {question: before[question] for question in asked if question in before}

    def payload(self, room: str, content: str) -> bytes | None:
        """The frozen payload of that content id, if the room has revealed it."""
        query = sa.select(reveals.c.payload).where(reveals.c.room == room, reveals.c.content == content)
        with self._read() as db:
            found = db.scalar(query.limit(1))
        return None if found is None else bytes(found)

    def _hold(self, db: sa.Connection, room: str, asked: Iterable[str]) -> dict[str, Phase]:
        """The phases of the questions, which nobody else can change or answer until this transaction ends."""
        query = sa.select(questions.c.question, questions.c.phase).where(questions.c.room == room)
        query = query.where(questions.c.question.in_(list(asked))).order_by(questions.c.question)
        return dict(map(tuple, db.execute(query.with_for_update())))

    def _enter(self, db: sa.Connection, room: str, asked: Iterable[str], phase: Phase) -> None:
        here = sa.and_(questions.c.room == room, questions.c.question.in_(list(asked)))
        db.execute(questions.update().where(here).values(phase=phase))

    def _values(self, db: sa.Connection, room: str, question: str) -> list[str]:
        query = sa.select(answers.c.value).where(answers.c.room == room, answers.c.question == question)
        return sorted(db.scalars(query))

    def _paper(self, db: sa.Connection, room: str, question: str) -> Paper | None:
        found = dict(map(tuple, db.execute(sa.select(paper.c.cell, paper.c.people).where(*_of(paper, room, question)))))
        people = found.pop(SHEETS, None)
        return None if people is None else Paper(found, people)

    # Paper

    def tally(self, room: str, question: str, counted: Paper) -> Phase | None:
        """Keep what was counted by hand in place of an earlier tally; the phase: nothing is kept once it is closed.
        None: the room doesn't have the question."""
        with self._write() as db:
            self._running(db, room)
            phase = self._hold(db, room, [question]).get(question)
            if phase in (Phase.WAITING, *RUNNING):
                db.execute(paper.delete().where(*_of(paper, room, question)))
                if counted.people:
                    for cell, people in {**counted.cells, SHEETS: counted.people}.items():
                        db.execute(paper.insert().values(room=room, question=question, cell=cell, people=people))
            return phase

    # Texts, from the close until somebody has read them

    def batch(self, room: str, question: str) -> bytes | None:
        """The texts that wait to be read, as they were frozen at the close."""
        with self._read() as db:
            return self._batch(db, room, question)

    def _batch(self, db: sa.Connection, room: str, question: str) -> bytes | None:
        found = db.scalar(sa.select(batches.c.batch).where(*_of(batches, room, question)))
        return None if found is None else bytes(found)

    def approve(self, room: str, question: str, make: Callable[[bytes, int | None], tuple[str, bytes]]) -> bool:
        """Turn the batch into the question's reveal, once; `make` gets the batch and the room's k. False: nothing waits."""
        with self._write() as db:
            k = self._running(db, room).k
            self._hold(db, room, [question])
            batch = self._batch(db, room, question)
            if batch is None:
                return False
            content, payload = make(batch, k)
            db.execute(reveals.insert().values(room=room, question=question, content=content, payload=payload))
            db.execute(batches.delete().where(*_of(batches, room, question)))
            return True


def _of(table: sa.Table, room: str, question: str) -> list[sa.ColumnElement[bool]]:
    return [table.c.room == room, table.c.question == question]
