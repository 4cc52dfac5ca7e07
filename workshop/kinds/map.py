"""Dots on two axes, of which only a declared direction may leave the browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.kinds.choice import Choice
from workshop.kinds.keepable import Keepable
from workshop.sentences import known, tick_list

WAYS = ("stay", "up", "down", "right", "left", "up-right", "up-left", "down-right", "down-left")


@dataclass(frozen=True)
class Axis:
    """Its name, and the words at its two ends."""

    text: str
    low: str
    high: str


@dataclass(frozen=True)
class Move:
    """A cell: its key, its words, and the directions that count in it."""

    key: str
    text: str
    ways: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Map(Keepable, Choice):
    """Dots that a person names and places on two axes, by tap, by arrow keys or from a list.

    Names and places never leave the browser. With `private = true` nothing does. Otherwise the answer is a coarse
    cell: the way from the first dot to the last, in steps of a grid of eleven by eleven, of which one step is no move.

    TOML fields besides those of every question: `across` and `upward`, each {text, low, high}; `dots`, a list of
    {key, text}, two at least unless private; `naming`, the question for a name that only the person sees; `moves`,
    unless private, a list of {key, text, ways}, where the ways are stay, up, down, right, left, up-right, up-left,
    down-right and down-left, each of them in one move.

        [[activities]]
        key = "dots"
        kind = "map"
        text = "Place one relationship: a year ago, and now."
        naming = "Whom or what are you thinking of?"
        across = { text = "Closeness", low = "apart", high = "close" }
        upward = { text = "My own say", low = "little", high = "much" }
        dots = [{ key = "then", text = "A year ago" }, { key = "now", text = "Now" }]
        moves = [
          { key = "stay", text = "About the same place", ways = ["stay"] },
          { key = "both", text = "More say and closer", ways = ["up-right"] },
          { key = "say", text = "More say", ways = ["up", "up-left"] },
          { key = "close", text = "Closer", ways = ["right", "down-right"] },
          { key = "less", text = "Less of one or both", ways = ["down", "left", "down-left"] },
        ]
        example = { stay = 4, both = 5, say = 3, close = 3, less = 2 }
    """

    kind: ClassVar[str] = "map"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    across: Axis
    upward: Axis
    dots: tuple[Option, ...]
    naming: str = ""
    moves: tuple[Move, ...] = ()
    options: tuple[Option, ...] = field(default=(), metadata={"filled": True})
    scale: str = field(default="", metadata={"filled": True})
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def figure(self) -> str:
        own = "a map with the person's own dots, on their page"
        return own if self.private else f"{own}; bars of the directions"

    def resolve(self, context: Context) -> Self:
        options = tuple(Option(move.key, move.text) for move in self.moves)
        words = dict(context.words["map"]) | {"only": context.words["kinds"]["only"]}
        return replace(self, options=options, words=words)

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        keys = [dot.key for dot in self.dots]
        if len(set(keys)) < len(keys) or not (1 if self.private else 2) <= len(keys) <= 4:
            yield "dots", "needs two to four dots with keys of their own (a private map: one to four)"
        if self.private:
            if self.moves:
                yield "moves", "is private, so only the person sees where it moved; leave 'moves' out"
            yield from Activity.faults(self, context)
            return
        count = Counter(way for move in self.moves for way in move.ways)
        for way in count:
            if way not in WAYS:
                yield "moves", f"has a move '{way}'; {known('ways', WAYS, way)}"
        if wrong := [way for way in WAYS if count[way] != 1]:
            yield "moves", f"needs each way in one move; see {', '.join(wrong)}"
        yield from super().faults(context)

    def spec(self) -> dict[str, Any]:
        axes = {"across": asdict(self.across), "upward": asdict(self.upward)}
        lists = {name: [asdict(one) | {} for one in getattr(self, name)] for name in ("dots", "moves")}
        for move in lists["moves"]:
            move["ways"] = list(move["ways"])
        return super().spec() | axes | lists | {"naming": self.naming, "private": self.private, "words": self.words}

    def paper(self) -> str:
        axes = [f"{axis.text}: {axis.low} → {axis.high}" for axis in (self.across, self.upward)]
        dots = self.words.get("paper", "").format(dots=", ".join(dot.text for dot in self.dots))
        moves = [] if self.private else [self.words.get("tick", ""), tick_list(self.cells().values())]
        return "\n\n".join([Activity.paper(self), "\n".join(f"- {axis}" for axis in axes), dots, *moves])
