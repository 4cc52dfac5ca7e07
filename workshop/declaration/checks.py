"""What must hold in a module beyond the type of each field. Each check tells the reader what is wrong, with its place; none stops it."""

from __future__ import annotations

import re

from workshop.declaration.module import Module
from workshop.declaration.reader import Reader
from workshop.declaration.shared import rows
from workshop.kinds import Activity, Question
from workshop.kinds.base import Context
from workshop.sentences import known

DOWN_SHARE = 0.4  # of a module's minutes with phones face down
POOLING = ("messages", "commons", "steps")  # the modules in which people may write a text for the room


def check_texts(reader: Reader, module: Module, activities: dict[int, Activity]) -> None:
    """A text can name somebody: only where a module is made for it."""
    if module.pools_text and module.slug not in POOLING:
        reader.fault(("pools_text",), f"'pools_text' is true; texts for the room have their place in {', '.join(POOLING)} only")
    for place, activity in activities.items():
        if isinstance(activity, Question) and activity.pooled and not module.pools_text:
            said = f"activity '{activity.key}' asks for a text for the room, and the module does not say 'pools_text = true'"
            reader.fault(("activities", place, "kind"), said)


def check_activities(reader: Reader, activities: dict[int, Activity], context: Context) -> None:
    first: set[str] = set()
    for place, activity in activities.items():
        where, name = ("activities", place), f"activity '{activity.key}'"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", activity.key):
            reader.fault((*where, "key"), f"{name} has a key that is not small letters, digits and _")
        if activity.key in first:
            reader.fault((*where, "key"), f"{name} is there twice; each needs a key of its own")
        first.add(activity.key)
        _check_rows(reader, activity.rows, where, name)
        for key, message in activity.faults(context):
            reader.fault((*where, key), f"{name} {message}")


def check_module(reader: Reader, module: Module) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9-]*", module.slug):
        reader.fault(("slug",), f"the slug '{module.slug}' is not small letters, digits and -")
    if reader.file != (name := f"{module.number:02d}-{module.slug}.toml"):
        reader.fault(("slug",), f"the file should be called {name}, after its number and slug")
    if not 0 < module.cut_to <= module.minutes:
        reader.fault(("cut_to",), f"the short version has {module.cut_to} minutes of {module.minutes}")
    if not 2 <= len(module.outcomes) <= 3:
        reader.fault(("outcomes",), f"there are {len(module.outcomes)} outcomes; give two or three")
    for place, source in enumerate(module.sources):
        _check_rows(reader, source.rows, ("sources", place), f"the source '{source.title}'")


def check_steps(reader: Reader, module: Module, keys: set[str]) -> None:
    """Whether the session adds up, looks up from the phones long enough, and names activities that are there."""
    for place, step in enumerate(module.steps):
        where, name = ("steps", place), f"step '{step.title}'"
        if not 0 <= step.cut <= step.minutes:
            reader.fault((*where, "cut"), f"{name} has {step.minutes} minutes, cut to {step.cut}")
        if step.activity and step.activity not in keys:
            said = f"{name} works with '{step.activity}'; {known('activities', sorted(keys), step.activity)}"
            reader.fault((*where, "activity"), said)
        if step.reveals and not step.activity:
            reader.fault((*where, "reveals"), f"{name} reveals, and does not say which activity")
    for key, declared, minutes in (
        ("minutes", module.minutes, sum(step.minutes for step in module.steps)),
        ("cut_to", module.cut_to, sum(step.cut for step in module.steps)),
    ):
        if declared != minutes:
            reader.fault((key,), f"'{key}' is {declared}, and its steps add up to {minutes}")
    down = sum(step.minutes for step in module.steps if step.phones == "down")
    if down < DOWN_SHARE * module.minutes:
        reader.fault(("steps", 0), f"phones are face down for {down} of {module.minutes} minutes; it should be 40 %")


def check_recalled(reader: Reader, module: Module, modules: list[Module]) -> None:
    """Whether what is met again from another module is kept by the phone; where that module is not read, nobody can say."""
    there = {one.slug: [question.id for question in one.questions if question.lasting] for one in modules}
    for place, activity in enumerate(module.activities):
        for id in activity.recalled:
            may = there.get(id.partition(".")[0])
            if may is not None and id not in may:
                said = f"activity '{activity.key}' recalls '{id}'; {known('lasting questions', may, id)}"
                reader.fault(("activities", place, "recalls"), said)


def _check_rows(reader: Reader, numbers: tuple[int, ...], where: tuple[str | int, ...], name: str) -> None:
    for number in numbers:
        if number not in rows():
            reader.fault((*where, "rows"), f"{name} meets row {number}; rows.toml has the rows 1 to {max(rows())}")
