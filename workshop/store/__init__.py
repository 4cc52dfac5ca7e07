"""Rooms, answers and reveals, in SQLite or PostgreSQL. Nothing outside this package knows SQL.

What isn't written down can't be found: answers and participation hold random keys of one question, never a time, an
address or a counter, and share no key; SQLite keeps both in the order of their keys, not of their arrival.
"""

from __future__ import annotations

from workshop.store.engines import StoreError
from workshop.store.questions import Count, Made, Room, RoomEnded
from workshop.store.store import DeskState, Left, State, Store

__all__ = ["Count", "DeskState", "Left", "Made", "Room", "RoomEnded", "State", "Store", "StoreError"]
