"""A few things, each put where it belongs, for oneself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.sentences import blank, twice

ZONES = 4  # side by side on a phone of 320 px
THINGS = 8  # what one looks at with care


@dataclass(frozen=True, kw_only=True)
class Sort(Activity):
    """Things and zones: each thing is put into one zone by a tap. Nothing of it leaves the browser.

    TOML fields besides those of every activity: `naming`, the question for a situation that only the person sees;
    `zones`, two to four of {key, text}; `things`, two to eight of {key, text}; `exits`, whether the line for people
    who are not safe stands below it.

        [[activities]]
        key = "choices"
        kind = "sort"
        text = "Think of an everyday situation. Whose choice is what?"
        naming = "The situation. Only you see this."
        zones = [{ key = "mine", text = "Mine" }, { key = "ours", text = "Shared" }, { key = "theirs", text = "Not mine" }]
        things = [
          { key = "say", text = "What I say" },
          { key = "hear", text = "What they hear in it" },
          { key = "when", text = "When we talk" },
        ]
        exits = true
    """

    kind: ClassVar[str] = "sort"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    naming: str = ""
    zones: tuple[Option, ...]
    things: tuple[Option, ...]
    exits: bool = False
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    def resolve(self, context: Context) -> Self:
        # The names of the zones are among its words: so a person's own file says what stands where.
        return replace(self, words=context.words["sort"] | {zone.key: f"{zone.text}:" for zone in self.zones})

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        for name, most in (("zones", ZONES), ("things", THINGS)):
            keys = [one.key for one in getattr(self, name)]
            if twice(keys) or not 2 <= len(keys) <= most:
                yield name, f"needs two to {most} '{name}' with keys of their own"

    def spec(self) -> dict[str, Any]:
        lists = {name: [asdict(one) for one in getattr(self, name)] for name in ("zones", "things")}
        return super().spec() | lists | {"naming": self.naming, "exits": self.exits, "words": self.words}

    def paper(self) -> str:
        boxes = " · ".join(f"☐ {zone.text}" for zone in self.zones)
        rows = "\n".join(f"- {thing.text}: {boxes}" for thing in self.things)
        naming = f"{self.naming} {blank()}" if self.naming else ""
        safe = self.words.get("exits", "") if self.exits else ""
        return "\n\n".join(part for part in (super().paper(), naming, rows, safe) if part)
