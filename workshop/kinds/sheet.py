"""A sheet of rows to go through, of which at most a coarse count may leave the browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.kinds.choice import Choice
from workshop.kinds.keepable import Keepable
from workshop.kinds.slider import Bin
from workshop.sentences import tick_list, twice


@dataclass(frozen=True)
class Column:
    """Rows under one heading, or under none."""

    rows: tuple[Option, ...]
    text: str = ""


@dataclass(frozen=True)
class Tick:
    """Something that a row is or is not; `said` counts it below the sheet, with {column}, {count} and {all}."""

    key: str
    text: str
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet(Keepable, Choice):
    """Rows in one or two columns; for each row one of a few things, or ticks, or both. What is set stays in the browser.

    With `private = true` nothing leaves it. Otherwise the answer is a coarse cell: in how many rows the first tick is,
    as one of `bins`; it is there as soon as each row has its pick, so that an empty row is never counted as a no.

    TOML fields besides those of every question: `columns`, a list of {text, rows}, where `rows` is a list of {key,
    text}; `picks`, a list of {key, text}, of which one holds in a row (none where there is nothing to choose); `ticks`,
    a list of {key, text, said}, one or two; `bins`, unless private, a list of {key, text, upto}, from no row to all of
    them, each with the largest number in it.

        [[activities]]
        key = "six"
        kind = "sheet"
        text = "Think of someone you decide things with. Who decides? And is it fine with you?"
        columns = [{ rows = [
          { key = "food", text = "What we eat" },
          { key = "money", text = "What we buy" },
          { key = "free", text = "A free day" },
        ] }]
        picks = [{ key = "me", text = "Me" }, { key = "you", text = "You" }, { key = "both", text = "Together" }]
        ticks = [{ key = "fine", text = "Fine with me" }]
        bins = [
          { key = "none", text = "None of them", upto = 0 },
          { key = "some", text = "One or two", upto = 2 },
          { key = "all", text = "All three", upto = 3 },
        ]
        example = { none = 3, some = 6, all = 5 }
    """

    kind: ClassVar[str] = "sheet"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    columns: tuple[Column, ...]
    picks: tuple[Option, ...] = ()
    ticks: tuple[Tick, ...]
    bins: tuple[Bin, ...] = ()
    options: tuple[Option, ...] = field(default=(), metadata={"filled": True})
    scale: str = field(default="", metadata={"filled": True})
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def _lines(self) -> tuple[Option, ...]:
        """All rows, column by column; `rows` are the ideas that an activity meets."""
        return tuple(row for column in self.columns for row in column.rows)

    def resolve(self, context: Context) -> Self:
        options = tuple(Option(one.key, one.text) for one in self.bins)
        words = {"only": context.words["kinds"]["only"], **context.words["sheet"]}
        return replace(self, options=options, words=words)

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        keys = [row.key for row in self._lines]
        if twice(keys) or not 2 <= len(keys) <= 12 or not 1 <= len(self.columns) <= 2:
            yield "columns", "needs one or two columns with two to twelve rows in all, each with a key of its own"
        if len(self.picks) == 1:
            yield "picks", "has one thing to choose in each row; give two or more, or none"
        if not 1 <= len(self.ticks) <= 2:
            yield "ticks", f"has {len(self.ticks)} ticks; give one or two"
        if self.private:
            if self.bins:
                yield "bins", "is private, so only the person sees how many rows were ticked; leave 'bins' out"
            yield from Activity.faults(self, context)
            return
        if not self.picks:
            yield "picks", "is shared and has nothing to choose in a row, so nobody could tell a no from an empty row"
        ends = [-1, *(one.upto for one in self.bins)]
        if any(after <= before for before, after in pairwise(ends)) or ends[-1] != len(keys):
            yield "bins", f"has bins whose 'upto' numbers don't rise from no row to all {len(keys)}"
        yield from super().faults(context)

    def spec(self) -> dict[str, Any]:
        columns = [{"text": column.text, "rows": [asdict(row) for row in column.rows]} for column in self.columns]
        lists = {name: [asdict(one) for one in getattr(self, name)] for name in ("picks", "ticks", "bins")}
        return super().spec() | lists | {"columns": columns, "private": self.private, "words": self.words}

    def paper(self) -> str:
        boxes = " ".join(f"☐ {text}" for text in [*(one.text for one in self.picks), *(one.text for one in self.ticks)])
        columns = [
            "\n".join([*([f"*{column.text}*\n"] if column.text else []), *(f"- {row.text}: {boxes}" for row in column.rows)])
            for column in self.columns
        ]
        cells = [] if self.private else [self.words.get("tick", ""), tick_list(self.cells().values())]
        return "\n\n".join([Activity.paper(self), *columns, *cells])
