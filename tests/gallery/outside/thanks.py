"""A kind from outside the package: one class, one ES module, its TOML fields."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from workshop.kinds import BadAnswer, Question


@dataclass(frozen=True, kw_only=True)
class Thanks(Question):
    """How many thanks fit on one hand. TOML field besides those of every question: `fingers` (5).

    [[activities]]
    key = "thanks"
    kind = "thanks"
    text = "How many people did you thank today?"
    example = { 0 = 2, 1 = 4, 2 = 3, 3 = 2, 4 = 1, 5 = 1 }
    """

    kind: ClassVar[str] = "thanks"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    fingers: int = 5

    def check(self, value: object) -> int:
        if type(value) is int and 0 <= value <= self.fingers:
            return value
        raise BadAnswer("As many as one hand has fingers.")

    def cells(self) -> dict[str, str]:
        return {str(number): f"{number} thanks" for number in range(self.fingers + 1)}

    def cells_of(self, value: int) -> tuple[str, ...]:
        return (str(value),)

    def scripted(self, random: random.Random) -> int:
        return int(random.choices(list(self.example), weights=list(self.example.values()))[0])

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"fingers": self.fingers}


KINDS = {"thanks": Thanks}
