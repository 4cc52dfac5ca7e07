"""As many of several options as fit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import BadAnswer, Context
from workshop.kinds.choice import Choice
from workshop.sentences import known, tick_list


@dataclass(frozen=True, kw_only=True)
class Several(Choice):
    """All that fit: one tap for each; its answer is the list of the options' keys, in the options' order.

    The release rule looks at each option's yes and no: with many options, one that nearly nobody chooses keeps all of
    them closed, so offer few, of which each will be somebody's. TOML fields besides those of a choice: `most`, how many a
    person may choose (as many as they like); `only`, the key of an option that goes with no other ("Nobody");
    `people` (required), how many people the invented group has, since one person counts in several options.

        [[activities]]
        key = "crew"
        kind = "several"
        text = "A time when you learned to stand on your own feet: who or what was your crew?"
        options = [
          { key = "family", text = "Family" },
          { key = "friend", text = "A friend" },
          { key = "teacher", text = "A teacher or helper" },
          { key = "nobody", text = "Nobody, I did it alone" },
        ]
        most = 2
        only = "nobody"
        people = 14
        example = { family = 7, friend = 6, teacher = 4, nobody = 3 }
    """

    kind: ClassVar[str] = "several"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")
    exclusive: ClassVar[bool] = False

    most: int = 0
    only: str = ""
    people: int
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def example_people(self) -> int:
        return self.people

    @property
    def limit(self) -> int:
        """How many options one person may choose."""
        return self.most or len(self.options)

    def resolve(self, context: Context) -> Self:
        return replace(super().resolve(context), words=dict(context.words["several"]))

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        cells = self.cells()
        if self.most and not 2 <= self.most <= len(cells):
            yield "most", f"lets a person choose up to {self.most} of {len(cells)} options; give from 2 to all of them"
        if self.only and self.only not in cells:
            yield "only", f"says that '{self.only}' goes with no other option; {known('options', cells, self.only)}"
        if sum(self.example.values()) > self.people * self.limit:
            yield "example", f"has an example in which {self.people} people choose more than {self.limit} each"

    def check(self, value: object) -> Any:
        """A list of keys, in the order of the options."""
        cells = self.cells()
        keys = value if isinstance(value, list) and 0 < len(value) <= len(cells) else [None]
        if not all(isinstance(key, str) and key in cells for key in keys):
            raise BadAnswer("Choose among the options shown.")
        chosen = [key for key in cells if key in keys]
        if len(chosen) > self.limit:
            raise BadAnswer(f"Choose no more than {self.limit}.")
        if self.only in chosen and len(chosen) > 1:
            raise BadAnswer("One of these can't be combined with another.")
        return chosen

    def cells_of(self, value: Any) -> tuple[str, ...]:
        return tuple(value)

    def scripted(self, random: random.Random) -> Any:
        if self.only and random.random() < self.example[self.only] / self.people:
            return [self.only]
        others = [key for key in self.cells() if key != self.only]
        chosen = [key for key in others if random.random() < self.example[key] / self.people]
        if not chosen:
            chosen = random.choices(others, weights=[self.example[key] + 1 for key in others])
        kept = set(random.sample(chosen, min(len(chosen), self.limit)))
        return [key for key in others if key in kept]

    def spec(self) -> dict[str, Any]:
        limited = self.limit < len(self.options)
        hint = self.words.get("most" if limited else "any", "").format(most=self.limit)
        return super().spec() | {
            "limit": self.limit,
            "only": self.only,
            "hint": hint,
            "full": self.words.get("full", "").format(most=self.limit),
        }

    def paper(self) -> str:
        return "\n\n".join([super(Choice, self).paper(), self.spec()["hint"], tick_list(self.cells().values())])
