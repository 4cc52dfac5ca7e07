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
OPENING, CLOSING, STEP = [("", 4), ("", 3)], ("", 4), ("steps", 10)


def short(swapped: str) -> list[tuple[str, int]]:
    """The 90 minutes, with this module before the last."""
    whole = [*OPENING, ("arrive", 7), ("map", 12), ("self", 15), ("helping", 11), ("steps", 9), (swapped, 11), ("steps", 10)]
    return [*whole, ("", 4), CLOSING]


CURRICULUM = {
    "90": short("commons"),
    "90-trust": short("trust"),
    "90-weather": short("weather"),
    "half-day": [
        *OPENING,
        ("arrive", 10),
        ("map", 12),
        ("self", 15),
        ("standing", 7),
        ("helping", 17),
        ("", 12),
        ("power", 22),
        ("trust", 20),
        ("", 15),
        ("space", 15),
        ("commons", 14),
        ("steps", 9),
        ("steps", 14),
        ("", 17),
        CLOSING,
    ],
    "week-1": [*OPENING, ("arrive", 13), ("map", 19), ("", 5), ("self", 24), STEP, ("", 8), CLOSING],
    "week-2": [("again", 8), ("commons", 7), ("messages", 22), ("", 5), ("standing", 20), ("", 3), STEP, ("", 11), CLOSING],
    "week-3": [("again", 8), ("power", 24), ("", 5), ("helping", 16), ("portrait", 7), STEP, ("", 16), CLOSING],
    "week-4": [("again", 8), ("trust", 20), ("space", 15), ("", 5), ("weather", 17), STEP, ("", 11), CLOSING],
    "week-5": [("again", 8), ("commons", 28), ("", 5), ("steps", 26), ("", 8), ("", 11), CLOSING],
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
    assert formats.down(one) >= 0.4 * one.minutes and sum(part.slack * part.minutes for part in one.parts) >= 4
    rows = [row.split("|") for row in blocks.timing(one).splitlines()[2:-1]]
    assert [int(row[3]) for row in rows] == [minutes for _, minutes in CURRICULUM[name]]
    assert [int(row[1]) for row in rows] == [sum(minutes for _, minutes in CURRICULUM[name][:place]) for place in range(len(rows))]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('module = "map"', 'module = "mep"', "needs the module 'mep', which is not written yet; known modules: .*Did you mean 'map'"),
        ("minutes = 15", "minutes = 16", "part 5, has 16 minutes, and its steps of 'self' add up to 15"),
        ("minutes = 90", "minutes = 91", "is 91 minutes long, and its parts add up to 90"),
        ("slack = true", "slack = false", "has no slack"),
        ('"Two by two" = 7', '"Two by tow" = 7', "changes the step 'Two by tow'; known steps: .*Did you mean 'Two by two'"),
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
    assert [report.module for report in reports] == ["arrive", "map", "self", "helping", "commons", "steps"]
    assert next(report.people for report in reports) == 15 and reports[-1].people == 14
    assert not sum(report.errors for report in reports) and sum(report.reveals for report in reports) > 5
    said = CliRunner().invoke(main, ["rehearse", "--format", "91"])
    assert said.exit_code == 2 and "no format '91'" in said.output


@pytest.mark.parametrize("name", [name for name in CURRICULUM if name != "90"])
def test_every_format_runs_unattended(name: str) -> None:
    """Twenty-four people go through it, part by part as the curriculum lays them down, and nothing goes wrong."""
    reports = list(evening(24, name, seed=3))
    assert [report.module for report in reports] == [slug for slug, minutes in CURRICULUM[name] if slug and (slug, minutes) != ("steps", 9)]
    assert not sum(report.errors for report in reports)


def test_the_third_week_looks_at_the_shape_of_portraits_drawn_at_home() -> None:
    """Two parts, guessed and sent, the lines themselves left at home; with fewer than eight their shape stays closed."""
    lines = [line.step for line in formats.plan("week-3").lines() if line.module == "portrait"]
    worked = [(step.activity, step.reveals) for step in lines if step.activity]
    assert worked == [(key, reveals) for key in ("strokes_own", "strokes_lean") for reveals in (False, True)]
    assert any(line.step.title == "A portrait, at home" for line in formats.plan("week-2").lines())
    many, few = (report for people in (24, 8) for report in evening(people, "week-3", seed=2) if report.module == "portrait")
    assert (many.reveals, many.withheld) == (4, 0)  # two guesses, two parts
    assert few.people == 7 and few.withheld >= 2 and few.reveals <= 2 and not many.errors + few.errors


@pytest.mark.parametrize("name", CURRICULUM)
def test_people_have_one_real_conversation_and_meet_themselves_early(name: str) -> None:
    """Six to eight minutes in twos; and who I am when, before the first break, where an evening has it."""
    lines = formats.plan(name).lines()
    assert any(6 <= line.step.minutes <= 8 for line in lines if line.step.form == "pairs")
    if "self" in (modules := [line.module for line in lines]):
        assert sum(line.step.minutes for line in lines[: modules.index("self")]) <= 45


@pytest.mark.parametrize("name", CURRICULUM)
def test_the_closing_words_are_spoken_once_and_last(name: str) -> None:
    """Neither twice in one evening nor before a part that still comes."""
    one = formats.plan(name)
    lines = one.lines()
    spoken = [place for place, line in enumerate(lines) if one.parts[line.part].words == "closing" or line.step.title == "Go well"]
    assert len(spoken) == 1 and spoken[0] == len(lines) - 1
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
