"""Whether a module has all that belongs to it: a notebook that shows each activity, a plan that shows each result, fresh guide pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workshop.declaration import curriculum
from workshop.declaration.curriculum import Module
from workshop.declaration.reader import Problem
from workshop.guide import blocks
from workshop.guide.reading import NoPage, shown
from workshop.sentences import known

FACILITATOR = "facilitator"  # the folder of the facilitator's notebooks


def check(notebooks: Path, guide: Path) -> list[Problem]:
    """Everything that is missing, or isn't what the modules say, with what to do about it."""
    found = [problem for module in curriculum.modules() for problem in _of(module, notebooks, guide)]
    stale = [path.name for path in blocks.stale(guide)]
    return sorted([*found, *(Problem(name, 0, "isn't what the modules say: run `workshop guide`") for name in stale)])


def _of(module: Module, notebooks: Path, guide: Path) -> Iterator[Problem]:
    page, wanted = notebooks / f"{module.path.stem}.ipynb", [activity.key for activity in module.activities]
    try:
        there = shown(page)
    except NoPage:
        yield Problem(page.name, 0, f"is missing in {notebooks.name}/: make it, with a cell `page.activity(…)` for each activity")
        there = wanted
    for key in there:
        if key not in wanted:
            yield Problem(page.name, 0, f"shows '{key}', which {module.path.name} doesn't have; {known('activities', wanted, key)}")
    for key in wanted:
        if key not in there:
            yield Problem(page.name, 0, f"doesn't show the activity '{key}': add a cell `page.activity(\"{key}\")`")
    if (met := [key for key in there if key in wanted]) != [key for key in wanted if key in there]:
        yield Problem(page.name, 0, f"shows the activities in another order than {module.path.name}, or one twice: {', '.join(met)}")
    if not (notebooks / FACILITATOR / page.name).is_file():
        yield Problem(page.name, 0, f"is missing in {notebooks.name}/{FACILITATOR}/: make the facilitator's notebook")
    if not (guide / "modules" / blocks.file_name(module)).is_file():
        yield Problem(blocks.file_name(module), 0, "is missing in the guide's modules/: make the page, with the blocks of another one")
    opened: set[str] = set()
    revealed: set[str] = set()
    for step in module.steps:
        (revealed if step.reveals and step.activity in opened else opened).add(step.activity)
    for question in module.questions:
        if question.revealed and not question.with_ and question.key not in revealed:
            said = f"has no two steps for the question '{question.key}': one that works with it, and a later one with `reveals = true`"
            yield Problem(module.path.name, 0, said)
