"""The formats: what is declared adds up, fits the modules, leaves slack, and lifts the heads."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from workshop.cli import main
from workshop.declaration import formats
from workshop.declaration.curriculum import CurriculumError, module
from workshop.guide import blocks
from workshop.rehearsal import evening

SHIPPED = formats.FILE.read_text("utf-8")
# Minutes of each part, as the curriculum lays them down.
CURRICULUM = {
    "90": [("", 6), ("arrive", 8), ("map", 17), ("helping", 18), ("steps", 3), ("commons", 18), ("steps", 12), ("", 8)],
    "90-trust": [("", 6), ("arrive", 8), ("map", 17), ("helping", 18), ("steps", 3), ("trust", 18), ("steps", 12), ("", 8)],
    "90-weather": [("", 6), ("arrive", 8), ("map", 17), ("helping", 18), ("steps", 3), ("weather", 18), ("steps", 12), ("", 8)],
    "half-day": [
        ("", 6),
        ("arrive", 9),
        ("map", 16),
        ("standing", 7),
        ("helping", 20),
        ("", 12),
        ("power", 22),
        ("trust", 22),
        ("", 15),
        ("space", 15),
        ("commons", 24),
        ("steps", 22),
        ("", 20),
    ],
    "week-1": [("", 10), ("arrive", 12), ("messages", 16), ("", 5), ("map", 22), ("steps", 4), ("", 5), ("", 16)],
    "week-2": [("again", 10), ("commons", 6), ("self", 18), ("", 5), ("standing", 22), ("", 3), ("steps", 4), ("", 5), ("", 17)],
    "week-3": [("again", 10), ("power", 22), ("helping", 18), ("", 5), ("space", 14), ("portrait", 6), ("steps", 4), ("", 5), ("", 6)],
    "week-4": [("again", 10), ("trust", 26), ("", 5), ("weather", 24), ("steps", 4), ("", 5), ("", 16)],
    "week-5": [("again", 10), ("commons", 21), ("", 5), ("steps", 22), ("", 8), ("", 5), ("", 19)],
}


def test_every_shipped_format_is_whole() -> None:
    """A module that is missing, or minutes that do not add up, are said here by name."""
    assert formats.check() == []
    assert set(formats.formats()) == set(CURRICULUM)


@pytest.mark.parametrize("name", CURRICULUM)
def test_planned_minutes_agree_everywhere(name: str) -> None:
    """The curriculum's list, the format, its steps, and the guide's table."""
    one = formats.plan(name)
    assert [(part.module, part.minutes) for part in one.parts] == CURRICULUM[name]
    assert sum(line.step.minutes for line in one.lines()) == one.minutes == (210 if name == "half-day" else 90)
    assert formats.down(one) >= 0.4 * one.minutes and sum(part.slack * part.minutes for part in one.parts) >= 5
    for slug, minutes in CURRICULUM[name]:
        assert not slug or minutes <= module(slug).minutes
    rows = [row.split("|") for row in blocks.timing(one).splitlines()[2:-1]]
    assert [int(row[3]) for row in rows] == [minutes for _, minutes in CURRICULUM[name]]
    assert [int(row[1]) for row in rows] == [sum(minutes for _, minutes in CURRICULUM[name][:place]) for place in range(len(rows))]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('module = "map"', 'module = "mep"', "needs the module 'mep', which is not written yet; known modules: .*Did you mean 'map'"),
        ("minutes = 17", "minutes = 16", "part 3, has 16 minutes, and its steps of 'map' add up to 17"),
        ("minutes = 90", "minutes = 91", "is 91 minutes long, and its parts add up to 90"),
        ("slack = true", "slack = false", "has no slack"),
        ('"Welcome" = 0', '"Welcom" = 0', "changes the step 'Welcom'; known steps: .*Did you mean 'Welcome'"),
        ('words = "closing"', 'words = "closin"', "Did you mean 'closing'"),
        ("minutes = 90", "minutes = 90\nfor = 7", "a field 'for' that nobody reads"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, before: str, after: str, said: str) -> None:
    wrong = tmp_path / "formats.toml"
    assert before in SHIPPED
    wrong.write_text(SHIPPED.replace(before, after, 1), "utf-8")
    found = formats.check(wrong)
    assert any(problem.line for problem in found)
    with pytest.raises(CurriculumError, match=said):
        raise CurriculumError(found)


def test_without_a_format_every_module_is_there_in_full() -> None:
    one = formats.plan(formats.EVERYTHING)
    assert sum(line.step.minutes for line in one.lines()) == one.minutes == sum(module(part.module).minutes for part in one.parts)
    with pytest.raises(CurriculumError, match="no format '91'; known formats: 90, 90-trust"):
        formats.plan("91")


def test_a_whole_evening_runs_unattended() -> None:
    """Fifteen people, one late, one who leaves; every module of the format reports, and nothing goes wrong."""
    reports = list(evening(15, "90", seed=2))
    assert [report.module for report in reports] == ["arrive", "map", "helping", "commons", "steps"]
    assert next(report.people for report in reports) == 15 and reports[-1].people == 14
    assert not sum(report.errors for report in reports) and sum(report.reveals for report in reports) > 5
    said = CliRunner().invoke(main, ["rehearse", "--format", "91"])
    assert said.exit_code == 2 and "no format '91'" in said.output


@pytest.mark.parametrize("name", [name for name in CURRICULUM if name != "90"])
def test_every_format_runs_unattended(name: str) -> None:
    """Twenty-four people go through it, part by part as the curriculum lays them down, and nothing goes wrong."""
    reports = list(evening(24, name, seed=3))
    assert [report.module for report in reports] == [slug for slug, minutes in CURRICULUM[name] if slug and (slug, minutes) != ("steps", 3)]
    assert not sum(report.errors for report in reports)


def test_the_third_week_looks_at_the_shape_of_portraits_drawn_at_home() -> None:
    """Two strokes, guessed and sent, the lines themselves left at home; with fewer than eight their shape stays closed."""
    lines = [line.step for line in formats.plan("week-3").lines() if line.module == "portrait"]
    worked = [(step.activity, step.reveals) for step in lines if step.activity]
    assert worked == [(key, reveals) for key in ("strokes_own", "strokes_lean") for reveals in (False, True)]
    assert any(line.step.title == "A portrait, at home" for line in formats.plan("week-2").lines())
    many, few = (report for people in (24, 8) for report in evening(people, "week-3", seed=3) if report.module == "portrait")
    assert (many.reveals, many.withheld) == (4, 0)  # two guesses, two strokes
    assert few.people == 7 and few.withheld >= 2 and few.reveals <= 2 and not many.errors + few.errors


@pytest.mark.parametrize("name", CURRICULUM)
def test_the_closing_words_are_spoken_once_and_last(name: str) -> None:
    """Neither twice in one evening nor before a part that still comes."""
    one = formats.plan(name)
    lines = one.lines()
    spoken = [place for place, line in enumerate(lines) if one.parts[line.part].words == "closing" or line.step.title == "Go well"]
    assert len(spoken) == 1 and len(lines) - spoken[0] <= 2
    assert ("meet again" in lines[spoken[0]].step.do) == (name in ("week-1", "week-2", "week-3", "week-4"))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('like = "90"', 'like = "9"', "is like '9'; known formats before it: 90. Did you mean '90'"),
        ('in_place_of = "commons"', 'in_place_of = "comons"', "has a part in place of 'comons', which '90' does not have"),
    ],
)
def test_a_format_like_another_says_what_it_is_like(tmp_path: Path, before: str, after: str, said: str) -> None:
    wrong = tmp_path / "formats.toml"
    wrong.write_text(SHIPPED.replace(before, after, 1), "utf-8")
    with pytest.raises(CurriculumError, match=said):
        raise CurriculumError(formats.check(wrong))
