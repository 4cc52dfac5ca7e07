"""A guess about what a study found: the finding isn't a secret, the guesses are the room's, and neither is mixed up with the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.contracts.authoring import BOX, HEAD, write
from workshop import reveal
from workshop.declaration.curriculum import CurriculumError, load
from workshop.guide.blocks import questions
from workshop.kinds.bet import Bet

STUDY = """
[[sources]]
voice = "adds to it"
says = "S."
authors = "A, B."
year = 1999
title = "T"
where = "J"
doi = "10.1/x.2"
design = "D."
cannot_tell = "N."

[[activities]]
key = "guess"
kind = "bet"
text = "In how many of ten?"
options = [{ key = "few", text = "0 to 2" }, { key = "some", text = "3 to 5" }, { key = "many", text = "6 to 8" }]
found = "some"
source = "10.1/x.2"
example = { few = 2, some = 4, many = 6 }
hit = "You guessed {bet}, so it was. Here most: {most}."
miss = "You guessed {bet}. It was {found}. Here most: {most}."
tie = "You guessed {bet}. Here level: {most}. It was {found}."
nobet = "It was {found}. Here most: {most}."
"""


def study(tmp_path: Path, *changes: tuple[str, str]) -> Bet:
    """The bet, changed."""
    text = STUDY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return load(write(tmp_path, HEAD + text)).activity("guess")


def said(bet: Bet, *counts: int) -> dict:
    """What everybody gets of a room with so many guesses for each option."""
    values = [key for key, count in zip(bet.cells(), counts, strict=True) for _ in range(count)]
    return json.loads(reveal.payload(bet, values))


def test_it_is_a_question_of_its_own_with_the_finding_beside_its_result(tmp_path: Path) -> None:
    """It waits for no other question; the room's result is its guesses, with the finding beside them."""
    bet = study(tmp_path)
    assert bet.with_ == "" and bet.revealed and bet.asked == (bet,)
    assert (bet.spec()["about"], bet.spec()["found"]) == (bet.id, "some")
    shown = said(bet, 2, 3, 7)
    assert shown["face"] == "shown" and [people for *_, people in shown["cells"]] == [2, 3, 7]
    assert bet.spec()["finding"] == "In the study it was: “3 to 5”."


def test_guesses_that_stay_closed_tell_nothing_and_the_finding_is_told_all_the_same(tmp_path: Path) -> None:
    """Too few and too alike are the same bytes; what was published is in the words of the page, which know no room."""
    bet = study(tmp_path)
    few, alike = (reveal.payload(bet, ["some"] * count) for count in (3, 40))
    assert few == alike and json.loads(few)["face"] == "withheld"
    assert bet.withheld == "In the study it was: “3 to 5”."
    own = study(tmp_path, ("nobet =", 'withheld = "Closed. It was {found}."\nnobet ='))
    assert own.withheld == "Closed. It was {found}."


def test_guide_and_paper_say_what_was_found(tmp_path: Path) -> None:
    """On paper after the options, for after the guess."""
    bet = study(tmp_path)
    assert "In the study it was: “3 to 5”." in questions(load(tmp_path / "01-small.toml"))
    assert bet.paper().index("☐ 6 to 8") < bet.paper().index("*Read after choosing:* In the study")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('found = "some"', 'found = "sone"', "known options: few, some, many. Did you mean 'some'?"),
        ('source = "10.1/x.2"\n', "", "says what a study found and has no 'source'"),
        ('source = "10.1/x.2"', 'source = "10.1/x"', "which is the doi of none of the module's sources"),
        ('found = "some"', 'found = "some"\nabout = "box"', "needs one of two things"),
        ('found = "some"\nsource = "10.1/x.2"\n', "", "needs one of two things"),
        ('found = "some"', 'found = "some"\nsensitive = true', "leave 'sensitive' out"),
        ('nobet = "It was {found}.', 'always = "It was {found}."\nnobet = "It was {found}.', "quotes {found} in 'always'"),
        ('found = "some"\n', 'about = "box"\n', "has a 'source', which is for what a study found"),
        ('found = "some"', 'found = "some"\noutcome = "alike"', "whose result is known already"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, old: str, new: str, says: str) -> None:
    """Each thing that could be mixed up, in one sentence."""
    text = (STUDY + BOX).replace(old, new, 1)
    assert old in STUDY + BOX
    with pytest.raises(CurriculumError) as raised:
        load(write(tmp_path, HEAD + text))
    assert says in str(raised.value)
