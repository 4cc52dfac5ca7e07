"""The picture of who holds what, both ways: nothing that a room could know, and no number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.authoring import one, wrong
from workshop.declaration import curriculum


def test_the_file_of_ones_own_page_says_it_in_words(tmp_path: Path) -> None:
    """What the browser keeps are keys; the file names the need, the side and who holds it."""
    said = one(tmp_path, "portfolio").entry()
    assert said["words"]["soup.on"] == "Soup when ill · I lean on:"
    assert {"key": "nobody", "text": "Nobody yet"} in said["options"]


def test_its_needs_are_those_that_the_room_is_asked_about() -> None:
    """The question for the room names the same five needs, in the same words, and nobody's picture has a question of its own."""
    module = curriculum.module("trust")
    lean, nobody = module.activity("lean"), module.activity("nobody")
    assert {need.key: need.text for need in lean.needs} == {key: text for key, text in nobody.cells().items() if key != "none"}
    assert lean.asked == () and not lean.shared and nobody.k == 8


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('{ key = "lift", text = "A lift when it is late" }, ', "", "has 1 needs"),
        ('key = "soup"', 'key = "lift"', "has 'lift' twice in 'needs'"),
        ('mark = "several"', 'mark = "many"', "known values: self, one, several, service, nobody"),
        ('holds = ["one", "several", "nobody"]', 'holds = ["one", "severl"]', "Did you mean 'several'?"),
        ('holds = ["one", "several", "nobody"]', 'holds = ["one"]', "with nothing to choose"),
        ('{ key = "on", text = "I lean on", holds = ["me", "one", "several", "nobody"] },', "", "has 1 sides"),
    ],
)
def test_a_portfolio_that_cannot_be(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in wrong(tmp_path, "portfolio", (old, new))
