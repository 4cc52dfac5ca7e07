"""A computer that changes its address in the middle of a workshop: from one wifi to another, or to a phone's hotspot."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from workshop.server import reach
from workshop.server.addresses import LIKELY, Candidate
from workshop.server.runfiles import RunFiles

STEADY = 10.0  # s for which the old address must have been away: a router that renews an address may take it back for a moment
SOON = 180.0  # s within which we go back to an address that comes back; later everybody is at the new one
LATELY = 600.0  # s for which desk and screen say so
NOWHERE = "This computer isn't in any network that phones can be in. Join a wifi or open a hotspot: the QR code for it then appears here."


class Moving:
    """Looks whether the run is still where phones look for it; `look` is called each second."""

    def __init__(self, files: RunFiles, say: Callable[[str], object]) -> None:
        self._files, self._say = files, say
        run = files.run
        self._base = run.join_base
        self._makeshift = not likely(reach.bases(run))  # there was no better one at the start
        self._away: float | None = None  # since when the address has been away
        self._moved = time.monotonic() if run.moved else None  # when it changed
        self._before, self._left = "", 0.0  # where we were until then
        self._told = False

    def look(self) -> str:
        """The new address, once, if it's another one now; else ""."""
        now, run = time.monotonic(), self._files.run
        if run.join_base != self._base:  # somebody has chosen this one at the desk
            self._settle(run.join_base, now if run.moved else None)
        if self._moved is not None and now - self._moved > LATELY:
            self._moved = None
            self._files.move(self._base, False)
        if not run.follows:
            return ""
        found = reach.bases(run)
        if self._before in found and now - self._left < SOON:
            return self._go(self._before, now)
        better = likely(found)
        if self._base in found and not (self._makeshift and better):
            self._away, self._told = None, False
            return ""
        self._away = now if self._away is None else self._away
        if now - self._away < STEADY:
            return ""
        if better:
            return self._go(better, now)
        if not self._told:
            self._told = True
            self._say(NOWHERE)
        return ""

    def _go(self, base: str, now: float) -> str:
        before = "" if self._makeshift or base == self._before else self._base
        self._settle(base, now)
        self._before, self._left = before, now
        self._files.move(base, True)
        return base

    def _settle(self, base: str, moved: float | None) -> None:
        self._base, self._moved = base, moved
        self._makeshift, self._away, self._before = False, None, ""


def likely(found: Mapping[str, Candidate]) -> str:
    """The first address at which phones may well be, or ""; a virtual machine's network and a VPN are no place for them."""
    return next((base for base, one in found.items() if one.kind in LIKELY), "")
