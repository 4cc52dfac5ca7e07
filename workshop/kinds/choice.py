"""One of several options."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import BadAnswer, Context, Option, Question
from workshop.sentences import known, tick_list, twice


@dataclass(frozen=True, kw_only=True)
class Choice(Question):
    """What fits best: one tap on one of several options; its answer is the option's key.

    TOML fields besides those of every question: `options`, a list of {key, text}; or `scale`, the name of a scale
    of `scales.toml` whose points are the options, with the keys "1", "2", …; `beside`, an earlier question with the
    same options and this one, key -> what its result is called: when both are there, they are shown side by side under
    this one, with what they have in common.

        [[activities]]
        key = "box"
        kind = "choice"
        text = "A neighbour carries your heavy box up three floors. What do you feel first?"
        options = [{ key = "glad", text = "Glad" }, { key = "owe", text = "I owe something" }, { key = "other", text = "Something else" }]
        sensitive = true
        merge = { other = "owe" }
        example = { glad = 6, owe = 4, other = 3 }
    """

    kind: ClassVar[str] = "choice"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    options: tuple[Option, ...] = ()
    scale: str = ""
    beside: dict[str, str] = field(default_factory=dict)

    def resolve(self, context: Context) -> Self:
        return self if self.options else replace(self, options=context.scales.get(self.scale, ()))

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        keys = [option.key for option in self.options]
        if self.scale and self.scale not in context.scales:
            yield "scale", f"uses scale '{self.scale}'; {known('scales', context.scales, self.scale)}"
        elif self.scale and self.options != context.scales[self.scale]:
            yield "scale", "has both 'options' and 'scale'; keep one of them"
        elif len(keys) < 2:
            yield "options", "has fewer than two options"
        for key in twice(keys):
            yield "options", f"has the option '{key}' twice"
        yield from self._beside_faults(context)
        yield from super().faults(context)

    def _beside_faults(self, context: Context) -> Iterator[tuple[str, str]]:
        others = [key for key in self.beside if key != self.key]
        if not self.beside or any(key in context.unread for key in others):
            return
        before = takewhile(lambda key: key != self.key, context.activities)
        earlier = {key: one for key in before if isinstance(one := context.activities[key], Choice) and one.shared and one.exclusive}
        if len(others) != 1 or len(self.beside) != 2:
            yield "beside", f"needs two: '{self.key}' itself and the question that it's shown next to"
        elif others[0] not in earlier:
            yield "beside", f"is shown next to '{others[0]}'; {known('questions before it', earlier, others[0])}"
        elif earlier[others[0]].resolve(context).cells() != self.cells():
            yield "beside", f"is shown next to '{others[0]}', which has other options"

    def check(self, value: object) -> str:
        if isinstance(value, str) and value in self.cells():
            return value
        raise BadAnswer("Choose one of the options shown.")

    def cells(self) -> dict[str, str]:
        return {option.key: option.text for option in self.options}

    def cells_of(self, value: str) -> tuple[str, ...]:
        return (value,)

    @property
    def sides(self) -> list[list[str]]:
        return [[f"{self.module}.{key}", name] for key, name in self.beside.items()]

    def scripted(self, random: random.Random) -> str:
        return random.choices(list(self.example), weights=list(self.example.values()))[0]

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"options": [asdict(option) for option in self.options], "beside": self.sides}

    def paper(self) -> str:
        return f"{super().paper()}\n\n{tick_list(self.cells().values())}"
