"""A jar to look at, a number to guess, and what different ways to decide would have made of all the guesses."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Conclusion, Context, Option
from workshop.kinds.choice import Choice
from workshop.sentences import blank, tick_list

WIDE, HIGH, RADIUS = 200, 220, 7.5  # of the drawing, in its own units
LEFT, RIGHT, FLOOR = 30, 170, 208  # where beads may lie: their middles
STEP, RISE, SHAKE = 13.0, 11.2, 1.8  # between two neighbouring beads, between two rows, how far one may lie off
OUTLINE = "M58 8H142M64 8V24Q64 32 52 38Q18 52 18 76V200Q18 216 34 216H166Q182 216 182 200V76Q182 52 148 38Q136 32 136 24V8"
MOST = 280  # beads that fit
GRAYS = ("#3d3d3d", "#8a8a8a", "#d0d0d0")  # on paper


@dataclass(frozen=True)
class Off:
    """How far off a guess may be to count as this: `upto` (0: any distance) and `at`, what it counts as, in percent of the number."""

    key: str
    text: str
    at: int
    upto: int = 0


@dataclass(frozen=True)
class Sure:
    """How somebody came to a number, and how many votes that is worth when those who know better count more."""

    key: str
    text: str
    votes: int


@dataclass(frozen=True)
class Leader:
    """Somebody invented, and a number that was written down before anybody guessed."""

    name: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Estimate(Choice):
    """How many beads are in the jar? The number stays in the browser: the answer is how far off it is, coarsely.

    What a leader, an average and a weighted average would have said is worked out from what is shown and from nothing
    else (`conclusions`): each bar counts as its `at`. So no rule tells more than the bars, and the leader is invented,
    because a leader from the room would tell that person's number.

    TOML fields besides those of every question: `beads`, how many there are, and `seed` (1), the same jar again; `off`,
    a list of {key, text, at, upto} from the lowest guesses to the highest, in percent of the true number, the last one
    without `upto`; `sure`, a list of {key, text, votes}; `leader`, {name, number}. Its cells are "sure-off".

        [[activities]]
        key = "jar"
        kind = "estimate"
        text = "How many beads are in the jar? Lin is our invented leader; her number was written down beforehand."
        beads = 120
        leader = { name = "Lin", number = 90 }
        off = [
          { key = "low", text = "Too low", at = 60, upto = 80 },
          { key = "near", text = "Near, within a fifth", at = 100, upto = 120 },
          { key = "high", text = "Too high", at = 140 },
        ]
        sure = [{ key = "idea", text = "I had an idea how", votes = 3 }, { key = "wild", text = "It was a wild guess", votes = 1 }]
        example = { idea-low = 2, idea-near = 3, idea-high = 1, wild-low = 4, wild-near = 3, wild-high = 2 }
    """

    kind: ClassVar[str] = "estimate"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    beads: int
    seed: int = 1
    off: tuple[Off, ...]
    sure: tuple[Sure, ...]
    leader: Leader
    options: tuple[Option, ...] = field(default=(), metadata={"filled": True})
    scale: str = field(default="", metadata={"filled": True})
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    def resolve(self, context: Context) -> Self:
        cells = [(f"{sure.key}-{off.key}", f"{off.text} · {sure.text}") for sure in self.sure for off in self.off]
        return replace(self, options=tuple(Option(*cell) for cell in cells), words=dict(context.words["estimate"]))

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        if not 1 <= self.beads <= MOST:
            yield "beads", f"has {self.beads} beads; from 1 to {MOST} fit into the jar"
        if self.leader.number < 1:
            yield "leader", "has a leader without a number"
        if self.sensitive:
            yield "sensitive", "is sensitive, and joined bars couldn't be counted with; leave 'sensitive' out"
        ends = [one.upto for one in self.off]
        if len(ends) < 2 or ends[-1] or any(after <= before for before, after in pairwise([0, *ends[:-1]])):
            yield "off", "has 'off' whose 'upto' numbers don't rise, or whose last one has an end"
        elif any(not low < one.at <= (one.upto or one.at) for low, one in zip([0, *ends], self.off, strict=False)):
            yield "off", "counts an 'off' at a number that isn't in it"
        if not 1 <= len(self.sure) <= 3 or any(one.votes < 1 for one in self.sure):
            yield "sure", "needs one to three ways to be sure, each with at least one vote"
        yield from super().faults(context)

    def conclusions(self, cells: Sequence[tuple[str, int]]) -> list[Conclusion]:
        """What one leader, all of us, and those who know better would have said, and one of us picked at random.

        The average can never be further off than one picked at random is on the whole: |mean - 100| <= mean |at - 100|.
        """
        at = {f"{sure.key}-{off.key}": (sure.votes, off.at) for sure in self.sure for off in self.off}
        counted = [(people, *at[key]) for key, people in cells]
        rules = {
            "leader": 100 * self.leader.number / self.beads,
            "average": _mean([(people, off) for people, _, off in counted]),
            "weighted": _mean([(people * votes, off) for people, votes, off in counted]),
        }
        lot = _mean([(people, abs(off - 100)) for people, _, off in counted])
        said = [self._said(key, round(percent)) for key, percent in rules.items()]
        return [*said, Conclusion("lot", self.words.get("lot", "").format(percent=round(lot)), round(lot))]

    def _said(self, key: str, percent: int) -> Conclusion:
        off = abs(percent - 100)
        how = self.words.get("low" if percent < 100 else "high" if percent > 100 else "right", "").format(percent=off)
        number = self.leader.number if key == "leader" else round(self.beads * percent / 1000) * 10
        return Conclusion(key, self.words.get(key, "").format(name=self.leader.name, number=number, off=how), off)

    @property
    def picture(self) -> dict[str, Any]:
        """The jar: `width`, `height`, `outline` (an SVG path), `dots` as [x, y, radius, tone], those behind first."""
        luck = random.Random(self.seed)
        dots: list[list[float]] = []
        for beads, shift in ((self.beads // 2, STEP / 2), (self.beads - self.beads // 2, 0.0)):
            row = 0
            while beads > 0:
                xs = _row(LEFT + shift + (row % 2) * STEP / 2)
                for x in sorted(luck.sample(xs, min(len(xs), beads))):
                    place = [x + luck.uniform(-SHAKE, SHAKE), FLOOR - shift / 2 - RISE * row + luck.uniform(-SHAKE, SHAKE)]
                    dots.append([*(round(one, 1) for one in place), RADIUS, luck.randrange(3)])
                beads -= len(xs)
                row += 1
        return {"width": WIDE, "height": HIGH, "outline": OUTLINE, "dots": dots, "label": self.words.get("jar", "")}

    @property
    def drawing(self) -> str:
        jar = self.picture
        dots = "\n".join(f'<circle cx="{x}" cy="{y}" r="{r}" fill="{GRAYS[tone]}"/>' for x, y, r, tone in jar["dots"])
        size = f'viewBox="0 0 {WIDE} {HIGH}" width="{2 * WIDE}" height="{2 * HIGH}"'
        style = 'stroke="#000" stroke-width="0.8"'
        glass = f'<path d="{OUTLINE}" fill="none" stroke="#000" stroke-width="2"/>'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<g {style}>\n{dots}\n</g>\n{glass}\n</svg>\n'

    def spec(self) -> dict[str, Any]:
        lists = {name: [asdict(one) for one in getattr(self, name)] for name in ("off", "sure")}
        return super().spec() | lists | {"beads": self.beads, "words": self.words, "picture": self.picture}

    def paper(self) -> str:
        sure = " ".join(f"☐ {one.text}" for one in self.sure)
        jar = f"![{self.words.get('jar', '')}](../pictures/{self.drawn})"
        number = f"{self.words.get('number', '')} {blank(10)}"
        return "\n\n".join([Activity.paper(self), jar, number, sure, self.words.get("tick", ""), tick_list(self.cells().values())])


def _row(first: float) -> list[float]:
    return [first + STEP * place for place in range(int((RIGHT - first) / STEP) + 1)]


def _mean(weighted: Sequence[tuple[int, float]]) -> float:
    return sum(weight * one for weight, one in weighted) / max(sum(weight for weight, _ in weighted), 1)
