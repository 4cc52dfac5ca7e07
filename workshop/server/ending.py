"""The end of a room: what `workshop close` says, and what becomes of rooms that nobody closed or that were left half-way."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import date
from pathlib import Path

from workshop import typed
from workshop.server.runfiles import forget_address
from workshop.store import Room, Store

DAYS = 14  # after which we ask about a room that still holds answers


def close(store: Store, room: Room, data_dir: Path) -> tuple[str, bool]:
    """End the room; says in sentences what is left of it, and returns whether that's as it should be."""
    left = store.close_room(room.id)
    forget_address(data_dir, room.code)
    shown = sorted(store.state(room.id).reveals)
    kept = f"{len(shown)} result{'' if len(shown) == 1 else 's'}" + (f" ({', '.join(shown)})" if shown else "")
    stays = f"What stays: its code, its day ({room.created}) and what the group was shown: {kept}."
    return f"Room {room.code} has ended. {left} {stays}", left.clean


def forgotten(store: Store) -> list[Room]:
    """The rooms that began more than `DAYS` ago and still hold their answers."""
    return [room for room, _ in store.unclosed() if _days(room) > DAYS]


def unfinished(store: Store) -> list[Room]:
    """The real rooms of the last `DAYS` in which something was answered or shown, the newest first."""
    return [room for room, used in reversed(store.unclosed()) if used and room.mode == "room" and _days(room) <= DAYS]


def close_forgotten(
    store: Store,
    data_dir: Path,
    running: Container[str],
    say: Callable[[str], object],
    ask: Callable[[str], bool] | None,
    keep: str | None = None,
) -> None:
    """Ask about each room older than `DAYS` that still holds answers; if there's nobody to `ask`, only say so.

    Rooms in `running`, and the one with the code `keep`, are left as they are.
    """
    for room in forgotten(store):
        if room.code in running or room.code == typed.code(keep or ""):
            continue
        told = f"Room {room.code} began {_days(room)} days ago, and its answers were never deleted."
        if ask is None:
            say(f"{told} To delete them: workshop close {room.code}")
        elif ask(f"{told} Delete them now? What the group was shown stays."):
            say(close(store, room, data_dir)[0])


def offer_unfinished(store: Store, running: Container[str], say: Callable[[str], object], ask: Callable[[str], bool] | None) -> str:
    """The code of a room that somebody wants to go on with, the newest first, or ""; if there's nobody to `ask`, only name them."""
    for room in unfinished(store):
        if room.code in running:
            continue
        told = f"Room {room.code}, begun {_day(room)}, isn't finished."
        if ask is None:
            say(f"{told} To go on with it: workshop start --room {room.code}")
        elif ask(f"{told} Go on with it?"):
            return room.code
    return ""


def _days(room: Room) -> int:
    return (date.today() - date.fromisoformat(room.created)).days


def _day(room: Room) -> str:
    days = _days(room)
    return ("today", "yesterday")[days] if days in (0, 1) else f"{days} days ago"
