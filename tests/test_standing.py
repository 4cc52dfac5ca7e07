"""The kinds of "Standing on my own feet": what is particular to each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.authoring import HEAD, example_of, write
from workshop.declaration.curriculum import CurriculumError, load, module
from workshop.kinds import KINDS
from workshop.kinds.base import MARGIN


def wrong(tmp_path: Path, kind: str, old: str, new: str) -> str:
    """What is said of the example of a kind's docstring with one thing changed."""
    text = example_of(KINDS[kind])
    assert old in text
    with pytest.raises(CurriculumError) as error:
        load(write(tmp_path, HEAD + text.replace(old, new, 1)))
    return str(error.value)


@pytest.mark.parametrize(
    ("kind", "old", "new", "said"),
    [
        ("whys", ', "And why do you want that?", "Once more: why?"', "", "asks 1 times; ask two to 4"),
        ("whys", 'key = "money"', 'key = "regard"', "has the option 'regard' twice"),
        ("whys", 'naming = "My goal. Only you see this."\n', "", "has no 'naming'"),
        ("whys", "asks =", 'scale = "near"\nasks =', "'scale' that nobody reads"),
        ("sort", 'key = "ours"', 'key = "mine"', "needs two to 4 'zones' with keys of their own"),
        ("sort", 'key = "hear"', 'key = "say"', "needs two to 8 'things' with keys of their own"),
        ("sort", "exits = true", "example = { mine = 5 }", "'example' that nobody reads"),
    ],
)
def test_what_cannot_be(tmp_path: Path, kind: str, old: str, new: str, said: str) -> None:
    """A why needs a second one; things and zones are told apart; nothing of a sheet is counted."""
    assert said in wrong(tmp_path, kind, old, new)


def test_only_the_last_why_is_an_answer(tmp_path: Path) -> None:
    """Neither goal nor way has a place in what may be sent; a sheet asks the room nothing."""
    whys, sort = (load(write(tmp_path, HEAD + example_of(KINDS[kind]))).activities[0] for kind in ("whys", "sort"))
    assert whys.check("joy") == "joy" and whys.cells_of("joy") == ("joy",)
    for way in (["regard", "joy"], {"goal": "x", "taps": ["joy"]}, "walk ten kilometres"):
        with pytest.raises(ValueError, match="Choose one of the options shown"):
            whys.check(way)
    assert whys.asked == (whys,) and sort.asked == () and not sort.shared


def test_on_paper_each_thing_has_each_zone_and_the_way_to_safety(tmp_path: Path) -> None:
    """People without a phone sort the same, and read the same line."""
    sort = load(write(tmp_path, HEAD + example_of(KINDS["sort"]))).activities[0]
    assert sort.paper().count("☐ Shared") == len(sort.things) and "If this is about being safe" in sort.paper()


def test_a_persons_own_file_can_name_the_zones() -> None:
    """It prints the lines of an activity's drawer under the words of that name."""
    entry = module("standing").activity("choices").entry()
    assert [entry["words"][zone] for zone in ("mine", "ours", "theirs")] == ["Mine:", "Shared:", "Not mine:"]


def test_nobody_is_never_alone_in_a_small_crew() -> None:
    """The crew is a sensitive question, and "nobody" joins "something else" when one or two people say it."""
    crew = module("standing").activity("crew")
    assert crew.sensitive and crew.merge["nobody"] == "other" and crew.margin > MARGIN


def test_what_a_goal_is_for_is_asked_with_the_same_care() -> None:
    """It says much about a person: sensitive, each rare answer joins another, and it stays closed where people live or work together."""
    standing = module("standing")
    why = standing.activity("why")
    assert why.sensitive and set(why.merge) == set(why.cells()) - {"closeness"}
    assert {one.key for one in standing.activities if one.own_life} == {"gave", "asked", "crew", "why", "choices"}
