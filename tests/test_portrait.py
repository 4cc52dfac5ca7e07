"""A portrait in six strokes: its scoring, its kind, and what may leave a phone."""

from __future__ import annotations

import itertools
import random
import re
from pathlib import Path

import pytest

from tests.contracts.authoring import HEAD, example_of, write
from workshop.declaration.curriculum import CurriculumError, load, module
from workshop.guide.reading import count
from workshop.kinds import KINDS, BadAnswer
from workshop.kinds import scoring as s
from workshop.kinds.questionnaire import Questionnaire

TURNS = [False] * 3 + [True] * 3


@pytest.fixture(scope="module")
def portrait() -> Questionnaire:
    """The questionnaire that is shipped."""
    return module("portrait").activity("strokes")


# --- scoring


@pytest.mark.parametrize(
    ("answers", "percent"),
    [
        ([5, 4, 4, 1, 2, 2], 83 + 1 / 3),  # turned: 5 4 4, so 26 of 30
        ([3] * 6, 50),
        ([5] * 6, 50),  # who agrees with everything comes out in the middle
        ([1] * 6, 50),
        ([5, 5, 5, 1, 1, 1], 100),
        ([1, 1, 1, 5, 5, 5], 0),
        ([5, 4, 4, 1, 2, None], 85),  # five of six: 22 of 25
        ([None, 4, 4, 1, 2, 2], 80),
        ([5, 4, None, 1, 2, None], None),  # four of six are too few
        ([None] * 6, None),
    ],
)
def test_known_answers_come_out_as_worked_out_by_hand(answers: list[int | None], percent: float | None) -> None:
    """The mean of what was answered, turned to one end, from 0 to 100; nothing is filled in."""
    found = s.score(answers, TURNS, 1, 5)
    assert found == (None if percent is None else pytest.approx(percent))


def test_people_who_lean_to_yes_get_the_same_score() -> None:
    """Moving every answer up a point, whatever it says, changes nothing where both ends have as many lines."""
    luck = random.Random(3)
    for _ in range(200):
        answers = [luck.randint(1, 4) for _ in TURNS]
        assert s.score([one + 1 for one in answers], TURNS, 1, 5) == pytest.approx(s.score(answers, TURNS, 1, 5))


@pytest.mark.parametrize("bad", [0, 6, 2.5, True, "3", float("nan")])
def test_what_isnt_an_answer_is_refused(bad: object) -> None:
    """Outside the scale, between its points, or no number."""
    with pytest.raises(ValueError, match="a whole number from 1 to 5"):
        s.score([bad, 1, 1, 1, 1, 1], TURNS, 1, 5)


def test_the_bands_are_fifths_and_the_same_from_both_ends() -> None:
    """Over every sum of five or six answers: as many in one band as in its mirror, none in two, all in one."""
    mirror = {"low": "high", "lowish": "highish", "middle": "middle", "highish": "lowish", "high": "low"}
    for many in (5, 6):
        span = range(many, 5 * many + 1)
        bands = [s.band(100 * (total - many) / (4 * many)) for total in span]
        assert [mirror[one] for one in reversed(bands)] == bands
        order = [key for key, _ in s.BANDS]
        assert [key for key, _ in itertools.groupby(bands)] == order
    assert [bands.count(key) for key in order] == [5, 5, 5, 5, 5]  # 6–10, 11–15, …


def test_a_stretch_is_wide_and_stays_on_the_line() -> None:
    """.8 points of spread and an alpha of .75 are .40 points of error: .784 to either side, 19.6 of 100 on five points."""
    assert s.half(1, 5) == pytest.approx(19.6) and s.half(1, 5) / 100 * 4 == pytest.approx(1.96 * 0.8 * 0.25**0.5)
    assert s.stretch(50, 19.6) == pytest.approx((30.4, 69.6)) and s.stretch(90, 19.6) == pytest.approx((70.4, 100))
    # The least difference of two scores that is more than noise is as wide as nearly two bands: no arrow is drawn.
    assert s.half(1, 5) * 2**0.5 > 20


def test_what_stands_out_is_told_against_a_persons_other_strokes() -> None:
    """Worked out by hand: the middle of these six is 60; six lines are off by chance as far as 19.6 times the root of 5/6."""
    assert s.emphasis([90, 60, 60, 60, 60, 30], 19.6) == ["more", "alike", "alike", "alike", "alike", "less"]
    assert s.emphasis([77, 60, 60, 60, 60, 43], 19.6) == ["alike"] * 6 and s.emphasis([78, 60, 60, 60, 60, 42], 19.6)[0] == "more"
    assert s.emphasis([60, None, 60], 19.6) is None and s.emphasis([60], 19.6) is None and s.emphasis([], 19.6) is None


def test_strong_and_faint_look_the_same_against_ones_other_strokes() -> None:
    """What the page says it cannot tell: a person far up in all strokes and one far down come out alike; turned round, so does it."""
    luck = random.Random(8)
    turned = {"more": "less", "alike": "alike", "less": "more"}
    for _ in range(200):
        scores = [luck.randint(0, 12) * 5 for _ in range(6)]
        found = s.emphasis(scores, 19.6)
        assert found == s.emphasis([one + 40 for one in scores], 19.6)
        assert [turned[one] for one in found] == s.emphasis([100 - one for one in scores], 19.6)


def test_of_strokes_that_are_alike_one_in_twenty_stands_out_by_chance() -> None:
    """People whose six strokes are equal, seen through errors as wide as is assumed: made up, and counted."""
    luck = random.Random(4)
    error = s.half(1, 5) / 1.96
    found = [one for _ in range(4000) for one in s.emphasis([50 + luck.gauss(0, error) for _ in range(6)], s.half(1, 5))]
    assert 0.045 < 1 - found.count("alike") / len(found) < 0.055


def test_a_leaning_to_yes_is_seen_over_whole_pairs_only() -> None:
    """From the middle, in points; a pair with one answer says nothing about it."""
    assert s.leaning([(5, 5), (4, 4)], 1, 5) == 1.5 and s.leaning([(1, 2)], 1, 5) == -1.5
    assert s.leaning([(5, 1), (4, 2)], 1, 5) == 0 and s.leaning([(5, None), (3, 3)], 1, 5) == 0
    assert s.leaning([(None, 5)], 1, 5) is None and s.leaning([], 1, 5) is None


def test_a_row_of_the_same_and_a_rush_are_noticed() -> None:
    """Twelve alike in a row, or less than a second and a half a line; not eleven, and not what was left out."""
    varied = [1, 2, 3, 4, 5, 4] * 6
    assert not s.careless(varied, 35 * 1.5) and s.careless(varied, 35 * 1.5 - 0.1)
    assert s.careless([3] * 12 + varied, 999) and not s.careless([3] * 11 + varied[:5], 999)
    assert not s.careless([None] * 36, 0) and not s.careless([3] * 6 + [None] + [3] * 6, 999)


# --- the kind


def wrong(tmp_path: Path, old: str, new: str) -> str:
    """What is said of the docstring's example with one thing changed."""
    text = example_of(KINDS["questionnaire"])
    assert old in text
    with pytest.raises(CurriculumError) as error:
        load(write(tmp_path, HEAD + text.replace(old, new, 1)))
    return str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('scale = "agree"', 'scale = "agre"', "uses scale 'agre'; known scales: agree,"),
        (', "I wait for a plan."', "", "has 3 and 2 statements for the ends of 'own'; give as many for each, 2 to 6"),
        ("example = { low = 3, ", "example = { ", "has an example without low: give each cell a number, 0 if need be (stroke 'own')"),
        ("low = 3, lowish", "low = 1, lowish", "in its example no cell may hold 1 or 2 people (stroke 'own')"),
        ("example =", "private = true\nexample =", "is private, so nobody but the person sees it; leave 'example' out (stroke 'own')"),
        ('title = "Standing', 'total = true\ntitle = "Standing', "has a field 'total' that nobody reads"),
    ],
)
def test_a_questionnaire_that_cannot_be(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Balanced, on a known scale, each stroke with its invented group or private; a total has no place."""
    assert said in wrong(tmp_path, old, new)


def test_one_can_bet_on_a_stroke_and_not_on_the_lines(tmp_path: Path) -> None:
    """What the room is asked inside another activity is a question like any other."""
    example = "example = { low = 1, lowish = 2, middle = 2, highish = 2, high = 1 }"
    bet = f'[[activities]]\nkey = "guess"\nkind = "bet"\nabout = "portrait_own"\ntext = "?"\n{example}\n'
    bet += 'hit = "."\nmiss = "."\ntie = "."\nnobet = "."\n\n'
    text = HEAD + bet + example_of(KINDS["questionnaire"])
    guess = load(write(tmp_path, text)).activity("guess")
    assert guess.cells()["high"] == "Mostly: I find my own way" and guess.with_ == "portrait_own"
    with pytest.raises(CurriculumError, match="is about 'portrait'; known questions: portrait_own"):
        load(write(tmp_path, text.replace('"portrait_own"', '"portrait"')))


def test_thirty_six_lines_half_for_each_end_and_no_two_alike_in_a_row(portrait: Questionnaire) -> None:
    """Six strokes of three and three; neighbours are of different strokes and, but where a round begins, of different ends."""
    lines = portrait.statements
    assert len(lines) == 36 == len({line.text for line in lines}) == len({line.key for line in lines})
    for stroke in portrait.strokes:
        own = [line.turned for line in lines if line.stroke == stroke.key]
        assert len(own) == 6 and sum(own) == 3
    assert all(one.stroke != other.stroke for one, other in itertools.pairwise(lines))
    assert max(len(list(run)) for _, run in itertools.groupby(line.turned for line in lines)) <= 2


def test_each_line_is_short_plain_and_denies_nothing(portrait: Questionnaire) -> None:
    """An opposite is said as a thing of its own: "I do not …" is read as its contrary by one in ten."""
    for line in portrait.statements:
        assert count(line.text) <= 14 and line.text.endswith(".")
        assert not re.search(r"\b(not?|never|nobody|nothing|without|cannot|hardly ever)\b", line.text.replace("“not today”", ""))


def test_the_room_can_be_told_a_band_of_three_strokes_and_nothing_finer(portrait: Questionnaire) -> None:
    """Tender questions of five bands; a number, a list of answers, the band of a private stroke are taken by nobody."""
    assert [stroke.key for stroke in portrait.asked] == ["strokes_own", "strokes_lean", "strokes_room"]
    for stroke in portrait.asked:
        assert stroke.sensitive and stroke.k == 8 and len(stroke.cells()) == 5
        assert [stroke.check(cell) for cell in stroke.cells()] == list(stroke.cells())
        for finer in (4, 83.3, [5, 4, 4, 1, 2, 2], {"own1": 5}, "83", "Mostly: I find my own way"):
            with pytest.raises(BadAnswer):
                stroke.check(finer)
    known = {question.id for question in module("portrait").questions}
    assert not {f"portrait.strokes_{name}" for name in ("ties", "share", "carry")} & known and "portrait.strokes" not in known


def test_the_page_says_what_the_lines_are_and_has_no_total_type_or_stage(portrait: Questionnaire) -> None:
    """On the phone and on paper."""
    said = "We wrote these statements ourselves, for reflection. Nobody has tested"
    assert said in portrait.spec()["words"]["original"] and said in portrait.paper()
    assert portrait.spec()["words"]["cannot_tell"].startswith("This view can't show") and portrait.words["emphasis"] not in portrait.paper()
    words = " ".join([*portrait.words.values(), *(stroke.title for stroke in portrait.measured)]).lower()
    assert not re.search(r"\b(total|type|stage|level|average|normal|score|healthy|better|higher)\b", words)


def test_paper_leads_to_the_same_band(portrait: Questionnaire) -> None:
    """Somebody who follows the sheet's own words, line numbers and sums comes to the band that the phone works out."""
    paper = portrait.paper()
    luck = random.Random(11)
    answers = {number: luck.randint(1, 5) for number in range(1, 37)}
    for stroke, measure in zip(portrait.measured, portrait.strokes, strict=True):
        part = paper[paper.index(f"**{stroke.title}**") :]
        plain, turned = (
            [int(one) for one in re.findall(r"\d+", text)]
            for text in re.search(r"Add statements ([\d, ]+)\. For each of statements ([\d, ]+), add", part).groups()
        )
        total = sum(answers[one] for one in plain) + sum(6 - answers[one] for one in turned)
        rows = re.findall(r"☐ (\d+)–(\d+): (.+)", part)[:5]
        [said] = [label for low, high, label in rows if int(low) <= total <= int(high)]
        own = [(answers[at], line.turned) for at, line in enumerate(portrait.statements, 1) if line.stroke == measure.key]
        assert said == stroke.cells()[s.band(s.score([one for one, _ in own], [turn for _, turn in own], 1, 5))]
