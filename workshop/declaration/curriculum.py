"""The curriculum: one TOML file a module, read, checked and put in order. Everything else reads the declaration from here."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from workshop.declaration import checks
from workshop.declaration.checks import DOWN_SHARE
from workshop.declaration.module import Module, Step
from workshop.declaration.reader import CurriculumError, Problem, Reader
from workshop.declaration.shared import Voice, own_words, rows, scales, terms, words
from workshop.kinds import KINDS, Activity
from workshop.kinds.base import Context
from workshop.kinds.pair import Pair
from workshop.sentences import known

__all__ = [
    "DOWN_SHARE",
    "CurriculumError",
    "Module",
    "Problem",
    "Step",
    "check",
    "load",
    "module",
    "modules",
    "own_words",
    "rows",
    "scales",
    "terms",
    "words",
]


def modules() -> tuple[Module, ...]:
    """Every module, by number; CurriculumError with all problems of all files."""
    paths = _paths()
    return _modules(tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths))


def module(slug: str) -> Module:
    """The module of that slug; CurriculumError where there is none."""
    found = {module.slug: module for module in modules()}
    if slug in found:
        return found[slug]
    raise CurriculumError([Problem("", 0, f"There is no module '{slug}'; {known('modules', found, slug)}")])


def load(path: str | Path) -> Module:
    """The module in one file; CurriculumError with everything that is wrong with it."""
    module, reader = _load(Path(path))
    if module is None or reader.problems:
        raise CurriculumError(reader.problems)
    return module


def check(paths: Iterable[str | Path] | None = None) -> list[Problem]:
    """Everything that is wrong in these files, or in the whole curriculum."""
    try:
        return _load_all(_paths() if paths is None else [Path(path) for path in paths])[1]
    except CurriculumError as error:
        return error.problems


def _paths() -> list[Path]:
    """The module files: shipped, or those of the directory that WORKSHOP_MODULES names."""
    directory = Path(os.environ.get("WORKSHOP_MODULES") or Path(__file__).parents[1] / "modules")
    paths = sorted(directory.glob("*.toml"))
    if not paths:
        raise CurriculumError([Problem("", 0, f"There are no module files (*.toml) in '{directory}'.")])
    return paths


@lru_cache(maxsize=4)
def _modules(stamped: tuple[tuple[Path, int, int], ...]) -> tuple[Module, ...]:
    """Read again only when a file has changed, so that an author sees an edit without a new kernel."""
    found, problems = _load_all([path for path, *_ in stamped])
    if problems:
        raise CurriculumError(problems)
    return tuple(found)


def _load_all(paths: list[Path]) -> tuple[list[Module], list[Problem]]:
    loaded = [_load(path) for path in paths]
    for name in ("slug", "number"):
        first: dict[Any, str] = {}
        for value, reader in ((getattr(module, name), reader) for module, reader in loaded if module):
            if value in first:
                reader.fault((name,), f"has the {name} '{value}', which {first[value]} has too")
            first.setdefault(value, reader.file)
    found = sorted((module for module, _ in loaded if module), key=lambda module: module.number)
    for module, reader in loaded:
        if module:
            checks.check_recalled(reader, module, found)
    return found, sorted(problem for _, reader in loaded for problem in reader.problems)


def _load(path: Path) -> tuple[Module | None, Reader]:
    reader = Reader(path)
    if not reader.table:
        if not reader.problems:
            reader.fault((), "is empty")
        return None, reader
    table = dict(reader.table)
    tables = table.pop("activities", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        reader.fault(("activities",), "'activities' is not a list of tables; begin each with [[activities]]")
        tables = []
    elif not tables:
        reader.fault((), "has no activities; begin each with [[activities]]")
    module = reader.read(Module, table, (), "the module")
    activities = _activities(reader, tables, str(table.get("slug", "")))
    context = Context(
        activities={activity.key: activity for activity in activities.values()},
        scales=scales(),
        words=words(),
        content=str(table.get("content", "")),
        unread=frozenset(_keys(tables) - {activity.key for activity in activities.values()}),
        terms=terms(),
        sources=tuple(map(str, module.sources)) if module else ("unread",) * bool(table.get("sources")),
        tally={voice: tuple(row.claim for row in rows().values() if row.voice == voice) for voice in get_args(Voice)},
    )
    whole = {place: activity.resolve(context) for place, activity in activities.items()}
    checks.check_activities(reader, whole, context)
    if module is None:
        return None, reader
    checks.check_module(reader, module)
    rounds = {question.key for activity in whole.values() for question in activity.asked}
    checks.check_steps(reader, module, _keys(tables) | rounds)
    checks.check_texts(reader, module, whole)
    pairs = _pairs(reader, module, {activity.key: activity for activity in whole.values()})
    return replace(module, activities=tuple(whole.values()), pairs=pairs, path=path), reader


def _pairs(reader: Reader, module: Module, activities: dict[str, Activity]) -> tuple[Pair, ...]:
    """The declared pairs with their questions; a question in two of them would join all three."""
    found: list[Pair] = []
    taken: set[str] = set()
    for place, pair in enumerate(module.pairs):
        where, name = ("pairs", place), f"the pair of {' and '.join(pair.of)}"
        problems = list(pair.faults(activities))
        if twice := sorted(taken & set(pair.of)):
            problems.append(("of", f"is of '{twice[0]}', which is in another pair: three questions would be joined"))
        for key, message in problems:
            reader.fault((*where, key), f"{name} {message}")
        taken |= set(pair.of)
        if not problems:
            found.append(replace(pair, module=module.slug).resolve(activities))
    return tuple(found)


def _activities(reader: Reader, tables: list[dict[str, Any]], slug: str) -> dict[int, Activity]:
    """The activities that can be read, by their place in the file."""
    found: dict[int, Activity] = {}
    for place, table in enumerate(tables):
        where = ("activities", place)
        name = f"activity '{table['key']}'" if table.get("key") else f"activity number {place + 1}"
        kind = table.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            said = f"is of kind '{kind}'" if "kind" in table else "has no 'kind'"
            reader.fault((*where, "kind"), f"{name} {said}; {known('kinds', KINDS, str(kind))}")
            continue
        rest = {key: value for key, value in table.items() if key != "kind"}
        if activity := reader.read(KINDS[kind], rest, where, name):
            found[place] = replace(activity, module=slug)
    return found


def _keys(tables: list[dict[str, Any]]) -> set[str]:
    """The keys of all activities, also of those that cannot be read: what refers to them is not wrong as well."""
    return {str(table.get("key")) for table in tables}
