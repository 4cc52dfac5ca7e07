"""A short text for the room, without a name, which the facilitator reads before anybody sees it."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import BadAnswer, Context, Question
from workshop.sentences import blank

LONGEST = 280  # characters
JOINERS = "\u200c\u200d"  # Persian, Hindi and others cannot be written without them
SIGNS = {  # what may point to a person, a place or somewhere else
    "address": re.compile(r"[^\s@]+@[^\s@]+"),
    "link": re.compile(r"(?:https?:|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}\b", re.IGNORECASE),
    "number": re.compile(r"\+?\d(?:[\s./()-]*\d){5,}"),
}
WORD = re.compile(r"[^\W\d_][\w’'-]*")
SELF = {"I", "I’m", "I'm", "I’ve", "I've", "I’d", "I'd", "I’ll", "I'll"}


def flags(text: str) -> dict[str, list[str]]:
    """What in a text may point to somebody: sign ("address", "link", "number", "name") -> the places as written.

    Every capitalised word counts as a possible name, also the first of a sentence. Scripts without capitals have no
    such sign: there the eye of the reader is all there is.
    """
    found = {sign: [match.group() for match in pattern.finditer(text)] for sign, pattern in SIGNS.items()}
    found["name"] = [word for word in WORD.findall(text) if word[0].isupper() and word not in SELF]
    return {sign: places for sign, places in found.items() if places}


@dataclass(frozen=True, kw_only=True)
class Text(Question):
    """A few words for the room, at most 280 characters; only in a module that says `pools_text = true`.

    It closes like a question. Then the facilitator reads all texts at once, in a random order, and chooses those
    that may be shown; fewer than five, and none is. TOML fields besides those of every activity: `example`, the texts of
    an invented group, five or more.

        [[activities]]
        key = "sentence"
        kind = "text"
        text = "A sentence that you heard often as a child."
        example = ["Don't make a fuss.", "Ask, and you will be helped.", "Sort it out yourself.", "We share.", "Big boys don't cry."]
    """

    kind: ClassVar[str] = "text"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")
    exclusive: ClassVar[bool] = False
    pooled: ClassVar[bool] = True

    example: tuple[str, ...]  # type: ignore[assignment]
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def example_people(self) -> int:
        return len(self.example)

    @property
    def seen(self) -> str:
        return "texts, shuffled, that the facilitator has read"

    @property
    def figure(self) -> str:
        return "a list"

    def resolve(self, context: Context) -> Self:
        return replace(self, words=dict(context.words["pooled"]))

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        for name in ("sensitive", "merge"):
            if getattr(self, name):
                yield name, f"is a text, which has no cells; leave '{name}' out"
        if len(self.example) < self.k:
            yield "example", f"has an example of {len(self.example)} texts; it needs at least {self.k} to be shown"
        if any(not 0 < len(text) <= LONGEST for text in self.example):
            yield "example", f"has an example with a text that is empty, or longer than {LONGEST} characters"

    def check(self, value: object) -> str:
        """The text on one line, without what cannot be seen: a line break or a hidden sign would tell texts apart."""
        if not isinstance(value, str) or len(value) > 4 * LONGEST:  # the box holds no more
            raise BadAnswer(f"Write {LONGEST} characters at most.")
        seen = "".join(" " if sign.isspace() else sign for sign in value if sign.isspace() or sign in JOINERS or sign.isprintable())
        text = unicodedata.normalize("NFC", " ".join(seen.split()))
        if not text:
            raise BadAnswer("Write a few words, or skip.")
        if len(text) > LONGEST:
            raise BadAnswer(f"Write {LONGEST} characters at most.")
        return text

    def cells(self) -> dict[str, str]:
        return {}

    def cells_of(self, value: str) -> tuple[str, ...]:
        return ()

    def scripted(self, random: random.Random) -> str:
        return random.choice(self.example)

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"most": LONGEST} | {name: self.words.get(name, "") for name in ("hint", "left", "over")}

    def paper(self) -> str:
        """Without the hint: what stands on paper stays with its owner, and the facilitator reads what phones send."""
        return "\n\n".join([super().paper(), blank(), blank()])
