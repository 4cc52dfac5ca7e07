"""A few lines of one's own, each sorted by tap by the person who wrote it; at most one word about two lists leaves the browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from string import ascii_uppercase
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.kinds.choice import Choice
from workshop.kinds.keepable import Keepable
from workshop.sentences import blank, known, tick_list, twice

SAME = "same"


@dataclass(frozen=True)
class Corner:
    """A corner of the picture that a person sees of two lists: its words, and the kinds of line that pull towards it."""

    text: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Coding:
    """What is asked of each line, and the few kinds among which its writer chooses; `hint` says more about them."""

    key: str
    text: str
    options: tuple[Option, ...]
    hint: str = ""
    corners: tuple[Corner, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Lines(Keepable, Choice):
    """Lines that a person writes and then sorts, one after the other, by one tap each. Lines and sorting stay in the browser.

    With `private = true` nothing leaves it. Otherwise this is a second list, held against an earlier private one, and
    the answer is one coarse cell: the kind whose share of the lines grew most, or that the mix stayed the same. Where
    several grew alike the person says which. No count leaves, and no list by itself: from one cell nobody can work out
    how many lines there were, or what kind any of them is. To the person both lists are shown side by side, as two dots
    between three corners, and in the order of their lines; these pictures are drawn in the browser and stay there.

    TOML fields besides those of every question: `lines`, how many there are (7); `before`, the words before each of
    them; `codings`, a list of {key, text, options, hint, corners}, one or two, with two to eight options {key, text} each,
    and none or three corners {text, kinds}, where a kind is the key of an option and belongs to one corner at most; `first`,
    unless private, the key of the earlier list, whose codings serve here too; `same`, the words of the cell for the same
    mix (shared words serve); `name`, what this list is called beside the other one.

        [[activities]]
        key = "plain"
        kind = "lines"
        text = "Seven short lines, as they come."
        before = "I am"
        name = "Plain"
        private = true

        [[activities.codings]]
        key = "sort"
        text = "What is this line about?"
        options = [
          { key = "inner", text = "Inside me" },
          { key = "tie", text = "Someone and me" },
          { key = "group", text = "Where I belong" },
        ]
        corners = [
          { text = "Inside", kinds = ["inner"] },
          { text = "One other", kinds = ["tie"] },
          { text = "Many", kinds = ["group"] },
        ]

        [[activities]]
        key = "with"
        kind = "lines"
        text = "Seven more."
        before = "With the people I live with, I am"
        name = "With people"
        first = "plain"
        example = { inner = 2, tie = 6, group = 4, same = 2 }
    """

    kind: ClassVar[str] = "lines"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    lines: int = 7
    before: str = ""
    name: str = ""
    codings: tuple[Coding, ...] = ()
    first: str = ""
    same: str = ""
    options: tuple[Option, ...] = field(default=(), metadata={"filled": True})
    scale: str = field(default="", metadata={"filled": True})
    earlier: str = field(default="", metadata={"filled": True})  # what the first list is called
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def figure(self) -> str:
        if self.private:
            return "the person's own lines in their order, on their page"
        corners = " and between three corners" if any(coding.corners for coding in self.codings) else ""
        return f"the person's own two lists side by side{corners}, on their page; bars of what grew"

    def resolve(self, context: Context) -> Self:
        words = context.words["lines"] | {"only": context.words["kinds"]["only"]}
        first = context.activities.get(self.first)
        if not isinstance(first, Lines):
            return replace(self, options=self.codings[0].options if self.codings else (), words=words)
        codings = self.codings or first.codings
        same = Option(SAME, self.same or words["same"])
        options = (*codings[0].options, same) if codings else ()
        return replace(self, codings=codings, options=options, earlier=first.name, words=words)

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        if not 2 <= self.lines <= 12:
            yield "lines", f"has {self.lines} lines; from 2 to 12 can be written with care"
        keys = [coding.key for coding in self.codings]
        if not 1 <= len(set(keys)) == len(keys) <= 2:
            yield "codings", "needs one or two codings with keys of their own"
        for coding in self.codings:
            kinds = [option.key for option in coding.options]
            if not 2 <= len(set(kinds)) == len(kinds) <= 8 or SAME in kinds:
                yield "codings", f"needs two to eight options with keys of their own in '{coding.key}', none of them '{SAME}'"
            at = [kind for corner in coding.corners for kind in corner.kinds]
            if len(coding.corners) not in (0, 3) or twice(at):
                yield "codings", f"needs three corners or none in '{coding.key}', and each kind at no more than one of them"
            for kind in at:
                if kind not in kinds:
                    yield "codings", f"has '{kind}' at a corner of '{coding.key}'; {known('options', kinds, kind)}"
        if self.private:
            for name in ("first", "same"):
                if getattr(self, name):
                    yield name, f"is private, so it's compared with no other list; leave '{name}' out"
        elif self.first not in context.unread:
            yield from self._first_faults(context)
        # What a choice says about its options is said of codings here.
        yield from super().faults(context) if self.options else Activity.faults(self, context)

    def _first_faults(self, context: Context) -> Iterator[tuple[str, str]]:
        before = takewhile(lambda key: key != self.key, context.activities)
        lists = {key: one for key in before if isinstance(one := context.activities[key], Lines) and one.private}
        if self.first not in lists:
            yield "first", f"is compared with '{self.first}'; {known('private lists before it', lists, self.first)}"
        elif self.codings != lists[self.first].codings:
            yield "codings", "is sorted in another way than the list that it's compared with; leave 'codings' out"
        elif len(self.codings) != 1:
            yield "codings", "is compared with another list, so both are sorted in one way, not in two"

    def spec(self) -> dict[str, Any]:
        codings = [
            asdict(one)
            | {"options": [asdict(option) for option in one.options]}
            | {"corners": [{"text": corner.text, "kinds": list(corner.kinds)} for corner in one.corners]}
            for one in self.codings
        ]
        names = ("lines", "before", "name", "earlier", "private", "words")
        first = f"{self.module}.{self.first}" if self.first else ""
        return super().spec() | {name: getattr(self, name) for name in names} | {"codings": codings, "first": first}

    def paper(self) -> str:
        written = [f"{self.before} {blank()}".strip()] * self.lines
        kinds = [part for one in self.codings for part in (f"*{one.text}*", one.hint, _lettered(one.options)) if part]
        if self.private:
            asked = []
        else:
            corners = [", ".join(corner.text for corner in one.corners) for one in self.codings if one.corners]
            drawn = [self.words.get("paper_corners", "").format(corners=named) for named in corners]
            asked = [*drawn, self.words.get("paper_tick", ""), tick_list(self.cells().values())]
        return "\n\n".join([Activity.paper(self), *written, self.words.get("paper", ""), *kinds, *asked])


def _lettered(options: tuple[Option, ...]) -> str:
    """One letter for each kind, to be written next to a line."""
    return " · ".join(f"{letter} {option.text}" for letter, option in zip(ascii_uppercase, options, strict=False))
