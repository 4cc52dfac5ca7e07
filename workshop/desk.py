"""The facilitator's half: `Desk().board()`, `Desk().projector()`, and in a module's notebook `Desk("arrive").activity("box")`.

A desk finds the running workshop by itself. Without one every notebook can still be read: its places hold the module's
invented groups, labelled as invented.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop import widgets
from workshop.declaration import curriculum, formats
from workshop.declaration.curriculum import Module
from workshop.kinds import Question
from workshop.kinds.game import Game
from workshop.kinds.pair import Pair
from workshop.page import BadMessage, follow, front_words
from workshop.room.contract import DeskRoom, DeskView, RoomError
from workshop.room.front import in_front
from workshop.room.wire import RemoteRoom
from workshop.screens import OnTheScreen, declared, for_the_screen, planned, qr

if TYPE_CHECKING:
    from IPython.display import Markdown
    from pandas import DataFrame
    from plotly.graph_objects import Figure

    from workshop.messages import BoardReply
    from workshop.reveal import Payload
    from workshop.room.contract import Batch
    from workshop.screens import BoardState, IdleView, ScreenState

log = logging.getLogger(__name__)

TIDY = ["module", "question", "asked", "option", "label", "people", "of", "withheld", "invented"]


class Desk:
    """What a facilitator works at. `slug`: the module of the notebook; `room`: another one than the one found (tests)."""

    def __init__(self, slug: str | None = None, room: DeskRoom | None = None) -> None:
        self.declared = curriculum.module(slug) if slug else None
        self._given = room
        self._view: DeskView | None = None  # None: no workshop runs
        self._idle_step = 0  # of the plan, where no workshop runs
        self._payloads: dict[str, Payload] = {}  # content id -> payload: a reveal never changes
        self._on_the_screen = OnTheScreen()
        self._draws: list[Callable[[], object]] = []  # each draws one widget again

    @cached_property
    def room(self) -> DeskRoom | None:
        """The running workshop's room; None where no workshop runs."""
        room = self._given or find_room()
        if room is not None:
            follow(room.desk_subscribe, self._see)
            self._see(room.desk_view())
        return room

    def _see(self, view: DeskView) -> None:
        if view["ended"] and not (self._view and self._view["ended"]):
            log.info("the workshop has ended")
        self._view = view
        self._draw()

    def _draw(self) -> None:
        for draw in self._draws:
            draw()

    # --- widgets

    def board(self) -> widgets.Board:
        """The whole desk: who is here, the session's steps, the questions of the open module and their reveals."""
        return self._board("")

    def activity(self, key: str) -> widgets.Board:
        """The controls and the reveal of one question, or game, of this notebook's module; CurriculumError when there is none."""
        if self.declared is None:
            raise ValueError('Name the module first, as in Desk("arrive").activity("box").')
        question = self.declared.activity(key)
        if not isinstance(question, Question | Game):
            raise ValueError(f"'{key}' is a {question.kind}: it stays on each phone, and the desk has nothing to do with it.")
        return self._board(question.id)

    def _board(self, only: str) -> widgets.Board:
        board = widgets.Board(only=only, words=front_words())
        board.on_msg(lambda _, content, __: board.send(self.handle(content)))

        def draw() -> None:
            if board.plan.get("name") != self._plan.name or not board.plan:
                board.set_trait("plan", planned(self._plan))
            board.set_trait("state", self.state())

        self._add(draw)
        return board

    @property
    def _plan(self) -> formats.Format:
        """The session's plan; every module where the room's format is gone, or is not of this curriculum."""
        try:
            return formats.plan(self._view["plan"]["format"] if self._view else formats.EVERYTHING)
        except curriculum.CurriculumError:
            return formats.plan(formats.EVERYTHING)

    @property
    def _step(self) -> int:
        """The step of the plan that the session is at."""
        step = self._view["plan"]["step"] if self._view else self._idle_step
        return min(step, len(self._plan.lines()) - 1)

    def projector(self) -> widgets.Projector:
        """The screen that everybody sees: how to join, the open question, and what is revealed."""
        screen = widgets.Projector(words=front_words())
        screen.on_msg(lambda _, content, __: screen.send(self.handle(content)))
        self._add(lambda: screen.set_trait("state", self.screen()))
        return screen

    def _add(self, draw: Callable[[], object]) -> None:
        _ = self.room  # from here on we hear of its changes
        self._draws.append(draw)
        draw()

    def about(self) -> Markdown:
        """Purpose, outcomes, minutes and content note of this notebook's module, to read before it begins."""
        from IPython.display import Markdown

        from workshop.guide import blocks

        return Markdown(blocks.facts(self._module()))

    def reveals(self, *keys: str) -> DataFrame:
        """What the room has been shown of this notebook's module, or of all where it has none: a pandas DataFrame in long
        form, with a row for each released cell.

        Columns: module, question, asked, option, label, people (Int64), of (Int64: people in that result), withheld,
        invented. A question that stayed closed has one row with `withheld` true and nothing in option, label, people and
        of. `keys`: only these questions; CurriculumError for one that is not there. Without a workshop: the invented groups.
        """
        import pandas

        rows = [row for payload in self._revealed(self._modules()).values() for row in _tidy(payload)]
        frame = pandas.DataFrame(rows, columns=TIDY).astype({"people": "Int64", "of": "Int64", "withheld": "bool", "invented": "bool"})
        if not keys:
            return frame
        known = [self._module().activity(key).key for key in keys]
        return frame[frame.question.isin(known)].reset_index(drop=True)

    def compare(self, *keys: str) -> DataFrame:
        """Questions of this notebook's module side by side: a DataFrame with a row for each answer, a column for each
        question, and the people who gave it. A question that stayed closed has an empty column."""
        frame = self.reveals(*keys)
        wide = frame[~frame.withheld].pivot(index="label", columns="asked", values="people")
        order = frame.label.dropna().unique()  # as the answers stand on the page, and not by the alphabet
        return wide.reindex(index=order, columns=frame.asked.unique())

    def figure(self, key: str) -> Figure:
        """The result of one question of this notebook's module as a plotly figure, to change as you like. CurriculumError
        where there is no such question, ValueError where there is nothing to draw: no result yet, a hidden one, or texts."""
        from workshop.reveal.figures import bars

        asked = self._module().activity(key)
        payload = self._revealed([self._module()]).get(asked.id)
        if payload is None:
            raise ValueError(f"There is no result of '{key}' yet.")
        figure = bars(payload)
        return figure.update_layout(title={"text": asked.title, "subtitle": {"text": figure.layout.title.text}})

    # --- what the desk and the screen show

    def state(self) -> BoardState:
        """What the desk's screen shows: the desk's view, the declared module, its reveals, the modules to choose from."""
        module, view = self._module(), self._view
        idle: IdleView = {"plan": {"format": formats.EVERYTHING, "step": self._idle_step, "begun": False}}
        card, here = in_front(module, self._plan.lines(), self._step, view["phases"] if view else {})
        return {
            "running": self.room is not None,
            "view": view or idle,
            "qr": qr(view["join_url"]) if view and view["join_url"] else "",
            "module": declared(module),
            "modules": [{"slug": m.slug, "title": m.title, "number": m.number, "minutes": m.minutes} for m in curriculum.modules()],
            "formats": [{"name": one.name, "title": one.title, "about": one.about} for one in formats.formats().values()],
            "reveals": self._revealed([module]),
            "batches": self._batches(module),
            "front": {"card": card, "here": here},
        }

    def screen(self) -> ScreenState:
        """What everybody sees: nothing but how to join, the question's words, and what is revealed."""
        view = self._view
        state: ScreenState = {
            "running": self.room is not None,
            "view": for_the_screen(view) if view else {},
            "qr": qr(view["join_url"]) if view and view["join_url"] else "",
            "title": self._module().title if view and view["module"] else "",
            "question": None,
            "reveal": None,
        }
        question = self._on_the_screen.question(self._module(), view["phases"], self._step_question()) if view and view["module"] else None
        if view and question:
            state["question"] = question.spec()
            state["few"] = question.sensitive and view["joined"] < question.k  # said before anybody answers
            reveals = self._revealed([curriculum.module(question.module)])
            state["reveal"] = reveals.get(question.id)
            state["beside"] = {id: reveals[id] for id, _ in question.sides if id in reveals}
        return state

    def _step_question(self) -> str:
        """The id of the question that the plan's present step is about; "": it is about none."""
        line = self._plan.lines()[self._step]
        return f"{line.module}.{line.step.activity}" if line.step.activity else ""

    def _module(self) -> Module:
        """The notebook's module, else the one that is open, else the first."""
        if self.declared is not None:
            return curriculum.module(self.declared.slug)
        slug = self._view["module"] if self._view else None
        return curriculum.module(slug) if slug else curriculum.modules()[0]

    def _modules(self) -> list[Module]:
        return list(curriculum.modules()) if self.declared is None else [self._module()]

    def _revealed(self, modules: list[Module]) -> dict[str, Payload]:
        """Question -> payload: what is revealed; without a workshop the invented groups. Guesses show at their question."""
        found: dict[str, Payload] = {}
        mains: list[Question | Pair] = [one for module in modules for one in module.questions if not one.with_ and one.revealed]
        for question in [*mains, *(pair for module in modules for pair in module.pairs)]:
            if self.room is None or self._view is None:
                found[question.id] = _example(question)
            elif name := self._view["reveals"].get(question.id):
                try:
                    self._payloads[name] = self._payloads.get(name) or json.loads(self.room.reveal(name))
                except RoomError:
                    continue  # away for a moment; the next view brings it
                found[question.id] = self._payloads[name]
        return found

    def _batches(self, module: Module) -> dict[str, Batch]:
        """Question -> its texts, where they wait to be read; for the desk's eyes alone."""
        if self.room is None or self._view is None:
            return {}
        waiting = [question.id for question in module.questions if question.id in self._view["unread"]]
        try:
            return {id: self.room.batch(id) for id in waiting}
        except RoomError:
            return {}  # read at another desk, or away for a moment

    # --- what they ask

    def handle(self, message: object) -> BoardReply:
        """The reply to one message of a screen, a `messages.BoardMessage`, or whatever a hostile one sends."""
        try:
            self._do(message)
        except (RoomError, BadMessage) as error:
            return {"type": "error", "message": str(error)}
        except Exception:
            if not os.environ.get("WORKSHOP_MODE"):
                raise
            log.exception("a message could not be answered")
            return {"type": "error", "message": curriculum.words()["states"]["error"]}
        return {"type": "ok"}

    def _do(self, message: object) -> None:
        kinds = ("module", "open", "close", "cancel", "debrief", "tally", "approve", "go", "arrange")
        if not isinstance(message, dict) or message.get("type") not in kinds:
            raise BadMessage("The desk doesn't know that kind of message.")
        said: Any = message  # whatever is in it, the room looks at it
        kind, room = said["type"], self.room
        if kind == "go":
            return self._go(said.get("step"))
        if room is None:
            raise RoomError(curriculum.words()["desk"]["none"])
        if kind == "arrange":
            return self._see(room.arrange(said.get("changes")))
        name = said.get("slug" if kind in ("module", "debrief") else "question")
        if not isinstance(name, str):
            raise BadMessage("The message doesn't say which one.")
        if kind == "tally":
            return self._see(room.tally(name, said.get("cells"), said.get("people")))
        if kind == "approve":
            return self._see(room.approve(name, said.get("chosen")))
        if kind == "module":
            return self._open(room, name)
        act = {"open": room.open, "close": room.close, "cancel": room.cancel, "debrief": room.debrief}
        self._see(act[kind](name))

    def _open(self, room: DeskRoom, slug: str) -> None:
        """Open a module's page; the plan goes on to the next place where it opens this page."""
        lines, now = self._plan.lines(), self._step
        places = [place for place, line in enumerate(lines) if line.module == slug and line.opens]
        place = min(places, key=lambda place: (place < now, place), default=now)
        self._see(room.open_module(slug, self._arriving(place) if places and lines[now].module != slug else None))

    def _go(self, step: object) -> None:
        """Go to a step of the plan, and open its page."""
        lines = self._plan.lines()
        if not isinstance(step, int) or isinstance(step, bool) or not 0 <= step < len(lines):
            raise BadMessage("The plan has no such step.")
        if self.room is None or self._view is None:
            self._idle_step = step
            return self._draw()
        line, changes = lines[step], self._arriving(step)
        opens = line.opens and line.module != self._view["module"]
        self._see(self.room.open_module(line.module, changes) if opens else self.room.arrange(changes))

    def _arriving(self, step: int) -> dict[str, object]:
        """What changes at a step of the plan: phones that lie face down are covered, others uncovered, except in a pause."""
        changes: dict[str, object] = {"step": step}
        if self._view and self._view["stage"]["cover"] != "pause":
            changes["cover"] = "down" if self._plan.lines()[step].step.phones == "down" else ""
        return changes


def _tidy(payload: Payload) -> Iterator[list[Any]]:
    """The rows of one reveal; of texts, one for each."""
    module, _, key = payload["question"].partition(".")
    found: list[Question | Pair] = [*curriculum.module(module).questions, *curriculum.module(module).pairs]
    asked = next(one.title or getattr(one, "text", "") for one in found if one.id == payload["question"])
    if payload["face"] == "withheld":
        yield [module, key, asked, None, None, None, None, True, False]
        return
    for option, label, people in payload["cells"] or [("", text, 1) for text in payload["texts"]]:
        yield [module, key, asked, option, label, people, payload["people"], False, payload["invented"]]


def _example(question: Question | Pair) -> Payload:
    from workshop import reveal

    frozen = reveal.example_pair(question) if isinstance(question, Pair) else reveal.example(question)
    payload: Payload = json.loads(frozen)
    return payload


def find_room() -> DeskRoom | None:
    """The running workshop: the one that the environment names, else the newest on this computer; None where none runs."""
    if address := os.environ.get("WORKSHOP_SOCKET"):
        return RemoteRoom.at(address)
    from workshop.room.local import data_dir

    notes = sorted((data_dir() / "running").glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in notes:
        try:
            return RemoteRoom.at(Path(json.loads(path.read_text("utf-8"))["desk_socket"]))
        except (OSError, ValueError, KeyError, TypeError, RoomError):
            continue  # what a killed workshop left behind
    return None
