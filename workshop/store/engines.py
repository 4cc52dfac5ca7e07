"""SQLite and PostgreSQL, where they differ: how each is opened, locked, watched and emptied, and what its errors mean."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from workshop.store import locks

BUSY = 10  # s that a transaction waits for another one before it gives up
CHANNEL = "workshop"
EMPTIED = ("answers", "participation", "paper", "batches")  # what no room keeps after its end
# A PostgreSQL server that vanished without a word is noticed within half a minute, by the watcher too.
ALIVE = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


# At its debug level SQLAlchemy logs the rows that it reads, and those are answers; hide_parameters does not cover them.
logging.getLogger("sqlalchemy").setLevel(logging.WARNING)


class StoreError(RuntimeError):
    """The store cannot be used; the message is one sentence for the person who runs the workshop, without a password."""


def database(where: str | os.PathLike[str]) -> Sqlite | Postgres:
    """The database at a file path, or at a postgresql:// address."""
    text = os.fspath(where)
    if "://" not in text:
        return Sqlite(Path(text).expanduser())
    try:
        url = sa.make_url(text)
    except SQLAlchemyError:
        raise StoreError("This address of a store cannot be read: postgresql://user@host/database is the form.") from None
    if url.get_backend_name() in ("postgresql", "postgres"):
        return Postgres(url)
    if url.get_backend_name() == "sqlite" and url.database:
        return Sqlite(Path(url.database))
    raise StoreError("A store is a file, or a PostgreSQL database (postgresql://user@host/database).")


class Database(ABC):
    """What both have in common. `write` and `read` are transactions; SQLAlchemy's errors leave them as StoreError."""

    engine: sa.Engine
    insert: Callable[..., Any]  # the dialect's own: with ON CONFLICT

    def __init__(self) -> None:
        self._watching = threading.Lock()
        self._watch: sa.PoolProxiedConnection | None = None
        self._watched: Any = None  # the driver's own connection under it

    @abstractmethod
    def write(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that may write."""

    @abstractmethod
    def read(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that sees one moment and writes nothing."""

    @abstractmethod
    def changed(self) -> bool:
        """Whether anybody committed anything since the last call; True at the first."""

    @abstractmethod
    def forget_order(self, db: sa.Connection, table: sa.Table, room: str, question: str) -> None:
        """Let nothing that SQL can read tell in which order the rows of one question came, or which came together."""

    @abstractmethod
    def scrub(self, keys: Iterable[str]) -> list[str]:
        """Write everything again without what was deleted; the names of what still holds something of it, or may."""

    @abstractmethod
    def sentence(self, trouble: str) -> str:
        """What the driver's message means for the person who runs the workshop."""

    def close(self) -> None:
        """Let go of every connection."""
        with self._watching:
            self._unwatch()
        self.engine.dispose()

    def _begin_watch(self) -> None:
        """A connection for the watcher alone, outside the pool."""
        self._watch = self.engine.raw_connection()
        self._watch.detach()
        self._watched = self._watch.dbapi_connection

    def _unwatch(self) -> None:
        if self._watch is not None:
            with suppress(Exception):
                self._watch.close()
        self._watch = self._watched = None

    @contextmanager
    def sentences(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(self.sentence(str(getattr(error, "orig", error)))) from error


class Sqlite(Database):
    """One file, written by one transaction at a time. Safe for several threads and several processes."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.insert = path, sqlite.insert
        self._prepare()
        # hide_parameters: an error's text may reach a log, and the parameters are keys and answers.
        self.engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(path)),
            connect_args={"timeout": BUSY, "isolation_level": None, "check_same_thread": False},
            hide_parameters=True,
        )
        self._writing = threading.Lock()  # waiting in turn here is fairer than SQLite's own waiting
        sa.event.listen(self.engine, "connect", self._configure)
        # The driver would begin a transaction late, and never as a writer: two of them could then fail halfway.
        sa.event.listen(self.engine, "begin", self._begin)
        try:
            self._check()
        except StoreError:
            self.close()
            raise

    def _prepare(self) -> None:
        folder = self.path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            reason = (error.strerror or "not allowed").lower()
            raise StoreError(f"The store {self.path} cannot be written ({reason}): choose another folder.") from error
        if not os.access(folder, os.W_OK):
            raise StoreError(f"The folder {folder} cannot be written: choose another one for the store.")

    @staticmethod
    def _configure(connection: Any, _record: Any) -> None:
        for pragma in (
            "synchronous = FULL",
            "secure_delete = ON",
            "foreign_keys = ON",
            "temp_store = MEMORY",  # sorting and VACUUM leave no file behind
        ):
            connection.execute(f"PRAGMA {pragma}")

    @staticmethod
    def _begin(db: sa.Connection) -> None:
        if statement := db.get_execution_options().get("begin", "BEGIN"):
            db.exec_driver_sql(statement)

    def _check(self) -> None:
        if not locks.shared(self.path):
            self._unshare()
            return
        with self.sentences(), self._plain() as db:
            for patience in range(20):  # the switch to WAL doesn't wait for others that switch at the same moment
                try:
                    db.exec_driver_sql("PRAGMA journal_mode = WAL")
                    break
                except sa.exc.OperationalError as error:
                    if "locked" not in str(error.orig) or patience == 19:
                        raise
                    time.sleep(0.1)
            self._check_content(db)

    def _unshare(self) -> None:
        try:
            locks.unshare(self.path, BUSY)
        except sqlite3.Error as error:
            raise StoreError(self.sentence(str(error))) from error
        with self.sentences(), self._plain() as db:
            self._check_content(db)

    def _check_content(self, db: sa.Connection) -> None:
        if db.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise StoreError(self.sentence("malformed"))

    @contextmanager
    def _plain(self) -> Iterator[sa.Connection]:
        """A connection without a transaction."""
        with self.engine.connect().execution_options(begin=None) as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        with self.sentences(), self._writing, self.engine.execution_options(begin="BEGIN IMMEDIATE").begin() as db:
            yield db

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with self.sentences(), self.engine.begin() as db:
            yield db

    def changed(self) -> bool:
        """Whether anybody committed anything since the last call; True at the first."""
        with self.sentences(), self._watching:
            if self._watch is None:
                self._begin_watch()
                self._seen = -1
            before, (self._seen,) = self._seen, self._watched.execute("PRAGMA data_version").fetchone()
            return bool(self._seen != before)

    def forget_order(self, db: sa.Connection, table: sa.Table, room: str, question: str) -> None:
        """Nothing to do: a table WITHOUT ROWID is kept in the order of its keys, and rows carry nothing else."""

    def scrub(self, keys: Iterable[str]) -> list[str]:
        """Rewrite the file without what was deleted; the names of files that still hold something of it, or may."""
        left = set() if self._rewrite() else {f"{self.path.name}-wal"}
        with self._plain() as db:
            if db.exec_driver_sql("PRAGMA freelist_count").scalar():  # a free page is a place where something was
                left.add(self.path.name)
        wanted = [key.encode() for key in keys]
        for suffix in ("", "-wal", "-shm", "-journal"):
            file = self.path.with_name(self.path.name + suffix)
            content = file.read_bytes() if file.exists() else b""
            if any(key in content for key in wanted):
                left.add(file.name)
        return sorted(left)

    def _rewrite(self) -> bool:
        """VACUUM, and empty the write-ahead log, as soon as nobody reads from it; False when somebody still does."""
        with self._writing, self._plain() as db:
            db.exec_driver_sql("PRAGMA busy_timeout = 500")
            try:
                for patience in range(20):
                    time.sleep(0.1 if patience else 0)
                    with suppress(SQLAlchemyError):
                        db.exec_driver_sql("VACUUM")
                        if not db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]:
                            return True
                return False
            finally:
                db.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY * 1000}")

    def sentence(self, trouble: str) -> str:
        trouble = trouble.lower()
        if "not a database" in trouble or "malformed" in trouble:
            return f"The file {self.path} is damaged, or is not a store of this workshop: choose another one."
        if "readonly" in trouble or "unable to open" in trouble:
            return f"The store {self.path} cannot be written: see who owns the file and its folder."
        if "full" in trouble:
            return f"The disk is full: make room for {self.path}."
        ways = "choose a folder on this computer, with --data-dir, or with WORKSHOP_DATA if you're alone in JupyterLab."
        if "locking protocol" in trouble:
            return f"Files can't be locked in {self.path.parent}, which may be on a network drive: {ways}"
        if "disk i/o" in trouble:
            return f"The file {self.path} couldn't be read or written. Is the disk full, or on a network? Make room, or {ways}"
        if "locked" in trouble:
            return f"The store {self.path} is busy: another program is writing in it."
        return f"The store {self.path} did not work; the log has the details."


class Postgres(Database):
    """A PostgreSQL database, for several machines. Its log files and backups are the operator's."""

    def __init__(self, url: sa.URL) -> None:
        super().__init__()
        self.insert = postgresql.insert
        self.name = f"{url.host or url.query.get('host', 'localhost')}/{url.database or ''}"
        # A server that stands still inside a transaction must not stop the others.
        options = f"-c statement_timeout={BUSY}s -c idle_in_transaction_session_timeout={BUSY}s"
        try:
            self.engine = sa.create_engine(
                url.set(drivername="postgresql+psycopg"),
                connect_args=ALIVE | ({} if "options" in url.query else {"options": options}),
                pool_pre_ping=True,
                hide_parameters=True,
            )
        except ImportError:
            raise StoreError("PostgreSQL needs psycopg: pip install 'interdependence-workshop[postgresql]'.") from None
        self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ")  # one moment, not several

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        with self.sentences(), self.engine.begin() as db:
            yield db
            db.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with self.sentences(), self._reading.begin() as db:
            yield db

    def changed(self) -> bool:
        """Whether anybody committed anything since the last call; True at the first, and after a lost connection."""
        from psycopg import Error

        with self.sentences(), self._watching:
            if self._watch is None:
                self._begin_watch()
                self._watched.autocommit = True
                self._watched.execute(f"LISTEN {CHANNEL}")
                return True
            try:
                return bool(list(self._watched.notifies(timeout=0)))
            except Error:
                self._unwatch()
                return True

    def forget_order(self, db: sa.Connection, table: sa.Table, room: str, question: str) -> None:
        """Write the question's rows again, in the order of their keys: every row tells the transaction (xmin) that wrote
        it and its place in the table (ctid), and both grow in the order of arrival. Afterwards all rows have one xmin."""
        gone = table.delete().where(table.c.room == room, table.c.question == question).returning(*table.c).cte("gone")
        db.execute(table.insert().from_select(list(table.c.keys()), sa.select(gone).order_by(gone.c.key)))

    def scrub(self, keys: Iterable[str]) -> list[str]:
        """Write the tables again without what was deleted; the names of those that somebody still reads from."""
        left = []
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            for table in EMPTIED:
                try:
                    db.exec_driver_sql(f"VACUUM (FULL) {table}")
                except SQLAlchemyError:  # a backup that is running, another program's transaction
                    left.append(f"table {table}")
        return left

    def sentence(self, trouble: str) -> str:
        if "authentication failed" in trouble or "no password supplied" in trouble:
            return f"The PostgreSQL server at {self.name} refused the user name or the password."
        if "does not exist" in trouble and "database" in trouble:
            return f"The PostgreSQL server does not have the database {self.name}: create it first."
        if "permission denied" in trouble:
            return f"The PostgreSQL database {self.name} does not let this user make or write its tables."
        if "timeout" in trouble and "statement" in trouble:
            return f"The PostgreSQL database {self.name} is busy: another program holds it."
        return f"The PostgreSQL server at {self.name} cannot be reached, or stopped answering."
