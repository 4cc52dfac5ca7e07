"""The sheet: what may leave it, and what is wrong with a declaration."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.authoring import HEAD, example_of, write
from workshop.declaration.curriculum import CurriculumError, load
from workshop.kinds.sheet import Sheet

ONE = """
[[activities]]
key = "needs"
kind = "sheet"
text = "Tap what counted."
columns = [
  { text = "Jo", rows = [{ key = "out", text = "To get out" }] },
  { text = "Lin", rows = [{ key = "safe", text = "To be safe" }] },
]
ticks = [{ key = "counted", text = "it counted", said = "{column}: {count} of {all}." }]
private = true
"""


def test_a_private_one_isnt_a_question(tmp_path: Path) -> None:
    """Nothing is asked of the room, so nothing of it can be sent."""
    module = load(write(tmp_path, HEAD + ONE))
    sheet = module.activity("needs")
    assert not sheet.shared and module.questions == () and not sheet.spec()["shared"]
    assert sheet.paper().count("☐ it counted") == 2 and "*Lin*" in sheet.paper()


def test_of_a_shared_one_only_the_bin_is_an_answer(tmp_path: Path) -> None:
    """Rows and picks aren't answers, in whatever form."""
    sheet = load(write(tmp_path, HEAD + example_of(Sheet))).activity("six")
    assert list(sheet.cells()) == ["none", "some", "all"] and sheet.check("some") == "some"
    for value in ("food", "me", {"food": "me"}, {"food": {"pick": "me", "ticks": ["fine"]}}, 2):
        with pytest.raises(ValueError, match="Choose one of the options shown"):
            sheet.check(value)


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        ("two", 'key = "money"', 'key = "food"', "needs one or two columns with two to twelve rows"),
        (
            "two",
            'picks = [{ key = "me", text = "Me" }, { key = "you", text = "You" }, ',
            "picks = [",
            "has one thing to choose in each row",
        ),
        ("two", 'ticks = [{ key = "fine", text = "Fine with me" }]', "ticks = []", "has 0 ticks; give one or two"),
        ("two", "upto = 3", "upto = 2", "don't rise from no row to all 3"),
        ("two", "upto = 3", "upto = 4", "don't rise from no row to all 3"),
        ("two", "picks = [", "picks = [] # [", "could tell a no from an empty row"),
        ("one", "private = true", 'private = true\nbins = [{ key = "a", text = "A", upto = 2 }]', "is private, so only the person"),
        ("one", "private = true", "example = { a = 6 }", "is shared and has nothing to choose"),
    ],
)
def test_a_wrong_declaration_is_told_in_a_sentence(tmp_path: Path, text: str, old: str, new: str, said: str) -> None:
    """With the activity's name."""
    right = HEAD + {"one": ONE, "two": example_of(Sheet)}[text]
    assert old in right
    with pytest.raises(CurriculumError, match=said) as wrong:
        load(write(tmp_path, right.replace(old, new)))
    assert "activity 'six'" in str(wrong.value) or "activity 'needs'" in str(wrong.value)
