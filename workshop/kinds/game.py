"""A game in rounds: everybody moves at once, and a round's moves are looked at only when it has ended."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Beside, Option, tick_list
from workshop.kinds.choice import Choice


@dataclass(frozen=True, kw_only=True)
class Round(Choice):
    """One round of a game: a question like any other, with phases and a key of its own, so that nobody's moves in two
    rounds can be joined. `revealed`: whether the room sees how often each move was made."""

    script: ClassVar[Path] = Path(__file__).with_name("choice.js")

    game: str
    number: int
    revealed: bool
    seconds: int = 0


@dataclass(frozen=True, kw_only=True)
class Game(Activity):
    """A shared pot, in rounds that the desk opens and ends: what each keeps, plus a share of what all in a group put in.

    TOML fields beside those of every activity: `tokens` (20) that each has in a round; `step` (5), the moves are
    multiples of it; `share` (0.4), what each in the group gets for one token in the pot, between one part of a group
    and one; `group` (5), places that a group has at least: the machine plays those that nobody takes; `rounds`;
    `shown`, the numbers of the rounds whose moves the room sees; `seconds` (0: none), after which a round ends by
    itself; `example`, an invented group for each round, tokens -> people.

    Whoever does not move keeps all tokens of that round and sits in no group: nobody waits for somebody who left.
    Groups are drawn by lot, anew for each round. What each got is told at the debrief, only to that person.

        [[activities]]
        key = "pot"
        kind = "game"
        title = "One pot"
        text = "You have 20 tokens in each round. How many go into the pot?"
        rounds = 2
        shown = [1]
        example = [{ 0 = 2, 5 = 3, 10 = 5, 15 = 2, 20 = 3 }, { 0 = 3, 5 = 4, 10 = 4, 15 = 2, 20 = 2 }]
    """

    kind: ClassVar[str] = "game"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    tokens: int = 20
    step: int = 5
    share: float = 0.4
    group: int = 5
    rounds: int
    shown: tuple[int, ...]
    seconds: int = 0
    example: tuple[dict[str, int], ...]
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})
    asked: tuple[Round, ...] = field(default=(), metadata={"filled": True})

    def resolve(self, beside: Beside) -> Self:
        words = dict(beside.words["game"])
        before = takewhile(lambda key: key != self.key, beside.activities)
        if any(isinstance(beside.activities[key], Game) for key in before):
            words |= {"told": words["as_before"], "implied": ""}  # what was told a moment ago is not told twice
        seen = " + ".join(map(str, self.shown))
        filled = {"{tokens}": str(self.tokens), "{group}": str(self.group), "{shown}": seen}
        for name in ("told", "implied", "wall", "no_wall"):
            for brace, text in filled.items():
                words[name] = words[name].replace(brace, text)
        words["told"] = f"{words['told']} {words['wall'] if self.shown else words['no_wall']}"
        given = replace(self, words=words)
        return replace(given, asked=tuple(given._round(number) for number in range(1, self.rounds + 1)))

    def _round(self, number: int) -> Round:
        moves = range(0, self.tokens + 1, max(self.step, 1))
        return Round(
            key=f"{self.key}_{number}",
            module=self.module,
            title=self.words["round"].format(title=self.title, number=number, rounds=self.rounds),
            text=self.words["ask"],
            options=tuple(Option(str(put), self.words["move"].format(put=put, keep=self.tokens - put)) for put in moves),
            example=self.example[number - 1] if number <= len(self.example) else {},
            debrief=self.debrief if number == self.rounds else (),
            game=self.key,
            number=number,
            revealed=number in self.shown,
            seconds=self.seconds,
        )

    def faults(self, beside: Beside) -> Iterator[tuple[str, str]]:
        yield from super().faults(beside)
        if not self.title:
            yield "title", "is a game without a title, by which its rounds are called"
        if self.step < 1 or self.tokens < self.step or self.tokens % self.step:
            yield "step", f"has {self.tokens} tokens in steps of {self.step}, which does not come out"
        if self.group < 5:
            yield "group", f"has groups of {self.group}; from five on nobody can be worked out from what one got"
        elif not 1 / self.group < self.share < 1:
            yield "share", f"gives {self.share:g} for a token; between 1/{self.group} and 1 it matters both to oneself and to all"
        if not 1 <= self.rounds <= 10:
            yield "rounds", f"has {self.rounds} rounds; give one to ten"
        if wrong := [number for number in self.shown if not 1 <= number <= self.rounds]:
            yield "shown", f"shows round {wrong[0]}, which it does not have"
        if len(self.example) != self.rounds:
            yield "example", f"has {len(self.example)} invented groups; give one for each of its {self.rounds} rounds"
        for one in self.asked:
            if one.key in beside.activities:
                yield "key", f"has a round '{one.key}', which is also the key of another activity"
            for name, message in one.faults(beside):
                yield name, f"{message} (round {one.number})"

    @property
    def seen(self) -> str:
        rounds = " and ".join(map(str, self.shown))
        return f"how many made each move in round {rounds}" if self.shown else ""

    @property
    def figure(self) -> str:
        return "bars" if self.shown else ""

    @property
    def notices(self) -> tuple[str, ...]:
        """What is told before anybody moves."""
        return tuple(text for text in (self.words["told"], self.words["implied"]) if text)

    def payoff(self, moves: Sequence[str]) -> list[float]:
        """What each in one group has after a round in which they put in so much; pure."""
        pot = self.share * sum(map(int, moves))
        return [round(self.tokens - int(put) + pot, 2) for put in moves]

    @property
    def sat_out(self) -> float:
        """What somebody has who did not move: the declared default."""
        return float(self.tokens)

    def partner(self, number: int, random: random.Random) -> str:
        """The move of a place that the machine plays."""
        return self.asked[number - 1].scripted(random)

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"rounds": [one.spec() | {"revealed": one.revealed} for one in self.asked], "words": self.words}

    def paper(self) -> str:
        rounds = [f"{one.title}\n\n{tick_list(one.cells().values())}" for one in self.asked]
        return "\n\n".join([super().paper(), *self.notices, *rounds])
