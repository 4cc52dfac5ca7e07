"""A5: every file that is left after a room was closed. No answer, no key, no order, no mark of what was changed or taken back.

The raw file of a running room is not promised. Its rows are: read by SQL, they come in no order of arrival.
"""

from __future__ import annotations

import json
import logging
import random
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.attacks.world import (
    BOX,
    CREW,
    DAY,
    MODULES,
    PAIR,
    TENDER,
    WORDS,
    Breach,
    World,
    opened,
    rowid_tables,
    rows,
    scale,
    unsorted,
    weak_postgres,
    weak_sqlite,
)
from workshop.store import Store

PEOPLE = 30
TABLES = ("answers", "participation", "paper", "batches")


def canary(person: int, word: str) -> str:
    return f"canary {word} of {person:04d} in the mine"


def session(world: World, luck: random.Random) -> list[int]:
    """A whole session: people answer, change, take back, skip; the order in which they first came."""
    order = unsorted(range(PEOPLE), luck)
    for question in (BOX, DAY, TENDER, CREW, WORDS):
        world.room.open(question.id)
    for person in order:
        world.send(person, WORDS.id, canary(person, "first"))
        world.send(person, WORDS.id, canary(person, "second"))
        if person % 5 == 0:
            world.send(person, WORDS.id, intent="undo")
        world.send(person, BOX.id, luck.choice("abc"))
        world.send(person, DAY.id, luck.choice("xy"))
        world.send(person, PAIR.id, [luck.choice("abc"), luck.choice("xy")])
        world.send(person, TENDER.id, luck.choice("abcd"), intent=luck.choice(["send", "skip"]))
        world.send(person, CREW.id, luck.sample("abc", 2))
    world.room.tally(BOX.id, {"a": 2, "b": 1})
    for question in (BOX, DAY, WORDS):  # two others are left open: a room may end at any time
        world.close(question.id)
    return order


def markers(world: World) -> list[bytes]:
    """What must not be found: keys in either form, and every text that was written, also those that were changed."""
    found = []
    for person in range(PEOPLE):
        for question in (BOX, DAY, TENDER, CREW, WORDS, PAIR):
            for key in world.keys(person, question.id):
                found += [key.encode(), bytes.fromhex(key)]
        found += [canary(person, word).encode() for word in ("first", "second")]
    return found


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    place = lambda values: {value: at for at, value in enumerate(sorted(values))}  # noqa: E731
    first, second = place(one), place(other)
    middle = (len(one) - 1) / 2
    both = sum((first[a] - middle) * (second[b] - middle) for a, b in zip(one, other, strict=True))
    return both / sum((at - middle) ** 2 for at in range(len(one)))


def chance(people: int) -> float:
    """A rank correlation that chance passes once in some ten thousand times."""
    return 4 / (people - 1) ** 0.5


def row_order(where: str, world: World, order: list[int]) -> None:
    """Raises Breach where rows come, without being asked for an order, as people came."""
    for question in (WORDS, DAY):
        for table in ("answers", "participation"):
            # Without the index: SQLite reads a table as it lies there when no order and no key is asked for.
            read = rows(where, f"SELECT key FROM {table} NOT INDEXED" if "://" not in where else f"SELECT key FROM {table}")
            place = {key: at for at, (key,) in enumerate(read)}
            keys = [world.keys(person, question.id)[table == "participation"] for person in order]
            there = [(at, place[key]) for at, key in enumerate(keys) if key in place]
            if abs(rank_correlation(*map(list, zip(*there, strict=True)))) > chance(len(there)):
                raise Breach(f"rows of {table} come in the order of arrival")


def offsets(content: bytes, world: World, order: list[int], name: str) -> None:
    """Raises Breach where something is found at all, and says whether its places tell the order of arrival."""
    found = [marker for marker in markers(world) if marker in content]
    if not found:
        return
    at = [(place, content.rfind(canary(person, "second").encode())) for place, person in enumerate(order)]
    there = [(place, offset) for place, offset in at if offset >= 0]
    tells = ""
    if len(there) > 5:
        tells = f"; byte offsets follow the arrival by {rank_correlation(*map(list, zip(*there, strict=True))):.2f}"
    raise Breach(f"{name} holds {len(found)} marks of what was deleted{tells}")


@contextmanager
def everything_logged(folder: Path) -> Iterator[None]:
    """All loggers at debug level, into a file next to the store; temporary files go there too."""
    handler = logging.FileHandler(folder / "workshop.log")
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.setenv("SQLITE_TMPDIR", str(folder))
        patch.setenv("TMPDIR", str(folder))
        try:
            yield
        finally:
            root.removeHandler(handler)
            root.setLevel(before)
            handler.close()


def files_of(where: str, folder: Path) -> dict[str, bytes]:
    """What is left: every file of the folder; of PostgreSQL the files of its live tables and of their indexes."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if "://" in where:
        with psycopg.connect(where, autocommit=True) as db:
            db.execute("CHECKPOINT")
            live = "SELECT oid FROM pg_class WHERE relname = ANY(%s) UNION SELECT reltoastrelid FROM pg_class WHERE relname = ANY(%s)"
            live += " UNION SELECT indexrelid FROM pg_index WHERE indrelid::regclass::text = ANY(%s)"
            query = f"SELECT relname, pg_relation_filepath(oid) FROM pg_class WHERE oid IN ({live})"
            for name, path in db.execute(query, [list(TABLES)] * 3):
                found[name] = db.execute("SELECT pg_read_binary_file(%s)", [path]).fetchone()[0]
    return found


def attack(where: str, folder: Path, seed: int, servers: int = 2) -> None:
    """Raises Breach."""
    luck = random.Random(seed)
    with everything_logged(folder), opened(where, servers) as stores:
        world = World(stores)
        order = session(world, luck)
        row_order(where, world, order)
        ended = stores[0].close_room(world.id)
    for name, content in files_of(where, folder).items():
        offsets(content, world, order, name)
    if not ended.clean:
        raise Breach(str(ended))


@pytest.fixture
def folder(where: str, tmp_path: Path) -> Path:
    return tmp_path if "://" in where else Path(where).parent


@pytest.mark.parametrize("seed", range(scale(1, 25)))
def test_nothing_is_left_after_the_end(where: str, folder: Path, seed: int) -> None:
    attack(where, folder, seed)


def test_another_room_that_goes_on_changes_nothing(where: str, folder: Path) -> None:
    """Its rows lie in the same pages."""
    with opened(where) as stores:
        other = World(stores)
        other.room.open(BOX.id)
        for person in range(40):
            other.send(person, BOX.id, "a")
    attack(where, folder, 5)


def weaker(where: str, name: str):
    if "://" in where:
        return {"order": weak_postgres(forgets_order=False), "deleted": weak_postgres(vacuum=False)}[name]
    return {"order": rowid_tables(), "deleted": weak_sqlite()}[name]


@pytest.mark.parametrize(("name", "sign"), [("order", "order of arrival"), ("deleted", "marks of what was deleted")])
def test_the_same_attack_sees_through_a_weaker_store(where: str, folder: Path, name: str, sign: str) -> None:
    """Tables that number their rows, PostgreSQL's usual rows; files that are never rewritten."""
    with weaker(where, name), pytest.raises(Breach, match=sign):
        attack(where, folder, 1)


def test_the_same_attack_reads_the_logs(where: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLAlchemy logs the rows that it reads, unless it is told not to."""
    monkeypatch.setattr(logging.getLogger("sqlalchemy"), "level", logging.NOTSET)
    with pytest.raises(Breach, match=r"workshop\.log"):
        attack(where, folder, 1)


def test_a_close_that_only_says_so_is_seen_by_itself(where: str, folder: Path) -> None:
    """The store looks for what it has deleted; without its VACUUM it finds it."""
    if "://" in where:
        return
    with weak_sqlite(), opened(where) as stores:
        world = World(stores)
        session(world, random.Random(2))
        assert not stores[0].close_room(world.id).clean


# Twins: what is left does not depend on who said what, in which order, or on what was changed


def remains(folder: Path, order: Sequence[int], changes: bool) -> bytes:
    """The file after a session in which four say "a" and four say "b", in that order, with or without changes of mind."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch, opened(folder / "s.sqlite") as stores:
        patch.setattr("secrets.token_hex", lambda _: "ab" * 16)
        patch.setattr("secrets.choice", lambda letters: letters[0])
        world = World(stores)
        world.room.open(DAY.id)
        world.room.open(WORDS.id)
        for person in order:
            if changes:
                world.send(person, DAY.id, "y")
                world.send(person, WORDS.id, canary(person, "first") * 3)
                world.send(person, DAY.id, intent="undo")
            world.send(person, DAY.id, "x" if list(order).index(person) < len(order) // 2 else "y")
        world.close(DAY.id)
        stores[0].close_room(world.id)
    return (folder / "s.sqlite").read_bytes()


def test_what_is_left_is_the_same_no_matter_who_said_what(tmp_path: Path) -> None:
    """Byte by byte, SQLite's own count of its rewritings included."""
    one = remains(tmp_path / "1", range(8), changes=False)
    assert one == remains(tmp_path / "2", [7, 2, 5, 0, 1, 6, 3, 4], changes=False)
    assert one == remains(tmp_path / "3", range(8), changes=True)
    with weak_sqlite(secure_delete=True):
        assert one != remains(tmp_path / "4", range(8), changes=False)


def test_sqlite_here_overwrites_what_it_deletes_and_we_do_not_rely_on_it(tmp_path: Path) -> None:
    """Debian builds SQLite so; Python's own and macOS's are built otherwise. The store asks for it on every connection."""
    with sqlite3.connect(tmp_path / "x.sqlite") as db:
        by_itself = db.execute("PRAGMA secure_delete").fetchone()[0]
    store = Store.open(tmp_path / "s.sqlite")
    with store._database.engine.connect() as db:
        assert db.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    store.close()
    assert by_itself in (0, 1, 2)


def test_reveals_stay(where: str) -> None:
    with opened(where) as stores:
        world = World(stores)
        session(world, random.Random(3))
        before = world.seen()[0]["reveals"]
        stores[0].close_room(world.id)
        assert {question: json.loads(text)["face"] for question, text in before.items()}
        assert {id: stores[0].payload(world.id, content).decode() for id, content in stores[0].state(world.id).reveals.items()} == before
        assert not re.search("canary", json.dumps(before)) and MODULES
