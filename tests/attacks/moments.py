"""All moments that three phones and a desk can reach, and what everybody sees in each, held against what was promised.

Two moments that differ in names only count as one, so that all of them can be visited.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.attacks.phones import PHONES, QUESTION, SENT, Event, Scene, Tab, keys
from tests.attacks.world import Breach
from workshop.reveal import content_id, payload
from workshop.room.contract import RoomError

ID = QUESTION.id
RESULTS = {"send": "saved", "skip": "skipped", "undo": "removed"}
Person = tuple[int, int]  # a phone, and how often it was handed on before
Said = Mapping[Person, tuple[int, Any]]  # the secret of the tab in which they answered, and what; None: skipped


@dataclass(frozen=True)
class Account:
    """What has happened, as an onlooker would tell it: one answer a browser, until somebody says that they're another."""

    said: Said = field(default_factory=dict)
    phase: str = "open"
    frozen: bytes = b""
    handed_on: tuple[int, ...] = (0,) * PHONES

    def who(self, phone: int) -> Person:
        return phone, self.handed_on[phone]

    def shape(self, scene: Scene) -> tuple:
        """What both are, up to names. Where the system keeps its promise, the account adds nothing."""
        moment = scene.shape([self.who(phone) in self.said for phone in range(PHONES)])
        return moment, tuple(sorted(map(self.answers().count, "xy"))), len(self.said), self.phase

    def after(self, scene: Scene, event: Event) -> tuple[Account, Any]:
        """What is told then, and what has to be said to the person who did it; `scene`: before."""
        if event.phone < 0:
            phase = {"close": "closing", "cancel": "open", "settle": "closed"}[event.verb]
            return replace(self, phase=phase), phase
        tab = scene.phones[event.phone].tabs[event.tab] if event.tab >= 0 else Tab(-1)
        if event.verb in SENT:
            return self._sent(self.who(event.phone), tab.secret, *SENT[event.verb])
        told = self
        if event.verb == "somebody else":
            told = replace(self, handed_on=tuple(times + (phone == event.phone) for phone, times in enumerate(self.handed_on)))
        return told, None if event.verb == "leave" else told.found(event.phone, tab.secret)

    def found(self, phone: int, secret: int) -> dict[str, Any]:
        """What a tab is told when it asks: its own answer, and whether this phone has answered from another one."""
        mine, value = self.said.get(self.who(phone), (None, None))
        return {"value": value if mine == secret else None, "done": mine == secret, "taken": mine not in (None, secret)}

    def _sent(self, person: Person, secret: int, value: Any, intent: str) -> tuple[Account, str]:
        mine, before = self.said.get(person, (secret, ...))
        if mine != secret:
            return self, "taken"
        wanted = ... if intent == "undo" else value
        if self.phase == "closed":  # the same once more is acknowledged: that it came may not have been heard
            return self, RESULTS[intent] if before == wanted else "late"
        others = {one: said for one, said in self.said.items() if one != person}
        return replace(self, said=others if wanted is ... else others | {person: (secret, value)}), RESULTS[intent]

    def answers(self) -> list[Any]:
        return [value for _, value in self.said.values() if value is not None]


@dataclass
class Walk:
    """All moments that can be reached; raises Breach at the first that breaks the promise."""

    steps: int
    scene: type[Scene] = Scene
    public: bool = False  # look only at what the whole room or the desk can see
    shapes: dict[tuple, int] = field(default_factory=dict)  # moment -> after how many steps
    paths: list[tuple[Event, ...]] = field(default_factory=list)  # the shortest way to each
    taken: int = 0  # steps tried
    results: int = 0
    shown: int = 0

    def go(self, merge: bool = True) -> Walk:
        start = self.scene()
        self.first = start.room.view(), start.desk()
        now: list[tuple[Scene, Account, tuple[Event, ...]]] = [(start, Account(), ())]
        self._new(start, now[0][1], 0, ())
        for step in range(1, self.steps + 1):
            then = []
            for scene, account, path in now:
                for event in scene.events():
                    reached, told = self._step(scene, account, event)
                    if self._new(reached, told, step, (*path, event)) or not merge:
                        then.append((reached, told, (*path, event)))
                        self._end(reached, told, step)
            now = then
        return self

    def _new(self, scene: Scene, account: Account, step: int, path: tuple[Event, ...]) -> bool:
        if (shape := account.shape(scene)) in self.shapes:
            return False
        self.shapes[shape] = step
        self.paths.append(path)
        return True

    def _end(self, scene: Scene, account: Account, step: int) -> None:
        """However far it has come, the desk closes."""
        if step > self.steps - 2:
            for verb in {"open": ("close", "settle"), "closing": ("settle",), "closed": ()}[account.phase]:
                scene, account = self._step(scene, account, Event(verb))

    def _step(self, scene: Scene, account: Account, event: Event) -> tuple[Scene, Account]:
        self.taken += 1
        reached = scene.copy()
        told, expected = account.after(scene, event)
        said = reached.act(event)
        if not self.public and (said["phases"][ID] if event.phone < 0 else said) != expected:
            raise Breach(f"after {event}: {said} instead of {expected}")
        if event.verb == "settle":
            told = replace(told, frozen=self._count(reached, told))
        self._look(reached, told)
        if not self.public:
            self._rows(reached, told)
            self._own(reached, told)
            if event.verb in ("leave", "somebody else"):
                self._gone(scene, reached, event)
        if told.phase == "closed":
            self._final(reached, told)
        return reached, told

    # What anybody can see

    def _look(self, scene: Scene, account: Account) -> None:
        """View and desk, to the letter: they depend on the phase, on how many are done, have joined and are awake."""
        view, desk = self.first
        content = content_id(account.frozen)
        now = {"phases": {ID: account.phase}, "closing": {ID: 0.0} if account.phase == "closing" else {}}
        now["reveals"] = {ID: content} if account.frozen else {}
        now["on"] = [ID] if account.phase in ("open", "closing") else []
        now["until"] = "" if account.phase == "closed" else ID
        if scene.room.view() != view | now:
            raise Breach(f"everybody sees {scene.room.view()}")
        awake = sum(any(tab.token for tab in phone.tabs) for phone in scene.phones)
        here = {"joined": len(scene.cookies), "awake": awake}
        if scene.desk() != desk | now | here | {"done": {ID: len(account.said)}}:
            raise Breach(f"the desk sees {scene.desk()}")
        if account.frozen and scene.room.reveal(content) != account.frozen:
            raise Breach("a result has changed")

    def _rows(self, scene: Scene, account: Account) -> None:
        """What is stored: one row for each browser that has answered, and one for each that is done."""
        if scene.store.answers != {keys(secret)[0]: json.dumps(value) for secret, value in account.said.values() if value}:
            raise Breach("the answers are not one for each browser")
        if scene.store.marks != {keys(secret)[1] for secret, _ in account.said.values()}:
            raise Breach("those who are done are not one for each browser")

    def _count(self, scene: Scene, account: Account) -> bytes:
        """The result, held against what each browser has said."""
        name = scene.room.view()["reveals"][ID]
        frozen, answers = scene.room.reveal(name), account.answers()
        face, differ = json.loads(frozen), len(set(answers)) == 2
        self.results += 1
        if face["face"] != "shown":
            if differ or frozen != payload(QUESTION, ()):
                raise Breach("a result of two who differ stays closed, or what is withheld tells why")
            return frozen
        self.shown += 1
        cells = [[key, people] for key, _, people in face["cells"]]
        if not differ or face["people"] != len(answers) or cells != [[key, answers.count(key)] for key in "xy"]:
            raise Breach(f"of {answers} the room was shown {cells}")
        return frozen

    def _final(self, scene: Scene, account: Account) -> None:
        """Once: the desk can do nothing more about it."""
        for verb in (scene.room.open, scene.room.close, scene.room.cancel):
            try:
                now = verb(ID)["phases"][ID]
            except RoomError:
                continue
            if now != "closed":
                raise Breach("a closed question is open again")
        scene.room.settle(ID)
        self._look(scene, account)

    def _own(self, scene: Scene, account: Account) -> None:
        """What each tab finds when it asks again, as it does after a break of the wifi."""
        answered = set(scene.book._answered)
        for number, phone in enumerate(scene.phones):
            for tab in phone.tabs:
                if tab.token and (said := scene.hello(tab)) != account.found(number, tab.secret):
                    raise Breach(f"a tab finds {said}")
        scene.book._answered = answered

    def _gone(self, before: Scene, after: Scene, event: Event) -> None:
        """A page that was left, or belonged to the person who held the phone before, no longer answers."""
        tabs = before.phones[event.phone].tabs
        for tab in (tabs[event.tab],) if event.verb == "leave" else tabs:
            for value, intent in SENT.values() if tab.token else ():
                try:
                    raise Breach(f"a page that has gone was told: {after.send(tab, value, intent)}")
                except RoomError:
                    continue
