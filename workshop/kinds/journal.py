"""Private text, which never leaves the browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from workshop.kinds.base import Activity, Context


@dataclass(frozen=True, kw_only=True)
class Journal(Activity):
    """A few lines for oneself. The text stays in the browser: no message, no trait, no store ever holds it.

    TOML fields besides those of every activity: `text` (required here), `lines`, the height of the box (3), and
    `hint`, grey words in the empty box.

        [[activities]]
        key = "word"
        kind = "journal"
        text = "One word for how you arrive."
        lines = 1
    """

    kind: ClassVar[str] = "journal"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    lines: int = 3
    hint: str = ""

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        if not self.text:
            yield "text", "has no text: say what to write about"
        if not 1 <= self.lines <= 20:
            yield "lines", f"is {self.lines} lines high; from 1 to 20 fit on a phone"

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"lines": self.lines, "hint": self.hint}

    def paper(self) -> str:
        return "\n\n".join([super().paper(), *[r"\_" * 40] * self.lines])
