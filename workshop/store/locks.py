"""Folders in which SQLite can't share a write-ahead log between processes, as on many network drives."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path


def shared(path: Path) -> bool:
    """Whether a log can be shared in this file's folder. Tried with another file, since this one may be in use."""
    trial = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with closing(sqlite3.connect(trial, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous = OFF")
            (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
            db.execute("CREATE TABLE trial (x)")
            return bool(mode == "wal")
    except sqlite3.Error as error:
        return "full" in str(error).lower()  # which says nothing about locks
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                trial.with_name(trial.name + suffix).unlink(missing_ok=True)


def unshare(path: Path, patience: float) -> None:
    """Give the database a journal that is rolled back: slower, and as safe. sqlite3.Error if that can't be done.

    A file that was in use elsewhere may still have a write-ahead log. One process alone can read it without shared locks.
    """
    with closing(sqlite3.connect(path, isolation_level=None, timeout=patience)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("SELECT count(*) FROM sqlite_master")
