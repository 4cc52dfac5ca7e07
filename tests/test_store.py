"""What every store must do, on SQLite and on a real PostgreSQL; and what only one of them can get wrong."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest

from workshop.store import Count, RoomEnded, Store, StoreError

Q, BET = "arrive.box", "arrive.box_bet"


@pytest.fixture
def open_store(where: str):
    """`open_store()` opens it once more, as another server would."""
    stores = []

    def go() -> Store:
        stores.append(Store.open(where))
        return stores[-1]

    yield go
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store) -> Store:
    return open_store()


@pytest.fixture
def room(store: Store) -> str:
    """A room with one question that is open, and the bet about it."""
    room = store.create_room().id
    store.add_questions(room, [Q, BET], module="arrive")
    store.move(room, [Q, BET], "open", {"waiting"})
    return room


def keys() -> tuple[str, str]:
    return token_hex(32), token_hex(32)


def counted(count: Count) -> dict[str, tuple[str, bytes]]:
    """A payload that says what was counted."""
    return {question: (f"id of {question}", ",".join(count.phones(question)).encode()) for question in count.questions}


def until(condition: Callable[[], bool]) -> None:
    """PostgreSQL delivers its news a moment after the commit."""
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def people(store: Store, room: str) -> tuple[int, int]:
    """How many have joined, and how many are awake, as the desk sees it."""
    desk = store.desk(room)
    return desk.joined, desk.awake


def settle(store: Store, room: str) -> None:
    store.move(room, [Q, BET], "closing", {"open"})
    store.settle(room, [Q, BET], counted)


# Rooms


def test_a_new_room(store: Store):
    room = store.create_room("rehearsal", k=7)
    assert re.fullmatch("[0-9a-f]{32}", room.id) and re.fullmatch("[2-9A-HJKMNP-Z]{4}", room.code)
    assert (room.mode, room.k, room.module, room.ended) == ("rehearsal", 7, None, False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", room.created)
    assert store.room(room.id) == room == store.find(f" {room.code.lower()} ")


def test_a_code_is_given_once(store: Store):
    store.create_room(code="K7PM")
    with pytest.raises(StoreError, match="already a room K7PM"):
        store.create_room(code="K7PM")


def test_a_drawn_code_that_is_taken_is_drawn_again(store: Store, monkeypatch: pytest.MonkeyPatch):
    drawn = iter("AAAA" * 2 + "BBBB")
    monkeypatch.setattr("secrets.choice", lambda alphabet: next(drawn))
    assert [store.create_room().code, store.create_room().code] == ["AAAA", "BBBB"]


def test_unknown_rooms(store: Store):
    assert store.find("ZZZZ") is None
    with pytest.raises(StoreError, match="no such room"):
        store.room("0" * 32)


def test_one_room_for_a_person_alone(open_store):
    """Two notebooks opened at the same moment share it."""
    stores = [open_store(), open_store()]
    with ThreadPoolExecutor(8) as pool:
        assert len({room.id for room in pool.map(lambda n: stores[n % 2].alone(), range(16))}) == 1


def test_people_are_counted_over_all_servers(store: Store, room: str):
    store.presence.here(room, "one", 12, 12)
    store.presence.here(room, "two", 5, 4)
    assert (people(store, room), people(store, store.create_room().id)) == ((17, 16), (0, 0))


def test_who_has_joined_still_counts_when_a_server_comes_back_from_a_crash(store: Store, room: str):
    store.presence.here(room, "one", 12, 12)
    store.presence.here(room, "one", 0, 0)
    store.presence.here(room, "one", 2, 2)
    assert people(store, room) == (12, 2)
    store.presence.here(room, "one", 13, 13)
    assert people(store, room) == (13, 13)
    store.presence.away(room, "one")
    assert people(store, room) == (0, 0)


# Answers


@pytest.mark.parametrize(
    ("calls", "mine"),
    [
        ([('"a"', True)], ('"a"', True)),
        ([('"a"', True), ('"a"', True)], ('"a"', True)),
        ([('"a"', True), ('"b"', True)], ('"b"', True)),
        ([('"a"', True), (None, True)], (None, True)),
        ([('"a"', True), (None, False)], (None, False)),
        ([(None, False)], (None, False)),
    ],
    ids=["sent", "sent twice", "changed", "skipped after all", "undone", "undone without having sent"],
)
def test_what_a_person_finds_again(store: Store, room: str, calls, mine):
    pair = keys()
    assert [store.submit(room, Q, pair, *call) for call in calls] == ["open"] * len(calls)
    assert store.mine(room, {Q: pair, BET: pair}) == {Q: mine, BET: (None, False)}
    assert store.done(room) == ({Q: 1} if mine[1] else {})


def test_an_answer_before_the_opening_is_not_stored(store: Store):
    room, pair = store.create_room().id, keys()
    assert store.submit(room, Q, pair, '"a"') == "waiting"
    store.add_questions(room, [Q])
    assert store.submit(room, Q, pair, '"a"') == "waiting"
    assert store.mine(room, {Q: pair}) == {Q: (None, False)}


def test_an_answer_after_the_close_is_not_stored(store: Store, room: str):
    early, late = keys(), keys()
    store.submit(room, Q, early, '"a"')
    store.move(room, [Q, BET], "closing", {"open"})
    assert store.submit(room, Q, late, '"b"') == "closing"
    store.settle(room, [Q, BET], counted)
    assert [store.submit(room, Q, early, value) for value in ('"b"', None)] == ["closed", "closed"]
    assert store.submit(room, Q, keys(), '"b"') == "closed"
    assert store.mine(room, {Q: early}) == {Q: ('"a"', True)}
    assert store.payload(room, f"id of {Q}") == b'"a","b"'


def test_rooms_do_not_mix(store: Store, room: str):
    pair, other = keys(), store.create_room().id
    store.add_questions(other, [Q], "open")
    store.submit(room, Q, pair, '"a"')
    store.submit(other, Q, pair, '"b"')
    assert store.mine(room, {Q: pair}) == {Q: ('"a"', True)}
    settle(store, room)
    assert store.payload(other, f"id of {Q}") is None
    assert store.state(other).reveals == {}


# Phases and reveals


def test_phases_move_together_when_the_first_may(store: Store, room: str):
    assert store.move(room, [Q, BET], "closing", {"open"}) == {Q: "open", BET: "open"}
    assert store.move(room, [Q, BET], "open", {"waiting"}) == {Q: "closing", BET: "closing"}
    assert store.state(room).phases == {Q: "closing", BET: "closing"}


def test_a_bet_is_not_opened_beside_a_counted_question(store: Store):
    room = store.create_room().id
    store.add_questions(room, [Q], "open")
    settle(store, room)
    store.add_questions(room, [Q, BET])
    store.move(room, [Q, BET], "open", {"waiting"})
    assert store.state(room).phases == {Q: "closed", BET: "waiting"}


def test_settle_only_what_is_closing(store: Store, room: str):
    assert store.settle(room, [Q, BET], counted) == {Q: "open", BET: "open"}
    assert store.state(room).reveals == {}


def test_settle_is_once(store: Store, room: str):
    store.submit(room, Q, keys(), '"a"')
    settle(store, room)
    first = store.state(room)
    assert first.phases == {Q: "closed", BET: "closed"} and first.reveals == {Q: f"id of {Q}", BET: f"id of {BET}"}
    store.settle(room, [Q, BET], lambda values: pytest.fail("counted twice"))
    assert store.state(room) == first
    assert store.payload(room, f"id of {Q}") == b'"a"'


def test_a_count_that_fails_leaves_everything_as_it_was(store: Store, room: str):
    store.move(room, [Q, BET], "closing", {"open"})
    with pytest.raises(ZeroDivisionError):
        store.settle(room, [Q, BET], lambda values: 1 / 0)
    assert store.state(room).phases == {Q: "closing", BET: "closing"}


def test_two_servers_settle_once(open_store, room: str):
    stores, counts, gate = [open_store(), open_store()], [], threading.Barrier(8)

    def count(closing):
        counts.append(closing)
        time.sleep(0.05)
        return counted(closing)

    def go(n: int) -> None:
        gate.wait()
        stores[n % 2].settle(room, [Q, BET], count)

    stores[0].move(room, [Q, BET], "closing", {"open"})
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(go, range(8)))
    assert len(counts) == 1


def test_every_saved_answer_is_counted(open_store, room: str):
    """People send, change and take back while the count is made: it holds what was acknowledged, and nothing else."""
    stores, began, saved = [open_store(), open_store()], threading.Barrier(9), []

    def phone(n: int) -> None:
        began.wait()
        for turn in range(40):
            pair = keys()
            if stores[n % 2].submit(room, Q, pair, f'"{n}-{turn}"') == "closed":
                return
            if turn % 4 == 3 and stores[n % 2].submit(room, Q, pair, None) != "closed":
                continue
            saved.append(f'"{n}-{turn}"')

    def desk() -> None:
        began.wait()
        time.sleep(0.05)
        stores[0].move(room, [Q, BET], "closing", {"open"})
        stores[1].settle(room, [Q, BET], counted)

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(lambda job: job(), [desk, *(lambda n=n: phone(n) for n in range(8))]))
    assert stores[0].payload(room, f"id of {Q}").decode().split(",") == sorted(saved)


def test_the_same_phone_twice_at_once_is_one_answer(open_store, room: str):
    stores, pair = [open_store(), open_store()], keys()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda n: stores[n % 2].submit(room, Q, pair, '"a"'), range(32))) == {"open"}
    settle(stores[0], room)
    assert stores[0].payload(room, f"id of {Q}") == b'"a"'


def test_changed(open_store, room: str):
    watcher, writer = open_store(), open_store()
    assert watcher.changed()  # the first look
    assert not watcher.changed()
    for change in (
        lambda: writer.move(room, [Q, BET], "closing", {"open"}),
        lambda: watcher.presence.here(room, "one", 3, 3),  # its own changes as well: several threads share one watcher
    ):
        change()
        until(watcher.changed)
        assert not watcher.changed()


# The end


def test_close_room(open_store, where: str, room: str):
    store, other = open_store(), open_store()
    pairs = [keys() for _ in range(60)]
    for pair in pairs:
        store.submit(room, Q, pair, '"a"')
        other.submit(room, BET, keys(), '"b"')
    kept, mine = store.create_room().id, keys()
    store.add_questions(kept, [Q], "open")
    store.submit(kept, Q, mine, '"a"')
    other.state(room)
    settle(store, room)
    left = store.close_room(room)
    assert left.clean and "nothing of them is left" in str(left)
    assert (store.state(room).room.ended, store.done(room)) == (True, {})
    assert store.mine(room, {Q: pairs[0]}) == {Q: (None, False)}
    assert store.payload(room, f"id of {Q}") == b",".join([b'"a"'] * 60)
    assert store.mine(kept, {Q: mine}) == {Q: ('"a"', True)}
    assert store.close_room(room).clean
    if not where.startswith("postgresql"):
        with sqlite3.connect(where) as db:
            assert db.execute("PRAGMA freelist_count").fetchone() == (0,)  # no page keeps the place of what was deleted
        content = b"".join(file.read_bytes() for file in Path(where).parent.glob("store.sqlite*"))
        assert not [pair for pair in pairs for key in pair if key.encode() in content]


def test_nothing_moves_in_a_room_that_has_ended(store: Store, room: str):
    store.close_room(room)
    for verb in (
        lambda: store.add_questions(room, [Q], module="map"),
        lambda: store.move(room, [Q], "open", {"waiting", "closed"}),
        lambda: store.settle(room, [Q], counted),
    ):
        with pytest.raises(RoomEnded):
            verb()
    assert store.submit(room, Q, keys(), '"a"') == "closed"
    assert store.state(room).reveals == {}


def test_answers_during_the_end_are_deleted_or_refused(open_store, room: str):
    stores, gate = [open_store(), open_store()], threading.Barrier(5)

    def phone(n: int) -> None:
        gate.wait()
        while stores[n % 2].submit(room, Q, keys(), '"a"') != "closed":
            pass

    def desk() -> bool:
        gate.wait()
        time.sleep(0.05)
        return stores[0].close_room(room).clean

    with ThreadPoolExecutor(5) as pool:
        ended, *_ = [pool.submit(desk), *(pool.submit(phone, n) for n in range(4))]
        assert ended.result()
    assert stores[1].done(room) == {}


# What is written down


def test_the_tables_hold_keys_and_values_only(where: str, store: Store):
    """No time, no counter, no address; and participation cannot say which answer belongs to it."""
    columns = {"answers": ["room", "question", "key", "value"], "participation": ["room", "question", "key"]}
    for table, expected in columns.items():
        if where.startswith("postgresql"):
            with psycopg.connect(where) as db:
                query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position"
                found = [name for (name,) in db.execute(query, [table])]
        else:
            with sqlite3.connect(where) as db:
                found = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
                with pytest.raises(sqlite3.OperationalError, match="rowid"):  # a rowid is an order of arrival
                    db.execute(f"SELECT rowid FROM {table}")
        assert found == expected


def test_sqlite_forgets_and_does_not_lose(store: Store, where: str):
    if where.startswith("postgresql"):
        return
    with store._database.engine.connect() as db:
        pragmas = {name: db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in
                   ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "temp_store")}  # fmt: skip
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "temp_store": 2}
    assert os.name == "nt" or os.stat(where).st_mode & 0o077 == 0


# What can be wrong with a store


def fails(where: object) -> str:
    """The sentence with which it does not open."""
    with pytest.raises(StoreError) as caught:
        Store.open(where)
    sentence = str(caught.value)
    assert "\n" not in sentence and sentence.endswith(".")
    return sentence


def test_a_store_opens_again(where: str, store: Store, room: str, open_store):
    assert open_store().state(room) == store.state(room)


def test_two_servers_make_one_store(open_store):
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda n: open_store(), range(6)))
    room = stores[0].create_room()
    assert [store.room(room.id) for store in stores] == [room] * 6


def test_a_store_of_another_version(where: str, store: Store):
    with store._database.write() as db:
        db.exec_driver_sql("UPDATE meta SET value = '0'")
    assert "another version of the workshop (its form is 0, this one reads 4)" in fails(where)


def test_a_database_of_another_program(where: str):
    connect = psycopg.connect if where.startswith("postgresql") else sqlite3.connect
    with connect(where) as db:
        db.execute("CREATE TABLE rooms (beds INTEGER)")
    assert "belongs to another program" in fails(where)


def test_a_file_that_isnt_a_database(tmp_path: Path):
    (tmp_path / "x").write_text("Dear diary, " * 100)
    assert "is damaged, or is not a store" in fails(tmp_path / "x")
    assert (tmp_path / "x").read_text().startswith("Dear diary")


def test_a_damaged_file(tmp_path: Path):
    where = tmp_path / "x.sqlite"
    store = Store.open(where)
    room = store.create_room().id
    store.add_questions(room, [f"m.{n}" for n in range(500)])
    store.close_room(room)
    store.close()
    content = bytearray(where.read_bytes())
    content[4096 : len(content) - 4096] = b"\xff" * (len(content) - 8192)
    where.write_bytes(content)
    assert "is damaged" in fails(where)


def test_a_folder_that_cannot_be(tmp_path: Path):
    (tmp_path / "file").touch()
    assert "cannot be written" in fails(tmp_path / "file" / "store.sqlite")


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Root may write everywhere, so the system's answer is played."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert f"The folder {tmp_path} cannot be written" in fails(tmp_path / "store.sqlite")


def test_a_server_that_is_not_there():
    sentence = fails("postgresql://anna:secret-word@127.0.0.1:1/workshop?connect_timeout=2")
    assert "127.0.0.1/workshop cannot be reached" in sentence and "secret" not in sentence


def test_a_database_that_is_not_there(postgresql_url: str):
    assert "does not have the database" in fails(postgresql_url.replace("@/workshop_tests", "@/nowhere"))


@pytest.mark.parametrize("where", ["mysql://anna:secret-word@db/x", "postgresql://anna:secret-word@[/x", "http://secret-word"])
def test_an_address_that_isnt_one(where: str):
    assert "secret" not in fails(where)


def test_errors_name_no_answers(where: str, store: Store, room: str):
    """A sentence goes to the desk, the whole chain of errors to the log: neither may hold a key or an answer."""
    with store._database.write() as db:
        db.exec_driver_sql("DROP TABLE answers")
    with pytest.raises(StoreError) as caught:
        store.submit(room, Q, ("a" * 64, "b" * 64), '"canary"')
    error: BaseException | None = caught.value
    while error:
        assert "canary" not in str(error) and "aaaa" not in str(error)
        error = error.__cause__ or error.__context__


def test_a_watcher_survives_a_lost_connection(postgresql_url: str):
    """PostgreSQL was restarted: something may have been missed, so it says that there are changes."""
    store = Store.open(postgresql_url)
    store.changed()
    with psycopg.connect(postgresql_url, autocommit=True) as db:
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    until(store.changed)
    store.changed()
    store.create_room()
    until(store.changed)
    store.close()
