"""The jar: what leaves the phone, what is worked out from bars alone, and a drawing that holds what it says."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.contracts.authoring import HEAD, example_of, write
from workshop import reveal
from workshop.declaration import curriculum
from workshop.declaration.curriculum import CurriculumError, load
from workshop.kinds.estimate import FLOOR, LEFT, RIGHT, Estimate

GUIDE = Path(__file__).resolve().parent.parent / "facilitator-guide"


@pytest.fixture
def jar() -> Estimate:
    """The jar of the workshop: 248 beads, and Lin says 200."""
    return curriculum.module("power").activity("jar")


def cells(jar: Estimate, **people: int) -> list[tuple[str, int]]:
    """(cell, people), nobody where not named: `idea_low=3`."""
    return [(key, people.get(key.replace("-", "_"), 0)) for key in jar.cells()]


def each(jar: Estimate, shown: list[tuple[str, int]], votes: bool) -> list[Fraction]:
    """One number a vote, person by person, in shares of the true number."""
    at = {off.key: Fraction(off.at, 100) for off in jar.off}
    counts = {sure.key: sure.votes if votes else 1 for sure in jar.sure}
    return [at[key.split("-")[1]] for key, people in shown for _ in range(people * counts[key.split("-")[0]])]


@pytest.mark.parametrize("seed", range(30))
def test_each_way_to_decide_counted_person_by_person(jar: Estimate, seed: int) -> None:
    """Against the plain lists of votes; and to count all the same is never further off than one picked at random."""
    luck = random.Random(seed)
    shown = [(key, luck.choice((0, 0, 1, 2, 5))) for key in jar.cells()]
    if not sum(people for _, people in shown):
        shown[0] = (shown[0][0], 1)
    off = {one.key: one.off for one in jar.conclusions(shown)}
    for key, votes in (("average", False), ("weighted", True)):
        numbers = each(jar, shown, votes)
        assert off[key] == abs(round(100 * sum(numbers) / len(numbers)) - 100)
    alone = each(jar, shown, False)
    assert off["lot"] == pytest.approx(float(100 * sum(abs(one - 1) for one in alone) / len(alone)), abs=0.5)
    assert off["average"] <= off["lot"] + 1  # both are rounded
    assert off["leader"] == 19


def test_what_follows_is_said_with_rough_numbers(jar: Estimate) -> None:
    """In words, low and high; ten people who are near are right on it."""
    said = {one.key: one.text for one in jar.conclusions(cells(jar, idea_low=4, wild_high=4))}
    assert said["leader"] == "Lin leads: 200. 19 % too low."
    assert said["average"] == "Everyone counts the same: about 250. 2 % too high."
    assert said["weighted"] == "People who had an idea count more: about 210. 16 % too low."
    assert said["lot"] == "One of us, picked at random: 38 % off, on the whole."
    assert "Exactly right." in next(one.text for one in jar.conclusions(cells(jar, wild_near=10)) if one.key == "average")


def test_two_rooms_with_the_same_bars_are_told_the_same(jar: Estimate) -> None:
    """No matter who is in them: what follows is a function of what is shown; and where nothing is shown it is the invented group's."""
    luck = random.Random(3)
    group = [jar.scripted(luck) for _ in range(20)]
    frozen = json.loads(reveal.payload(jar, group))
    assert frozen["follows"] == [
        {"key": one.key, "text": one.text, "off": one.off} for one in jar.conclusions([(key, people) for key, _, people in frozen["cells"]])
    ]
    assert reveal.payload(jar, group[::-1]) == reveal.payload(jar, group)
    few, alike = (json.loads(reveal.payload(jar, some)) for some in (group[:4], ["wild-near"] * 20))
    assert few == alike and few["face"] == "withheld" and "follows" not in few
    average = next(one.text for one in jar.conclusions(list(jar.example.items())) if one.key == "average")
    assert few["example"]["follows"][1]["text"] == average


def test_no_number_can_be_sent(jar: Estimate) -> None:
    """Neither as it is nor beside a cell."""
    for value in (240, "240", {"number": 240}, ["idea-near", 240], "near"):
        with pytest.raises(ValueError, match="Choose one of the options shown"):
            jar.check(value)
    assert jar.check("idea-near") == "idea-near"


@pytest.mark.parametrize("beads", [1, 2, 23, 248, 280])
def test_the_drawing_holds_so_many_beads_all_in_the_jar(jar: Estimate, beads: int) -> None:
    """On the page and on paper, the same again at the same seed; none lies on another so that it could not be seen at all."""
    drawn = replace(jar, beads=beads)
    dots = drawn.picture["dots"]
    assert len(dots) == beads and replace(jar, beads=beads).picture == drawn.picture
    assert all(LEFT - 2 <= x <= RIGHT + 2 and 50 < y <= FLOOR + 2 for x, y, _, _ in dots)
    assert len({(x, y) for x, y, _, _ in dots}) == beads
    gaps = [(a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for n, a in enumerate(dots) for b in dots[:n]]
    assert not gaps or min(gaps) > 4
    circles = ElementTree.fromstring(drawn.drawing).iter("{http://www.w3.org/2000/svg}circle")
    assert Counter((float(one.get("cx")), float(one.get("cy"))) for one in circles) == Counter((x, y) for x, y, _, _ in dots)


def test_the_plan_sorts_slips_by_the_declared_steps(jar: Estimate) -> None:
    """The helper's table, and the numbers that are said and folded, are those of the module."""
    plan = (GUIDE / "modules" / "07-power.md").read_text("utf-8")
    low = 0
    for off in jar.off:
        high = off.upto * jar.beads // 100
        row = f"up to {high}" if not low else f"{low} and more" if not off.upto else f"{low} to {high}"
        assert f"| {off.text} | {row} |" in plan
        low = high + 1
    assert f"**{jar.beads}** beads" in plan and f'"{jar.leader.name}: {jar.leader.number}"' in plan
    steps = " ".join(f"{step.say} {step.do}" for step in curriculum.module("power").steps)
    assert f"There are {jar.beads}." in steps and f"Lin's {jar.leader.number}" in steps


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("beads = 120", "beads = 281", "has 281 beads; from 1 to 280 fit"),
        ("number = 90", "number = 0", "has a leader without a number"),
        ("upto = 120", "upto = 70", "'upto' numbers don't rise"),
        ("at = 140", "at = 140, upto = 200", "whose last one has an end"),
        ("at = 100", "at = 130", "counts an 'off' at a number that isn't in it"),
        ("votes = 3", "votes = 0", "each with at least one vote"),
        ("beads = 120", "beads = 120\nsensitive = true", "joined bars couldn't be counted with"),
    ],
)
def test_a_wrong_declaration_is_told_in_a_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    """With the activity's name."""
    text = HEAD + example_of(Estimate)
    assert old in text
    with pytest.raises(CurriculumError, match=f"activity 'jar' .*{said}"):
        load(write(tmp_path, text.replace(old, new, 1)))
