"""A small puzzle for one person: numbers to tap in order, against a clock or into a pot."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from workshop.kinds.base import Activity, Context

ACROSS = 4  # numbers in a row


@dataclass(frozen=True, kw_only=True)
class Puzzle(Activity):
    """Numbers that lie about, to be tapped in their order; when all are found, they are dealt again. Nothing of it is sent.

    The same puzzle twice, in two frames of mind: what is compared is how it felt, and not what was reached. TOML fields
    besides those of every activity: `framing`, "race" (against a clock that can be seen) or "pot" (each number found is
    one more in a pot, and no clock is seen); `numbers` (12) on the field; `seconds` (60), after which it ends, in both.

        [[activities]]
        key = "race"
        kind = "puzzle"
        title = "The race"
        text = "Tap the numbers in their order, against the clock."
        framing = "race"
    """

    kind: ClassVar[str] = "puzzle"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")
    kept: ClassVar[bool] = False

    framing: Literal["race", "pot"]
    numbers: int = 12
    seconds: int = 60
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def figure(self) -> str:
        return "a field of numbers, on the person's own page"

    def resolve(self, context: Context) -> Self:
        return replace(self, words=dict(context.words["puzzle"]))

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        if not 8 <= self.numbers <= 20 or self.numbers % ACROSS:
            yield "numbers", f"has {self.numbers} numbers; give 8, 12, 16 or 20, which fill a phone's rows of {ACROSS}"
        if not 10 <= self.seconds <= 180:
            yield "seconds", f"takes {self.seconds} seconds; give 10 to 180"

    def spec(self) -> dict[str, Any]:
        return super().spec() | {name: getattr(self, name) for name in ("framing", "numbers", "seconds", "words")}

    def paper(self) -> str:
        """The same numbers on a sheet, to be crossed out one after the other."""
        dealt = random.Random(self.id).sample(range(1, self.numbers + 1), self.numbers)
        rows = [dealt[at : at + ACROSS] for at in range(0, self.numbers, ACROSS)]
        lines = ["|" + " |" * ACROSS, "|" + ":-:|" * ACROSS, *("| " + " | ".join(map(str, row)) + " |" for row in rows)]
        told = self.words.get(f"paper_{self.framing}", "").format(seconds=self.seconds)
        return "\n\n".join([super().paper(), told, "\n".join(lines)])
