"""Before and after on one scale, of which only the direction leaves the browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.kinds.choice import Choice
from workshop.kinds.keepable import Keepable
from workshop.sentences import known, tick_list

WAYS = ("up", "same", "down")


@dataclass(frozen=True, kw_only=True)
class Pulse(Keepable, Choice):
    """The same scale twice. The two taps stay in the browser; the answer is which way they went: up, same or down.

    Why so: a pair that is shown only as a pair is one question whose options are its cells (the release rule). Sent
    as two questions the pairs could not be counted, because no two rows of a person can be joined, and shown beside
    their own totals most tables of pairs would have to be withheld.

    TOML fields besides those of every question: `scale` (required), a name of `scales.toml`; `before` and `after`,
    what the two taps are called; `up`, `same`, `down`, the words of the three cells (shared words serve for all
    five); `first`, the key of a private pulse with the same scale earlier on the page, where the first tap is made;
    `recalls`, the id "module.key" of a lasting question, perhaps answered in an earlier room, and `recalled_as`, its
    answers -> points of the scale: what the phone has of it is offered as the first tap.
    With `private = true` it is such a first tap: one row, kept in the browser.

        [[activities]]
        key = "moved"
        kind = "pulse"
        text = "How near does this group feel to you?"
        scale = "near"
        before = "When you came in"
        after = "Now"
        up = "Nearer than before"
        down = "Further than before"
        example = { up = 6, same = 5, down = 3 }
    """

    kind: ClassVar[str] = "pulse"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    scale: str
    first: str = ""
    recalls: str = ""
    recalled_as: dict[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    up: str = ""
    same: str = ""
    down: str = ""
    options: tuple[Option, ...] = field(default=(), metadata={"filled": True})
    points: tuple[Option, ...] = field(default=(), metadata={"filled": True})
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def recalled(self) -> tuple[str, ...]:
        return (self.recalls,) if self.recalls else ()

    def resolve(self, context: Context) -> Self:
        shared = context.words["pulse"]
        texts: dict[str, Any] = {name: getattr(self, name) or shared[name] for name in ("before", "after", *WAYS)}
        named = replace(self, **texts)
        options = tuple(Option(way, getattr(named, way)) for way in WAYS)
        words = {"only": context.words["kinds"]["only"], "tick": shared["tick"], "recalled": shared["recalled"]}
        return replace(named, options=options, points=context.scales.get(self.scale, ()), words=words)

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        if self.scale not in context.scales:
            yield "scale", f"uses scale '{self.scale}'; {known('scales', context.scales, self.scale)}"
        if bool(self.recalls) != bool(self.recalled_as):
            yield "recalls", "has only one of 'recalls' and 'recalled_as'; an answer from before needs both"
        points = [point.key for point in self.points]
        for key in self.recalled_as.values():
            if key not in points:
                yield "recalled_as", f"recalls an answer as '{key}'; {known('points', points, key)}"
        if self.first and self.first not in context.unread:
            earlier = takewhile(lambda key: key != self.key, context.activities)
            taps = {key: one for key in earlier if isinstance(one := context.activities[key], Pulse) and one.private}
            if self.first not in taps:
                yield "first", f"takes its first tap from '{self.first}'; {known('private pulses before it', taps, self.first)}"
            elif taps[self.first].scale != self.scale:
                yield "first", f"takes its first tap from '{self.first}', which uses another scale"
        # Its options are the three ways, not the scale's points: what a choice says about scales does not hold.
        yield from super(Pulse, replace(self, scale="")).faults(context)

    def spec(self) -> dict[str, Any]:
        names = ("before", "after", "private", "words")
        first = f"{self.module}.{self.first or self.key}"
        more = {"points": [asdict(point) for point in self.points], "recalls": {"id": self.recalls, "as": self.recalled_as}}
        return super().spec() | {name: getattr(self, name) for name in names} | more | {"first": first}

    def paper(self) -> str:
        points = " · ".join(f"☐ {point.text}" for point in self.points)
        rows = [f"{name}: {points}" for name in ((self.before,) if self.private else (self.before, self.after))]
        ways = [] if self.private else [self.words.get("tick", ""), tick_list(self.cells().values())]
        return "\n\n".join([Activity.paper(self), *rows, *ways])
