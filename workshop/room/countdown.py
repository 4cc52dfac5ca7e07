"""How much time a question or a round has left, by this process's clock: the store knows no times."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from workshop.phases import Phase


class Countdown:
    """The questions that are in one phase, and when the time of each is up, counted from when this process first saw it
    there. `seconds`: question -> seconds, for these questions only; a number: the same for all.
    Any thread may call."""

    def __init__(self, phase: Phase, seconds: Mapping[str, float] | float) -> None:
        self._phase, self._seconds = phase, seconds
        self._lock = threading.Lock()  # of the dict below
        self._ends: dict[str, float] = {}

    def see(self, phases: Mapping[str, Phase]) -> None:
        """Note which questions are in the phase now."""
        now = time.monotonic()
        here = [id for id, phase in phases.items() if phase == self._phase]
        with self._lock:
            self._ends = {id: self._ends.get(id, now + seconds) for id in here if (seconds := self._of(id)) is not None}

    def _of(self, id: str) -> float | None:
        return self._seconds.get(id) if isinstance(self._seconds, Mapping) else self._seconds

    def left(self) -> dict[str, float]:
        """Question -> seconds left."""
        now = time.monotonic()
        with self._lock:
            return {id: round(max(0.0, end - now), 1) for id, end in self._ends.items()}

    def over(self) -> list[str]:
        """The questions whose time is up, the first to be over first: what ends last is what the screen stays at."""
        now = time.monotonic()
        with self._lock:
            return sorted((id for id, end in self._ends.items() if end <= now), key=self._ends.__getitem__)
