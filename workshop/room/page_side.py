"""What a page may ask of a room in this process, answered from the store and the curriculum."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from workshop.declaration import curriculum
from workshop.kinds.base import BadAnswer
from workshop.phases import Phase
from workshop.reveal import content_id, example
from workshop.room.contract import STORED, Hello, Intent, Keys, Payoff, Result, RoomError, Submission, View
from workshop.room.declared import checked
from workshop.room.front import on_now, until
from workshop.room.parts import Parts
from workshop.room.stage import Stage
from workshop.store import State

NOT_UNDERSTOOD = "The workshop didn't understand this."


class PageSide:
    """The half of `LocalRoom` that fulfils `PageRoom`."""

    def __init__(self, parts: Parts) -> None:
        self.id, self.code, self.mode, self.join_url = parts.id, parts.code, parts.mode, parts.join_url
        self._store, self._declared, self._games = parts.store, parts.declared, parts.games
        self._closing, self._watch, self._pages, self._telling = parts.closing, parts.watch, parts.pages, parts.telling
        self._examples: dict[str, bytes] = {}

    def hello(self, keys: Mapping[str, Keys]) -> Hello:
        """The view, and for each question what its keys find in the store."""
        if not isinstance(keys, Mapping):
            raise RoomError(NOT_UNDERSTOOD)
        asked = {self._declared.answered(id).id: checked(pair) for id, pair in keys.items()}
        found = self._store.mine(self.id, asked)
        return {
            "view": self.view(),
            "mine": {id: {"value": None if text is None else json.loads(text), "done": done} for id, (text, done) in found.items()},
        }

    def submit(self, id: str, question: str, keys: Keys, value: object, intent: Intent) -> Submission:
        """Store what one person sent; returns after the commit. The same call twice is the same as once."""
        result: Result
        try:
            result = self._submit(question, keys, value, intent)
            message = self._said(result)
        except (BadAnswer, RoomError) as error:
            result, message = "refused", str(error)
        return {"id": id, "question": question, "result": result, "message": message}

    def _submit(self, id: str, keys: Keys, value: object, intent: Intent) -> Result:
        question, pair = self._declared.answered(id), checked(keys)
        if not isinstance(intent, str) or intent not in STORED:
            raise RoomError(NOT_UNDERSTOOD)
        text = _canonical(question.check(value)) if intent == "send" else None
        phase = self._store.submit(self.id, question.id, pair, text, done=intent != "undo")
        if phase == Phase.WAITING:
            return "waiting"
        if phase == Phase.CLOSED:
            self._not_ended()
            before = self._store.mine(self.id, {id: pair})[id]
            # The acknowledgement of the same call may have been lost: then it was counted.
            return STORED[intent] if before == (text, intent != "undo") else "late"
        if self.mode == "alone":
            self.refresh()  # the invented group may be seen now
        return STORED[intent]

    def view(self) -> View:
        """What everybody may know of the room."""
        return self._view(self._store.state(self.id))

    def reveal(self, content_id: str) -> bytes:
        """The frozen payload of that content id."""
        found = self._examples.get(content_id) or self._store.payload(self.id, str(content_id))
        if found is None:
            raise RoomError("There's no such result in this workshop.")
        return found

    def payoffs(self, game: str, keys: Mapping[str, Keys]) -> list[Payoff]:
        """What one player has after each round. Only after the debrief, and only for keys that somebody holds."""
        played = self._games.played(game, keys)
        mine = {id: checked(pair)[0] for id, pair in keys.items()}
        alone = self.mode == "alone"
        if not alone and self.view()["phases"].get(game) != Phase.CLOSED:
            raise RoomError(curriculum.words()["game"]["not_yet"])
        self._not_ended()
        return self._games.paid(played, mine, alone)

    def subscribe(self, callback: Callable[[View], object]) -> Callable[[], None]:
        """Call `callback(view)` whenever the view differs; returns what ends it."""
        return self._pages.add(callback)

    def refresh(self) -> None:
        """Tell everybody who wants to hear of the room, if what they may know is different from what they know."""
        with self._telling:
            self._pages.tell(self.view())

    # Inside

    def _view(self, state: State) -> View:
        room, stage = state.room, Stage.read(state.room.state)
        self._games.see(state.phases)
        self._closing.see(state.phases)
        alone, module = self.mode == "alone", self._declared.modules.get(room.module or "")
        return {
            "id": room.id,
            "code": room.code,
            "mode": room.mode,
            "module": room.module,
            "phases": state.phases,
            "closing": self._closing.left(),
            "reveals": self._invented() if alone else state.reveals,
            "ended": room.ended,
            "stage": stage.public(),
            "timer": self._watch.timer(stage),
            "on": on_now(module, state.phases, stage.fiction) if module else [],
            "until": until(module, state.phases, stage.fiction) if module else "",
        }

    def _invented(self) -> dict[str, str]:
        """For a person who is alone: the invented group of each question that is done."""
        shown = {}
        for id in self._store.done(self.id):
            if (question := self._declared.questions.get(id)) and question.revealed:
                frozen = example(question)
                shown[id] = content_id(frozen)
                self._examples[shown[id]] = frozen
        return shown

    def _not_ended(self) -> None:
        if self._store.room(self.id).ended:
            raise RoomError(self._said("ended"))

    def _said(self, state: str) -> str:
        """The shared words for what became of an answer, in this process's language; "": there is nothing to say."""
        return curriculum.words()["states"].get(state, "")


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
