"""One's own mood over some days: nothing of it can be sent, and it stands in one's own file as it was tapped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.authoring import HEAD, example_of, write
from workshop.declaration.curriculum import CurriculumError, load, scales
from workshop.kinds import Question
from workshop.kinds.moodlog import Moodlog


def one(tmp_path: Path, *changes: tuple[str, str]) -> Moodlog:
    """The example of the docstring, changed."""
    text = example_of(Moodlog)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return load(write(tmp_path, HEAD + text)).activities[0]


def test_it_isnt_a_question_and_has_no_place_for_a_date(tmp_path: Path) -> None:
    """Nothing that could receive a tap; days are numbered, so no clock can be wrong."""
    log = one(tmp_path)
    assert not isinstance(log, Question) and not log.shared and not hasattr(log, "check") and log.asked == ()
    assert [point["text"] for point in log.spec()["points"]] == [point.text for point in scales()["weather"]]


def test_its_days_have_their_words_in_a_persons_own_file(tmp_path: Path) -> None:
    """The names under which the browser keeps the days are those that the file has words for, one a day."""
    words = one(tmp_path, ('moments = ["Morning"', 'days = 3\nmoments = ["Morning"')).entry()["words"]
    assert [words[name] for name in words if name.startswith("day_")] == ["Day 1:", "Day 2:", "Day 3:"]


def test_on_paper_each_moment_of_each_day_has_its_numbers(tmp_path: Path) -> None:
    paper = one(tmp_path).paper()
    rows = [line for line in paper.splitlines() if line.startswith("| Day")]
    assert len(rows) == 7 and all(row.count("1 2 3 4 5") == 3 for row in rows)
    assert "1 Stormy" in paper and "5 Bright" in paper


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"weather"', '"wether"', "Did you mean 'weather'?"),
        ('"Midday"', '"Morning"', "each with a name of its own"),
        ('["Morning", "Midday", "Evening"]', "[]", "has 0 moments a day"),
        ('kind = "moodlog"', 'kind = "moodlog"\ndays = 15', "runs over 15 days; from 1 to 14"),
        ('text = "Three taps a day, if you like. You can miss some."\n', "", "has no text"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(CurriculumError, match=says.replace("?", r"\?")):
        one(tmp_path, (old, new))
