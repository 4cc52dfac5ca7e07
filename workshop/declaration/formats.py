"""The formats: which modules, how long, make an evening. One file, `formats.toml`, read and checked against the modules.

The desk's timeline, the guide's timing table and the rehearsal read the same lines.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from workshop.declaration import curriculum
from workshop.declaration.curriculum import DOWN_SHARE, CurriculumError, Module, Problem, Step
from workshop.declaration.reader import Reader
from workshop.sentences import known

FILE = Path(__file__).with_name("formats.toml")
EVERYTHING = ""  # the name of the plan that holds every module in full, for a facilitator who makes up an own evening


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a format: steps of a module, or a step of its own.

    `minutes`; with `module`: `of`, its "full" or its "cut" minutes, or "none" of its steps, and `steps`, step title ->
    other minutes here (0: left out); only a part that has "full" or "cut" opens the module's page. Without a module:
    one step with `say` (or `words`, the name of spoken words), `do`, `shows`, `helper`, `form`, `phones`. `slack`: time
    that may be used up by everything before it.
    `in_place_of`, in a format that is like another one: the module whose part it takes the place of.
    """

    minutes: int
    title: str = ""
    module: str = ""
    of: Literal["full", "cut", "none"] = "none"
    steps: dict[str, int] = field(default_factory=dict)
    say: str = ""
    words: str = ""
    do: str = ""
    shows: str = ""
    helper: str = ""
    form: Literal["talk", "screen", "pairs", "plenary"] = "talk"
    phones: Literal["down", "up"] = "down"
    slack: bool = False
    in_place_of: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One step of the evening: the number of its part, the module it belongs to ("": none), whether its page is open."""

    part: int
    module: str
    opens: bool
    step: Step


@dataclass(frozen=True, kw_only=True)
class Format:
    """An evening, in order. `minutes`, its whole length; `about`, for whom it is; `like`, the name of a format before it
    whose parts it has, but for those that its own take the place of."""

    title: str
    minutes: int
    about: str = ""
    like: str = ""
    parts: tuple[Part, ...]
    name: str = field(default="", metadata={"filled": True})

    def titles(self) -> list[str]:
        """What each part is called."""
        return [part.title or curriculum.module(part.module).title for part in self.parts]

    def lines(self) -> tuple[Line, ...]:
        """Every step that has minutes, in order."""
        return tuple(line for place, part in enumerate(self.parts) for line in _lines(place, part))


def formats() -> dict[str, Format]:
    """Every format that can be used: name -> format. Empty with an author's own modules: the formats are made of ours."""
    return {} if os.environ.get("WORKSHOP_MODULES") else {name: one for name, (one, wrong) in _read().items() if one and not wrong}


def plan(name: str) -> Format:
    """The format of that name; for `EVERYTHING` all modules in full; CurriculumError where there is none."""
    if name == EVERYTHING:
        parts = tuple(Part(module=module.slug, minutes=module.minutes, of="full") for module in curriculum.modules())
        return Format(title="", minutes=sum(part.minutes for part in parts), parts=parts)
    found = formats()
    if name in found:
        return found[name]
    wrong = _read().get(name, (None, []))[1]
    raise CurriculumError(wrong or [Problem("", 0, f"There is no format '{name}'; {known('formats', found, name)}")])


def check(path: Path = FILE) -> list[Problem]:
    """Everything that is wrong with the formats."""
    return sorted(problem for _, wrong in _read(path).values() for problem in wrong)


def _read(path: Path = FILE) -> dict[str, tuple[Format | None, list[Problem]]]:
    """Name -> (the format, or None; its problems). What is wrong with the whole file stands under the name ""."""
    reader = Reader(path)
    found: dict[str, tuple[Format | None, list[Problem]]] = {"": (None, reader.problems)} if reader.problems else {}
    for name, table in reader.table.items():
        reader.problems = []
        one = reader.read(Format, table, (name,), f"format '{name}'") if isinstance(table, dict) else None
        if one:
            one = _whole(reader, replace(one, name=name), found)
            _check(reader, one)
        found[name] = one, reader.problems
    return found


def _whole(reader: Reader, one: Format, before: dict[str, tuple[Format | None, list[Problem]]]) -> Format:
    """A format that is like another one, with all its parts."""
    if not one.like:
        return one
    other = before.get(one.like, (None, []))[0]
    if other is None:
        reader.fault((one.name, "like"), f"format '{one.name}' is like '{one.like}'; {known('formats before it', before, one.like)}")
        return one
    own = {part.in_place_of: part for part in one.parts}
    for name in own.keys() - {part.module for part in other.parts}:
        reader.fault((one.name, "parts"), f"format '{one.name}' has a part in place of '{name}', which '{one.like}' does not have")
    return replace(one, parts=tuple(own.get(part.module, part) if part.module else part for part in other.parts))


def _check(reader: Reader, one: Format) -> None:
    there = {module.slug: module for module in curriculum.modules()}
    whole = True
    for place, part in enumerate(one.parts):
        where, name = (one.name, "parts", place), f"format '{one.name}', part {place + 1},"
        if not part.module and not part.title:
            reader.fault(where, f"{name} has neither a module nor a title")
        elif part.module and part.module not in there:
            said = f"{name} needs the module '{part.module}', which is not written yet; {known('modules', there, part.module)}"
            reader.fault((*where, "module"), said)
            whole = False
        elif part.module:
            _check_part(reader, part, there[part.module], where, name)
        if part.words and part.words not in curriculum.words()["spoken"]:
            reader.fault((*where, "words"), f"{name} says '{part.words}'; {known('words', curriculum.words()['spoken'], part.words)}")
    if (minutes := sum(part.minutes for part in one.parts)) != one.minutes:
        reader.fault((one.name, "minutes"), f"format '{one.name}' is {one.minutes} minutes long, and its parts add up to {minutes}")
    if not any(part.slack for part in one.parts):
        reader.fault((one.name,), f"format '{one.name}' has no slack: an evening without it is never finished on time")
    if whole and not reader.problems and down(one) < DOWN_SHARE * one.minutes:
        reader.fault((one.name,), f"format '{one.name}' has phones face down for {down(one)} of {one.minutes} minutes; it should be 40 %")


def _check_part(reader: Reader, part: Part, module: Module, where: tuple, name: str) -> None:
    titles = [step.title for step in module.steps]
    for title in part.steps:
        if title not in titles:
            reader.fault((*where, "steps"), f"{name} changes the step '{title}'; {known('steps', titles, title)}")
    minutes = sum(line.step.minutes for line in _lines(0, part))
    if minutes != part.minutes:
        reader.fault((*where, "minutes"), f"{name} has {part.minutes} minutes, and its steps of '{module.slug}' add up to {minutes}")


def down(one: Format) -> int:
    """Minutes with phones face down, without the slack."""
    return sum(line.step.minutes for line in one.lines() if line.step.phones == "down" and not one.parts[line.part].slack)


def _lines(place: int, part: Part) -> Iterator[Line]:
    if not part.module:
        say = part.say or (curriculum.words()["spoken"][part.words] if part.words else "")
        step = Step(title=part.title, minutes=part.minutes, cut=part.minutes, form=part.form, phones=part.phones, say=say)
        yield Line(part=place, module="", opens=False, step=replace(step, do=part.do, shows=part.shows, helper=part.helper))
        return
    for step in curriculum.module(part.module).steps:
        usual = {"full": step.minutes, "cut": step.cut, "none": 0}[part.of]
        if minutes := part.steps.get(step.title, usual):
            yield Line(part=place, module=part.module, opens=part.of != "none", step=replace(step, minutes=minutes))
