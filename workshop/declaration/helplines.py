"""Where help can be found: `helplines.toml`, read, and checked for age and for numbers that are easily mistaken."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from workshop.declaration.reader import Problem

FILE = Path(__file__).with_name("helplines.toml")
OLDEST = 180  # days
NEEDED = {
    "lines": ("name", "country", "number", "for_whom", "source", "verified_on"),
    "directories": ("name", "address", "what", "source", "verified_on"),
}
# Numbers that look alike and are for something else, with the word that an entry of that number must hold.
ALIKE = {
    "116000": "missing children",
    "116006": "victims of crime",
    "116016": "violence against women",
    "116111": "children",
    "116123": "emotional support",
    "016": "Spain",
}


def read(path: Path = FILE) -> dict[str, list[dict[str, Any]]]:
    """The lines and the directories, as they are declared."""
    table = tomllib.loads(path.read_text("utf-8"))
    return {name: list(table.get(name, [])) for name in NEEDED}


def shown(path: Path = FILE) -> dict[str, list[dict[str, str]]]:
    """What the Help dialog shows: lines that somebody has called, and directories; each value as text."""
    found = read(path)
    called = [one for one in found["lines"] if isinstance(one.get("verified_on"), date)]
    return {
        "lines": [{key: str(value) for key, value in one.items()} for one in called],
        "directories": [{key: str(value) for key, value in one.items()} for one in found["directories"]],
    }


def check(today: date | None = None, path: Path = FILE) -> list[Problem]:
    """Everything that is wrong: what is missing, older than 180 days, or has a number that belongs to another service."""
    today = today or date.today()
    problems: list[Problem] = []
    first: dict[tuple[str, Any], Any] = {}  # number, country -> whose it is
    for kind, entries in read(path).items():
        for place, one in enumerate(entries, 1):
            name = f"{kind}, number {place} ({one.get('name', 'without a name')}),"
            problems += [Problem(path.name, 0, f"{name} has no '{key}'") for key in NEEDED[kind] if not one.get(key)]
            day = one.get("verified_on")
            if isinstance(day, date) and not 0 <= (today - day).days <= OLDEST:
                problems.append(Problem(path.name, 0, f"{name} was checked on {day}: check it again, it may be {OLDEST} days old at most"))
            number = re.sub(r"\D", "", str(one.get("number", "")))
            said = " ".join(str(one.get(key, "")) for key in ("name", "country", "for_whom")).casefold()
            if number in ALIKE and ALIKE[number].casefold() not in said:
                problems.append(
                    Problem(path.name, 0, f"{name} has the number {one['number']}, which is for {ALIKE[number]}: is it another one?")
                )
            if number and first.setdefault((number, one.get("country")), one.get("name")) != one.get("name"):
                problems.append(Problem(path.name, 0, f"{name} has the number of {first[number, one.get('country')]}"))
    return problems
