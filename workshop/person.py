"""One simulated person: says to a page what a browser would say."""

from __future__ import annotations

import hashlib
import hmac
import logging
import random
import secrets
from dataclasses import dataclass, field
from typing import Any

from workshop.declaration.curriculum import Module
from workshop.kinds import Question
from workshop.kinds.game import Game
from workshop.page import Page
from workshop.room.contract import Intent, PageRoom

log = logging.getLogger(__name__)

SHY, WAVERING, KEEPING = 0.12, 0.1, 0.06  # chances, for each question, to skip, to change one's mind, not to share
SECOND_THOUGHTS: tuple[Intent, ...] = ("undo", "skip")


@dataclass(eq=False)
class Person:
    """One simulated person with a secret of their own, as a browser has."""

    room: PageRoom
    random: random.Random
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    page: Page = field(init=False)
    shy: float = SHY
    errors: int = 0
    said: dict[str, Any] = field(default_factory=dict)  # question -> what the room has of this person

    def __post_init__(self) -> None:
        self._room_id = self.room.view()["id"]

    def keys(self, question: str) -> list[str]:
        """The two keys that a browser computes for a question (see `visitor.js`)."""

        def key(*parts: str) -> str:
            return hmac.new(self.secret, "\x1f".join((self._room_id, question, *parts)).encode(), hashlib.sha256).hexdigest()

        return [key(), key("done")]

    def enter(self, module: Module) -> None:
        """Open the module's page and say hello, as the page's widget does."""
        self.page = Page(module.slug, room=self.room)
        ids = [*(one.id for one in module.questions), *(one.id for one in module.pairs)]
        self.say({"type": "hello", "keys": {id: self.keys(id) for id in ids}})

    def respond(self, question: Question) -> str:
        """Answer, skip or keep one question, and perhaps think again; what the room made of it in the end."""
        chance = self.random.random()
        intents: list[Intent] = ["skip"] if chance < self.shy else ["keep"] if chance < self.shy + KEEPING else ["send"]
        if self.random.random() < WAVERING:
            intents += [self.random.choice(SECOND_THOUGHTS), "send"]
        return [self.submit(question, intent) for intent in intents][-1]

    def submit(self, question: Question, intent: Intent) -> str:
        """Send one message about a question; the result, or "error"."""
        value = question.scripted(self.random) if intent in ("send", "keep") else None
        result = self._send(question.id, value, intent)
        if result in ("saved", "skipped", "kept", "removed"):
            self.said[question.id] = value if result == "saved" else None
            self._pair(question)
        return result

    def _pair(self, question: Question) -> None:
        """Both answers of a declared pair, together, as a browser sends them once both questions are done."""
        for pair in self.page.pairs.values():
            if question.id in pair.ids and all(id in self.said for id in pair.ids):
                values = [self.said[id] for id in pair.ids]
                self._send(pair.id, *((None, "skip") if None in values else (values, "send")))

    def _send(self, question: str, value: object, intent: str) -> str:
        message = {"type": "submit", "id": self.random.randbytes(16).hex(), "question": question, "keys": self.keys(question)}
        result: str = self.say(message | {"value": value, "intent": intent}).get("result", "error")
        return result

    def collect(self, game: Game) -> dict[str, Any]:
        """What one's tokens became; asked for after the debrief."""
        return self.say({"type": "payoffs", "activity": game.id, "keys": {one.id: self.keys(one.id) for one in game.asked}})

    def say(self, message: dict[str, Any]) -> dict[str, Any]:
        """The page's reply; a reply that should not have been is counted."""
        try:
            reply: dict[str, Any] = {**self.page.handle(message)}
        except Exception:
            log.exception("a simulated person got no reply")
            reply = {"type": "error"}
        self.errors += reply["type"] == "error" or reply.get("result") == "refused"
        return reply
