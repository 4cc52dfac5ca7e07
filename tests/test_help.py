"""Lines of help: none that nobody has called, none that is old, none whose number is another service's."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from workshop.declaration import helplines as lines

TODAY = date(2026, 11, 24)
LINE = """[[lines]]
name = "{name}"
country = "{country}"
number = "{number}"
for_whom = "{for_whom}"
source = "https://example.org"
{day}
"""


def entry(tmp_path: Path, number: str = "0800 1", for_whom: str = "everybody", country: str = "Nowhere", day: date | None = TODAY) -> Path:
    path = tmp_path / "help.toml"
    said = f"verified_on = {day}" if day else ""
    path.write_text(LINE.format(name="A line", number=number, for_whom=for_whom, country=country, day=said), "utf-8")
    return path


def test_what_is_shipped_names_no_line_and_keeps_the_rule() -> None:
    """Nobody has called one for us; a directory is there."""
    assert lines.read()["lines"] == [] and lines.shown()["directories"]
    assert lines.check(max(one["verified_on"] for one in lines.read()["directories"])) == []


def test_a_line_that_nobody_called_is_not_shown(tmp_path: Path) -> None:
    path = entry(tmp_path, day=None)
    assert lines.shown(path)["lines"] == [] and "has no 'verified_on'" in str(lines.check(TODAY, path)[0])


@pytest.mark.parametrize(("days", "fine"), [(0, True), (180, True), (181, False), (-1, False)])
def test_older_than_180_days_fails(tmp_path: Path, days: int, fine: bool) -> None:
    assert (lines.check(TODAY, entry(tmp_path, day=TODAY - timedelta(days))) == []) == fine


@pytest.mark.parametrize(
    ("number", "for_whom", "country", "fine"),
    [
        ("116 016", "violence against women", "Germany", True),
        ("116 006", "violence against women", "Germany", False),
        ("116 006", "victims of crime", "Germany", True),
        ("116 000", "children", "Germany", False),
        ("116 111", "children", "Germany", True),
        ("116 123", "children", "Germany", False),
        ("116-123", "emotional support for adults", "Ireland", True),
        ("016", "violence against women", "Spain", True),
        ("016", "violence against women", "Germany", False),
    ],
)
def test_numbers_that_look_alike(tmp_path: Path, number: str, for_whom: str, country: str, fine: bool) -> None:
    found = lines.check(TODAY, entry(tmp_path, number, for_whom, country))
    assert (found == []) == fine, found
