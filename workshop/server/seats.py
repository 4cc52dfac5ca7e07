"""How many pages there may be at once, and who has a place: those who are here, whose page is starting, whose turn has come."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workshop.server.kernels.manager import Kernels
from workshop.server.line import Line

AT_ONCE = 3 * (os.cpu_count() or 2)  # pages that are made at the same time: with more, each of them would only be late


class Seats:
    """Counts places. `limit`: how many pages may belong to somebody; `most`: how many kernels there may be, pages that are
    ready included. 0: no limit; `spare`: whether one more could start. People who find no place wait in `line`."""

    def __init__(self, kernels: Kernels, limit: int = 0, most: int = 0, spare: Callable[[], bool] = lambda: True) -> None:
        self._kernels, self.limit, self.most, self._can_start = kernels, limit, most, spare
        self._starting = 0
        self.line = Line(AT_ONCE, self._next_may_start)

    def free(self) -> bool:
        """Whether there is a place for one more than everybody who is already on the way."""
        return not self._full(self._starting + self.line.called + len(self.line))

    def _next_may_start(self) -> bool:
        """Whether there is a place for the next in line; those who were called a moment ago have theirs."""
        return not self._full(self._starting + self.line.called)

    def _full(self, coming: int) -> bool:
        """Whether every place is taken by somebody who is here, was here a minute ago, or is coming."""
        return self._short(coming) and not self._kernels.longest_left()

    def _short(self, coming: int) -> bool:
        return (bool(self.limit) and self._kernels.taken() + coming >= self.limit) or not self._can_start()

    @contextmanager
    def starting(self) -> Iterator[None]:
        """A page has its place from the moment its kernel begins to start."""
        self._starting += 1
        try:
            yield
        finally:
            self._starting -= 1

    async def make_room(self) -> None:
        """For a page that is starting: end the page that was left first, if every place is taken."""
        if self._short(self._starting - 1) and (left := self._kernels.longest_left()):
            await self._kernels.end(left)

    def too_many(self) -> bool:
        """Whether one kernel has to go before another may start."""
        return bool(self.most) and len(self._kernels.held) + self._starting > self.most

    def spare(self, making: int) -> bool:
        """Whether one more page may be made ready while `making` others are."""
        return (not self.most or len(self._kernels.held) + making < self.most) and self._can_start()
