"""What is kept, and what is not: see the package."""

from __future__ import annotations

import sqlalchemy as sa

from workshop.phases import Phase


class PhaseText(sa.TypeDecorator[Phase]):
    """A phase, kept as its text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Phase | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Phase | None:
        return None if value is None else Phase(value)


tables = sa.MetaData()
meta = sa.Table("meta", tables, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False))
rooms = sa.Table(
    "rooms",
    tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("k", sa.Integer),
    sa.Column("module", sa.Text),
    sa.Column("ended", sa.Boolean, nullable=False, default=False),
    sa.Column("created", sa.Text, nullable=False),  # the day, no more
    sa.Column("state", sa.Text, nullable=False, default="{}"),  # how the room stands: see `workshop.room.stage`
)
questions = sa.Table(
    "questions",
    tables,
    sa.Column("room", sa.ForeignKey("rooms.id"), primary_key=True),
    sa.Column("question", sa.Text, primary_key=True),
    sa.Column("phase", PhaseText, nullable=False),
)


def _of_a_question(name: str, *columns: sa.Column[str]) -> sa.Table:
    asked = sa.ForeignKeyConstraint(["room", "question"], ["questions.room", "questions.question"])
    keys = (sa.Column(key, sa.Text, primary_key=True) for key in ("room", "question", "key"))
    return sa.Table(name, tables, *keys, *columns, asked, sqlite_with_rowid=False)


answers = _of_a_question("answers", sa.Column("value", sa.Text, nullable=False))
participation = _of_a_question("participation")
paper = sa.Table(  # totals counted from paper; the cell "" holds how many sheets there were
    "paper",
    tables,
    sa.Column("room", sa.Text, primary_key=True),
    sa.Column("question", sa.Text, primary_key=True),
    sa.Column("cell", sa.Text, primary_key=True),
    sa.Column("people", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["room", "question"], ["questions.room", "questions.question"]),
    sqlite_with_rowid=False,
)
reveals = sa.Table(
    "reveals",
    tables,
    sa.Column("room", sa.ForeignKey("rooms.id"), primary_key=True),
    sa.Column("question", sa.Text, primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
)
batches = sa.Table(  # texts in their one shuffled order, from the close until somebody has read them
    "batches",
    tables,
    sa.Column("room", sa.ForeignKey("rooms.id"), primary_key=True),
    sa.Column("question", sa.Text, primary_key=True),
    sa.Column("batch", sa.LargeBinary, nullable=False),
)
presence = sa.Table(
    "presence",
    tables,
    sa.Column("room", sa.ForeignKey("rooms.id"), primary_key=True),
    sa.Column("server", sa.Text, primary_key=True),
    sa.Column("joined", sa.Integer, nullable=False),
    sa.Column("awake", sa.Integer, nullable=False),
)
