"""One's own mood over some days, which never leaves the browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.sentences import known

MOST_DAYS, MOST_MOMENTS = 14, 4  # what a phone can show


@dataclass(frozen=True, kw_only=True)
class Moodlog(Activity):
    """A few taps a day, shown to nobody but oneself: as dots on this phone, and in one's own file.

    Days are numbered and not dated, and a person says which one it is: no clock is read, so none can be wrong, and what
    is kept says nothing of when. No message, no trait, no store ever holds it.

    TOML fields besides those of every activity: `text` (required here), `scale`, a name of `scales.toml`; `moments`,
    what the taps of a day are called; `days` (7).

        [[activities]]
        key = "log"
        kind = "moodlog"
        title = "Seven days of my own weather"
        text = "Three taps a day, if you like. You can miss some."
        scale = "weather"
        moments = ["Morning", "Midday", "Evening"]
    """

    kind: ClassVar[str] = "moodlog"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    scale: str
    moments: tuple[str, ...]
    days: int = 7
    points: tuple[Option, ...] = field(default=(), metadata={"filled": True})
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    def resolve(self, context: Context) -> Self:
        words = dict(context.words["moodlog"])
        # By these names its days stand in the browser's drawer, and so in a person's own file.
        named = {f"day_{number}": f"{words['day'].format(number=number)}:" for number in range(1, self.days + 1)}
        keep = {"keep": context.words["consent"]["keep"]}
        return replace(self, points=context.scales.get(self.scale, ()), words=words | keep | named)

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        if not self.text:
            yield "text", "has no text: say what to tap, and when"
        if self.scale not in context.scales:
            yield "scale", f"uses scale '{self.scale}'; {known('scales', context.scales, self.scale)}"
        if not 1 <= self.days <= MOST_DAYS:
            yield "days", f"runs over {self.days} days; from 1 to {MOST_DAYS} can be shown"
        if not 1 <= len(set(self.moments)) <= MOST_MOMENTS or len(set(self.moments)) != len(self.moments):
            yield "moments", f"has {len(self.moments)} moments a day; from 1 to {MOST_MOMENTS}, each with a name of its own"

    def spec(self) -> dict[str, Any]:
        points = [asdict(point) for point in self.points]
        return super().spec() | {"days": self.days, "moments": list(self.moments), "points": points, "words": self.words}

    def paper(self) -> str:
        legend = " · ".join(f"{point.key} {point.text}" for point in self.points)
        taps = " ".join(point.key for point in self.points)
        rows = [["", *self.moments], ["---"] * (len(self.moments) + 1)]
        days = [self.words[f"day_{number}"] for number in range(1, self.days + 1)]
        rows += [[day, *[taps] * len(self.moments)] for day in days]
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        return "\n\n".join([super().paper(), legend, table, self.words["paper"]])
