"""A model with a few controls: what would happen if."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from string import Formatter
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, BadAnswer, Context, Option
from workshop.sentences import known

MODELS = Path(__file__).parent.parent / "simulations"
PRESSES = 10**6


@dataclass(frozen=True)
class Range:
    """A slider: a number from `low` to `high` in steps, with words at its ends; `reads` says it with {number} or {percent}."""

    key: str
    text: str
    low: float
    high: float
    step: float
    start: float
    ends: tuple[str, ...] = ()
    reads: str = "{number}"


@dataclass(frozen=True)
class Pick:
    """A few options, of which one holds."""

    key: str
    text: str
    options: tuple[Option, ...]
    start: str


@dataclass(frozen=True)
class Switch:
    """Something that holds or does not."""

    key: str
    text: str
    on: bool = False


@dataclass(frozen=True)
class Button:
    """Once more: its value counts the presses, and serves as a seed. A press puts the controls in `resets` back to their start:
    what was said of the old figure is not said of the new one."""

    key: str
    text: str
    resets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Simulation(Activity):
    """A model to try out: controls, a figure, and one sentence that says what happened.

    An illustration, not a fit to anyone: the page says so. TOML fields besides those of every activity: `model`, a
    file of `workshop/simulations/`; the controls, each with a `key` that the model knows and a `text`: `sliders`
    {low, high, step, start, ends, reads}, `picks` {options, start}, `switches` {on}, `buttons` {resets}; `fixed`, numbers of the
    model that no control moves; `labels`, what the lines of the figure are called; `sentences`, outcome -> what is
    said, with the model's numbers in braces.

        [[activities]]
        key = "loop"
        kind = "simulation"
        model = "rescue"
        text = "Noor has more to do than she can manage alone so far. Each week you take over a share of what is too much."
        switches = [{ key = "stuck", text = "Her capacity can't grow: she is ill, or very old" }]
        labels = { capacity = "What Noor can do", alone = "The same without my help", energy = "My energy", time = "weeks" }

        [[activities.sliders]]
        key = "k"
        text = "How much I take over"
        low = 0.0
        high = 1.0
        step = 0.1
        start = 0.5
        ends = ["nothing", "all of it"]
        reads = "{percent} %"

        [[activities.sliders]]
        key = "beta"
        text = "Does my help teach?"
        low = 0.0
        high = 0.6
        step = 0.05
        start = 0.0
        ends = ["no", "a lot"]
        reads = "{percent} %"

        [activities.sentences]
        none = "You do nothing for her. On her own, Noor ends up managing {capacity} of it."
        less = "Noor ends up managing {capacity}; without help it would be {alone}. You have {energy} of your energy left."
        spent = "Noor ends up managing {capacity}; without help it would be {alone}. And you have no energy left."
        same = "Noor ends up managing {capacity}, as without help, but not alone. You have {energy} of your energy left."
        more = "Noor ends up managing {capacity}; without help it would be {alone}. You have {energy} of your energy left."
        stuck = "She won't learn it, with or without help. Help decides how much is left undone. You have {energy} of your energy left."
        stuck_none = "Taking help away teaches her nothing. It only leaves everything undone."
        stuck_spent = "She won't learn it, and you have no energy left. This takes more than one person."
    """

    kind: ClassVar[str] = "simulation"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")
    kept: ClassVar[bool] = False

    model: str
    sliders: tuple[Range, ...] = ()
    picks: tuple[Pick, ...] = ()
    switches: tuple[Switch, ...] = ()
    buttons: tuple[Button, ...] = ()
    fixed: dict[str, float] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    sentences: dict[str, str]
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def controls(self) -> tuple[Range | Pick | Switch | Button, ...]:
        """All controls, in the order shown."""
        return (*self.sliders, *self.picks, *self.switches, *self.buttons)

    @property
    def start(self) -> dict[str, Any]:
        """The values at the beginning."""
        return {
            **{one.key: one.start for one in self.sliders},
            **{one.key: one.start for one in self.picks},
            **{one.key: one.on for one in self.switches},
            **{one.key: 0 for one in self.buttons},
        }

    @property
    def figure(self) -> str:
        return "a model's curves, which people move on their own pages"

    def resolve(self, context: Context) -> Self:
        return replace(self, words={**context.words["kinds"], **context.words["simulation"]})

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        models = sorted(path.stem for path in MODELS.glob("[a-z]*.py"))
        if self.model not in models:
            yield "model", f"uses the model '{self.model}'; {known('models', models, self.model)}"
        keys = [one.key for one in self.controls] + list(self.fixed)
        if not self.controls:
            yield "sliders", "has nothing to move: give it a slider, a pick, a switch or a button"
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield "sliders", f"sets '{key}' twice"
        for one in self.sliders:
            steps = (one.high - one.low) / one.step if one.step > 0 else 0
            if not one.low <= one.start <= one.high or not 1 <= steps <= 100 or abs(steps - round(steps)) > 1e-6:
                yield "sliders", f"has a slider '{one.key}' whose low, high, step and start don't fit together"
            if len(one.ends) not in (0, 2):
                yield "sliders", f"has a slider '{one.key}' with {len(one.ends)} words at its two ends"
        for pick in self.picks:
            if pick.start not in (options := [option.key for option in pick.options]):
                yield "picks", f"starts '{pick.key}' with '{pick.start}'; {known('options', options, pick.start)}"
        for button in self.buttons:
            for key in button.resets:
                if key not in self.start:
                    yield "buttons", f"has a button '{button.key}' that resets '{key}'; {known('controls', self.start, key)}"
        for name, sentence in self.sentences.items():
            try:
                list(Formatter().parse(sentence))
            except ValueError:
                yield "sentences", f"has a brace without its partner in '{name}'"

    def check(self, values: object) -> dict[str, Any]:
        """A value for each control, what is missing as at the beginning; or BadAnswer. Takes anything that JSON can hold."""
        if not isinstance(values, dict) or not set(values) <= set(self.start):
            raise BadAnswer("The model has no such control.")
        checked = {one.key: _value(one, values[one.key]) for one in self.controls if one.key in values}
        return self.start | checked

    def spec(self) -> dict[str, Any]:
        controls = {name: [asdict(one) for one in getattr(self, name)] for name in ("sliders", "picks", "switches", "buttons")}
        for one in controls["sliders"]:
            one["ends"] = list(one["ends"])
        for one in controls["picks"]:
            one["options"] = list(one["options"])
        for one in controls["buttons"]:
            one["resets"] = list(one["resets"])
        return super().spec() | controls | {"start": self.start, "words": self.words}

    def paper(self) -> str:
        tried = [f"- {one.text}" for one in self.controls]
        return "\n\n".join([super().paper(), "\n".join(tried), self.words.get("paper", ""), self.words.get("illustration", "")])


def _value(control: Range | Pick | Switch | Button, value: object) -> Any:
    match control:
        case Range() if isinstance(value, int | float) and not isinstance(value, bool) and control.low <= value <= control.high:
            steps = round((value - control.low) / control.step)
            return round(min(control.low + steps * control.step, control.high), 9)
        case Pick() if isinstance(value, str) and any(value == option.key for option in control.options):
            return value
        case Switch() if isinstance(value, bool):
            return value
        case Button() if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= PRESSES:
            return value
    raise BadAnswer("The model can't be set to that.")
