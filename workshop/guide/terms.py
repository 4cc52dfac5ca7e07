"""Whether each of the subject's own words is explained before a participant meets it, in every format.

A format is walked as people meet it: the first page, then each module's page, cell by cell and activity by activity, as
far as the step that has come lets them see it, and what the facilitator says at each step. A term's first use must be
in a text that holds its line, or after one. Lists that a note keeps folded do not count: the titles of studies, and the
article's ideas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workshop.declaration import curriculum, formats, reader
from workshop.declaration.curriculum import Module
from workshop.declaration.reader import Problem
from workshop.guide.reading import ACTIVITY, cells, plain
from workshop.kinds import Activity

FIRST = "00-start"
UNREAD = {"kind", "key", "id", "module", "role", "about", "with"}  # names in a spec that nobody reads


@dataclass(frozen=True)
class Text:
    """Something that a participant reads or hears, and where it is written."""

    words: str
    file: str
    line: int
    key: str = ""  # of the activity that it is; empty: prose, or spoken

    def holds(self, line: str) -> bool:
        return _flat(line) in _flat(self.words)


def check(notebooks: Path) -> list[Problem]:
    """Each term that comes too early: in which file and line, and in which formats."""
    found: dict[Problem, list[str]] = {}
    pages: dict[str, list[Text]] = {}
    for name in (*formats.formats(), formats.EVERYTHING):
        for text, term in too_early(list(walk(name, notebooks, pages))):
            said = f"says '{term}' before the line of terms.toml that explains it"
            found.setdefault(Problem(text.file, text.line, said), []).append(name or "everything")
    return sorted(Problem(one.file, one.line, f"{one.message} ({', '.join(names)})") for one, names in found.items())


def too_early(texts: list[Text]) -> Iterator[tuple[Text, str]]:
    """The first text that uses a term, for each whose line is neither in it nor before it."""
    for term in curriculum.terms().values():
        first = next((place for place, text in enumerate(texts) if re.search(term.pattern, plain(text.words), re.IGNORECASE)), None)
        if first is not None and not any(text.holds(term.line) for text in texts[: first + 1]):
            yield texts[first], term.name


def walk(name: str, notebooks: Path, pages: dict[str, list[Text]] | None = None) -> Iterator[Text]:
    """Every text of a format, in the order in which a participant meets it; `pages`, those that have been read already."""
    pages = {} if pages is None else pages
    yield from _page(notebooks / f"{FIRST}.ipynb", None)
    lines = formats.plan(name).lines()
    for part in dict.fromkeys(line.part for line in lines):
        here = [line for line in lines if line.part == part]
        module = curriculum.module(here[0].module) if here[0].module else None
        page = []
        if module and here[0].opens:
            page = pages.setdefault(module.slug, pages.get(module.slug) or _page(notebooks / f"{module.path.stem}.ipynb", module))
        met = 0
        opened: set[str] = set()
        for place, line in enumerate(here):
            coming = {_shown(module, other.step.activity) for other in here[place:] if other.step.activity} - opened
            until = next((at for at, text in enumerate(page) if text.key in coming), len(page))
            yield from page[met:until]
            met = max(met, until)
            if line.step.say:
                yield _said(name, line, module)
            if line.step.activity:
                opened.add(_shown(module, line.step.activity))
        yield from page[met:]


def _said(name: str, line: formats.Line, module: Module | None) -> Text:
    if module is None:
        return Text(line.step.say, formats.FILE.name, reader.line(formats.FILE, (name, "parts", line.part)))
    place = next(at for at, step in enumerate(module.steps) if step.title == line.step.title)
    return Text(line.step.say, module.path.name, reader.line(module.path, ("steps", place, "say")))


def _shown(module: Module | None, key: str) -> str:
    """The key of the activity on the page that a step works with: of a round, its game."""
    for activity in module.activities if module else ():
        if key == activity.key or any(key == one.key for one in activity.asked):
            return activity.key
    return key


def _page(notebook: Path, module: Module | None) -> list[Text]:
    """The texts of a page: its cells, and what each of its activities shows."""
    found = []
    for cell in cells(notebook):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            found.append(Text(source, notebook.name, _line(notebook, cell["source"])))
            continue
        if module is None:
            continue
        for key in ACTIVITY.findall(source):
            found_at = {one.key: (at, one) for at, one in enumerate(module.activities)}
            if key not in found_at:  # `check --reading` says so
                continue
            place, activity = found_at[key]
            words = "" if getattr(activity, "role", "") == "sources" else "\n".join(_words(activity))
            found.append(Text(words, module.path.name, reader.line(module.path, ("activities", place)), key))
    return found


def _words(activity: Activity) -> Iterator[str]:
    """Every word that the browser gets of it."""

    def strings(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for name, inner in value.items():
                if name not in UNREAD:
                    yield from strings(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from strings(inner)

    if activity.kind == "note":
        yield from (activity.title, activity.text)
    else:
        yield from strings(activity.spec())


def _line(notebook: Path, source: str | list[str]) -> int:
    """Where the first line of a cell stands in the notebook's file."""
    first = (source if isinstance(source, str) else source[0] if source else "").split("\n")[0]
    needle = json.dumps(first, ensure_ascii=False)[1:-1]
    text = notebook.read_text("utf-8")
    return text[: text.index(needle)].count("\n") + 1 if needle and needle in text else 0


def _flat(text: str) -> str:
    return " ".join(plain(text).replace("’", "'").split()).lower()
