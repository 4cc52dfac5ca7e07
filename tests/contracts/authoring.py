"""Small module files for tests: a right one, to be made wrong in one place."""

from __future__ import annotations

import re
from inspect import getdoc
from pathlib import Path
from textwrap import dedent

import pytest

from workshop.declaration.curriculum import CurriculumError, load
from workshop.kinds import KINDS, Activity

HEAD = """\
slug = "small"
title = "A small one"
number = 1
minutes = 10
cut_to = 5
intensity = "low"
content = "The next page is about stairs. Stay, skip, or only watch."
purpose = "We try one thing."
idea = "One thing can be tried."
outcomes = ["One.", "Two."]
distress = "Pause."
bridge = "And then?"

[[steps]]
title = "Talk"
minutes = 6
cut = 5
form = "pairs"
phones = "down"

[[steps]]
title = "Tap"
minutes = 4
cut = 0
form = "screen"
phones = "up"

[[misreadings]]
says = "So I must?"
reply = "No."
"""

BOX = """
[[activities]]
key = "box"
kind = "choice"
text = "What do you feel first?"
options = [
  { key = "glad", text = "Glad" },
  { key = "owe", text = "I owe something" },
  { key = "other", text = "Something else" },
]
example = { glad = 6, owe = 4, other = 3 }
"""

BET = """
[[activities]]
key = "guess"
kind = "bet"
about = "box"
text = "What will be chosen most?"
example = { glad = 5, owe = 4, other = 3 }
hit = "You guessed {bet}."
miss = "You guessed {bet}. It was {most}."
tie = "You guessed {bet}. Level: {most}."
nobet = "It was {most}."
"""


def example_of(kind: type[Activity]) -> str:
    """The TOML example in a kind's docstring."""
    doc = getdoc(kind) or ""
    begins = re.search(r"^ *\[\[activities\]\]", doc, re.MULTILINE)
    assert begins, f"the docstring of {kind.__name__} needs an example, a table [[activities]] that can be copied into a module"
    return dedent(doc[begins.start() :])


def write(directory: Path, text: str, name: str = "01-small.toml") -> Path:
    """The file with this text."""
    path = directory / name
    path.write_text(text, "utf-8")
    return path


def one(tmp_path: Path, kind: str, *changes: tuple[str, str]) -> Activity:
    """The example of a kind's docstring, changed."""
    text = example_of(KINDS[kind])
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return load(write(tmp_path, HEAD + text)).activities[0]


def wrong(tmp_path: Path, kind: str, *changes: tuple[str, str]) -> str:
    """What the loader says of it."""
    with pytest.raises(CurriculumError) as said:
        one(tmp_path, kind, *changes)
    return str(said.value)
