"""One point of a labelled scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Context, Option
from workshop.kinds.choice import Choice
from workshop.sentences import known

MOST = 5  # points side by side on a phone of 320 px; longer scales stand below each other


@dataclass(frozen=True, kw_only=True)
class Scale(Choice):
    """How much, how often, how near: one tap on a row of points whose ends are labelled; its answer is the point's key.

    TOML fields besides those of every question: `scale` (required), a name of `scales.toml`; `low` and `high`,
    other words for its first and last point.

        [[activities]]
        key = "hard"
        kind = "scale"
        text = "How hard will it be?"
        scale = "agree"
        low = "Not at all"
        high = "Very"
        example = { 1 = 3, 2 = 4, 3 = 4, 4 = 2, 5 = 1 }
    """

    kind: ClassVar[str] = "scale"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    scale: str
    low: str = ""
    high: str = ""
    options: tuple[Option, ...] = field(default=(), metadata={"filled": True})

    def resolve(self, context: Context) -> Self:
        scale = super().resolve(context)
        if len(scale.options) < 3:
            return scale
        first, *between, last = scale.options
        low, high = self.low or first.text, self.high or last.text
        return replace(scale, low=low, high=high, options=(Option(first.key, low), *between, Option(last.key, high)))

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        if self.scale not in context.scales:
            yield "scale", f"uses scale '{self.scale}'; {known('scales', context.scales, self.scale)}"
        elif len(self.options) < 3:
            yield "scale", f"uses scale '{self.scale}', which has fewer than three points"
        # Its options are the scale's points, some in other words: what a choice says of having both does not hold.
        yield from super(Scale, replace(self, scale="")).faults(context)

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"low": self.low, "high": self.high, "row": len(self.options) <= MOST}
