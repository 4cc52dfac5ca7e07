"""One goal, and a few times "why?": only the last answer leaves the browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.kinds.choice import Choice
from workshop.sentences import blank, tick_list

MOST = 4  # after that the answers go in circles


@dataclass(frozen=True, kw_only=True)
class Whys(Choice):
    """A goal that only the person sees, then "why?" up to four times, each answered by a tap on the same few options.

    The goal and the way stay in the browser: the answer is the option tapped last, in whatever question it was.
    TOML fields besides those of every question: `naming`, the question for the goal; `asks`, the questions, two to
    four, each of which appears when the one before it has an answer; `options`, a list of {key, text}.

        [[activities]]
        key = "why"
        kind = "whys"
        text = "Think of one goal that you have this year."
        naming = "My goal. Only you see this."
        asks = ["Why do you want it?", "And why do you want that?", "Once more: why?"]
        options = [
          { key = "regard", text = "So that people respect me" },
          { key = "money", text = "So that there's enough money" },
          { key = "mastery", text = "To be good at something" },
          { key = "closeness", text = "To be close to people" },
          { key = "contribution", text = "To be of use" },
          { key = "joy", text = "For the joy of it" },
        ]
        example = { regard = 2, money = 3, mastery = 3, closeness = 4, contribution = 3, joy = 3 }
    """

    kind: ClassVar[str] = "whys"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    naming: str
    asks: tuple[str, ...]
    options: tuple[Option, ...]
    scale: str = field(default="", metadata={"filled": True})
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    def resolve(self, context: Context) -> Self:
        return replace(self, words={**context.words["whys"], "only": context.words["kinds"]["only"]})

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        if not 2 <= len(self.asks) <= MOST:
            yield "asks", f"asks {len(self.asks)} times; ask two to {MOST} times"
        yield from super().faults(context)

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"naming": self.naming, "asks": list(self.asks), "words": self.words}

    def paper(self) -> str:
        asks = [f"{ask} {blank()}" for ask in self.asks]
        return "\n\n".join(
            [Activity.paper(self), f"{self.naming} {blank()}", *asks, self.words.get("tick", ""), tick_list(self.cells().values())]
        )
