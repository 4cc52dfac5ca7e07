"""A game in rounds: everybody moves at once, and a round's moves are looked at only when it has ended."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.kinds.choice import Choice
from workshop.sentences import tick_list

FEWEST, FEWEST_IN_PAIRS = 5, 6  # people in a group; people in a room where two and two play


@dataclass(frozen=True, kw_only=True)
class Round(Choice):
    """One round of a game: a question like any other, with phases and a key of its own, so that nobody's moves in two
    rounds can be joined. `revealed`: whether the room sees how often each move was made."""

    script: ClassVar[Path] = Path(__file__).with_name("choice.js")

    game: str
    number: int
    revealed: bool  # type: ignore[misc]  # a class says it of all its questions; a game says it of each round
    seconds: int = 0
    follows: bool = False  # begins by itself when the round before it has ended


@dataclass(frozen=True, kw_only=True)
class Game(Activity):
    """A game of giving, in rounds that the desk opens and ends: each has tokens, keeps some, and what is given grows.

    Somebody who gives `put` of `tokens` has `tokens - put`, and `share` for each token given in the group: by all, oneself too
    (`to_all`, the shared pot), or by the others only (keep or pass). So one token given costs oneself something and brings
    the group more: a linear public-goods game (Ledyard 1995); in pairs and with one token a prisoner's dilemma.

    TOML fields besides those of every activity: `tokens` (20) that each has in a round; `step` (5), the moves are
    multiples of it; `share` (0.4); `to_all` (true); `group` (5), places that a group has at least: the machine plays those
    that nobody takes; `most` (one fewer than two groups), places that it has at most; `players` (0), with how many movers or
    more people are seated with each other: fewer play with the machine, each alone; `wording` ("pot"), a section
    `game_…` of the shared words; `rounds` (where there is only one, it is called by the game's title); `shown`, the
    numbers of the rounds whose moves the room sees; `seconds` (0: none), after which a round ends by itself; `follow`, the
    numbers of rounds that begin by themselves when the one before has ended; `noise` (0), the share of moves that the
    machine turns round, most for least, in the rounds `noisy`;
    `beside`, two shown rounds, the later one of this game, "game_number" -> what its result is called: they stand side
    by side; `example`, an invented group for each round, tokens -> people.

    People who don't move keep all their tokens of that round and sit in no group: nobody waits for somebody who left.
    Groups are put together at random, again for each round. What each got is told at the debrief, only to that person.

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
    to_all: bool = True
    group: int = 5
    most: int = 0
    players: int = 0
    wording: Literal["pot", "pairs"] = "pot"
    rounds: int
    shown: tuple[int, ...]
    seconds: int = 0
    follow: tuple[int, ...] = ()
    noise: float = 0.0
    noisy: tuple[int, ...] = ()
    beside: dict[str, str] = field(default_factory=dict)
    example: tuple[dict[str, int], ...]
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})
    asked: tuple[Round, ...] = field(default=(), metadata={"filled": True})

    def resolve(self, context: Context) -> Self:
        words = {**context.words["game"], **context.words[f"game_{self.wording}"]}
        before = takewhile(lambda key: key != self.key, context.activities)
        if any(isinstance(context.activities[key], Game) for key in before):
            words |= {"told": words["as_before"], "implied": ""}  # what was told a moment ago is not told twice
        screen = words.get("screen_one", words["screen"]) if self.rounds == 1 else words["screen"]  # the only round needs no number
        words["told"] = f"{words['told']} {screen if self.shown else words['no_screen']}"
        if not self.noisy:
            words["turning"] = ""
        shown = context.words["reveal"]["and"].join(map(str, self.shown))
        given = replace(self, words={name: self._filled(text).replace("{shown}", shown) for name, text in words.items()})
        return replace(given, asked=tuple(given._round(number) for number in range(1, self.rounds + 1)))

    def _filled(self, text: str) -> str:
        """A sentence with what the declaration says; braces that are filled later stay."""
        often = round(1 / self.noise) if self.noise else 0
        known = {"tokens": self.tokens, "group": self.group, "players": self.players, "often": often, "first": min(self.noisy, default=0)}
        for brace, value in known.items():
            text = text.replace(f"{{{brace}}}", str(value))
        return text

    def _round(self, number: int) -> Round:
        moves = range(0, self.tokens + 1, max(self.step, 1))
        said = {
            put: self.words.get(f"move_{put}", self.words["move"]).format(put=put, keep=self.tokens - put, grown=f"{self.share * put:g}")
            for put in moves
        }
        key = f"{self.key}_{number}"
        return Round(
            key=key,
            module=self.module,
            title=self.words["round"].format(title=self.title, number=number, rounds=self.rounds) if self.rounds > 1 else self.title,
            text=self.words["ask_noisy" if number in self.noisy else "ask"],
            options=tuple(Option(str(put), text) for put, text in said.items()),
            example=self.example[number - 1] if number <= len(self.example) else {},
            debrief=self.debrief if number == self.rounds else (),
            game=self.key,
            number=number,
            revealed=number in self.shown,
            seconds=self.seconds,
            follows=number in self.follow,
            beside=self.beside if key == self._beside_key else {},
        )

    @property
    def _beside_key(self) -> str:
        """The round under which two stand side by side: the later one."""
        return next((key for key in reversed(self.beside) if key.rpartition("_")[0] == self.key), "")

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        if not self.title:
            yield "title", "is a game without a title, and its rounds are named after it"
        if self.step < 1 or self.tokens < self.step or self.tokens % self.step:
            yield "step", f"has {self.tokens} tokens in steps of {self.step}, which doesn't divide evenly"
        yield from self._seat_faults()
        if not 1 <= self.rounds <= 10:
            yield "rounds", f"has {self.rounds} rounds; give one to ten"
        for name, does in (("shown", "shows"), ("follow", "automatically begins"), ("noisy", "turns moves round in")):
            first = 2 if name == "follow" else 1
            if wrong := [number for number in getattr(self, name) if not first <= number <= self.rounds]:
                yield name, f"{does} round {wrong[0]}, which it doesn't have" if wrong[0] != 1 else "lets round 1 begin by itself"
        if self.follow and not self.seconds:
            yield "follow", "has rounds that begin by themselves and none that ends by itself: give 'seconds'"
        if wrong := [number for number in self.follow if number - 1 in self.shown]:
            yield "follow", f"lets round {wrong[0]} begin by itself after one whose result is shown, and people talk about that first"
        if bool(self.noise) != bool(self.noisy) or not 0 <= self.noise < 0.5:
            said = f"turns {self.noise:g} of the moves round in {len(self.noisy)} rounds"
            yield "noise", f"{said}; give a share below 0.5 and the rounds, or neither"
        if len(self.example) != self.rounds:
            yield "example", f"has {len(self.example)} invented groups; give one for each of its {self.rounds} rounds"
        if self.beside and not self._beside_key:
            yield "beside", f"shows no round of '{self.key}' beside another"
        earlier = (context.activities[key] for key in takewhile(lambda key: key != self.key, context.activities))
        games = (*(game.resolve(context) for game in earlier if isinstance(game, Game)), self)
        rounds = replace(context, activities={one.key: one for game in games for one in game.asked if one.revealed})
        for one in self.asked:
            if one.key in context.activities:
                yield "key", f"has a round '{one.key}', which is also the key of another activity"
            for name, message in one.faults(rounds):
                yield name, f"{message} (round {one.number})"

    def _seat_faults(self) -> Iterator[tuple[str, str]]:
        pairs = self.group == self.most == 2 and self.players >= FEWEST_IN_PAIRS
        back = self.share if self.to_all else 0.0
        if self.group < FEWEST and not pairs:
            few = f"has groups of {self.group}; with fewer than five, a move could be worked out from what others got"
            yield "group", f"{few}, and groups of two ('most = 2') need 'players = {FEWEST_IN_PAIRS}' or more"
        elif self.most and self.most < self.group:
            yield "most", f"has groups of at least {self.group} and at most {self.most} people"
        elif not back < 1 < back + self.share * (self.group - 1):
            yield "share", f"gives {self.share:g} for a token: giving one should cost the giver something, and bring the group more"

    @property
    def seen(self) -> str:
        rounds = " and ".join(map(str, self.shown))
        return f"how many people made each move in round {rounds}" if self.shown else ""

    @property
    def figure(self) -> str:
        return "bars" if self.shown else ""

    @property
    def notices(self) -> tuple[str, ...]:
        """What is told before anybody moves."""
        return tuple(text for name in ("told", "implied", "turning") if (text := self.words[name]))

    def sizes(self, people: int) -> tuple[int, int]:
        """How many of so many movers are seated together, at least and at most."""
        return (self.group, self.most or 2 * self.group - 1) if people >= self.players else (1, 1)

    def payoff(self, moves: Sequence[str]) -> list[float]:
        """What each in one group has after a round in which they gave so much; pure."""
        given = [int(put) for put in moves]
        return [round(self.tokens - put + self.share * (sum(given) - (0 if self.to_all else put)), 2) for put in given]

    def turned(self, move: str) -> str:
        """The same move, turned round: what was kept is given, and what was given is kept."""
        return str(self.tokens - int(move))

    @property
    def sat_out(self) -> float:
        """What a person who did not move has: the declared default."""
        return float(self.tokens)

    def partner(self, number: int, random: random.Random) -> str:
        """The move of a place that the machine plays."""
        return self.asked[number - 1].scripted(random)

    def spec(self) -> dict[str, Any]:
        return super().spec() | {
            "rounds": [one.spec() | {"revealed": one.revealed} for one in self.asked],
            "notices": list(self.notices),
            "words": self.words,
        }

    def paper(self) -> str:
        rounds = [f"{one.title}\n\n{tick_list(one.cells().values())}" for one in self.asked]
        return "\n\n".join([super().paper(), *self.notices, *rounds])
