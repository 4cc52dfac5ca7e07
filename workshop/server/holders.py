"""One browser, one person, until somebody says otherwise: which browsers have answered which question.

It's known in this process's memory only, by the browser's cookie and the question, and never with a key or an answer, so
that nobody can get from one to the other. What a page says to the room goes through here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from workshop.declaration.curriculum import words
from workshop.room.contract import STORED, Hello, Intent, Keys, RoomError, Submission
from workshop.room.local import LocalRoom

HOLDING = [result for intent, result in STORED.items() if intent != "undo"]  # after these the browser has answered


class Holders:
    """A room's `hello` and `submit`, asked by a page. `owner`: a page's token -> the browser that has it open, or None."""

    def __init__(self, room: LocalRoom, owner: Callable[[str], str | None]) -> None:
        self._room, self._owner = room, owner
        self._lock = threading.Lock()  # of the dict of turns
        self._turns: dict[str, threading.Lock] = {}  # browser -> held while one of its answers is stored
        self._answered: set[tuple[str, str]] = set()  # (browser, question)

    def hello(self, page: str, keys: Mapping[str, Keys]) -> Hello:
        """What `LocalRoom.hello` says, and `taken`: questions that this browser has answered under other keys."""
        said = self._room.hello(keys)
        browser = self._owner(page)
        found = {question for question, mine in said["mine"].items() if mine["done"] or mine["value"] is not None}
        if browser:  # after a restart this is how we learn again who has answered what
            self._answered |= {(browser, question) for question in found}
        taken = [question for question in said["mine"] if question not in found and (browser, question) in self._answered]
        return {**said, "taken": taken}

    def submit(self, page: str, id: str, question: str, keys: Keys, value: object, intent: Intent) -> Submission:
        """What `LocalRoom.submit` says; result "taken" where this browser has answered the question under other keys."""
        browser = self._owner(page)
        if browser is None:
            raise RoomError(words()["states"]["error"])  # a page that nobody has opened has nothing to say
        mark = (browser, str(question))
        with self._turn(browser):  # one answer of a browser after the other: two tabs that send at once don't both count
            if mark in self._answered and not self._room.server.holds(question, keys):
                return {"id": id, "question": question, "result": "taken", "message": words()["states"]["taken"]}
            said = self._room.submit(id, question, keys, value, intent)
            if said["result"] in HOLDING:
                self._answered.add(mark)
            elif said["result"] == "removed":
                self._answered.discard(mark)
            return said

    def _turn(self, browser: str) -> threading.Lock:
        with self._lock:
            return self._turns.setdefault(browser, threading.Lock())
