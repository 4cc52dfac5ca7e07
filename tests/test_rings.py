"""Rings: what may be declared; nothing of them is a question."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.authoring import HEAD, example_of, write
from workshop.declaration.curriculum import CurriculumError, load
from workshop.kinds import KINDS, Question

TEXT = HEAD + example_of(KINDS["rings"])
FIVE = ", ".join(f'{{ key = "{key}", text = "T" }}' for key in "abcde")


def test_a_picture_isnt_a_question_and_can_be_drawn_on_paper(tmp_path: Path) -> None:
    """Nothing that could be sent has anywhere to go; paper names the rings, what can stand on them, and the signs."""
    module = load(write(tmp_path, TEXT))
    circle = module.activity("circle")
    assert module.questions == () and not isinstance(circle, Question) and not circle.spec()["shared"]
    assert all(word in circle.paper() for word in ("Near, Between, Far", "Person, Role, Group", "New this year, Gone this year"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('{ key = "near", text = "Near" }, { key = "between", text = "Between" }, ', "", "needs 2 to 4 'rings'"),
        ('{ key = "person", text = "Person" }', FIVE, "needs 2 to 4 'sorts'"),
        ('key = "gone"', 'key = "new"', "needs none to 2 'marks' with keys of their own"),
        ('naming = "A person, a role or a group. Only you see this."\n', "", "has no 'naming'"),
    ],
)
def test_rings_that_cannot_be(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Few enough to be told apart."""
    assert TEXT.count(old) == 1
    with pytest.raises(CurriculumError) as error:
        load(write(tmp_path, TEXT.replace(old, new)))
    assert said in str(error.value)
