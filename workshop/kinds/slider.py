"""A place on a line, of which only the bin leaves the browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Context, Option
from workshop.kinds.choice import Choice


@dataclass(frozen=True)
class Bin:
    """A stretch of the line that counts as one: its key, its words, the largest number that is in it."""

    key: str
    text: str
    upto: int


@dataclass(frozen=True, kw_only=True)
class Slider(Choice):
    """A number on a line with labelled ends. The number stays in the browser: the answer is the key of its bin.

    TOML fields besides those of every question: `low` and `high`, the words at the ends; `first` (0), `last` and
    `step` (1), the numbers on the line; `reads` ("{number}"), how a number is read out; `bins`, a list of
    {key, text, upto} from the low end to the high one, each with the largest number in it.

        [[activities]]
        key = "same"
        kind = "slider"
        text = "Out of ten people here, how many choose as I do?"
        low = "No one"
        high = "All ten"
        last = 10
        reads = "{number} of ten"
        bins = [
          { key = "few", text = "0 to 2", upto = 2 },
          { key = "some", text = "3 to 5", upto = 5 },
          { key = "many", text = "6 to 8", upto = 8 },
          { key = "all", text = "9 or 10", upto = 10 },
        ]
        example = { few = 3, some = 6, many = 4, all = 1 }
    """

    kind: ClassVar[str] = "slider"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    low: str
    high: str
    first: int = 0
    last: int
    step: int = 1
    reads: str = "{number}"
    bins: tuple[Bin, ...]
    options: tuple[Option, ...] = field(default=(), metadata={"filled": True})
    scale: str = field(default="", metadata={"filled": True})
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    def resolve(self, context: Context) -> Self:
        options = tuple(Option(one.key, one.text) for one in self.bins)
        return replace(self, options=options, words={**context.words["kinds"], **context.words["slider"]})

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        if self.step < 1 or self.last <= self.first or (self.last - self.first) % self.step:
            yield "last", f"goes from {self.first} to {self.last} in steps of {self.step}, which doesn't divide evenly"
        elif (self.last - self.first) // self.step > 100:
            yield "last", "has more than a hundred places, which a thumb can't tell apart; use larger steps"
        ends = [self.first - 1, *(one.upto for one in self.bins)]
        if any(after <= before for before, after in pairwise(ends)) or ends[-1] != self.last:
            yield "bins", f"has bins whose 'upto' numbers don't rise from {self.first} to {self.last}"
        if "{number}" not in self.reads:
            yield "reads", "reads no number out: 'reads' needs {number}"
        yield from super().faults(context)

    def spec(self) -> dict[str, Any]:
        names = ("low", "high", "first", "last", "step", "reads", "words")
        return super().spec() | {name: getattr(self, name) for name in names} | {"bins": [asdict(one) for one in self.bins]}

    def paper(self) -> str:
        line = f"{self.low} ({self.first}) ———————————— {self.high} ({self.last})"
        return super().paper().replace(self.text, f"{self.text}\n\n{line}", 1) if self.text else f"{line}\n\n{super().paper()}"
