"""How a room stands apart from its questions: calm screens, the timer, the pace, the careful modes, where the session is.

All of it is one short JSON text in the room's row. No time of day is in it: each process counts from the moment in which
it saw something begin, and only durations are kept.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

from workshop.room.contract import Cover, Pace, StageView, TimerView

LONGEST = 60  # min of a timer
STEPS = 1000


@dataclass(frozen=True)
class Stage:
    """`cover`: what covers the phones; `pace`: "together" ends each page at the first question that is not revealed.

    `fiction`: no question about people's own lives; `few`: sensitive questions go to the invented group; `format`: the
    session's plan; `begun`: a random name, a new one at each beginning; `step`: where in the plan the facilitator is;
    `spent`: seconds of the steps before this one; `timer`: "" or a random name and the seconds that it began with;
    `example`: the question whose invented group the screen shows; `doubt`: questions that were open when a server was
    started again, so that it no longer knows which phones have answered them.
    """

    cover: Cover = ""
    pace: Pace = "free"
    fiction: bool = False
    few: bool = False
    format: str = ""
    begun: str = ""
    step: int = 0
    spent: int = 0
    timer: str = ""
    example: str = ""
    doubt: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Stage:
        """From the room's row."""
        known = cls.__dataclass_fields__
        said = {name: value for name, value in json.loads(text or "{}").items() if name in known}
        return cls(**said | {"doubt": tuple(said.get("doubt", ()))})

    def written(self) -> str:
        """For the room's row: only what is not as at the beginning."""
        return json.dumps({name: value for name, value in asdict(self).items() if value != getattr(Stage, name)}, separators=(",", ":"))

    def public(self) -> StageView:
        """What every page may know."""
        return {"cover": self.cover, "pace": self.pace, "fiction": self.fiction, "few": self.few}

    def changed(self, changes: Mapping[str, object], lasted: float = 0) -> Stage:
        """With the desk's changes; ValueError in one sentence. `timer`: minutes, 0 for none; `lasted`: seconds of the step so far."""
        if not isinstance(changes, Mapping) or not changes:
            raise ValueError("The workshop didn't understand this.")
        given: dict[str, Any] = {}
        for name, value in changes.items():
            if not VALID.get(name, lambda _: False)(value):
                raise ValueError("The workshop didn't understand this.")
            given[name] = _timer(value) if name == "timer" else value
        new = replace(self, **given)
        if "format" in changes:
            return replace(new, spent=0, begun=secrets.token_hex(4))
        if new.step != self.step:
            return replace(new, spent=self.spent + round(lasted))
        return new


def _timer(minutes: Any) -> str:
    return f"{secrets.token_hex(4)} {round(60 * minutes)}" if minutes else ""


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: type(value) is kind


VALID: dict[str, Callable[[Any], bool]] = {
    "cover": lambda value: isinstance(value, str) and value in get_args(Cover),
    "pace": lambda value: isinstance(value, str) and value in get_args(Pace),
    "fiction": _is(bool),
    "few": _is(bool),
    "format": lambda value: isinstance(value, str) and len(value) < 40,
    "step": lambda value: type(value) is int and 0 <= value < STEPS,
    "timer": lambda value: type(value) in (int, float) and 0 <= value <= LONGEST,
    "example": lambda value: isinstance(value, str) and len(value) < 200,
}


class Watch:
    """One process's clock for a stage: how long the step has lasted, how much of the timer is left."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._since = now, {"step": ("", 0.0), "timer": ("", 0.0)}

    def _lasted(self, what: str, which: str) -> float:
        if self._since[what][0] != which:
            self._since[what] = which, self._now()
        return self._now() - self._since[what][1]

    def step(self, stage: Stage) -> float:
        """Seconds since this process saw the step begin."""
        return self._lasted("step", f"{stage.begun} {stage.step}")

    def timer(self, stage: Stage) -> TimerView | None:
        """The timer's name and the seconds that are left of it."""
        lasted = self._lasted("timer", stage.timer)
        if not stage.timer:
            return None
        name, seconds = stage.timer.split()
        return {"id": name, "seconds": round(max(0.0, int(seconds) - lasted), 1)}
