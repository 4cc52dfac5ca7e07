"""The notebooks that a server shows: copied into the run directory, and found there by their addresses."""

from __future__ import annotations

import json
import re
import shutil
from functools import cached_property
from pathlib import Path
from typing import Any

from workshop.declaration.helplines import shown
from workshop.shipped import notebooks

NAME = re.compile(r"(?:(\d+)-)?([a-z][a-z0-9-]*)\.ipynb")
LANGUAGES = ("en",)


def build_participants(directory: Path) -> None:
    """One directory for each language, with the sequence's notebooks and nothing else: the server shows whatever is there."""
    for language in LANGUAGES:
        _copy(notebooks(), directory / language)


def build_desk(directory: Path) -> None:
    _copy(notebooks() / "facilitator", directory)


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for file in sorted(source.glob("*.ipynb")):
        if NAME.fullmatch(file.name):
            shutil.copyfile(file, target / file.name)


class Site:
    """The pages under a directory, by address."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @cached_property
    def _pages(self) -> dict[tuple[str | None, str], tuple[int, str]]:
        """(language or None, slug) -> (number, path), in the order of the numbers."""
        found = {}
        for file in sorted(self.directory.rglob("*.ipynb")):
            named = NAME.fullmatch(file.name)
            if named is None:
                continue
            number, slug = named.groups()
            path = file.relative_to(self.directory)
            language = path.parts[0] if len(path.parts) > 1 else None
            found[language, slug] = (int(number or 0), path.as_posix())
        return found

    def path(self, language: str | None, slug: str) -> str | None:
        """The notebook of a page, relative to the directory, or None."""
        return self._pages.get((language, slug), (0, None))[1]

    def paths(self, language: str) -> list[str]:
        """The notebooks of a language's pages, in order."""
        return [path for (place, _), (_, path) in self._pages.items() if place == language]

    def addresses(self, language: str) -> dict[str, str]:
        """slug -> address, in order."""
        return {slug: f"/{place}/{slug}" for place, slug in self._pages if place == language}

    def words(self, path: str) -> dict[str, Any]:
        """What the template says around the page at `path`: its title, its place in the sequence, what comes before and after."""
        (language, slug), (number, _) = next(item for item in self._pages.items() if item[1][1] == path)
        row = [key for key in self._pages if key[0] == language]
        here = row.index((language, slug))
        modules = [key for key in row if self._pages[key][0]]  # numbers may have gaps, places have none
        return {
            "kind": "page",
            "lang": language or "en",
            "slug": slug,
            "help": shown(),
            "title": _title(self.directory / path),
            "number": modules.index((language, slug)) + 1 if number else 0,
            "total": len(modules),
            "back": self._link(row[here - 1]) if here else None,
            "next": self._link(row[here + 1]) if here + 1 < len(row) else None,
        }

    def _link(self, key: tuple[str | None, str]) -> dict[str, str]:
        # The pages of a language lie next to each other, so that a relative address is enough under any path.
        return {"href": key[1], "title": _title(self.directory / self._pages[key][1])}


def _title(notebook: Path) -> str:
    """A notebook's first heading, or its file's name."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            for line in "".join(cell["source"]).splitlines():
                if line.startswith("# "):
                    return line[2:].strip()
    return notebook.stem
