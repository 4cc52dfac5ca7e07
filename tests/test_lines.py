"""Lines of one's own: what a list may declare, and what is said of it on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.activity import ActivityContract
from tests.contracts.authoring import HEAD, example_of, write
from workshop.declaration.curriculum import CurriculumError, Module, load
from workshop.kinds import KINDS, Activity

TEXT = HEAD + example_of(KINDS["lines"])


@pytest.fixture
def small(tmp_path: Path) -> Module:
    """The two lists of the docstring."""
    return load(write(tmp_path, TEXT))


class TestASharedList(ActivityContract):
    """The second list of the docstring's example: the first one is private."""

    @pytest.fixture
    def activity(self, small: Module) -> Activity:
        return small.activity("with")


def test_the_second_list_is_sorted_as_the_first_and_may_say_that_nothing_moved(small: Module) -> None:
    """Its cells are the kinds and one more; no private list is a question; the page knows what it is held against."""
    plain, among = small.activity("plain"), small.activity("with")
    assert among.codings == plain.codings and not plain.shared and [one.key for one in small.questions] == ["with"]
    assert list(among.cells()) == ["inner", "tie", "group", "same"]
    assert (among.spec()["first"], among.spec()["earlier"]) == ("small.plain", "Plain")


def test_on_paper_there_are_lines_to_write_on_and_only_the_second_list_is_ticked(small: Module) -> None:
    plain, among = (small.activity(key).paper() for key in ("plain", "with"))
    assert plain.count("\\_____") == among.count("\\_____") == 7
    assert "Someone and me" in plain and "Only this goes to the group" not in plain and "Only this goes to the group" in among
    assert "a triangle with these corners: Inside, One other, Many" in among and "triangle" not in plain


SECOND = '\n[[activities.codings]]\nkey = "more"\ntext = "And?"\noptions = [{ key = "a", text = "A" }, { key = "b", text = "B" }]\n'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('first = "plain"', 'first = "plan"', "known private lists before it: plain. Did you mean 'plain'?"),
        ('first = "plain"\n', "", "known private lists before it: plain"),
        ('name = "Plain"\nprivate = true', 'name = "Plain"\nprivate = true\nfirst = "with"', "leave 'first' out"),
        ('name = "Plain"\nprivate = true', 'name = "Plain"\nprivate = true\nsame = "Alike"', "leave 'same' out"),
        ('key = "inner"', 'key = "same"', "none of them 'same'"),
        ('key = "inner"', 'key = "tie"', "keys of their own in 'sort'"),
        ('text = "Seven more."', 'text = "Seven more."\nlines = 40', "has 40 lines"),
        ('\n[[activities]]\nkey = "with"', SECOND + '\n[[activities]]\nkey = "with"', "both are sorted in one way, not in two"),
        ("group = 4, same = 2 }", "group = 4, same = 2 }\n" + SECOND, "is sorted in another way than the list that it's compared with"),
        ("group = 4, same = 2", "group = 4", "has an example without same"),
        ('  { text = "Many", kinds = ["group"] },\n', "", "needs three corners or none in 'sort'"),
        ('kinds = ["group"]', 'kinds = ["tie", "group"]', "each kind at no more than one of them"),
        (
            'kinds = ["group"]',
            'kinds = ["grou"]',
            "has 'grou' at a corner of 'sort'; known options: inner, tie, group. Did you mean 'group'?",
        ),
    ],
)
def test_lines_that_cannot_be(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Two lists that are held against each other are sorted in the same, single way."""
    assert TEXT.count(old) == 1
    with pytest.raises(CurriculumError) as error:
        load(write(tmp_path, TEXT.replace(old, new)))
    assert said in str(error.value)
