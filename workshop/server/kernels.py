"""Kernels and whose they are. Owners live in this process's memory only: in no kernel, store or log."""

from __future__ import annotations

import contextvars
import itertools
import math
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Dict, Integer

LEFT = 60.0  # seconds after which a page that was left for a newer one loses its kernel
ASLEEP = 30 * 60.0  # seconds for which a phone may sleep and still find its page


@dataclass(eq=False)
class Visit:
    """One opening of one page."""

    owner: str
    kernel_id: str | None = None


@dataclass(eq=False)
class Held:
    """One living kernel: its owner, its place in the order of pages, its open websockets."""

    owner: str
    number: int
    left: float | None = field(default_factory=time.monotonic)  # since when no websocket is open
    sockets: set = field(default_factory=set)


VISIT: contextvars.ContextVar[Visit | None] = contextvars.ContextVar("visit", default=None)


class NativeSpecs(KernelSpecManager):
    """This Python's own kernel, whatever kernels the machine has besides."""

    def _kernel_dirs_default(self) -> list[str]:
        return []


class Kernels(AsyncMappingKernelManager):
    """Starts kernels for the visit at hand, knows their owners, ends those that nobody needs."""

    environment = Dict()
    output = Integer(subprocess.DEVNULL, help="The descriptor that kernels write to: never the terminal itself.")
    seats = Integer(0, help="The largest number of kernels; 0: no limit.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.held: dict[str, Held] = {}
        self._numbers = itertools.count()

    async def start_kernel(self, *, path: str | None = None, **kwargs: Any) -> str:
        """Start a kernel owned by the current visit; Voila's environment (URL, headers) is dropped."""
        visit = VISIT.get()
        if visit is None:
            raise RuntimeError("a kernel is only started for a visit")
        kwargs["env"] = dict(self.environment)
        kwargs |= dict.fromkeys(("stdout", "stderr"), self.output)
        kernel_id = await super().start_kernel(path=path, **kwargs)
        self.held[kernel_id] = Held(visit.owner, next(self._numbers))
        visit.kernel_id = kernel_id
        return kernel_id

    def owned(self, kernel_id: str, owner: str | None) -> bool:
        held = self.held.get(kernel_id)
        return held is not None and owner is not None and held.owner == owner

    def full(self, coming: int = 0) -> bool:
        """Whether every seat is taken by somebody who is here, was a minute ago, or is `coming`."""
        return bool(self.seats) and len(self.held) + coming >= self.seats and not self._longest_left()

    async def make_room(self, coming: int = 0) -> None:
        """End the kernel of the page that was left first, if every seat is taken."""
        if self.seats and len(self.held) + coming >= self.seats and (longest := self._longest_left()):
            await self.end(longest)

    def _longest_left(self) -> str | None:
        away = [(held.left, kernel_id) for kernel_id, held in self.held.items() if held.left is not None]
        left, kernel_id = min(away, default=(math.inf, None))
        return kernel_id if time.monotonic() - left > LEFT else None

    def people(self) -> int:
        """How many browsers have a page open now."""
        return len({held.owner for held in self.held.values() if held.sockets})

    def opened(self, kernel_id: str, socket: object) -> None:
        if held := self.held.get(kernel_id):
            held.sockets.add(socket)
            held.left = None

    def closed(self, kernel_id: str, socket: object) -> None:
        if held := self.held.get(kernel_id):
            held.sockets.discard(socket)
            if not held.sockets:
                held.left = time.monotonic()

    async def end(self, kernel_id: str) -> None:
        """End a kernel at once; it holds nothing that is not in the store or on the phone."""
        held = self.held.pop(kernel_id, None)
        for socket in list(held.sockets) if held else ():
            socket.close(1001)
        if kernel_id in self:
            await self.shutdown_kernel(kernel_id, now=True)

    async def reap(self) -> None:
        """End dead kernels and those of pages that were left. Called each second."""
        now = time.monotonic()
        newest: dict[str, int] = {}
        for held in self.held.values():
            newest[held.owner] = max(held.number, newest.get(held.owner, -1))
        for kernel_id, held in list(self.held.items()):
            dead = kernel_id not in self or not await self.is_alive(kernel_id)
            limit = LEFT if held.number < newest[held.owner] else ASLEEP
            if dead or (held.left is not None and now - held.left > limit):
                try:
                    await self.end(kernel_id)
                except Exception:
                    self.log.exception("A kernel could not be ended.")
