"""A cloth of shared threads: what may be declared; nothing of it is a question."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.authoring import HEAD, example_of, write
from workshop.declaration.curriculum import CurriculumError, load
from workshop.kinds import KINDS, Question

TEXT = HEAD + example_of(KINDS["weave"])


def test_a_cloth_isnt_a_question_and_can_be_filled_in_on_paper(tmp_path: Path) -> None:
    """Nothing that could be sent has anywhere to go; paper has ten boxes a side; a person's own file names the sides."""
    module = load(write(tmp_path, TEXT))
    cloth = module.activity("cloth")
    assert module.questions == () and not isinstance(cloth, Question) and not cloth.spec()["shared"]
    assert cloth.paper().count("☐") == 20 and "With whom?" in cloth.paper()
    assert (cloth.entry()["words"]["now"], cloth.entry()["words"]["wish"]) == ("As it is:", "As I'd like it:")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('{ key = "now", text = "As it is" }, { key = "wish", text = "As I\'d like it" }', "", "needs one or two 'sides'"),
        ('key = "wish"', 'key = "now"', "needs one or two 'sides' with keys of their own"),
        ("{number} of ten", "some of ten", "reads no number out"),
        (', "mine alone"', "", "has 1 words for two kinds of thread"),
    ],
)
def test_a_cloth_that_cannot_be(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(CurriculumError) as error:
        load(write(tmp_path, TEXT.replace(old, new)))
    assert said in str(error.value)
