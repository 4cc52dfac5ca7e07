"""One small step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Context
from workshop.kinds.choice import Choice
from workshop.sentences import blank, known


@dataclass(frozen=True, kw_only=True)
class Plan(Choice):
    """One small step, by tap or in own words. The tapped option is shared; own words, when, where and with whom stay.

    TOML fields besides those of a choice: `own`, the key of the option "in my own words", and `none`, the key of "not
    now", after which no plan is asked for; both are required, because a step is never asked for without them.

        [[activities]]
        key = "step"
        kind = "plan"
        text = "Choose one small step for the next seven days, or write your own."
        options = [
          { key = "thank", text = "Thank someone for one exact thing" },
          { key = "ask", text = "Ask for a small thing I could do alone" },
          { key = "rather", text = "Say “I'd rather not” once" },
          { key = "mine", text = "My own" },
          { key = "later", text = "Not now" },
        ]
        own = "mine"
        none = "later"
        example = { thank = 5, ask = 4, rather = 3, mine = 2, later = 2 }
    """

    kind: ClassVar[str] = "plan"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    own: str
    none: str
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    def resolve(self, context: Context) -> Self:
        return replace(super().resolve(context), words=dict(context.words["plan"]))

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        cells = self.cells()
        for name in ("own", "none"):
            if (key := getattr(self, name)) not in cells:
                yield name, f"has '{key}' as '{name}'; {known('options', cells, key)}"
        if self.own == self.none:
            yield "none", "uses one option for both 'own' and 'none'; it needs two"
        yield from super().faults(context)

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"own": self.own, "none": self.none, "words": self.words}

    def paper(self) -> str:
        lines = [f"{self.words.get(name, '')} {blank(30)}" for name in ("mine", "when", "where", "with")]
        return "\n\n".join([super().paper(), self.words.get("private", ""), *lines])
