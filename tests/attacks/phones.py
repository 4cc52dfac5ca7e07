"""Three phones and a desk in one question, in memory: the real room, the real list of who has answered, the real rule.

Only the store is a stand-in, so that a moment can be copied; `test_every_schedule` plays some schedules on a real one as
well. A phone has tabs. Each tab has a secret of its own, as a browser draws one that keeps nothing; a closed tab's secret
can come back, as it does where the phone keeps it.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

import pytest

from tests.attacks.world import DAY, Stub
from workshop.kinds import base
from workshop.reveal import rule
from workshop.room.local import LocalRoom
from workshop.server.holders import Holders
from workshop.server.kernels.manager import Held, Kernels
from workshop.store import Count, State
from workshop.store.questions import Room
from workshop.store.store import DeskState

QUESTION = replace(DAY, example={"x": 5, "y": 6})
MODULES = (Stub("m", (QUESTION,)),)
PHONES = 3
SKIPPED = "skipped"


@contextmanager
def two_are_enough() -> Iterator[None]:
    """The rule, for a room of three: two must have answered, and one of them otherwise than the rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule, "K", 2)
        patch.setattr(base, "MARGIN", 1)
        yield


@dataclass
class Memory:
    """As much of a store as a room with one question asks of it."""

    phase: str = "waiting"
    answers: dict[str, str] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()
    frozen: tuple[str, bytes] | None = None
    people: tuple[int, int] = (0, 0)

    def copy(self) -> Memory:
        return replace(self, answers=dict(self.answers))

    def room(self, id: str) -> Room:
        return Room("room", "CODE", "room", None, "m", False, "2000-01-01")

    def state(self, id: str) -> State:
        return State(self.room(id), {QUESTION.id: self.phase}, {QUESTION.id: self.frozen[0]} if self.frozen else {})

    def desk(self, id: str) -> DeskState:
        return DeskState(self.state(id), {QUESTION.id: len(self.marks)} if self.marks else {}, {}, (), *self.people)

    def add_questions(self, room: str, asked: Iterable[str], phase: str = "waiting", module: str | None = None) -> None:
        pass

    @property
    def presence(self) -> Memory:
        return self

    def here(self, room: str, server: str, joined: int, awake: int) -> None:
        self.people = joined, awake

    def move(self, room: str, asked: Sequence[str], to: str, when: Collection[str]) -> dict[str, str]:
        before, self.phase = self.phase, to if self.phase in when else self.phase
        return {QUESTION.id: before}

    def settle(self, room: str, asked: Sequence[str], make: Callable[[Count], Mapping], after: Mapping) -> dict[str, str]:
        before = self.phase
        if before == "closing":
            values = lambda one: sorted(self.answers.values())  # noqa: E731
            self.frozen = make(Count((QUESTION.id,), None, values, lambda one: None))[QUESTION.id]
            self.phase = "closed"
        return {QUESTION.id: before}

    def payload(self, room: str, content: str) -> bytes | None:
        return self.frozen[1] if self.frozen and self.frozen[0] == content else None

    def submit(self, room: str, question: str, keys: tuple[str, str], value: str | None, done: bool = True) -> str:
        if self.phase in ("open", "closing"):
            self.answers.pop(keys[0], None)
            if value is not None:
                self.answers[keys[0]] = value
            self.marks = self.marks | {keys[1]} if done else self.marks - {keys[1]}
        return self.phase

    def mine(self, room: str, keys: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str | None, bool]]:
        return {question: (self.answers.get(pair[0]), pair[1] in self.marks) for question, pair in keys.items()}


class Pages:
    """The real book of pages and of the browsers that have them open, without kernels."""

    give, holder, opened, awake, dismiss = Kernels.give, Kernels.holder, Kernels.opened, Kernels.awake, Kernels.dismiss

    def __init__(self, held: Mapping[str, Held], joined: Iterable[str]) -> None:
        self.joined = set(joined)
        self.held = {token: replace(one) for token, one in held.items()}
        self._numbers = itertools.count()

    async def end(self, token: str) -> None:
        self.held.pop(token)


def done(work: Coroutine) -> None:
    """Nothing in it waits."""
    with pytest.raises(StopIteration):
        work.send(None)


@cache
def keys(secret: int) -> list[str]:
    return [hashlib.sha256(f"{part} of {secret}".encode()).hexdigest() for part in ("answer", "done")]


@dataclass(frozen=True)
class Tab:
    """One tab: its secret, and its page's token while it is open."""

    secret: int
    token: str = ""


@dataclass(frozen=True)
class Phone:
    """One browser: its cookie, if it has joined, and the tabs of the person who holds it now."""

    cookie: str = ""
    tabs: tuple[Tab, ...] = ()


class Event(NamedTuple):
    """What happens; of a phone, and of one of its tabs."""

    verb: str
    phone: int = -1
    tab: int = -1


DESK = {"open": ("close",), "closing": ("cancel", "settle"), "closed": ()}
SENT = {"send x": ("x", "send"), "send y": ("y", "send"), "skip": (None, "skip"), "take back": (None, "undo")}


class Scene:
    """One moment of it. What happens next is done to a copy."""

    holders: type[Holders] = Holders
    make: type[LocalRoom] = LocalRoom
    new_cookie = True  # for somebody else

    def __init__(self, store: Any = None, id: str = "room") -> None:
        self.store, self.id = store or Memory(), id
        self.phones = [Phone() for _ in range(PHONES)]
        self.number = 0
        self.cookies: frozenset[str] = frozenset()  # every one that a browser was ever given
        self._build({}, (), ())
        self.room.open_module("m")
        self.room.open(QUESTION.id)

    def _build(self, held: Mapping[str, Held], joined: Iterable[str], answered: Iterable[tuple[str, str]]) -> None:
        self.pages = Pages(held, joined)
        self.room = self.make(self.store, self.id, MODULES, closing=0)
        self.book = self.holders(self.room, self.pages.holder)
        self.book._answered = set(answered)

    def copy(self) -> Scene:
        other = object.__new__(type(self))
        other.store, other.id = self.store.copy(), self.id
        other.phones, other.number, other.cookies = list(self.phones), self.number, self.cookies
        other._build(self.pages.held, self.pages.joined, self.book._answered)
        return other

    @property
    def phase(self) -> str:
        return self.store.state(self.id).phases[QUESTION.id]

    def desk(self) -> dict[str, Any]:
        """What the desk sees, without the seconds that have passed."""
        return {name: value for name, value in self.room.desk_view().items() if name != "clock"}

    # What can happen

    def events(self) -> Iterator[Event]:
        for number, phone in enumerate(self.phones):
            if not phone.cookie:
                yield Event("join", number)
                continue
            yield Event("scan again", number)
            yield Event("somebody else", number)
            for place, tab in enumerate(phone.tabs):
                for verb in (*SENT, "leave") if tab.token else ("come back",):
                    yield Event(verb, number, place)
        yield from map(Event, DESK[self.phase])

    def act(self, event: Event) -> Any:
        """Let it happen; what was said to the person who did it: a result, what `hello` says, the desk's view."""
        if event.phone < 0:
            return getattr(self.room, event.verb)(QUESTION.id)
        said = self._act(event, self.phones[event.phone])
        self.room.server.here("phones", len(self.pages.joined), self.pages.awake())
        return said

    def _act(self, event: Event, phone: Phone) -> Any:
        if event.verb == "join":
            return self._scan(event.phone, self._name("cookie"))
        if event.verb == "scan again":
            return self._scan(event.phone, phone.cookie, phone.tabs)
        if event.verb == "somebody else":
            done(self.pages.dismiss(phone.cookie))
            return self._scan(event.phone, self._name("cookie") if self.new_cookie else phone.cookie)
        tab = phone.tabs[event.tab]
        if event.verb == "leave":
            done(self.pages.end(tab.token))
            return self._becomes(event, replace(tab, token=""))
        if event.verb == "come back":
            tab = replace(tab, token=self._name("page"))
            self._becomes(event, tab)
            return self._open(tab, phone.cookie)
        return self.send(tab, *SENT[event.verb])

    def send(self, tab: Tab, value: str | None, intent: str) -> str:
        return self.book.submit(tab.token, "1", QUESTION.id, keys(tab.secret), value, intent)["result"]

    def hello(self, tab: Tab) -> dict[str, Any]:
        said = self.book.hello(tab.token, {QUESTION.id: keys(tab.secret)})
        return said["mine"][QUESTION.id] | {"taken": QUESTION.id in said["taken"]}

    def _scan(self, number: int, cookie: str, before: tuple[Tab, ...] = ()) -> dict[str, Any]:
        """A new tab, whose secret is new; older ones stay open, perhaps asleep."""
        tab = Tab(int(self._name()), self._name("page"))
        self.phones[number] = Phone(cookie, (*before, tab))
        self.cookies |= {cookie}
        return self._open(tab, cookie)

    def _open(self, tab: Tab, cookie: str) -> dict[str, Any]:
        self.pages.held[tab.token] = Held("page", tab.token)
        self.pages.give(tab.token, cookie)
        self.pages.opened(tab.token, tab.token)
        return self.hello(tab)

    def _becomes(self, event: Event, tab: Tab) -> None:
        phone = self.phones[event.phone]
        tabs = (*phone.tabs[: event.tab], tab, *phone.tabs[event.tab + 1 :])
        self.phones[event.phone] = replace(phone, tabs=tabs)

    def _name(self, what: str = "") -> str:
        self.number += 1
        return f"{what}{self.number}"

    # What it is, up to names

    def shape(self, told: Sequence[Any] = (None,) * PHONES) -> tuple:
        """The same for moments that differ only in which phone is which, which answer is which, and in names.

        `told`: what else is known of each phone.
        """
        return min(self._shape(told, {"x": "x", "y": "y"}), self._shape(told, {"x": "y", "y": "x"}))

    def _shape(self, told: Sequence[Any], names: Mapping[str, str]) -> tuple:
        rows = {secret: self._row(secret, names) for secret in range(self.number + 1)}
        phones = []
        for phone, more in zip(self.phones, told, strict=True):
            tabs = [(bool(tab.token), *rows.pop(tab.secret)) for tab in phone.tabs]
            known = (phone.cookie, QUESTION.id) in self.book._answered
            phones.append((bool(phone.cookie), known, more, tuple(sorted(tab for tab in tabs if any(tab)))))
        left = tuple(sorted(row for row in rows.values() if any(row)))
        return self.phase, self._seen(names), tuple(sorted(phones)), left

    def _row(self, secret: int, names: Mapping[str, str]) -> tuple[str, bool]:
        answer, mark = keys(secret)
        value = self.store.answers.get(answer)
        return names[json.loads(value)] if value else "", mark in self.store.marks

    def _seen(self, names: Mapping[str, str]) -> tuple:
        if not self.store.frozen:
            return ()
        shown = json.loads(self.store.frozen[1])
        return tuple(sorted((names[key], people) for key, _, people in shown.get("cells", ()))) or ("withheld",)
