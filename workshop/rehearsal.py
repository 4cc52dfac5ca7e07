"""A simulated group, for practising alone and for trying every page: it speaks to `Page.handle` as a browser would.

Its people differ: some are shy and skip, some change their minds, some keep their answers to themselves, one comes late
and one leaves in the middle. What they answer is drawn like the module's invented group. Nothing here is a result.

`walk` and `evening` run unattended, `simulated_group` follows a facilitator who practises at the desk.
"""

from __future__ import annotations

import json
import logging
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workshop.declaration import curriculum, formats
from workshop.declaration.curriculum import Module, Step
from workshop.declaration.formats import Line
from workshop.kinds import Question
from workshop.person import Person
from workshop.phases import Phase
from workshop.room.contract import View
from workshop.room.local import LocalRoom

log = logging.getLogger(__name__)

VERY_SHY = 0.6  # the chance to skip of one in eight, where a facilitator practises
HASTE = (2.0, 14.0)  # s that a simulated person takes over one question, at speed 1


@dataclass(frozen=True)
class Report:
    """What became of one module. `people`: those who were there at its end; `answers`: how often one was saved; `errors`:
    replies that should not have been."""

    module: str
    people: int
    answers: int
    reveals: int
    withheld: int
    errors: int

    def __str__(self) -> str:
        said = (
            f"{self.people} simulated people, {self.answers} answers, {self.reveals} shown, {self.withheld} withheld, {self.errors} errors"
        )
        return f"{self.module}: {said}"


def walk(people: int = 12, slugs: Sequence[str] = (), seed: int | None = None) -> Iterator[Report]:
    """Every question of some modules, in a room of their own that is erased afterwards; a report after each.

    `slugs`: which modules, in the order of the curriculum; empty: all. CurriculumError for one that does not exist.
    """
    wanted = {curriculum.module(slug).slug for slug in slugs}
    chosen = [module for module in curriculum.modules() if not wanted or module.slug in wanted]
    lines = [line for part, module in enumerate(chosen) for line in _everything(part, module)]
    yield from _unattended(people, formats.EVERYTHING, lines, seed)


def evening(people: int, name: str, seed: int | None = None) -> Iterator[Report]:
    """A whole format, step by step as a desk goes through it, in a room that is erased afterwards; a report after each module.

    CurriculumError for a format that cannot be used.
    """
    yield from _unattended(people, name, formats.plan(name).lines(), seed)


def _everything(part: int, module: Module) -> Iterator[Line]:
    """A plan for one module in which each question is opened and closed, whatever its session has time for."""
    asked = [(one.key, reveals) for one in module.questions if not one.with_ for reveals in (False, True)]
    for key, reveals in [("", False), *asked, *((game.key, False) for game in module.games[:1])]:
        step = Step(title=key, minutes=1, cut=1, form="screen", phones="up", activity=key, reveals=reveals)
        yield Line(part=part, module=module.slug, opens=True, step=step)


def _unattended(people: int, name: str, lines: Sequence[Line], seed: int | None) -> Iterator[Report]:
    from workshop.store import Store

    luck = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="workshop-rehearsal-") as folder:
        store = Store.open(Path(folder) / "rehearsal.sqlite")
        try:
            room = LocalRoom.create(store, mode="rehearsal", closing=0)
            room.arrange({"format": name, "pace": "together", "step": 0})
            yield from _Session(room, lines, [Person(room, random.Random(luck.random())) for _ in range(people)], luck).run()
        finally:
            store.close()


class _Session:
    """One way through a plan, line by line. One person comes after the first result, one leaves in the middle."""

    module: Module

    def __init__(self, room: LocalRoom, lines: Sequence[Line], people: list[Person], luck: random.Random) -> None:
        self.room, self.lines, self.people, self.luck = room, lines, people, luck
        self.late, self.leaving = _late_and_leaving(people, luck)
        self.here = [person for person in people if person is not self.late]
        self.answers: Counter[str] = Counter()

    def run(self) -> Iterator[Report]:
        errors = 0
        for place, line in enumerate(self.lines):
            if place == len(self.lines) // 2 and self.leaving in self.here:
                self.here.remove(self.leaving)
            self.room.arrange({"step": place, "cover": "down" if line.step.phones == "down" else ""})
            if not line.opens:
                continue
            if line.module != self.room.view()["module"]:
                self._enter(curriculum.module(line.module))
            if line.step.activity:
                self._work(line.step)
            if place + 1 == len(self.lines) or self.lines[place + 1].part != line.part:
                self._close_all()
                before, errors = errors, sum(person.errors for person in self.people)
                yield self._report(errors - before)
                self.answers.clear()

    def _enter(self, module: Module) -> None:
        self.module = module
        self.room.open_module(module.slug)
        for person in self.here:
            person.enter(module)
        for activity in module.activities if self.here else ():
            self.here[0].page.activity(activity.key)

    def _work(self, step: Step) -> None:
        if step.activity in {game.key for game in self.module.games}:
            self.room.debrief(self.module.slug)
            for person in self.here:
                for game in self.module.games:
                    person.collect(game)
        main = next((one for one in self.module.questions if one.key == step.activity), None)
        if main is None or self._phase(main) == Phase.CLOSED:
            return
        if not step.reveals:
            self._ask(main)
        if step.reveals or not main.revealed:
            self._close(main)
        while begun := self.room.server.next_rounds():
            asked = next(one for one in self.module.questions if one.id == begun[0])
            self._ask(asked)
            self._close(asked)

    def _phase(self, question: Question) -> Phase:
        return self.room.view()["phases"][question.id]

    def _together(self, main: Question) -> list[Question]:
        return [one for one in self.module.questions if main.key in (one.key, one.with_)]

    def _ask(self, main: Question) -> None:
        self.room.open(main.id)
        for person in self.luck.sample(self.here, len(self.here)):
            self.answers.update(person.respond(question) for question in self._together(main))

    def _close(self, main: Question) -> None:
        self.room.close(main.id)
        self.room.settle(main.id)
        if main.id in self.room.desk_view()["unread"]:  # an invented group names nobody
            self.room.approve(main.id, list(range(len(self.room.batch(main.id)["texts"]))))
        if self.late and self.late not in self.here:
            self.late.enter(self.module)
            self.here.append(self.late)
            for question in self._together(main):  # told, kindly, that it was counted already
                self.late.submit(question, "send")

    def _close_all(self) -> None:
        """What the short form has no step to reveal for."""
        for question in self.module.questions:
            if not question.with_ and self._phase(question) == Phase.OPEN:
                self._close(question)

    def _report(self, errors: int) -> Report:
        shown = [content for name, content in self.room.view()["reveals"].items() if name.startswith(f"{self.module.slug}.")]
        faces = [json.loads(self.room.reveal(content))["face"] for content in shown]
        return Report(self.module.slug, len(self.here), self.answers["saved"], faces.count("shown"), faces.count("withheld"), errors)


def _late_and_leaving(people: list[Person], luck: random.Random) -> tuple[Person | None, Person | None]:
    """From three people on, the one who comes late and the one who leaves."""
    if len(people) < 3:
        return None, None
    late, leaving = luck.sample(people, 2)
    return late, leaving


@contextmanager
def simulated_group(store: str, room_id: str, people: int, seed: int | None = None, speed: float = 1.0) -> Iterator[None]:
    """Inside the block a simulated group takes part in the room, on a thread and a store connection of its own."""
    from workshop.store import Store

    stop = threading.Event()

    def attend() -> None:
        opened = Store.open(store)
        try:
            Crowd(LocalRoom(opened, room_id), people, seed, speed).attend(stop)
        except Exception:
            log.exception("the simulated group has stopped")
        finally:
            opened.close()

    thread = threading.Thread(target=attend, name="rehearsal", daemon=True)
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
        everybody = [Person(room, random.Random(self._luck.random())) for _ in range(people)]
        self._late, self._leaving = _late_and_leaving(everybody, self._luck)
        for person in self._luck.sample(everybody, people // 8):
            person.shy = VERY_SHY
        self._here = [person for person in everybody if person is not self._late]
        self._come: set[Person] = set()  # those who have left as well
        self._pages = 0
        self._module: Module | None = None
        self._due: dict[str, list[tuple[float, Person]]] = {}  # question -> who answers it at what moment

    def attend(self, stop: threading.Event) -> None:
        """Until `stop` is set or the room ends."""
        self._count()
        try:
            self._look(self._room.view())
            while not stop.wait(0.1):
                if self._room.server.changed():
                    view = self._room.view()
                    if view["ended"]:
                        return
                    self._look(view)
                self._answer()
        finally:
            self._room.server.away("simulated")

    def _look(self, view: View) -> None:
        """Open the page that the facilitator has opened, and begin to think about what may be answered."""
        if view["module"] and (self._module is None or view["module"] != self._module.slug):
            self._module = curriculum.module(view["module"])
            self._pages += 1
            if self._pages == 2:
                self._move(out=self._leaving)
            for person in self._here:
                person.enter(self._module)
        if self._late and self._module and view["reveals"]:
            self._late.enter(self._module)
            self._move(come=self._late)
            self._late = None
        for question in self._module.questions if self._module else ():
            if view["phases"].get(question.id) == Phase.OPEN and question.id not in self._due:
                now = time.monotonic()
                self._due[question.id] = [(now + self._luck.uniform(*HASTE) / self._speed, person) for person in self._here]

    def _move(self, come: Person | None = None, out: Person | None = None) -> None:
        """Somebody comes or goes: the desk sees how many have joined and how many are awake."""
        self._here = [person for person in (*self._here, come) if person and person is not out]
        self._count()

    def _count(self) -> None:
        self._come |= set(self._here)
        self._room.server.here("simulated", len(self._come), len(self._here))

    def _answer(self) -> None:
        """Let those answer whose moment has come."""
        now = time.monotonic()
        for question in self._module.questions if self._module else ():
            ready = [person for moment, person in self._due.get(question.id, ()) if moment <= now]
            if ready:
                self._due[question.id] = [pair for pair in self._due[question.id] if pair[0] > now]
                for person in ready:
                    person.respond(question)
