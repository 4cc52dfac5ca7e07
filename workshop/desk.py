"""The facilitator's half: `Desk().board()`, `Desk().projector()`, and in a module's notebook `Desk("arrive").activity("box")`.

A desk finds the running workshop by itself. Without one every notebook still reads: its places hold the module's
invented groups, labelled as invented.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from workshop import widgets
from workshop.declaration import curriculum, formats
from workshop.declaration.curriculum import Module
from workshop.kinds import Question
from workshop.kinds.game import Game, Round
from workshop.kinds.pair import Pair
from workshop.page import BadMessage, Message, follow, front_words, plotly_text
from workshop.room.wire import RemoteRoom, RoomError

log = logging.getLogger(__name__)

View = dict[str, Any]
# What the wall may know. Who is done is for the desk alone.
WALL = ("code", "mode", "module", "phases", "closing", "ended", "join_url", "stage", "timer", "example")

TIDY = ["module", "question", "asked", "option", "label", "people", "of", "withheld", "invented"]


class Desk:
    """What a facilitator works at. `slug`: the module of the notebook; `room`: another one than the one found (tests)."""

    def __init__(self, slug: str | None = None, room: Any = None) -> None:
        self.declared = curriculum.module(slug) if slug else None
        self._given = room
        self._view: View = {}
        self._payloads: dict[str, dict[str, Any]] = {}  # content id -> payload: a reveal never changes
        self._on_the_wall: str | None = None
        self._seen_at: tuple[dict[str, str], str | None] = ({}, None)  # phases and the step's question, as the wall had them
        self._followers: list[Any] = []

    @cached_property
    def room(self) -> Any:
        """The running workshop's room, with the desk's verbs; None where no workshop runs."""
        room = self._given or find_room()
        if room is not None:
            follow(room, self._see)
            self._see(room.desk_view())
        return room

    def _see(self, view: View) -> None:
        if view.get("ended") and not self._view.get("ended"):
            log.info("the workshop has ended")
        self._view = view
        for show in self._followers:
            show()

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
        board = widgets.Board(only=only, words=front_words(), plotly=os.environ.get("WORKSHOP_PLOTLY", ""))
        board.on_msg(lambda _, content, __: board.send(self.handle(content)))

        def show() -> None:
            if board.plan.get("name") != self._plan.name or not board.plan:
                board.set_trait("plan", _planned(self._plan))
            board.set_trait("state", self.state())

        self._follow(show)
        return board

    @property
    def _plan(self) -> formats.Format:
        """The session's plan; every module where the room's format is gone, or is not of this curriculum."""
        try:
            return formats.plan(self._view.get("plan", {}).get("format", formats.EVERYTHING))
        except curriculum.CurriculumError:
            return formats.plan(formats.EVERYTHING)

    def projector(self) -> widgets.Projector:
        """The screen that everybody sees: how to join, the open question, and what is revealed."""
        wall = widgets.Projector(words=front_words(), plotly=os.environ.get("WORKSHOP_PLOTLY", ""))
        wall.on_msg(lambda _, content, __: wall.send(self.handle(content)))
        self._follow(lambda: wall.set_trait("state", self.wall()))
        return wall

    def _follow(self, show: Any) -> None:
        _ = self.room  # from here on it is followed
        self._followers.append(show)
        show()

    def about(self) -> Any:
        """Purpose, outcomes, minutes and content note of this notebook's module, to read before it begins."""
        from IPython.display import Markdown

        from workshop.guide import blocks

        return Markdown(blocks.facts(self._module()))

    def reveals(self, *keys: str) -> Any:
        """What the room has been shown of this notebook's module, or of all where it has none: a pandas DataFrame in long
        form, with a row for each released cell.

        Columns: module, question, asked, option, label, people (Int64), of (Int64: people in that result), withheld,
        invented. A question that stayed closed has one row with `withheld` true and nothing in option, label, people and
        of. `keys`: only these questions; CurriculumError for one that is not there. Without a workshop: the invented groups.
        """
        import pandas

        rows = [row for payload in self._revealed(self._modules()).values() for row in _tidy(payload)]
        table = pandas.DataFrame(rows, columns=TIDY).astype({"people": "Int64", "of": "Int64", "withheld": "bool", "invented": "bool"})
        if not keys:
            return table
        known = [self._module().activity(key).key for key in keys]
        return table[table.question.isin(known)].reset_index(drop=True)

    def compare(self, *keys: str) -> Any:
        """Questions of this notebook's module side by side: a DataFrame with a row for each answer, a column for each
        question, and the people who gave it. A question that stayed closed has an empty column."""
        table = self.reveals(*keys)
        wide = table[~table.withheld].pivot(index="label", columns="asked", values="people")
        order = table.label.dropna().unique()  # as the answers stand on the page, and not by the alphabet
        return wide.reindex(index=order, columns=table.asked.unique())

    # --- what the two screens show

    def state(self) -> dict[str, Any]:
        """What the desk's screen shows: the desk's view, the declared module, its reveals, the modules to choose from."""
        module = self._module()
        joining = self._view.get("join_url", "")
        return {
            "running": self.room is not None,
            "view": self._view,
            "qr": qr(joining) if joining else "",
            "module": _declared(module),
            "modules": [{"slug": m.slug, "title": m.title, "number": m.number, "minutes": m.minutes} for m in curriculum.modules()],
            "formats": [{"name": one.name, "title": one.title, "about": one.about} for one in formats.formats().values()],
            "reveals": self._revealed([module]),
            "batches": self._batches(module),
        }

    def wall(self) -> dict[str, Any]:
        """What the wall shows: nothing but how to join, the question's words, and what is revealed."""
        joining = self._view.get("join_url", "")
        state: dict[str, Any] = {
            "running": self.room is not None,
            "view": {name: self._view[name] for name in WALL if name in self._view},
            "qr": qr(joining) if joining else "",
            "title": self._module().title if self._view.get("module") else "",
            "question": None,
            "reveal": None,
        }
        if question := self._current():
            state["question"] = question.spec()
            state["few"] = question.sensitive and self._view.get("people", 0) < question.least  # said before anybody answers
            reveals = self._revealed([curriculum.module(question.module)])
            state["reveal"] = reveals.get(question.id)
            state["beside"] = {id: reveals[id] for id, _ in question.sides if id in reveals}
        return state

    def _current(self) -> Question | None:
        """The question on the wall: where something happened last, at the question itself or in the plan.

        A wall that has just been opened begins with the question of the plan's step, else the one that is open, else the last.
        """
        if self.room is None or not self._view.get("module"):
            return None
        mains = {one.id: one for one in self._module().questions if not one.with_}
        now = self._view.get("phases", {})
        phases = {id: now[id] for id in mains if now.get(id) in ("open", "closing", "closed")}
        before, was = self._seen_at
        step = self._step_question()
        self._seen_at = phases, step
        open_now = [id for id, at in phases.items() if at != "closed"]
        # The end of a round that is shown to nobody is nothing to see.
        happened = [id for id, at in phases.items() if at != before.get(id) and (at != "closed" or mains[id].revealed)]
        if step in phases and (step != was or step in happened):
            self._on_the_wall = step
        elif happened:
            self._on_the_wall = next((id for id in reversed(happened) if id in open_now), happened[-1])
        elif self._on_the_wall not in phases:
            self._on_the_wall = next(reversed(open_now or [*phases]), None)
        return mains.get(self._on_the_wall or "")

    def _step_question(self) -> str | None:
        """The id of the question that the plan's present step is about, if it is about one."""
        if "plan" not in self._view:
            return None
        lines = self._plan.lines()
        line = lines[min(self._view["plan"]["step"], len(lines) - 1)]
        return f"{line.module}.{line.step.activity}" if line.step.activity else None

    def _module(self) -> Module:
        """The notebook's module, else the one that is open, else the first."""
        if self.declared is not None:
            return curriculum.module(self.declared.slug)
        slug = self._view.get("module")
        return curriculum.module(slug) if slug else curriculum.modules()[0]

    def _modules(self) -> list[Module]:
        return list(curriculum.modules()) if self.declared is None else [self._module()]

    def _revealed(self, modules: list[Module]) -> dict[str, dict[str, Any]]:
        """Question -> payload: what is revealed; without a workshop the invented groups. Guesses show at their question."""
        found = {}
        mains = [one for module in modules for one in module.questions if not one.with_ and one.revealed]
        for question in (*mains, *(pair for module in modules for pair in module.pairs)):
            if self.room is None:
                found[question.id] = _example(question)
            elif name := self._view.get("reveals", {}).get(question.id):
                try:
                    self._payloads[name] = self._payloads.get(name) or json.loads(self.room.reveal(name))
                except RoomError:
                    continue  # away for a moment; the next view brings it
                found[question.id] = self._payloads[name]
        return found

    def _batches(self, module: Module) -> dict[str, dict[str, Any]]:
        """Question -> its texts, where they wait to be read (see `LocalRoom.batch`); for the desk's eyes alone."""
        waiting = [question.id for question in module.questions if question.id in self._view.get("unread", ())]
        try:
            return {id: self.room.batch(id) for id in waiting}
        except RoomError:
            return {}  # read at another desk, or away for a moment

    # --- what the screens ask

    def handle(self, message: Any) -> Message:
        """The reply to one message of a screen: {"type": "ok"}, or {"type": "error", "message": a sentence}.

        Messages: {"type": "module", "slug"}, {"type": "debrief", "slug"},
        {"type": "open" | "close" | "cancel", "question"}, {"type": "plotly"},
        {"type": "tally", "question", "cells", "people"}, {"type": "approve", "question", "chosen"}, {"type": "go", "step"},
        {"type": "arrange", "changes"} (see `stage.Stage`).
        """
        try:
            return self._reply(message)
        except (RoomError, BadMessage) as error:
            return {"type": "error", "message": str(error)}
        except Exception:
            if not os.environ.get("WORKSHOP_MODE"):
                raise
            log.exception("a message could not be answered")
            return {"type": "error", "message": curriculum.words()["states"]["error"]}

    def _reply(self, message: Any) -> Message:
        kind = message.get("type") if isinstance(message, dict) else None
        if kind == "plotly":
            return {"type": "plotly", "text": plotly_text()}
        if kind not in ("module", "open", "close", "cancel", "debrief", "tally", "approve", "go", "arrange"):
            raise BadMessage("The desk does not know this kind of message.")
        if self.room is None:
            raise RoomError(curriculum.words()["desk"]["none"])
        if kind == "arrange":
            self._see(self.room.arrange(message.get("changes")))
            return {"type": "ok"}
        if kind == "go":
            self._go(message.get("step"))
            return {"type": "ok"}
        name = message.get("slug" if kind in ("module", "debrief") else "question")
        if not isinstance(name, str):
            raise BadMessage("The message does not say which one.")
        if kind == "tally":
            self._see(self.room.tally(name, message.get("cells"), message.get("people")))
            return {"type": "ok"}
        if kind == "approve":
            self._see(self.room.approve(name, message.get("chosen")))
            return {"type": "ok"}
        room = self.room
        act = {"module": room.open_module, "open": room.open, "close": room.close, "cancel": room.cancel, "debrief": room.debrief}
        self._see(act[kind](name))
        if kind == "module":  # the steps follow, to the next place where the plan opens this page
            lines, now = self._plan.lines(), self._view["plan"]["step"]
            places = [place for place, line in enumerate(lines) if line.module == name and line.opens]
            here = now < len(lines) and lines[now].module == name
            if places and not here:
                self._see(self.room.arrange({"step": next((place for place in places if place >= now), places[0])}))
        return {"type": "ok"}

    def _go(self, step: object) -> None:
        """Go to a step of the plan: its page opens, and where phones are needed they are no longer face down."""
        lines = self._plan.lines()
        if type(step) is not int or not 0 <= step < len(lines):
            raise BadMessage("The plan has no such step.")
        line, changes = lines[step], {"step": step}
        if line.step.phones == "up" and self._view["stage"]["screen"] == "down":
            changes["screen"] = ""
        if line.opens and line.module != self._view.get("module"):
            self.room.open_module(line.module)
        self._see(self.room.arrange(changes))


def _tidy(payload: dict[str, Any]) -> Iterator[list[Any]]:
    """The rows of one reveal; of texts, one for each."""
    module, _, key = payload["question"].partition(".")
    found = [*curriculum.module(module).questions, *curriculum.module(module).pairs]
    asked = next(one.title or getattr(one, "text", "") for one in found if one.id == payload["question"])
    if payload["face"] == "withheld":
        yield [module, key, asked, None, None, None, None, True, False]
        return
    cells = payload["cells"] or [["", text, 1] for text in payload["texts"]]
    for option, label, people in cells:
        yield [module, key, asked, option, label, people, payload["people"], False, payload["invented"]]


def _declared(module: Module) -> dict[str, Any]:
    """What the desk says and does with a module."""
    questions = [
        {
            "id": q.id,
            "key": q.key,
            "title": q.title,
            "text": q.text,
            "with": q.with_,
            "debrief": list(q.debrief),
            "sensitive": q.sensitive,
            "finding": q.finding,
            "least": q.least,
            "cells": [list(cell) for cell in q.cells().items()],
            "exclusive": q.exclusive,
            "beside": q.sides,
            "pairs": [{"id": pair.id, "title": pair.title} for pair in module.pairs if pair.of[-1] == q.key],
            "game": f"{q.module}.{q.game}" if isinstance(q, Round) else "",
        }
        for q in module.questions
    ]
    return {
        "slug": module.slug,
        "title": module.title,
        "minutes": module.minutes,
        "steps": [asdict(step) for step in module.steps],
        "misreadings": [asdict(one) for one in module.misreadings],
        "distress": module.distress,
        "bridge": module.bridge,
        "questions": questions,
        "games": [game.id for game in module.games],
    }


def _planned(plan: formats.Format) -> dict[str, Any]:
    """The plan for the desk's screen: parts with the minute at which each begins, and every step."""
    lines = [{"part": line.part, "module": line.module, **asdict(line.step)} for line in plan.lines()]
    parts, minute = [], 0
    for part, title in zip(plan.parts, plan.titles(), strict=True):
        parts.append({"title": title, "module": part.module, "begins": minute, "minutes": part.minutes, "slack": part.slack})
        minute += part.minutes
    return {"name": plan.name, "title": plan.title, "minutes": plan.minutes, "parts": parts, "lines": lines}


def _example(question: Question | Pair) -> dict[str, Any]:
    from workshop import reveal

    if isinstance(question, Pair):
        return json.loads(reveal.example_table(question))
    return json.loads(reveal.example(question))


def qr(address: str) -> str:
    """A QR code of an address, as an SVG data URI, black on white."""
    import segno

    return segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2, dark="#26232d", light="#ffffff")


def find_room() -> Any:
    """The running workshop: the one that the environment names, else the newest on this computer; None where none runs."""
    if address := os.environ.get("WORKSHOP_SOCKET"):
        return RemoteRoom(address)
    from workshop.room.local import data_dir

    notes = sorted((data_dir() / "running").glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in notes:
        try:
            return RemoteRoom(Path(json.loads(path.read_text("utf-8"))["desk_socket"]))
        except (OSError, ValueError, KeyError, TypeError, RoomError):
            continue  # what a killed workshop left behind
    return None
