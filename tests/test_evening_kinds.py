"""The kinds of a first evening: what is particular to each."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.contracts.authoring import BOX, HEAD, example_of, write, wrong
from workshop.declaration.curriculum import CurriculumError, Module, load, scales, words
from workshop.kinds import KINDS, BadAnswer

GALLERY = Path(__file__).parent / "gallery" / "modules" / "99-gallery.toml"


@pytest.fixture
def gallery() -> Module:
    """One of every kind."""
    return load(GALLERY)


def test_what_leaves_a_phone_are_keys_of_cells_and_nothing_finer(gallery: Module) -> None:
    """A place on a line, two taps, two dots and own words have no form in which they could be sent."""
    for key, finer in {
        "same": [7, "7", {"at": 7}],
        "moved": [["2", "4"], "4"],
        "dots": [[3, 4], {"then": [1, 1]}],
        "among": [["tie"], {"tie": 3}, {"lines": [{"text": "glad", "codes": {"about": "tie"}}]}],
        "jar": [96, "96", ["wild", 96]],
        "six": [{"food": {"pick": "me"}}, 2],
        "step": ["I ask Noor"],
        "why": [["mastery", "joy"], {"goal": "walk", "taps": ["joy"]}],
    }.items():
        question = gallery.activity(key)
        for value in finer:
            with pytest.raises(BadAnswer):
                question.check(value)
        assert [question.check(cell) for cell in question.cells()] == list(question.cells())


def test_private_ones_arent_questions(gallery: Module) -> None:
    """The room does not know them: nothing sent for them has anywhere to go."""
    keys = [question.key for question in gallery.questions]
    first = ["box_bet", "box", "travel", "crew", "hard", "same", "jar_bet", "jar", "moved", "noor", "dots", "six", "among", "step", "why"]
    assert keys == [*first, "portrait_own", "pot_1"]
    assert not any(gallery.activity(key).spec()["shared"] for key in ("begin", "wish", "here", "needs", "choices", "log", "portrait"))


# --- several


def test_several_takes_what_fits_within_its_limit(gallery: Module) -> None:
    """In the options' order, each once; not more than the limit; the lone option alone."""
    crew = gallery.activity("crew")
    assert crew.check(["teacher", "family"]) == ["family", "teacher"] == crew.check(["teacher", "family", "teacher"])
    assert crew.cells_of(["family", "teacher"]) == ("family", "teacher")
    for value, said in (
        (["family", "friend", "teacher"], "Choose no more than 2."),
        (["family", "nobody"], "One of these can't be combined with another."),
        (["family"] * 7, "Choose among the options shown."),
    ):
        with pytest.raises(BadAnswer, match=said):
            crew.check(value)


def test_scripted_groups_choose_several_like_the_invented_one(gallery: Module) -> None:
    """Each option about as often as there, of the declared number of people."""
    crew = gallery.activity("crew")
    drawn = Counter(key for seed in range(3000) for key in crew.scripted(random.Random(seed)))
    assert abs(drawn["nobody"] / 3000 - 2 / 15) < 0.03 and drawn["family"] > drawn["teacher"] > drawn["law"] > 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("most = 2", "most = 1", "up to 1 of 4 options"),
        ("most = 2", "most = 5", "up to 5 of 4 options"),
        ('only = "nobody"', 'only = "nobdy"', "Did you mean 'nobody'?"),
        ("people = 14", "people = 8", "too alike to be shown"),
        ("family = 7, friend = 6, teacher = 4", "family = 12, friend = 12, teacher = 12", "choose more than 2 each"),
        ("people = 14\n", "", "has no 'people'"),
    ],
)
def test_a_several_that_cannot_be(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Limits and the invented group fit together."""
    assert said in wrong(tmp_path, "several", (old, new))


# --- scale, slider, pulse


def test_the_ends_of_a_scale_may_have_other_words(gallery: Module) -> None:
    """They are the words of its first and last cell, on the phone, on the screen and on paper."""
    hard = gallery.activity("hard")
    assert hard.cells() == {"1": "Not hard for me", "2": "Not much like me", "3": "In between", "4": "Quite like me", "5": "Very hard"}
    assert (hard.spec()["low"], hard.spec()["high"], hard.spec()["row"]) == ("Not hard for me", "Very hard", True)


def test_a_scale_that_is_not_there(tmp_path: Path) -> None:
    """Named, with what there is."""
    said = wrong(tmp_path, "scale", ('"agree"', '"agre"'))
    assert f"uses scale 'agre'; known scales: {', '.join(scales())}. Did you mean 'agree'?" in said
    assert "uses scale 'nar'" in wrong(tmp_path, "pulse", ('"near"', '"nar"'))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("upto = 5", "upto = 2", "'upto' numbers don't rise from 0 to 10"),
        ("upto = 10", "upto = 9", "'upto' numbers don't rise from 0 to 10"),
        ("last = 10", "last = 10\nstep = 3", "steps of 3, which doesn't divide evenly"),
        ("last = 10", "last = 1000", "more than a hundred places"),
        ("{number} of ten", "so many of ten", "'reads' needs {number}"),
        ('key = "many"', 'key = "some"', "has the option 'some' twice"),
        ("last = 10", 'last = 10\nscale = "near"', "'scale' that nobody reads"),
    ],
)
def test_a_slider_that_cannot_be(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Every place on the line is in exactly one bin."""
    assert said in wrong(tmp_path, "slider", (old, new))


def test_a_pulse_has_three_ways_and_says_which(gallery: Module, tmp_path: Path) -> None:
    """Shared words where the module gives none; its first tap is a private pulse before it, on the same scale."""
    moved = gallery.activity("moved")
    assert list(moved.cells()) == ["up", "same", "down"] and moved.cells()["same"] == words()["pulse"]["same"]
    assert moved.spec()["first"] == "gallery.begin" and len(moved.spec()["points"]) == 5
    assert "known private pulses before it: none" in wrong(tmp_path, "pulse", ('"near"', '"near"\nfirst = "begin"'))
    begin = '\n[[activities]]\nkey = "begin"\nkind = "pulse"\nscale = "often"\nprivate = true\n'
    later = example_of(KINDS["pulse"]).replace('"near"', '"near"\nfirst = "begin"')
    with pytest.raises(CurriculumError, match="which uses another scale"):
        load(write(tmp_path, HEAD + begin + later))
    with pytest.raises(CurriculumError, match="takes its first tap from 'begin'"):
        load(write(tmp_path, HEAD + later + begin.replace("often", "near")))
    load(write(tmp_path, HEAD + begin.replace("often", "near") + later))


# --- vignette, what is met again, what is private


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("You can do this. Tea?", "You can do this and I will put the kettle on now", "a reply of 12 words, 'cheer'"),
        ('then = "Noor rests. Next week there is another form."', 'then = ""', "is empty in 'then'"),
        ("example = { take = 5, ask = 5, cheer = 4 }", "", "has no 'example'; invent a group for it, or declare it private"),
        ("example =", "private = true\nexample =", "is private, so nobody but the person sees it; leave 'example' out"),
        ('key = "cheer"', 'key = "take"', "has the option 'take' twice"),
    ],
)
def test_a_vignette_that_cannot_be(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Short replies, each with its consequence; shared with an invented group, or private without."""
    assert said in wrong(tmp_path, "vignette", (old, new))


def test_two_replies_are_too_few(tmp_path: Path) -> None:
    """A choice of yes or no isn't a role-play, and could rarely be shown."""
    text = re.sub(r"  \{ key = \"cheer\".*\n", "", example_of(KINDS["vignette"])).replace(", cheer = 4", "")
    with pytest.raises(CurriculumError, match="has 2 replies; give three or four"):
        load(write(tmp_path, HEAD + text))


LATER = """
[[activities]]
key = "later"
kind = "journal"
text = "And now?"
again = "box"
met = { glad = "You were glad.", owe = "You owed." }
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LATER + BOX, "meets 'box' again; known questions before it: none."),
        (BOX + LATER.replace("owe =", "ow ="), "meets the answer 'ow' again, which 'box' doesn't have; known answers: glad, owe, other."),
        (BOX + LATER.replace('again = "box"\n', ""), "has only one of 'again' and 'met'"),
        (BOX + LATER.replace("met = {", "mett = {"), "that nobody reads"),
        (BOX + LATER.replace('"box"', '"later"'), "meets 'later' again; known questions before it: box."),
    ],
)
def test_only_an_earlier_answer_can_be_met_again(tmp_path: Path, text: str, said: str) -> None:
    """Any kind can meet one; by the keys of its cells."""
    with pytest.raises(CurriculumError) as error:
        load(write(tmp_path, HEAD + text))
    assert said in str(error.value)


def test_what_is_met_again_is_in_the_spec(tmp_path: Path) -> None:
    """The browser needs the activity's id and the sentences."""
    spec = load(write(tmp_path, HEAD + BOX + LATER)).activity("later").spec()
    assert spec["again"] == {"id": "small.box", "met": {"glad": "You were glad.", "owe": "You owed."}}


# --- map, plan


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('ways = ["stay"]', 'ways = ["stay", "up"]', "needs each way in one move; see up"),
        ('"left", "down-left"', '"left"', "needs each way in one move; see down-left"),
        ('ways = ["stay"]', 'ways = ["stya"]', "has a move 'stya'; known ways: stay,"),
        (', { key = "now", text = "Now" }', "", "needs two to four dots"),
        ('key = "now"', 'key = "then"', "needs two to four dots with keys of their own"),
        ('naming = "', 'private = true\nnaming = "', "leave 'moves' out"),
    ],
)
def test_a_map_that_cannot_be(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Whatever way a dot went, there is one cell for it; a private map has none."""
    assert said in wrong(tmp_path, "map", (old, new))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('own = "mine"', 'own = "min"', "Did you mean 'mine'?"),
        ('none = "later"', 'none = "mine"', "it needs two"),
        ('none = "later"\n', "", "has no 'none'"),
    ],
)
def test_a_plan_that_cannot_be(tmp_path: Path, old: str, new: str, said: str) -> None:
    """One's own step and "not now" are always there."""
    assert said in wrong(tmp_path, "plan", (old, new))


# --- simulation


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('model = "rescue"', 'model = "rescu"', "uses the model 'rescu'; known models:"),
        ("start = 0.5", "start = 1.5", "a slider 'k' whose low, high, step and start don't fit together"),
        ("step = 0.1", "step = 0.3", "a slider 'k' whose low, high"),
        ("step = 0.1", "step = 0.0", "a slider 'k' whose low, high"),
        ('key = "stuck"', 'key = "k"', "sets 'k' twice"),
        ('ends = ["nothing", "all of it"]', 'ends = ["nothing"]', "1 words at its two ends"),
        ("{capacity} of it", "{capacity of it", "has a brace without its partner in 'none'"),
    ],
)
def test_a_simulation_that_cannot_be(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Controls that can be set, a model that is there."""
    assert said in wrong(tmp_path, "simulation", (old, new))
