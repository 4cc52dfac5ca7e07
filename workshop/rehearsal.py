"""A simulated group, for practising alone and for trying every page: it speaks to `Page.handle` as a browser would.

Its people differ: some are shy and skip, some change their minds, some keep their answers to themselves, one comes late
and one leaves in the middle. What they answer is drawn like the module's invented group. Nothing here is a result.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import random
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workshop import curriculum
from workshop.curriculum import Module
from workshop.kinds import Question
from workshop.page import Page
from workshop.room import LocalRoom

log = logging.getLogger(__name__)

SHY, WAVERING, KEEPING = 0.12, 0.1, 0.06  # chances, for each question, to skip, to change one's mind, not to share
HASTE = (2.0, 14.0)  # s that a simulated person takes over one question, at speed 1


@dataclass(frozen=True)
class Report:
    """What became of one module. `answers`: those in the room when it closed; `errors`: replies that were none."""

    module: str
    people: int
    answers: int
    reveals: int
    withheld: int
    errors: int
    simulated: bool = True


@dataclass
class Visitor:
    """One simulated person with a secret of their own, as a browser has."""

    room: LocalRoom
    random: random.Random
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    page: Page | None = None
    errors: int = 0

    def keys(self, question: str) -> list[str]:
        """The two keys that a browser computes for a question (see `visitor.js`)."""

        def key(*parts: str) -> str:
            return hmac.new(self.secret, "\x1f".join((self.room.id, question, *parts)).encode(), hashlib.sha256).hexdigest()

        return [key(), key("done")]

    def enter(self, module: Module) -> None:
        """Open the module's page and say hello, as the page's Visitor does."""
        self.page = Page(module.slug, room=self.room)
        self.say({"type": "hello", "keys": {question.id: self.keys(question.id) for question in module.questions}})

    def respond(self, question: Question) -> str:
        """Answer, skip or keep one question, and perhaps think again; what the room made of it at last."""
        chance = self.random.random()
        intents = ["skip"] if chance < SHY else ["keep"] if chance < SHY + KEEPING else ["send"]
        if self.random.random() < WAVERING:
            intents += [self.random.choice(["undo", "skip"]), "send"]
        return [self.submit(question, intent) for intent in intents][-1]

    def submit(self, question: Question, intent: str) -> str:
        """Send one message about a question; the result, or "error"."""
        value = question.scripted(self.random) if intent in ("send", "keep") else None
        message = {"type": "submit", "id": self.random.randbytes(16).hex(), "question": question.id, "keys": self.keys(question.id)}
        return self.say(message | {"value": value, "intent": intent}).get("result", "error")

    def say(self, message: dict[str, Any]) -> dict[str, Any]:
        """The page's reply; whatever is no proper reply is counted."""
        try:
            reply = self.page.handle(message)
        except Exception:
            log.exception("a simulated visitor had no reply")
            reply = {"type": "error"}
        self.errors += reply["type"] == "error" or reply.get("result") == "refused"
        return reply


def walk(people: int = 12, slugs: Sequence[str] = (), seed: int | None = None) -> Iterator[Report]:
    """Run modules unattended, in a room of their own that is erased afterwards; a report after each.

    `slugs`: which modules, in the order of the curriculum; empty: all. CurriculumError for one that does not exist.
    """
    from workshop.store import Store

    chosen = [module for module in curriculum.modules() if not slugs or module.slug in {curriculum.module(slug).slug for slug in slugs}]
    luck = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="workshop-rehearsal-") as folder:
        store = Store.open(Path(folder) / "rehearsal.sqlite")
        try:
            room = LocalRoom.create(store, mode="rehearsal", closing=0)
            visitors = [Visitor(room, random.Random(luck.random())) for _ in range(people)]
            for place, module in enumerate(chosen):
                yield _module(room, module, visitors, luck, last=place == len(chosen) - 1)
        finally:
            store.close()


def _module(room: LocalRoom, module: Module, visitors: list[Visitor], luck: random.Random, last: bool) -> Report:
    """One module from its opening to its last reveal."""
    errors = sum(visitor.errors for visitor in visitors)
    room.open_module(module.slug)
    late, leaving = luck.sample(visitors, 2) if len(visitors) > 2 else (None, None)
    for visitor in visitors:
        visitor.enter(module)
    if visitors:
        for activity in module.activities:
            visitors[0].page.activity(activity.key)
    answers: Counter[str] = Counter()
    mains = [question for question in module.questions if not question.with_]
    for place, main in enumerate(mains):
        together = [question for question in module.questions if main.key in (question.key, question.with_)]
        here = [visitor for visitor in visitors if visitor is not late and not (visitor is leaving and last and place)]
        room.open(main.id)
        for visitor in luck.sample(here, len(here)):
            answers.update(visitor.respond(question) for question in together)
        room.close(main.id)
        room.settle(main.id)
        if late:  # told, kindly, that it was already counted
            answers.update(late.submit(question, "send") for question in together)
    faces = [
        json.loads(room.reveal(content))["face"] for name, content in room.view()["reveals"].items() if name.startswith(f"{module.slug}.")
    ]
    errors = sum(visitor.errors for visitor in visitors) - errors
    return Report(module.slug, len(visitors), answers["saved"], faces.count("shown"), faces.count("withheld"), errors)


def crowd(room: LocalRoom, people: int, seed: int | None, stop: Callable[[], bool], speed: float = 1.0) -> None:
    """Follow a running room until `stop()`: enter the module that the facilitator opens, answer what is open, in human time."""
    luck = random.Random(seed)
    visitors = [Visitor(room, random.Random(luck.random())) for _ in range(people)]
    room.here("simulated", people)
    module, due = None, {}
    try:
        while not stop():
            if room.changed():
                view = room.view()
                if view["ended"]:
                    return
                if view["module"] and view["module"] != module:
                    module, due = view["module"], {}
                    for visitor in visitors:
                        visitor.enter(curriculum.module(module))
                for question in curriculum.module(module).questions if module else ():
                    if view["phases"].get(question.id) == "open" and question.id not in due:
                        due[question.id] = [(time.monotonic() + luck.uniform(*HASTE) / speed, visitor) for visitor in visitors]
            for question in curriculum.module(module).questions if module else ():
                ready = [visitor for moment, visitor in due.get(question.id, []) if moment <= time.monotonic()]
                if ready:
                    due[question.id] = [pair for pair in due[question.id] if pair[1] not in ready]
                    for visitor in ready:
                        visitor.respond(question)
            time.sleep(0.1)
    finally:
        room.here("simulated", 0)
