"""The kinds of the first issue: what is particular to each."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contracts.authoring import BET, BOX, HEAD, write
from workshop.declaration.curriculum import CurriculumError, Module, load, terms, words
from workshop.kinds.base import BadAnswer
from workshop.kinds.text import Text, flags


@pytest.fixture
def small(tmp_path: Path) -> Module:
    """A module with a guess and the question that it is about."""
    return load(write(tmp_path, HEAD + BET + BOX))


def test_a_choice_takes_keys_not_labels_nor_neighbouring_spellings(small: Module) -> None:
    """Only the key itself: no label, no blank beside it, no other case."""
    box = small.activity("box")
    assert box.check("glad") == "glad"
    for near in ("Glad", "glad ", "GLAD", "box_bet"):
        with pytest.raises(BadAnswer, match="Choose one of the options shown"):
            box.check(near)


def test_scripted_visitors_answer_like_the_invented_group(small: Module) -> None:
    """Counts of many visitors follow the example, and a cell that is empty there stays empty."""
    box = replace(small.activity("box"), example={"glad": 3, "owe": 1, "other": 0})
    drawn = Counter(box.scripted(random.Random(seed)) for seed in range(2000))
    assert 1400 < drawn["glad"] < 1600 and drawn["other"] == 0


def test_a_scale_serves_as_options(tmp_path: Path) -> None:
    """`scale` brings the points of scales.toml, numbered from one."""
    text = '[[activities]]\nkey = "a"\nkind = "choice"\nscale = "near"\nexample = { 1 = 3, 2 = 3, 3 = 2, 4 = 1, 5 = 0 }\n'
    cells = load(write(tmp_path, HEAD + text)).activity("a").cells()
    assert list(cells) == ["1", "2", "3", "4", "5"] and cells["5"] == "Side by side"


def test_a_bet_takes_over_options_and_closes_with_its_question(small: Module) -> None:
    """The bet offers what the question offers, says whose company it keeps, and has the shared sentence for withheld."""
    bet, box = small.activity("guess"), small.activity("box")
    assert bet.cells() == box.cells()
    assert (bet.with_, box.with_) == ("box", "")
    assert bet.spec()["about"] == "small.box"
    assert bet.withheld == words()["reveal"]["withheld"]


def test_consents_are_three_of_which_one_is_needed(tmp_path: Path) -> None:
    """Words of our own replace the shared ones one at a time; the order is that of the promise."""
    consent = load(write(tmp_path, HEAD + '[[activities]]\nkey = "c"\nkind = "consent"\nkeep = "Keep it."\n')).activity("c")
    switches = consent.spec()["switches"]
    assert [(switch["key"], switch["needed"]) for switch in switches] == [("part", True), ("keep", False), ("share", False)]
    assert switches[1]["text"] == "Keep it." and switches[2]["text"] == words()["consent"]["share"]
    assert consent.always in consent.paper()


def test_a_journal_is_not_a_question(tmp_path: Path) -> None:
    """Nothing that could receive its text: no check, no cells; on paper it has as many lines as on the phone."""
    journal = load(write(tmp_path, HEAD + '[[activities]]\nkey = "j"\nkind = "journal"\ntext = "A line."\nlines = 4\n')).activity("j")
    assert not journal.shared and not hasattr(journal, "check") and not hasattr(journal, "cells")
    assert sum(set(line) == {"\\", "_"} for line in journal.paper().splitlines()) == 4


def test_notes_borrow_their_words(tmp_path: Path) -> None:
    """The content note reads the module's line, the coercion box the shared one; only coercion and sources fold."""
    roles = ["content", "coercion"]
    text = "".join(f'[[activities]]\nkey = "{role}"\nkind = "note"\nrole = "{role}"\n' for role in roles)
    module = load(write(tmp_path, HEAD + text))
    content, coercion = (module.activity(role) for role in roles)
    assert content.text == module.content and not content.folds
    assert coercion.text == words()["care"]["coercion"] and coercion.folds
    assert coercion.title == words()["notes"]["coercion"]


TERM = '[[activities]]\nkey = "t"\nkind = "note"\nrole = "term"\nterm = "codependency"\n'


@pytest.mark.parametrize("name", terms())
def test_a_term_is_one_line_with_the_term_itself_apart(tmp_path: Path, name: str) -> None:
    """The line of `terms.toml` as it stands there; the term is bold on the page and on paper, and no markup from a text."""
    note = load(write(tmp_path, HEAD + TERM.replace("codependency", name))).activity("t")
    before, term, after = note.spec()["term"]
    assert note.text == terms()[name].line == before + term + after and term.lower() == name
    assert note.paper() == f"{before}**{term}**{after}" and note.spec()["title"] == ""
    assert not note.folds and not note.shared


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (TERM.replace("codependency", "codependence"), "which terms.toml does not have; known terms: .*Did you mean 'codependency'"),
        (TERM.replace('term = "codependency"\n', ""), "is a note of a term without a 'term'"),
        (TERM + 'text = "Our own line."\n', "has words of its own"),
        (TERM + 'title = "A word"\n', "has words of its own"),
        (TERM.replace('role = "term"', 'role = "keep"') + 'text = "Keep."\n', "only a note of role 'term' shows"),
    ],
)
def test_a_wrong_term_is_one_sentence(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(CurriculumError, match=said):
        load(write(tmp_path, HEAD + wrong))


def test_a_source_is_listed_with_its_design_and_limit(tmp_path: Path) -> None:
    """Who, when, where, what was done, what it cannot tell, in one line."""
    text = '[[sources]]\nvoice = "adds to it"\nsays = "S."\nauthors = "A, B."\nyear = 1999\ntitle = "T"\nwhere = "J"\ndesign = "D."\n'
    text += 'cannot_tell = "N."\n[[activities]]\nkey = "s"\nkind = "note"\nrole = "sources"\n'
    note = load(write(tmp_path, HEAD + text)).activity("s")
    assert note.items == ("A, B. (1999). T. J. D. N.",) and note.items[0] in note.paper()
    for old, new, said in (
        ('authors = "A, B."\n', "", "T (1999). J. D. N."),  # where nobody could read the names, the title comes first
        ('title = "T"', 'title = "Why?"', "A, B. (1999). Why? J. D. N."),
    ):
        assert load(write(tmp_path, HEAD + text.replace(old, new))).activity("s").items == (said,)


def test_what_in_a_text_may_point_to_somebody_is_flagged() -> None:
    """Addresses, links, numbers and every capitalised word but "I"; nothing in a text without them."""
    assert flags("my mother said: share, and I did") == {}
    assert flags("Call Ann O’Hara on +44 (0) 20 7946-0123 or ann@example.org, see www.example.org/x or sub.example.com!") == {
        "address": ["ann@example.org,"],
        "link": ["example.org", "www.example.org/x", "sub.example.com"],
        "number": ["+44 (0) 20 7946-0123"],
        "name": ["Call", "Ann", "O’Hara"],
    }
    assert flags("in 1984 we were 12") == {}


def test_a_text_has_one_form() -> None:
    """What cannot be seen would tell one text from another: line breaks, hidden signs, ways to write an accent."""
    text = Text(key="t", module="m", text="?", example=())
    assert text.check("  so\n\tit\u200b goes\u202e ") == "so it goes"
    assert text.check("caf\u0065\u0301") == text.check("caf\u00e9")
    assert text.check("می\u200cخواهم") == "می\u200cخواهم"  # written so, not hidden
    assert len(text.check("x" * 280)) == 280
    for value in ("x" * 281, "\u200b \n", ["x"], "x" * 2000):
        with pytest.raises(BadAnswer):
            text.check(value)


JOY = '[[activities]]\nkey = "{key}"\nkind = "scale"\ntext = "Well?"\nscale = "joy"\nexample = {{ 1 = 2, 2 = 3, 3 = 4, 4 = 2, 5 = 1 }}\n'


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ('{ race = "Race", pot = "Pot" }', ""),
        ('{ race = "Race" }', "needs two: "),
        ('{ rase = "Race", pot = "Pot" }', "known questions before it: hard, race. Did you mean 'race'?"),
        ('{ hard = "Hard", pot = "Pot" }', "is shown next to 'hard', which has other options"),
    ],
)
def test_side_by_side_are_two_questions_with_the_same_options(tmp_path: Path, beside: str, said: str) -> None:
    scales = [JOY.format(key=key) for key in ("hard", "race", "pot")]
    text = "".join([HEAD, scales[0].replace('"joy"', '"agree"'), *scales[1:], f"beside = {beside}\n"])
    if said:
        with pytest.raises(CurriculumError, match=re.escape(said)):
            load(write(tmp_path, text))
    else:
        assert load(write(tmp_path, text)).activity("pot").spec()["beside"] == [["small.race", "Race"], ["small.pot", "Pot"]]


POT = """
[[activities]]
key = "{key}"
kind = "game"
title = "A pot"
rounds = 2
shown = {shown}
example = [{{ 0 = 2, 5 = 3, 10 = 5, 15 = 2, 20 = 3 }}, {{ 0 = 2, 5 = 3, 10 = 5, 15 = 2, 20 = 3 }}]
"""


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ('{ first_1 = "First", last_2 = "Last" }', ""),
        ('{ first_2 = "First", last_2 = "Last" }', "known questions before it: first_1. Did you mean 'first_1'?"),  # is not shown
        ('{ first_1 = "First", other = "Last" }', "shows no round of 'last' beside another"),
    ],
)
def test_two_rounds_that_are_shown_stand_side_by_side(tmp_path: Path, beside: str, said: str) -> None:
    text = HEAD + POT.format(key="first", shown="[1]") + POT.format(key="last", shown="[2]") + f"beside = {beside}\n"
    if said:
        with pytest.raises(CurriculumError, match=re.escape(said)):
            load(write(tmp_path, text))
    else:
        rounds = load(write(tmp_path, text)).activity("last").asked
        assert [one.spec()["beside"] for one in rounds] == [[], [["small.first_1", "First"], ["small.last_2", "Last"]]]


@pytest.mark.parametrize(("change", "said"), [("numbers = 10", "give 8, 12, 16 or 20"), ("seconds = 5", "give 10 to 180")])
def test_a_puzzle_fits_a_phone_and_ends(tmp_path: Path, change: str, said: str) -> None:
    text = HEAD + f'[[activities]]\nkey = "race"\nkind = "puzzle"\nframing = "race"\n{change}\n'
    with pytest.raises(CurriculumError, match=said):
        load(write(tmp_path, text))
