"""A box of words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from workshop.kinds.base import Activity, Beside


@dataclass(frozen=True, kw_only=True)
class Note(Activity):
    """Words in a box that looks the same in every module, to read and to go on.

    TOML fields beside those of every activity: `role`, one of "content" (what the next page is about; its default
    text is the module's `content`), "coercion" (its default text is the shared one), "keep", "leaves_out",
    "thanks" (under it: how many of the article's ideas research backs, adds to, and sees differently), and
    "sources" (the module's sources are listed under it). Its default title is that of its role in the shared words.
    Coercion and sources can be folded to one line.

        [[activities]]
        key = "keep"
        kind = "note"
        role = "keep"
        text = "Receiving is half of helping."
    """

    kind: ClassVar[str] = "note"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")
    kept: ClassVar[bool] = False

    role: Literal["content", "coercion", "keep", "leaves_out", "thanks", "sources"]
    items: tuple[str, ...] = field(default=(), metadata={"filled": True})
    counts: tuple[int, ...] = field(default=(), metadata={"filled": True})

    @property
    def folds(self) -> bool:
        """Whether it can be folded to its title."""
        return self.role in ("coercion", "sources")

    def resolve(self, beside: Beside) -> Self:
        texts = {"content": beside.content, "coercion": beside.words["care"]["coercion"]}
        tally = beside.tally if self.role == "thanks" else {}
        counted = tuple(f"{beside.words['tally'][voice]}: {count}" for voice, count in tally.items())
        return replace(
            self,
            title=self.title or beside.words["notes"][self.role],
            text=self.text or texts.get(self.role, ""),
            items=beside.sources if self.role == "sources" else counted,
            counts=tuple(tally.values()),
        )

    def faults(self, beside: Beside) -> Iterator[tuple[str, str]]:
        yield from super().faults(beside)
        if not self.text and not self.items:
            yield "role", f"is a note '{self.role}' with nothing in it"

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"role": self.role, "folds": self.folds, "items": list(self.items), "counts": list(self.counts)}

    def paper(self) -> str:
        return "\n\n".join([super().paper(), *(f"- {item}" for item in self.items)])
