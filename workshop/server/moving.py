"""A computer that changes its address in the middle of a workshop: from one wifi to another, or to a phone's hotspot."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from workshop.server import reach
from workshop.server.run import Run

STEADY = 10.0  # s for which the old address must have been away: a router that gives out addresses takes one back for a moment
SOON = 180.0  # s after which an address that comes back is nobody's any more
LATELY = 600.0  # s for which desk and screen say so
NOWHERE = (
    "This computer isn't in any network now, so phones can't reach it. Join a wifi or open a hotspot: the code for it then appears here."
)


class Moving:
    """Looks whether `run` is still where phones look for it; `look` is called each second.

    `move(base, lately)` has the servers say another address, and whether that's new.
    """

    def __init__(self, run: Run, move: Callable[[str, bool], object], say: Callable[[str], object]) -> None:
        self._run, self._move, self._say = run, move, say
        self._base = run.join_base
        self._away: float | None = None  # since when the address has been away
        self._moved = time.monotonic() if run.moved else None  # when it changed
        self._before, self._left = "", 0.0  # where we were until then
        self._told = False

    def look(self) -> str:
        """The new address, once, if it's another one now; else ""."""
        now = time.monotonic()
        if self._moved is not None and now - self._moved > LATELY:
            self._moved = None
            self._move(self._base, False)
        if not self._run.follows:
            return ""
        if self._before and now - self._left < SOON and reach.stands(self._before):
            return self._go(self._before, now)
        if reach.stands(self._base):
            self._away, self._told = None, False
            return ""
        self._away = now if self._away is None else self._away
        if now - self._away < STEADY:
            return ""
        path = urlsplit(self._base).path  # the one under which a proxy shows us stays
        base = reach.url(reach.own_address(self._run.host), self._run.port, bool(self._run.certfile), path)
        if reach.local(base):
            if not self._told:
                self._told = True
                self._say(NOWHERE)
            return ""
        return self._go(base, now)

    def _go(self, base: str, now: float) -> str:
        self._before, self._left = self._base if base != self._before else "", now
        self._base, self._away, self._moved = base, None, now
        self._move(base, True)
        return base
