"""What all modules share: words, scales, the subject's own terms, and the ideas of the article. Each is one TOML file beside this one."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from workshop.declaration.reader import CurriculumError, Reader
from workshop.kinds import Option
from workshop.kinds.base import Term

HERE = Path(__file__).parent
Voice = Literal["backs it", "adds to it", "sees it differently"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One idea of the article that the workshop starts from: `claim`, in our own words; `voice`, what research does with
    it, as far as we could read."""

    claim: str
    voice: Voice


def words() -> dict[str, dict[str, str]]:
    """The shared words of `words.toml`: section -> name -> text."""
    return _toml("words.toml")


@cache
def scales() -> dict[str, tuple[Option, ...]]:
    """The shared scales of `scales.toml`: name -> its points, with the keys "1", "2", …"""
    return {
        name: tuple(Option(str(place), text) for place, text in enumerate(scale["points"], 1))
        for name, scale in _toml("scales.toml").items()
    }


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The subject's own words, and `plain`, the pattern of those that need no line and count as plain words."""

    plain: str
    terms: tuple[Term, ...]


@cache
def own_words() -> Terms:
    """What `terms.toml` holds; CurriculumError where it is wrong."""
    reader = Reader(HERE / "terms.toml")
    read = reader.read(Terms, reader.table, (), "the list of terms")
    for place, term in enumerate(read.terms if read else ()):
        if term.name not in re.findall(term.pattern, term.name, re.IGNORECASE) or term.name not in term.line.lower():
            reader.fault(("terms", place), f"the pattern or the line of the term '{term.name}' does not hold the term itself")
    if reader.problems:
        raise CurriculumError(reader.problems)
    return read


def terms() -> dict[str, Term]:
    """The subject's own words, by name."""
    return {term.name: term for term in own_words().terms}


@cache
def rows() -> dict[int, Row]:
    """The article's ideas, by number; CurriculumError where `rows.toml` is wrong."""
    reader = Reader(HERE / "rows.toml")
    found = {int(number): reader.read(Row, table, (number,), f"row {number}") for number, table in reader.table.items()}
    if reader.problems:
        raise CurriculumError(reader.problems)
    return found


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text("utf-8"))
