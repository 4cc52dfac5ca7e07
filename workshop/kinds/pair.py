"""Two questions whose answers may be seen side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

from workshop.kinds.base import K_SENSITIVE, Activity, BadAnswer, K, Question
from workshop.sentences import known


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two questions of one module that are shown by themselves and also as one table, which the module declares.

    A pair that is seen only as a pair is not this: it is one question whose options are its cells.

        [[pairs]]
        of = ["asked", "could"]
        title = "Asked, and able to"
        example = { "yes/yes" = 6, "yes/no" = 5, "no/yes" = 5, "no/no" = 7 }

    TOML fields: `of`, the keys of two questions in which one answer counts in one cell, in the order in which they are
    asked; `title`; `example`, the invented group: "cell/cell" -> people, nobody where it is left out. The browser of
    somebody who gave both answers sends them once more, together, under a key of their own: no other join exists.
    """

    of: tuple[str, ...]
    title: str = ""
    example: dict[str, int]
    module: str = field(default="", metadata={"filled": True})
    questions: tuple[Question, ...] = field(default=(), metadata={"filled": True})

    @property
    def id(self) -> str:
        """Its name in a room and in the browser: it names both questions."""
        return f"{self.module}.{'+'.join(self.of)}"

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(question.id for question in self.questions)

    @property
    def first(self) -> Question:
        return self.questions[0]

    @property
    def second(self) -> Question:
        return self.questions[1]

    @property
    def sensitive(self) -> bool:
        return any(question.sensitive for question in self.questions)

    @property
    def k(self) -> int:
        """People in every cell that is not empty."""
        return K_SENSITIVE if self.sensitive else K

    def resolve(self, activities: Mapping[str, Activity]) -> Self:
        """The same pair with its questions."""
        return replace(self, questions=cast(tuple[Question, ...], tuple(activities[key] for key in self.of)))  # `faults` has looked

    def check(self, value: object) -> list[Any]:
        """Both answers in their canonical form, or BadAnswer."""
        if not isinstance(value, list) or len(value) != 2:
            raise BadAnswer("A pair has two answers.")
        return [question.check(one) for question, one in zip(self.questions, value, strict=True)]

    def cells_of(self, value: Any) -> tuple[str, str]:
        """The row and the column in which both answers count."""
        first, second = (question.cells_of(one)[0] for question, one in zip(self.questions, value, strict=True))
        return first, second

    def grid(self) -> Iterator[tuple[tuple[str, str], str]]:
        """((row, column), key of the cell), row by row."""
        for row in self.first.cells():
            for column in self.second.cells():
                yield (row, column), f"{row}/{column}"

    def cells(self) -> dict[str, str]:
        """Cell -> label."""
        rows, columns = self.first.cells(), self.second.cells()
        return {key: f"{rows[row]} · {columns[column]}" for (row, column), key in self.grid()}

    def faults(self, activities: Mapping[str, Activity]) -> Iterator[tuple[str, str]]:
        """Each thing wrong with its declaration, as (field, rest of a sentence)."""
        may = [key for key, one in activities.items() if isinstance(one, Question) and one.shared and one.exclusive]
        if len(set(self.of)) != 2 or len(self.of) != 2:
            yield "of", "doesn't name two questions"
            return
        for key in self.of:
            if key not in may:
                yield "of", f"is of '{key}'; {known('questions that can be paired', may, key)}"
                return
        pair = self.resolve(activities)
        for name, people in self.example.items():
            if name not in pair.cells():
                yield "example", f"has an example for '{name}', which isn't one of its cells; {known('cells', pair.cells(), name)}"
            elif 0 < people < pair.k:
                yield "example", f"has an example with {people} people in '{name}'; a cell holds nobody, or at least {pair.k}"
        there = [cells for cells, key in pair.grid() if self.example.get(key)]
        lines = [Counter(cells[place] for cells in there) for place in (0, 1)]
        if any(len(line) < 2 or min(line.values()) < 2 for line in lines):
            yield "example", "has an example that couldn't be shown: in each row and column with people two cells have people"
