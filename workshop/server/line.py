"""First come, first made: no more pages at the same time than the machine can make, and no more than it has places."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Line:
    """At most `width` inside at once, and only while `free()`; the others wait in the order in which they came.

    `free` may become true without anybody leaving: `move` asks again, and is called each second.
    """

    def __init__(self, width: int, free: Callable[[], bool] = lambda: True) -> None:
        self._width, self._free = width, free
        self.inside = self.called = 0  # `called`: whose turn has come and who hasn't noticed yet
        self._waiting: deque[tuple[asyncio.Future, Callable[[int], object]]] = deque()

    def __len__(self) -> int:
        """How many are waiting."""
        return len(self._waiting)

    @asynccontextmanager
    async def turn(self, tell: Callable[[int], object] = lambda number: None) -> AsyncIterator[None]:
        """Wait for a turn; `tell(number)` is called with one's place, 1 for the next, each time it changes."""
        if self._waiting or self.inside >= self._width or not self._free():
            mine = (asyncio.get_running_loop().create_future(), tell)
            self._waiting.append(mine)
            tell(len(self._waiting))
            try:
                await mine[0]
                self.called -= 1
            except BaseException:  # the phone has gone in the meantime
                if mine in self._waiting:
                    self._waiting.remove(mine)
                    self._tell()
                else:
                    self.called -= 1
                    self._leave()
                raise
        else:
            self.inside += 1
        try:
            yield
        finally:
            self._leave()

    def _leave(self) -> None:
        self.inside -= 1
        self.move()

    def move(self) -> None:
        """Let in everybody who may come in now."""
        moved = False
        while self._waiting and self.inside < self._width and self._free():
            turn, _ = self._waiting.popleft()
            if not turn.done():
                self.inside += 1
                self.called += 1
                turn.set_result(None)
                moved = True
        if moved:
            self._tell()

    def _tell(self) -> None:
        for number, (_, tell) in enumerate(self._waiting, 1):
            tell(number)
