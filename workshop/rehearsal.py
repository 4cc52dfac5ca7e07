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
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from workshop.declaration import curriculum, formats
from workshop.declaration.curriculum import Module
from workshop.kinds import Question
from workshop.kinds.game import Game
from workshop.page import Page
from workshop.room.local import LocalRoom

log = logging.getLogger(__name__)

SHY, WAVERING, KEEPING = 0.12, 0.1, 0.06  # chances, for each question, to skip, to change one's mind, not to share
VERY_SHY = 0.6  # the same of one in eight, where a facilitator practises
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

    def __str__(self) -> str:
        said = (
            f"{self.people} simulated people, {self.answers} answers, {self.reveals} shown, {self.withheld} withheld, {self.errors} errors"
        )
        return f"{self.module}: {said}"


@dataclass(eq=False)
class Visitor:
    """One simulated person with a secret of their own, as a browser has."""

    room: LocalRoom
    random: random.Random
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    page: Page | None = None
    shy: float = SHY
    errors: int = 0
    said: dict[str, Any] = field(default_factory=dict)  # question -> what the room has of this person

    def keys(self, question: str) -> list[str]:
        """The two keys that a browser computes for a question (see `visitor.js`)."""

        def key(*parts: str) -> str:
            return hmac.new(self.secret, "\x1f".join((self.room.id, question, *parts)).encode(), hashlib.sha256).hexdigest()

        return [key(), key("done")]

    def enter(self, module: Module) -> None:
        """Open the module's page and say hello, as the page's Visitor does."""
        self.page = Page(module.slug, room=self.room)
        asked = (*module.questions, *module.pairs)
        self.say({"type": "hello", "keys": {one.id: self.keys(one.id) for one in asked}})

    def respond(self, question: Question) -> str:
        """Answer, skip or keep one question, and perhaps think again; what the room made of it at last."""
        chance = self.random.random()
        intents = ["skip"] if chance < self.shy else ["keep"] if chance < self.shy + KEEPING else ["send"]
        if self.random.random() < WAVERING:
            intents += [self.random.choice(["undo", "skip"]), "send"]
        return [self.submit(question, intent) for intent in intents][-1]

    def submit(self, question: Question, intent: str) -> str:
        """Send one message about a question; the result, or "error"."""
        value = question.scripted(self.random) if intent in ("send", "keep") else None
        message = {"type": "submit", "id": self.random.randbytes(16).hex(), "question": question.id, "keys": self.keys(question.id)}
        result = self.say(message | {"value": value, "intent": intent}).get("result", "error")
        if result in ("saved", "skipped", "kept", "removed"):
            self.said[question.id] = value if result == "saved" else None
            self._pair(question)
        return result

    def _pair(self, question: Question) -> None:
        """Both answers of a declared pair, together, as a browser sends them once both questions are done."""
        for pair in self.page.pairs.values():
            if question.id in pair.ids and all(id in self.said for id in pair.ids):
                values = [self.said[id] for id in pair.ids]
                intent, value = ("skip", None) if None in values else ("send", values)
                message = {"type": "submit", "id": self.random.randbytes(16).hex(), "question": pair.id, "keys": self.keys(pair.id)}
                self.say(message | {"value": value, "intent": intent})

    def collect(self, game: Game) -> dict[str, Any]:
        """What one's tokens became; asked for after the debrief."""
        return self.say({"type": "payoffs", "activity": game.id, "keys": {one.id: self.keys(one.id) for one in game.asked}})

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


def evening(people: int, name: str, seed: int | None = None) -> Iterator[Report]:
    """A whole format, step by step as a desk goes through it, in a room that is erased afterwards; a report after each module.

    One person joins after the first result, one leaves in the middle. CurriculumError for a format that cannot be used.
    """
    from workshop.store import Store

    plan, luck = formats.plan(name), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="workshop-rehearsal-") as folder:
        store = Store.open(Path(folder) / "rehearsal.sqlite")
        try:
            room = LocalRoom.create(store, mode="rehearsal", closing=0)
            room.arrange({"format": name, "pace": "together", "step": 0})
            yield from _Evening(room, plan, [Visitor(room, random.Random(luck.random())) for _ in range(people)], luck).run()
        finally:
            store.close()


class _Evening:
    """One way through a plan."""

    def __init__(self, room: LocalRoom, plan: formats.Format, visitors: list[Visitor], luck: random.Random) -> None:
        self.room, self.lines, self.visitors, self.luck = room, plan.lines(), visitors, luck
        self.late, self.leaving = luck.sample(visitors, 2) if len(visitors) > 2 else (None, None)
        self.here = [visitor for visitor in visitors if visitor is not self.late]
        self.module: Module | None = None

    def run(self) -> Iterator[Report]:
        answers: Counter[str] = Counter()
        errors = 0
        for place, line in enumerate(self.lines):
            if place == len(self.lines) // 2 and self.leaving in self.here:
                self.here.remove(self.leaving)
            self.room.arrange({"step": place, "screen": "down" if line.step.phones == "down" else ""})
            if line.opens and (self.module is None or line.module != self.module.slug):
                self.module = curriculum.module(line.module)
                self.room.open_module(line.module)
                for visitor in self.here:
                    visitor.enter(self.module)
            if line.opens and line.step.activity:
                self._work(line.step, answers)
            if line.opens and (place + 1 == len(self.lines) or self.lines[place + 1].part != line.part):
                self._close_all()
                before, errors = errors, sum(visitor.errors for visitor in self.visitors)
                yield _report(self.room, self.module, len(self.here), answers["saved"], errors - before)
                answers.clear()

    def _work(self, step: curriculum.Step, answers: Counter[str]) -> None:
        if step.activity in {game.key for game in self.module.games}:
            self.room.debrief(self.module.slug)
            for visitor, game in ((visitor, game) for visitor in self.here for game in self.module.games):
                visitor.collect(game)
        main = next((one for one in self.module.questions if one.key == step.activity), None)
        if main is None:
            return
        if not step.reveals:
            self._ask(main, answers)
        if step.reveals or not main.revealed:
            self._close(main.id)
        while following := self.room.following():  # rounds that begin by themselves
            self._ask(next(one for one in self.module.questions if one.id == following[0]), answers)
            self._close(following[0])
        if self.late and self.late not in self.here:
            self.late.enter(self.module)
            self.here.append(self.late)

    def _ask(self, main: Question, answers: Counter[str]) -> None:
        self.room.open(main.id)
        together = [one for one in self.module.questions if main.key in (one.key, one.with_)]
        for visitor in self.luck.sample(self.here, len(self.here)):
            answers.update(visitor.respond(question) for question in together)

    def _close(self, question: str) -> None:
        self.room.close(question)
        self.room.settle(question)
        if question in self.room.desk_view()["unread"]:  # an invented group names nobody
            self.room.approve(question, list(range(len(self.room.batch(question)["texts"]))))

    def _close_all(self) -> None:
        """What the short form has no step to reveal for."""
        for question in self.module.questions:
            if not question.with_ and self.room.view()["phases"][question.id] == "open":
                self._close(question.id)


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
        if main.id in room.desk_view()["unread"]:  # an invented group names nobody
            room.approve(main.id, list(range(len(room.batch(main.id)["texts"]))))
        if late:  # told, kindly, that it was already counted
            answers.update(late.submit(question, "send") for question in together)
    if module.games:
        room.debrief(module.slug)
        for visitor, game in product(visitors, module.games):
            visitor.collect(game)
    return _report(room, module, len(visitors), answers["saved"], sum(visitor.errors for visitor in visitors) - errors)


def _report(room: LocalRoom, module: Module, people: int, answers: int, errors: int) -> Report:
    faces = [
        json.loads(room.reveal(content))["face"] for name, content in room.view()["reveals"].items() if name.startswith(f"{module.slug}.")
    ]
    return Report(module.slug, people, answers, faces.count("shown"), faces.count("withheld"), errors)


@contextmanager
def following(store: str, room_id: str, people: int, seed: int | None = None, speed: float = 1.0) -> Iterator[None]:
    """Inside the block a simulated group follows the room, on a thread and a store connection of its own."""
    from workshop.store import Store

    stop = threading.Event()

    def follow() -> None:
        opened = Store.open(store)
        try:
            Crowd(LocalRoom(opened, room_id), people, seed, speed).follow(stop)
        except Exception:
            log.exception("the simulated group has stopped")
        finally:
            opened.close()

    thread = threading.Thread(target=follow, name="rehearsal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


class Crowd:
    """A simulated group that goes where the facilitator goes, and takes a person's time over each question.

    Not an easy one: from three people on, one comes when the first result is there and one leaves on the second page,
    and one in eight skips most of what is asked.
    """

    def __init__(self, room: LocalRoom, people: int, seed: int | None, speed: float) -> None:
        self._luck, self._speed, self._room = random.Random(seed), speed, room
        everybody = [Visitor(room, random.Random(self._luck.random())) for _ in range(people)]
        self._late, self._leaving = self._luck.sample(everybody, 2) if people > 2 else (None, None)
        for visitor in self._luck.sample(everybody, people // 8):
            visitor.shy = VERY_SHY
        self._here = [visitor for visitor in everybody if visitor is not self._late]
        self._pages = 0
        self._module: Module | None = None
        self._due: dict[str, list[tuple[float, Visitor]]] = {}  # question -> who answers it at what moment

    def follow(self, stop: threading.Event) -> None:
        """Until `stop` is set or the room ends."""
        self._room.here("simulated", len(self._here))
        try:
            self._look(self._room.view())
            while not stop.wait(0.1):
                if self._room.changed():
                    view = self._room.view()
                    if view["ended"]:
                        return
                    self._look(view)
                self._answer()
        finally:
            self._room.here("simulated", 0)

    def _look(self, view: dict[str, Any]) -> None:
        """Open the page that the facilitator has opened, and begin to think about what may be answered."""
        if view["module"] and (self._module is None or view["module"] != self._module.slug):
            self._module = curriculum.module(view["module"])
            self._pages += 1
            if self._pages == 2:
                self._move(out=self._leaving)
            for visitor in self._here:
                visitor.enter(self._module)
        if self._late and view["reveals"]:
            self._late.enter(self._module)
            self._move(come=self._late)
            self._late = None
        for question in self._module.questions if self._module else ():
            if view["phases"].get(question.id) == "open" and question.id not in self._due:
                now = time.monotonic()
                self._due[question.id] = [(now + self._luck.uniform(*HASTE) / self._speed, visitor) for visitor in self._here]

    def _move(self, come: Visitor | None = None, out: Visitor | None = None) -> None:
        """Somebody comes or goes: the desk sees how many people are here."""
        self._here = [visitor for visitor in (*self._here, come) if visitor not in (None, out)]
        self._room.here("simulated", len(self._here))

    def _answer(self) -> None:
        """Let those answer whose moment has come."""
        now = time.monotonic()
        for question in self._module.questions if self._module else ():
            ready = [visitor for moment, visitor in self._due.get(question.id, ()) if moment <= now]
            if ready:
                self._due[question.id] = [pair for pair in self._due[question.id] if pair[0] > now]
                for visitor in ready:
                    visitor.respond(question)
