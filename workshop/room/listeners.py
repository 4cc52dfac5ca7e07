"""Everybody in this process who wants to hear of a room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from workshop.room.contract import View

V = TypeVar("V", bound=View)
MOVING = ("closing", "clock")  # what of a view changes by itself


class Listeners(Generic[V]):
    """They're told a view when it differs from the one before, on the thread that noticed, and must return at once."""

    def __init__(self) -> None:
        self.last: V | None = None
        self._callbacks: dict[object, Callable[[V], object]] = {}

    def add(self, callback: Callable[[V], object]) -> Callable[[], None]:
        """Tell `callback` from now on; returns what ends it."""
        token = object()
        self._callbacks[token] = callback
        return lambda: (self._callbacks.pop(token, None), None)[1]

    def tell(self, view: V) -> None:
        """Tell everybody, unless they know it already."""
        if self.last is not None and _still(view) == _still(self.last):
            return
        self.last = view
        for callback in list(self._callbacks.values()):
            callback(view)


def _still(view: View) -> dict[str, object]:
    """A view without what moves by itself."""
    timer = view["timer"]
    return {name: value for name, value in view.items() if name not in MOVING} | {"timer": timer and timer["id"]}
