"""A home on a network drive, as universities have it: there SQLite's write-ahead log can't be shared between processes."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from workshop.phases import Phase
from workshop.store import Store, StoreError, locks

KEYS = ("a" * 64, "b" * 64)


@pytest.fixture
def drive(tmp_path, monkeypatch) -> Path:
    """A folder in which the file that a shared log needs can't be opened."""
    folder = tmp_path / "drive"
    folder.mkdir()
    monkeypatch.setattr(locks.secrets, "token_hex", lambda _: "trial")
    (folder / ".s.sqlite-trial-shm").mkdir()
    return folder


def answered(store: Store) -> str:
    room = store.create_room().id
    store.add_questions(room, ["m.q"], Phase.OPEN)
    store.submit(room, "m.q", KEYS, '"glad"')
    return room


def files(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.is_file()]


def test_the_store_works_there_for_two_servers_and_leaves_nothing(drive):
    assert not locks.shared(drive / "s.sqlite")
    desk, phones = Store.open(drive / "s.sqlite"), Store.open(drive / "s.sqlite")
    desk.changed()
    room = answered(phones)
    assert desk.changed() and desk.done(room) == {"m.q": 1}
    assert [file.name for file in files(drive)] == ["s.sqlite"], "no log that would have to be shared"
    assert desk.close_room(room).clean
    assert not any(key.encode() in file.read_bytes() for file in files(drive) for key in KEYS)
    for store in (desk, phones):
        store.close()


def test_a_store_that_was_used_elsewhere_keeps_what_is_in_its_log(drive, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    store = Store.open(elsewhere / "s.sqlite")
    room = answered(store)
    for file in elsewhere.iterdir():  # as after a power cut: the log was never written back
        shutil.copy(file, drive)
    store.close()
    assert (drive / "s.sqlite-wal").stat().st_size
    moved = Store.open(drive / "s.sqlite")
    assert moved.mine(room, {"m.q": KEYS}) == {"m.q": ('"glad"', True)}
    moved.close()


def test_where_nothing_can_be_locked_the_sentence_names_the_cause_and_the_ways_out(drive, monkeypatch):
    def refuse(path: Path, patience: float) -> None:
        raise sqlite3.OperationalError("locking protocol")

    monkeypatch.setattr(locks, "unshare", refuse)
    with pytest.raises(StoreError, match=r"network drive.*--data-dir.*WORKSHOP_DATA"):
        Store.open(drive / "s.sqlite")


def test_a_folder_of_this_computer_shares_its_log_and_holds_nothing_of_the_trial(tmp_path):
    assert locks.shared(tmp_path / "s.sqlite")
    assert not list(tmp_path.iterdir())
    store = Store.open(tmp_path / "s.sqlite")
    answered(store)
    assert (tmp_path / "s.sqlite-wal").stat().st_size
    store.close()
