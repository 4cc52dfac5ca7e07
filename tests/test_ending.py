"""The end of a room: what is said of it, and rooms that somebody forgot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from secrets import token_hex

import pytest

from workshop.server.ending import DAYS, close, close_forgotten, forgotten
from workshop.store import Store
from workshop.store.tables import rooms


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "s.sqlite")
    yield store
    store.close()


def begun(store: Store, code: str, days: int, mode: str = "room") -> str:
    """A room of so many days ago, with one answer."""
    room = store.create_room(mode, code=code).id
    store.add_questions(room, ["m.q"], "open")
    store.submit(room, "m.q", (token_hex(32), token_hex(32)), '"a"')
    with store._database.write() as db:
        db.execute(rooms.update().where(rooms.c.id == room).values(created=(date.today() - timedelta(days=days)).isoformat()))
    return room


def test_what_is_said_at_the_end(store: Store, tmp_path: Path) -> None:
    begun(store, "AAAA", 0)
    sentence, clean = close(store, store.find("AAAA"), tmp_path)
    assert clean and "nothing of them is left" in sentence and f"its day ({date.today()})" in sentence and "0 results." in sentence


def test_old_rooms_are_asked_about_one_by_one(store: Store, tmp_path: Path) -> None:
    old, kept = begun(store, "AAAA", DAYS + 1), begun(store, "BBBB", DAYS + 30, "rehearsal")
    young, running, resumed = begun(store, "CCCC", DAYS), begun(store, "DDDD", 90), begun(store, "EEEE", 90)
    asked, said, addresses = [], [], tmp_path / "addresses"
    addresses.mkdir()
    for code in ("AAAA", "BBBB"):
        (addresses / code).write_text("http://192.0.2.10:8000")

    def ask(question: str) -> bool:
        asked.append(question)
        return "AAAA" in question

    close_forgotten(store, tmp_path, {"DDDD": {}}, said.append, ask, keep="eeee")
    assert [question.split()[1] for question in asked] == ["BBBB", "AAAA"] and f"began {DAYS + 1} days ago" in asked[1]
    assert [store.room(room).ended for room in (old, kept, young, running, resumed)] == [True, False, False, False, False]
    assert store.done(old) == {} and store.done(kept) == {"m.q": 1}
    assert len(said) == 1 and "AAAA has ended" in said[0]
    assert [file.name for file in addresses.iterdir()] == ["BBBB"], "where phones reached it goes too"
    assert [room.code for room in forgotten(store)] == ["DDDD", "EEEE", "BBBB"]


def test_without_anybody_to_ask_nothing_is_closed(store: Store, tmp_path: Path) -> None:
    old, said = begun(store, "AAAA", DAYS + 1), []
    close_forgotten(store, tmp_path, (), said.append, None)
    assert said == [f"Room AAAA began {DAYS + 1} days ago, and its answers were never deleted. To delete them: workshop close AAAA"]
    assert not store.room(old).ended


def test_one_person_s_own_room_is_nobody_s_to_close(store: Store) -> None:
    room = store.alone().id
    with store._database.write() as db:
        db.execute(rooms.update().where(rooms.c.id == room).values(created="2020-01-01"))
    assert forgotten(store) == []
