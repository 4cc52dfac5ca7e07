"""One browser, one person: what a page says goes through here, and each browser's answers are taken one after the other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from workshop.server.holders import Holders

ONE, OTHER = ["a" * 64, "b" * 64], ["c" * 64, "d" * 64]


class SlowRoom:
    """A room whose store takes its time: `go` lets the answers through."""

    def __init__(self) -> None:
        self.stored: set[str] = set()
        self.go, self.came = threading.Event(), threading.Event()
        self.server = self  # what a server asks is answered here too

    def holds(self, question: str, keys: list[str]) -> bool:
        return keys[0] in self.stored

    def submit(self, id: str, question: str, keys: list[str], value: Any, intent: str) -> dict[str, str]:
        self.came.set()
        assert self.go.wait(10)
        self.stored.add(keys[0])
        return {"id": id, "question": question, "result": "saved", "message": ""}


def sent_while_the_first_is_stored(second: list[str]) -> list[str]:
    room = SlowRoom()
    holders = Holders(room, lambda page: "browser")
    with ThreadPoolExecutor(2) as tabs:
        first = tabs.submit(holders.submit, "page", "1", "m.q", ONE, "x", "send")
        assert room.came.wait(10)
        then = tabs.submit(holders.submit, "page", "1", "m.q", second, "x", "send")
        room.go.set()
        return [first.result(10)["result"], then.result(10)["result"]]


def test_an_answer_that_is_sent_again_while_it_is_being_stored_is_saved() -> None:
    """A phone that has heard nothing tries again: it must not be told that someone else has answered from it."""
    assert sent_while_the_first_is_stored(ONE) == ["saved", "saved"]


def test_two_tabs_that_send_at_once_count_once() -> None:
    """The second tab waits for the first, and is told."""
    assert sent_while_the_first_is_stored(OTHER) == ["saved", "taken"]
