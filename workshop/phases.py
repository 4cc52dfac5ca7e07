"""How a question can stand in a room, and what kinds of room there are: the store writes these down, everybody reads them."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal


class Phase(StrEnum):
    """Where a question stands. A game waits until its debrief, and is closed from there on."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSING = "closing"  # its last seconds: answers are still taken, and the desk can still cancel
    CLOSED = "closed"  # for good


RUNNING = (Phase.OPEN, Phase.CLOSING)  # answers are taken

Mode = Literal["room", "rehearsal", "alone"]
