"""The end of a room: what `workshop close` says, and what becomes of rooms that nobody closed."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import date

from workshop.store import Room, Store

DAYS = 14  # after which we ask about a room that still holds answers


def close(store: Store, room: Room) -> tuple[str, bool]:
    """End the room; says in sentences what is left of it, and returns whether that's as it should be."""
    left = store.close_room(room.id)
    shown = sorted(store.state(room.id).reveals)
    kept = f"{len(shown)} result{'' if len(shown) == 1 else 's'}" + (f" ({', '.join(shown)})" if shown else "")
    stays = f"What stays: its code, its day ({room.created}) and what the group was shown: {kept}."
    return f"Room {room.code} has ended. {left} {stays}", left.clean


def close_forgotten(
    store: Store, running: Container[str], say: Callable[[str], object], ask: Callable[[str], bool] | None, keep: str | None = None
) -> None:
    """Ask about each room older than `DAYS` that still holds answers; if there's nobody to `ask`, only say so.

    Rooms in `running`, and the one with the code `keep`, are left as they are.
    """
    for room in store.forgotten(DAYS):
        if room.code in running or room.code == (keep or "").strip().upper():
            continue
        days = (date.today() - date.fromisoformat(room.created)).days
        told = f"Room {room.code} began {days} days ago, and its answers were never deleted."
        if ask is None:
            say(f"{told} To delete them: workshop close {room.code}")
        elif ask(f"{told} Delete them now? What the group was shown stays."):
            say(close(store, room)[0])
