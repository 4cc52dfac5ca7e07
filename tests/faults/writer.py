"""One process that writes into a store until something stops it, for tests that stop it: `python -m tests.faults.writer`.

`ADDRESS ROOM answers FIRST`: sends one answer after the other, numbered from FIRST; a line `saved N` each time one is
acknowledged. `ADDRESS ROOM count` stops in the middle of a count, `ADDRESS ROOM end` between deleting the answers of a
room and rewriting its files; both say where they are, and stay there. `full` sends answers to a disk that fills up.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from itertools import count

from workshop.store import Store, StoreError

QUESTION = "arrive.box"


def say(words: str) -> None:
    print(words, flush=True)


def stay(*_: object) -> None:
    say("here")
    time.sleep(600)


def keys(number: int) -> tuple[str, str]:
    """An answer key and a done key, the same for the same number."""
    return hashlib.sha256(f"answer {number}".encode()).hexdigest(), hashlib.sha256(f"done {number}".encode()).hexdigest()


def value(number: int) -> str:
    return f'"the answer of {number}"'


def send(store: Store, room: str, first: int) -> None:
    for number in count(first):
        say(f"sends {number}")
        store.submit(room, QUESTION, keys(number), value(number))
        say(f"saved {number}")


def fill(store: Store, room: str) -> None:
    """A limit on the size of files stands for a full disk; then there is room again."""
    import resource

    size = os.path.getsize(f"{store._database.path}-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100_000, resource.RLIM_INFINITY))
    number = 0
    while True:
        try:
            store.submit(room, QUESTION, keys(number), value(number))
        except StoreError as error:
            say(f"failed {number} {error}")
            break
        say(f"saved {number}")
        number += 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    store.submit(room, QUESTION, keys(number), value(number))
    say(f"saved {number}")


def main() -> None:
    address, room, what, *rest = sys.argv[1:]
    store = Store.open(address)
    if what == "answers":
        send(store, room, int(rest[0]))
    elif what == "count":
        store.settle(room, [QUESTION], stay)
    elif what == "end":
        store._database.scrub = stay
        store.close_room(room)
    elif what == "full":
        fill(store, room)


if __name__ == "__main__":
    main()
