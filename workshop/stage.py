"""How a room stands beside its questions: calm screens, the timer, the pace, the careful modes, where the session is.

All of it is one short JSON text in the room's row. No time of day is in it: what runs is counted by each process from
the moment in which it saw it begin, and only durations are kept.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

SCREENS = ("", "down", "pause")
PACES = ("free", "together")
LONGEST = 60  # min of a timer
STEPS = 1000


@dataclass(frozen=True)
class Stage:
    """`screen`: what covers the phones; `pace`: "together" ends each page at the first question that is not revealed.

    `fiction`: no question about people's own lives; `few`: sensitive questions go to the invented group; `format`: the
    session's plan; `begun`: a random name, another one at each beginning; `step`: where in the plan the facilitator is;
    `spent`: seconds of the steps before this one; `timer`: "" or a random name and the seconds that it began with;
    `example`: the question whose invented group the wall shows.
    """

    screen: str = ""
    pace: str = "free"
    fiction: bool = False
    few: bool = False
    format: str = ""
    begun: str = ""
    step: int = 0
    spent: int = 0
    timer: str = ""
    example: str = ""

    @classmethod
    def read(cls, text: str) -> Stage:
        """From the room's row."""
        known = cls.__dataclass_fields__
        return cls(**{name: value for name, value in json.loads(text or "{}").items() if name in known})

    def written(self) -> str:
        """For the room's row: only what is not as at the beginning."""
        return json.dumps({name: value for name, value in asdict(self).items() if value != getattr(Stage, name)}, separators=(",", ":"))

    def public(self) -> dict[str, Any]:
        """What every page may know."""
        return {"screen": self.screen, "pace": self.pace, "fiction": self.fiction, "few": self.few}

    def changed(self, changes: Mapping[str, Any], lasted: float = 0) -> Stage:
        """With the desk's changes; ValueError in one sentence. `timer`: minutes, 0 for none; `lasted`: seconds of the step so far."""
        if not isinstance(changes, Mapping) or not changes:
            raise ValueError("The workshop didn't understand this.")
        new = self
        for name, value in changes.items():
            if not VALID.get(name, lambda _: False)(value):
                raise ValueError("The workshop didn't understand this.")
            if name == "timer":
                value = f"{secrets.token_hex(4)} {round(60 * value)}" if value else ""
            new = replace(new, **{name: value})
        if "format" in changes:
            return replace(new, spent=0, begun=secrets.token_hex(4))
        if new.step != self.step:
            return replace(new, spent=self.spent + round(lasted))
        return new


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: type(value) is kind


VALID: dict[str, Callable[[Any], bool]] = {
    "screen": lambda value: isinstance(value, str) and value in SCREENS,
    "pace": lambda value: isinstance(value, str) and value in PACES,
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

    def timer(self, stage: Stage) -> dict[str, Any] | None:
        """The timer's name and the seconds that are left of it."""
        lasted = self._lasted("timer", stage.timer)
        if not stage.timer:
            return None
        name, seconds = stage.timer.split()
        return {"id": name, "seconds": round(max(0.0, int(seconds) - lasted), 1)}
