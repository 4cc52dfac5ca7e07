"""A card with a few named lines, for the person alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.sentences import blank, twice


@dataclass(frozen=True, kw_only=True)
class Card(Activity):
    """A card to take home: a few lines, each with a name. What is written stays in the browser, beyond this room.

    TOML fields besides those of every activity: `lines`, a list of {key, text}, two to ten: what stands before each line.

        [[activities]]
        key = "crew"
        kind = "card"
        title = "My crew card"
        text = "An empty line isn't a verdict on anyone."
        lines = [{ key = "small", text = "For a small thing:" }, { key = "truth", text = "For the truth:" }]
    """

    kind: ClassVar[str] = "card"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    lines: tuple[Option, ...]
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    def resolve(self, context: Context) -> Self:
        return replace(self, words={line.key: line.text for line in self.lines})  # as a saved page names what is written

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        if not 2 <= len(self.lines) <= 10:
            yield "lines", f"has {len(self.lines)} lines; give two to ten"
        keys = [line.key for line in self.lines]
        for key in twice(keys):
            yield "lines", f"has the line '{key}' twice"

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"lines": [asdict(line) for line in self.lines]}

    def paper(self) -> str:
        return "\n\n".join([super().paper(), *(f"{line.text} {blank(30)}" for line in self.lines)])
