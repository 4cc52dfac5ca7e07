"""A process dies, stands still, or has no disk left in the middle of something: an acknowledged answer is there once,
any other one once or never, and nothing else is there."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.writer import QUESTION, keys, value
from tests.postgres import restart
from tests.running import until
from workshop.store import Count, Store, StoreError, engines

KILLS = 4


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    store = Store.open(where)
    yield store
    store.close()


@pytest.fixture
def room(store: Store) -> str:
    """A room with one open question."""
    room = store.create_room().id
    store.add_questions(room, [QUESTION])
    store.move(room, [QUESTION], "open", {"waiting"})
    return room


@pytest.fixture
def writer(where: str, room: str) -> Iterator[Callable[..., subprocess.Popen]]:
    """`writer("answers", "0")` starts another process that writes into the same room."""
    started = []

    def go(*what: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.faults.writer", where, room, *what]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield go
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def stored(store: Store, room: str) -> Counter[str]:
    """Every answer that a count finds, and how often."""
    found: Counter[str] = Counter()

    def make(count: Count) -> dict:
        found.update(count.phones(QUESTION))
        return {QUESTION: ("content", b"payload")}

    store.move(room, [QUESTION], "closing", {"open"})
    store.settle(room, [QUESTION], make)
    return found


def test_killed_while_answers_come(store: Store, room: str, writer):
    chance, sent, saved = random.Random(4), set(), set()
    for _ in range(KILLS):
        process = writer("answers", str(max(sent, default=-1) + 1))
        said = [process.stdout.readline() for _ in range(chance.randint(3, 30))]
        time.sleep(chance.random() * 0.005)  # anywhere between two lines
        process.kill()
        for line in [*said, *process.stdout]:
            word, number = line.split()
            {"sends": sent, "saved": saved}[word].add(int(number))
    found = stored(store, room)
    assert set(found.values()) == {1}
    assert {value(number) for number in saved} <= set(found) <= {value(number) for number in sent}


def test_killed_in_the_middle_of_a_count(store: Store, room: str, writer):
    for number in range(6):
        store.submit(room, QUESTION, keys(number), value(number))
    store.move(room, [QUESTION], "closing", {"open"})
    process = writer("count")
    assert process.stdout.readline() == "here\n"
    process.kill()
    process.wait()
    state = store.state(room)
    assert (state.phases[QUESTION], state.reveals) == ("closing", {}), "nothing was shown, and nothing is final"
    assert len(stored(store, room)) == 6
    assert store.state(room).reveals == {QUESTION: "content"}


def test_killed_in_the_middle_of_the_end(store: Store, room: str, where: str, writer):
    for number in range(6):
        store.submit(room, QUESTION, keys(number), value(number))
    process = writer("end")
    assert process.stdout.readline() == "here\n"
    process.kill()
    process.wait()
    left = store.close_room(room)
    assert left.clean, str(left)
    if "://" not in where:
        content = b"".join(file.read_bytes() for file in Path(where).parent.iterdir())
        assert b"the answer of" not in content and keys(3)[0].encode() not in content


def test_another_server_stands_still(store: Store, room: str, where: str, writer, monkeypatch: pytest.MonkeyPatch):
    """Stopped in the middle of a count it holds the room: others get a sentence instead of hanging, and go on afterwards."""
    monkeypatch.setattr(engines, "BUSY", 1)
    other = Store.open(where)
    store.submit(room, QUESTION, keys(0), value(0))
    store.move(room, [QUESTION], "closing", {"open"})
    process = writer("count")
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGSTOP)
    with pytest.raises(StoreError, match="busy"):
        other.submit(room, QUESTION, keys(1), value(1))
    process.kill()
    process.wait()
    until(lambda: other.submit(room, QUESTION, keys(1), value(1)) == "closing", 5)
    other.close()
    assert stored(store, room) == {value(0): 1, value(1): 1}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no limit on the size of files")
@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_a_disk_that_is_full(store: Store, room: str, where: str, writer):
    said = writer("full").communicate(timeout=60)[0].splitlines()
    saved = [int(line.split()[1]) for line in said if line.startswith("saved")]
    [failed] = [line for line in said if line.startswith("failed")]
    assert where in failed and "Errno" not in failed and "sqlite3" not in failed
    assert len(saved) > 1
    assert saved[-1] == int(failed.split()[1]), "with room again, the same answer is saved"
    assert stored(store, room) == Counter(map(value, saved))


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_the_database_is_restarted(store: Store, room: str, postgresql_server: str):
    store.submit(room, QUESTION, keys(0), value(0))
    restart(postgresql_server)
    assert store.submit(room, QUESTION, keys(1), value(1)) == "open"
    assert stored(store, room) == {value(0): 1, value(1): 1}
