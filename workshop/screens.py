"""What the desk and the screen show: the declared module, the plan, and which question everybody looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal, NotRequired, TypedDict, cast

from workshop.declaration import formats
from workshop.declaration.curriculum import Module
from workshop.kinds import Question
from workshop.kinds.game import Round
from workshop.phases import RUNNING, Mode, Phase
from workshop.reveal import Payload
from workshop.room.contract import Batch, DeskView, PlanView, StageView, TimerView


class IdleView(TypedDict):
    """Of the desk's view, where no workshop runs: the step that this desk is at."""

    plan: PlanView


class DeclaredPair(TypedDict):
    id: str
    title: str


DeclaredQuestion = TypedDict(
    "DeclaredQuestion",
    {
        "id": str,
        "key": str,
        "title": str,
        "text": str,
        "with": str,
        "debrief": list[str],
        "sensitive": bool,
        "finding": str,
        "least": int,
        "cells": list[tuple[str, str]],
        "exclusive": bool,
        "beside": list[list[str]],
        "pairs": list[DeclaredPair],
        "game": str,
    },
)


class DeclaredStep(TypedDict):
    """See `declaration.module.Step`."""

    title: str
    minutes: int
    cut: int
    form: Literal["talk", "screen", "pairs", "plenary"]
    phones: Literal["down", "up"]
    say: str
    do: str
    shows: str
    helper: str
    activity: str
    reveals: bool


class DeclaredMisreading(TypedDict):
    says: str
    reply: str


class DeclaredModule(TypedDict):
    """What the desk says and does with a module."""

    slug: str
    title: str
    minutes: int
    steps: list[DeclaredStep]
    misreadings: list[DeclaredMisreading]
    distress: str
    bridge: str
    questions: list[DeclaredQuestion]
    games: list[str]


class PlannedPart(TypedDict):
    """`begins`: the minute of the session."""

    title: str
    module: str
    begins: int
    minutes: int
    slack: bool


class PlannedLine(DeclaredStep):
    """A step of the plan; `part`: its place among the parts; `module`: "" where it belongs to none."""

    part: int
    module: str


class Plan(TypedDict):
    """The session's plan."""

    name: str
    title: str
    minutes: int
    parts: list[PlannedPart]
    lines: list[PlannedLine]


class ListedModule(TypedDict):
    slug: str
    title: str
    number: int
    minutes: int


class ListedFormat(TypedDict):
    name: str
    title: str
    about: str


class Front(TypedDict):
    """The card in front, by its question or game ("": none); `here`: whether the plan's step is about it."""

    card: str
    here: bool


class BoardState(TypedDict):
    """What the desk shows. `reveals`, `batches`: question -> result, texts to be read."""

    running: bool
    view: DeskView | IdleView
    qr: str
    module: DeclaredModule
    modules: list[ListedModule]
    formats: list[ListedFormat]
    reveals: dict[str, Payload]
    batches: dict[str, Batch]
    front: Front


class ScreenView(TypedDict, total=False):
    """What the screen may know of the desk's view; empty where no workshop runs."""

    code: str
    mode: Mode
    module: str | None
    phases: dict[str, Phase]
    closing: dict[str, float]
    ended: bool
    join_url: str
    moved: bool
    stage: StageView
    timer: TimerView | None
    example: str


class ScreenState(TypedDict):
    """What everybody sees. `question`: its activity's `spec`; `few`: whether the room is too small for it; `beside`: the
    results that stand side by side under it."""

    running: bool
    view: ScreenView
    qr: str
    title: str
    question: dict[str, Any] | None
    reveal: Payload | None
    few: NotRequired[bool]
    beside: NotRequired[dict[str, Payload]]


class OnTheScreen:
    """The question that everybody looks at: where something happened last, at the question itself or in the plan.

    A screen that has just been opened begins with the question of the plan's step, else the open one, else the last.
    """

    def __init__(self) -> None:
        self._shown = ""
        self._phases: Mapping[str, Phase] = {}
        self._step = ""

    def question(self, module: Module, now: Mapping[str, Phase], step: str) -> Question | None:
        """The question, of these phases and this step of the plan; `step`: the id of the question that it is about, or ""."""
        mains = {one.id: one for one in module.questions if not one.with_}
        phases = {id: now[id] for id in mains if now.get(id) in (*RUNNING, Phase.CLOSED)}
        before, self._phases = self._phases, phases
        was, self._step = self._step, step
        running = [id for id, phase in phases.items() if phase != Phase.CLOSED]
        # The end of a round whose result nobody is shown is nothing to see.
        happened = [id for id, phase in phases.items() if phase != before.get(id) and (id in running or mains[id].revealed)]
        if step in phases and (step != was or step in happened):
            self._shown = step
        elif happened:
            self._shown = next((id for id in reversed(happened) if id in running), happened[-1])
        elif self._shown not in phases:
            self._shown = next(reversed(running or [*phases]), "")
        return mains.get(self._shown)


def for_the_screen(view: DeskView) -> ScreenView:
    """What everybody may see of the desk's view. Who is done is for the desk alone."""
    return {
        "code": view["code"],
        "mode": view["mode"],
        "module": view["module"],
        "phases": view["phases"],
        "closing": view["closing"],
        "ended": view["ended"],
        "join_url": view["join_url"],
        "moved": view["moved"],
        "stage": view["stage"],
        "timer": view["timer"],
        "example": view["example"],
    }


def declared(module: Module) -> DeclaredModule:
    """What the desk says and does with a module."""
    return {
        "slug": module.slug,
        "title": module.title,
        "minutes": module.minutes,
        "steps": [cast(DeclaredStep, asdict(step)) for step in module.steps],
        "misreadings": [{"says": one.says, "reply": one.reply} for one in module.misreadings],
        "distress": module.distress,
        "bridge": module.bridge,
        "questions": [_declared(question, module) for question in module.questions],
        "games": [game.id for game in module.games],
    }


def _declared(question: Question, module: Module) -> DeclaredQuestion:
    return {
        "id": question.id,
        "key": question.key,
        "title": question.title,
        "text": question.text,
        "with": question.with_,
        "debrief": list(question.debrief),
        "sensitive": question.sensitive,
        "finding": question.finding,
        "least": question.k,
        "cells": list(question.cells().items()),
        "exclusive": question.exclusive,
        "beside": question.sides,
        "pairs": [{"id": pair.id, "title": pair.title} for pair in module.pairs if pair.of[-1] == question.key],
        "game": f"{question.module}.{question.game}" if isinstance(question, Round) else "",
    }


def planned(plan: formats.Format) -> Plan:
    """The parts, with the minute at which each begins, and every step."""
    lines = [cast(PlannedLine, {"part": line.part, "module": line.module, **asdict(line.step)}) for line in plan.lines()]
    parts: list[PlannedPart] = []
    minute = 0
    for part, title in zip(plan.parts, plan.titles(), strict=True):
        parts.append({"title": title, "module": part.module, "begins": minute, "minutes": part.minutes, "slack": part.slack})
        minute += part.minutes
    return {"name": plan.name, "title": plan.title, "minutes": plan.minutes, "parts": parts, "lines": lines}


def qr(address: str) -> str:
    """A QR code of an address, as an SVG data URI, black on white."""
    import segno

    return segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2, dark="#26232d", light="#ffffff")
