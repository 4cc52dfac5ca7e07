"""Read a TOML file into frozen dataclasses, and say everything that is wrong with it, with the line.

A dataclass is the schema: its fields' names, types and defaults are what a table may hold. Every problem is
collected; none stops the reading.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from workshop.sentences import known

Where = tuple[str | int, ...]  # the path to a value: ("steps", 2, "say")


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong: `01-arrive.toml, line 14: …`. Line 0 stands for the whole file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.message}" if place else self.message


class CurriculumError(ValueError):
    """The curriculum cannot be used; `problems` holds everything that is wrong, not the first thing only."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Reader:
    """One TOML file: `table` (its content, empty if it cannot be read), `problems`, and the typed reading of tables."""

    def __init__(self, path: Path) -> None:
        self.file, self.problems, self.table = path.name, [], {}
        self._lines: dict[Where, int] = {}
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            return self.fault((), f"cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            return self.fault((), "is not UTF-8 text")
        self._lines, twice, unended = places(text)
        for line, message in twice:
            self.problems.append(Problem(self.file, line, message))
        try:
            self.table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            if not twice:
                self.problems.append(Problem(self.file, *_plainly(error, unended)))

    def fault(self, where: Where, message: str) -> None:
        """Note a problem at the line of `where`, or of the nearest table around it."""
        while where and where not in self._lines:
            where = where[:-1]
        self.problems.append(Problem(self.file, self._lines.get(where, 0), message))

    def read(self, cls: type, table: Mapping[str, Any], where: Where, name: str) -> Any:
        """`table` as a `cls`; None after noting what is wrong. `name` begins the sentences: "activity 'box'"."""
        hints = get_type_hints(cls)
        declared = {field.name: field for field in fields(cls) if not field.metadata.get("filled")}
        before = len(self.problems)
        for key in table:
            if key not in declared:
                self.fault((*where, key), f"{name} has a field '{key}' that nobody reads; {known('fields', declared, key)}")
        for key, field in declared.items():
            if _needed(field) and table.get(key) in ("", None):
                self.fault((*where, key), f"{name} {'is empty in' if key in table else 'has no'} '{key}'")
        values = {key: self._value(hints[key], value, (*where, key), f"{name}: '{key}'") for key, value in table.items() if key in declared}
        return cls(**values) if len(self.problems) == before else None

    def _value(self, hint: Any, raw: Any, where: Where, name: str) -> Any:
        if get_origin(hint) is Literal:
            if raw not in get_args(hint):
                self.fault(where, f"{name} is '{raw}'; {known('values', get_args(hint), str(raw))}")
            return raw
        if get_origin(hint) is tuple:
            if not isinstance(raw, list):
                return self._wrong("a list", raw, where, name)
            inner = get_args(hint)[0]
            return tuple(self._value(inner, item, (*where, i), f"{name}, number {i + 1}") for i, item in enumerate(raw))
        if get_origin(hint) is dict:
            if not isinstance(raw, dict):
                return self._wrong("a table", raw, where, name)
            return {key: self._value(get_args(hint)[1], item, (*where, key), f"{name}, '{key}'") for key, item in raw.items()}
        if isinstance(hint, type) and is_dataclass(hint):
            return self.read(hint, raw, where, name) if isinstance(raw, dict) else self._wrong("a table", raw, where, name)
        if type(raw) is not hint:  # not isinstance: true is an int
            return self._wrong(_TYPES[hint], raw, where, name)
        return raw

    def _wrong(self, wanted: str, raw: Any, where: Where, name: str) -> None:
        self.fault(where, f"{name} is {_TYPES.get(type(raw), 'a date')}; it should be {wanted}")


_TYPES = {str: "a text", int: "a whole number", float: "a fraction", bool: "true or false", list: "a list", dict: "a table"}


def _needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def line(path: Path, where: Where) -> int:
    """The line of `where` in this file, or of the nearest table around it; 0: of none."""
    lines = _lines(path.read_bytes().decode("utf-8-sig"))
    while where and where not in lines:
        where = where[:-1]
    return lines.get(where, 0)


@lru_cache(maxsize=32)
def _lines(text: str) -> dict[Where, int]:
    return places(text)[0]


def places(text: str) -> tuple[dict[Where, int], list[tuple[int, str]], int]:
    """The line of every table and key; a (line, sentence) for each that is written twice; the line of what never ends.

    tomllib gives no positions. A statement is the fewest lines that tomllib can read on their own, so texts and
    lists over several lines need no parser here. What stands inside an inline table has the line of its statement.
    """
    lines: dict[Where, int] = {}
    twice: list[tuple[int, str]] = []
    lengths: dict[Where, int] = {}  # of lists of tables, by path
    here: Where = ()
    statement, start = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        start = start if statement else number
        statement += line + "\n"
        try:
            read = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        whole, statement = statement.strip(), ""
        if not read:  # a comment, an empty line
            continue
        if whole.startswith("["):
            where = here = _header(read, lengths)
        else:
            where = (*here, *_key(whole))
        if where in lines:
            twice.append((start, f"'{where[-1]}' is written twice, first in line {lines[where]}"))
        lines.setdefault(where, start)
    return lines, twice, start if statement else 0


def _header(read: dict[str, Any], lengths: dict[Where, int]) -> Where:
    """The path of `[a.b]` or `[[a.b]]`, which stands for the last of each list of tables on its way."""
    where: Where = ()
    inner: Any = read
    while inner:
        if isinstance(inner, list):
            lengths[where] = lengths.get(where, 0) + 1
            return (*where, lengths[where] - 1)
        key, inner = next(iter(inner.items()))
        where = (*where, key)
        if where in lengths and not isinstance(inner, list):
            where = (*where, lengths[where] - 1)
    return where


def _key(statement: str) -> Where:
    """The path on the left of the statement's equals sign: ("example", "glad") for `example.glad = 6`."""
    left = ""
    for part in statement.split("="):
        left += part + "="
        try:
            inner: Any = tomllib.loads(left + "0")
        except tomllib.TOMLDecodeError:
            continue
        where: Where = ()
        while isinstance(inner, dict):
            key, inner = next(iter(inner.items()))
            where = (*where, key)
        return where
    return ()


def _plainly(error: tomllib.TOMLDecodeError, unended: int) -> tuple[int, str]:
    """tomllib's message as (line, sentence)."""
    reason, _, place = str(error).partition(" (at ")
    reason = reason[:1].lower() + reason[1:]
    if at := re.match(r"line (\d+), column (\d+)", place):
        return int(at[1]), f"cannot be read at column {at[2]}: {reason}"
    return unended, f"begins something that does not end: {reason}"
