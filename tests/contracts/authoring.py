"""Small module files for tests: a right one, to be made wrong in one place."""

from __future__ import annotations

import re
from inspect import getdoc
from pathlib import Path
from textwrap import dedent

from workshop.kinds import Activity

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
    return dedent(doc[re.search(r"^ +\[\[activities\]\]", doc, re.MULTILINE).start() :])


def write(directory: Path, text: str, name: str = "01-small.toml") -> Path:
    """The file with this text."""
    path = directory / name
    path.write_text(text, "utf-8")
    return path
