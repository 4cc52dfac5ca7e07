"""Lines to agree or disagree with: each answer stays on the phone, and a stretch is drawn there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds import scoring
from workshop.kinds.base import Activity, Context, Option
from workshop.kinds.choice import Choice
from workshop.kinds.keepable import Keepable
from workshop.sentences import known, tick_list, twice

FEWEST, MOST = 2, 6  # lines for each end of a stroke
MERGE = {"low": "lowish", "lowish": "middle", "high": "highish", "highish": "middle"}  # towards the middle


@dataclass(frozen=True)
class Line:
    """One line as it is shown: `key`, the stroke that it belongs to, whether it speaks for its low end, its words."""

    key: str
    stroke: str
    turned: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A stroke as it is declared: its two ends in words, and as many lines for the one as for the other."""

    key: str
    title: str
    low: str
    high: str
    lows: tuple[str, ...]
    highs: tuple[str, ...]
    private: bool = False
    example: dict[str, int] = field(default_factory=dict)
    debrief: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Stroke(Keepable, Choice):
    """One stroke as a question: its cells are five coarse bands between two ends. A phone works out which one is its
    person's, and sends that and nothing finer, in a row of its own; a private stroke is never sent."""

    script: ClassVar[Path] = Path(__file__).with_name("choice.js")

    low: str
    high: str

    def spec(self) -> dict[str, Any]:
        # Its ends stand at the stretch that the phone draws: once is enough.
        return super().spec() | {"low": self.low, "high": self.high, "text": ""}


@dataclass(frozen=True, kw_only=True)
class Questionnaire(Activity):
    """Lines on one scale, one after the other, and then one stretch for each stroke: no total, no type, no stage.

    Every answer to a line stays in the browser, and so does the stretch; folded under the stretches, and for its person
    alone, stands which strokes stand out beside their own others. Of a stroke that is not private the room may
    see how many are in each of five coarse bands: a sensitive question, one stroke at a time. It cannot see how well the
    lines hang together: that is worked out from each person's answers side by side, and these never leave a phone.

    TOML fields besides those of every activity: `scale`, a name of `scales.toml`; `strokes`, each {key, title, low and
    high (its ends in a few words), lows and highs (as many lines for the one end as for the other), private, debrief};
    `example`, unless private, the invented group: low, lowish, middle, highish, high -> people.

        [[activities]]
        key = "portrait"
        kind = "questionnaire"
        title = "A portrait"
        text = "Twelve statements. Neither end is better."
        scale = "agree"

        [[activities.strokes]]
        key = "own"
        title = "Standing on my own feet"
        low = "others lead the way"
        high = "I find my own way"
        highs = ["I set my own pace.", "I start by myself.", "I know another way when the bus is late."]
        lows = ["I order what the others are having.", "I follow someone who knows the town.", "I wait for a plan."]
        example = { low = 3, lowish = 3, middle = 5, highish = 4, high = 3 }
    """

    kind: ClassVar[str] = "questionnaire"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    scale: str
    strokes: tuple[Measure, ...]
    points: tuple[Option, ...] = field(default=(), metadata={"filled": True})
    measured: tuple[Stroke, ...] = field(default=(), metadata={"filled": True})
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def asked(self) -> tuple[Stroke, ...]:
        return tuple(stroke for stroke in self.measured if stroke.shared)

    @property
    def seen(self) -> str:
        return f"how many people gave each of five rough answers, for {len(self.asked)} of the parts" if self.asked else ""

    @property
    def figure(self) -> str:
        return "bars" if self.asked else ""

    @property
    def statements(self) -> tuple[Line, ...]:
        """Every line in the order shown: one of each stroke after the other, for its one end and its other in turn."""
        found = []
        for place in range(max((len(one.highs) + len(one.lows) for one in self.strokes), default=0)):
            for number, one in enumerate(self.strokes):
                low = bool((place + number) % 2)
                texts = one.lows if low else one.highs
                if place // 2 < len(texts):
                    found.append(Line(f"{one.key}{place + 1}", one.key, low, texts[place // 2]))
        return tuple(found)

    def resolve(self, context: Context) -> Self:
        words = context.words["questionnaire"] | {"only": context.words["kinds"]["only"]}
        # The strokes' names are among its words: so a person's own file says whose stretch is whose.
        words |= {one.key: f"{one.title}:" for one in self.strokes}
        given = replace(self, words=words, points=context.scales.get(self.scale, ()))
        return replace(given, measured=tuple(given._stroke(one) for one in self.strokes))

    def _stroke(self, one: Measure) -> Stroke:
        said = {"low": "mostly", "lowish": "rather", "middle": "between", "highish": "rather", "high": "mostly"}
        ends = {"low": one.low, "lowish": one.low, "middle": "", "highish": one.high, "high": one.high}
        return Stroke(
            key=f"{self.key}_{one.key}",
            module=self.module,
            title=one.title,
            text=self.words["question"].format(low=one.low, high=one.high),
            options=tuple(Option(key, self.words[said[key]].format(end=ends[key])) for key, _ in scoring.BANDS),
            sensitive=not one.private,
            merge={} if one.private else MERGE,
            own_life=self.own_life,
            rows=self.rows,
            **{name: getattr(one, name) for name in ("low", "high", "private", "example", "debrief")},
        )

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        if self.scale not in context.scales:
            yield "scale", f"uses scale '{self.scale}'; {known('scales', context.scales, self.scale)}"
        keys = [one.key for one in self.strokes]
        if not keys or twice(keys):
            yield "strokes", "needs 'strokes' with keys of their own"
        for one in self.strokes:
            if len(one.highs) != len(one.lows) or not FEWEST <= len(one.highs) <= MOST:
                given = f"has {len(one.highs)} and {len(one.lows)} statements for the ends of '{one.key}'"
                yield "strokes", f"{given}; give as many for each, {FEWEST} to {MOST}"
        for stroke, one in zip(self.measured, self.strokes, strict=True):
            if stroke.key in context.activities:
                yield "key", f"has a stroke '{stroke.key}', which is also the key of another activity"
            for _, message in stroke.faults(context):
                yield "strokes", f"{message} (stroke '{one.key}')"

    @property
    def _ends(self) -> tuple[int, int]:
        return 1, len(self.points)

    def spec(self) -> dict[str, Any]:
        low, high = self._ends
        rule: dict[str, Any] = {"low": low, "high": high, "enough": scoring.ENOUGH, "half": round(scoring.half(low, high), 2)}
        rule |= {"bands": [list(one) for one in scoring.BANDS], "agreed": scoring.AGREED, "same": scoring.SAME, "fast": scoring.FAST}
        return super().spec() | {
            "statements": [asdict(line) for line in self.statements],
            "points": [asdict(point) for point in self.points],
            "strokes": [stroke.spec() for stroke in self.measured],
            "rule": rule,
            "words": self.words,
        }

    def paper(self) -> str:
        boxes = " ".join(f"☐ {point.key}" for point in self.points)
        legend = " · ".join(f"{point.key} {point.text}" for point in self.points)
        lines = "\n".join(f"{number}. {line.text} {boxes}" for number, line in enumerate(self.statements, 1))
        strokes = [self._paper(stroke, one.key) for stroke, one in zip(self.measured, self.strokes, strict=True)]
        return "\n\n".join([super().paper(), legend, lines, self.words["paper"], *strokes, self.words["original"]])

    def _paper(self, stroke: Stroke, key: str) -> str:
        """How to add up one stroke by hand, and which sums are in which band."""
        numbers = {
            low: [str(at) for at, line in enumerate(self.statements, 1) if (line.stroke, line.turned) == (key, low)]
            for low in (False, True)
        }
        low, high = self._ends
        many = len(numbers[False]) + len(numbers[True])
        sums: dict[str, list[int]] = {}
        for total in range(many * low, many * high + 1):
            sums.setdefault(scoring.band(100 * (total - many * low) / (many * (high - low))), []).append(total)
        add = self.words["add"].format(plain=", ".join(numbers[False]), turned=", ".join(numbers[True]), less=low + high)
        cells = [f"{found[0]}–{found[-1]}: {stroke.cells()[band]}" for band, found in sums.items()]
        return "\n\n".join([f"**{stroke.title}** {add}", tick_list(cells)])
