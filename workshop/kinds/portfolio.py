"""What one leans on, and who leans on oneself: for the person alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.sentences import known, twice

Mark = Literal["self", "one", "several", "service", "nobody"]


@dataclass(frozen=True)
class Hold:
    """Who or what holds: its key, its words, and how it is drawn beside a need."""

    key: str
    text: str
    mark: Mark


@dataclass(frozen=True)
class Side:
    """One direction of leaning: its key, its words, and the keys of what can hold there."""

    key: str
    text: str
    holds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Portfolio(Activity):
    """A few needs, and for each, from a list on either side, who holds it: a picture with people at both ends of a need.

    Nothing of it ever leaves the browser, and nothing is added up: a number for how much one leans on one person would
    be a verdict. What a room may know of it is another question. TOML fields besides those of every activity: `needs`, a
    list of {key, text}, two to eight; `holds`, a list of {key, text, mark}, where the mark is self, one, several,
    service or nobody; `sides`, two of {key, text, holds}, where these holds are keys.

        [[activities]]
        key = "lean"
        kind = "portfolio"
        title = "Both ways"
        text = "Who holds you here, and whom do you hold?"
        needs = [{ key = "lift", text = "A lift when it is late" }, { key = "soup", text = "Soup when ill" }]
        holds = [
          { key = "me", text = "Me", mark = "self" },
          { key = "one", text = "One person", mark = "one" },
          { key = "several", text = "Several people", mark = "several" },
          { key = "nobody", text = "Nobody yet", mark = "nobody" },
        ]
        sides = [
          { key = "on", text = "I lean on", holds = ["me", "one", "several", "nobody"] },
          { key = "me", text = "Leans on me", holds = ["one", "several", "nobody"] },
        ]
    """

    kind: ClassVar[str] = "portfolio"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    needs: tuple[Option, ...]
    holds: tuple[Hold, ...]
    sides: tuple[Side, ...]
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def figure(self) -> str:
        return "the person's own picture, on their page"

    def cells(self) -> dict[str, str]:
        """What can be chosen, key -> words."""
        return {hold.key: hold.text for hold in self.holds}

    def resolve(self, context: Context) -> Self:
        """The words name each choice as the file of one's own page does: "A lift when it is late · I lean on: One person"."""
        named = {f"{need.key}.{side.key}": f"{need.text} · {side.text}:" for need in self.needs for side in self.sides}
        return replace(self, words={**context.words["portfolio"], **named})

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        if not 2 <= len(self.needs) <= 8:
            yield "needs", f"has {len(self.needs)} needs; two to eight fit on a phone"
        if len(self.sides) != 2:
            yield "sides", f"has {len(self.sides)} sides; a need has two ends"
        for name in ("needs", "holds", "sides"):
            keys = [one.key for one in getattr(self, name)]
            for key in twice(keys):
                yield name, f"has '{key}' twice in '{name}'; each needs a key of its own"
        there = [hold.key for hold in self.holds]
        for side in self.sides:
            if len(side.holds) < 2:
                yield "sides", f"has a side '{side.key}' with nothing to choose; give two or more"
            for key in side.holds:
                if key not in there:
                    yield "sides", f"has '{key}' on the side '{side.key}'; {known('holds', there, key)}"

    def spec(self) -> dict[str, Any]:
        lists = {name: [asdict(one) for one in getattr(self, name)] for name in ("needs", "sides")}
        for side in lists["sides"]:
            side["holds"] = list(side["holds"])
        return super().spec() | lists | {"options": [asdict(one) for one in self.holds], "words": self.words}

    def paper(self) -> str:
        texts = self.cells()
        sides = [f"  {side.text}: {' · '.join(f'☐ {texts[key]}' for key in side.holds)}" for side in self.sides]
        return "\n\n".join([super().paper(), "\n".join("\n".join([f"- **{need.text}**", *sides]) for need in self.needs)])
