"""Kernels and who they belong to. Owners are kept in this process's memory only: in no kernel, no store, no log."""

from __future__ import annotations

import asyncio
import itertools
import math
import secrets
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Dict, Integer

LEFT = 60.0  # s after which a page that was left for a newer one loses its kernel
ASLEEP = 30 * 60.0  # s for which a phone may sleep and still find its page
SOCKETS = 16_384  # that ZeroMQ may have, said before it makes the first: a kernel needs three, and its default is 1,023


@dataclass(eq=False)
class Held:
    """One living kernel: its page, its owner (None: nobody yet), which of all pages it is, its open websockets."""

    page: str
    token: str = ""  # the name that the kernel gives itself when it speaks to the room
    owner: str | None = None
    number: int = 0
    older: bool = False  # its owner has opened another page since
    left: float | None = field(default_factory=time.monotonic)  # since when it has had no websocket; None: it has one
    sockets: set = field(default_factory=set)


class NativeSpecs(KernelSpecManager):
    """This Python's own kernel, whatever other kernels the machine has."""

    def _kernel_dirs_default(self) -> list[str]:
        return []


class Kernels(AsyncMappingKernelManager):
    """Starts kernels for pages, knows their owners, ends those that nobody needs any more."""

    environment = Dict()
    output = Integer(subprocess.DEVNULL, help="The descriptor that kernels write to: never the terminal itself.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context.set(zmq.MAX_SOCKETS, SOCKETS)
        self.held: dict[str, Held] = {}
        self.joined: set[str] = set()  # every browser that has had a page open
        self._numbers = itertools.count()
        self._ending: set[asyncio.Future] = set()  # kept from the garbage collector

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]
        """Refused, so that no route of Jupyter's own starts a kernel: only `launch` does, for a page."""
        raise RuntimeError("a kernel is only started for a page")

    async def launch(self, page: str, owner: str | None = None) -> str:
        """Start a kernel for the notebook `page`, for `owner` or for nobody yet. The kernel never learns whose it is."""
        token = secrets.token_hex(16)
        settings: dict[str, Any] = {"path": str(PurePosixPath(page).parent), "env": self.environment | {"WORKSHOP_PAGE": token}}
        starting = asyncio.ensure_future(super().start_kernel(**settings, stdout=self.output, stderr=self.output))
        try:
            kernel_id = await asyncio.shield(starting)
        except asyncio.CancelledError:  # the phone has gone. If the start broke off halfway, nobody would ever end the kernel
            starting.add_done_callback(self._unwanted)
            raise
        self.held[kernel_id] = Held(page, token)
        if owner is not None:
            self.give(kernel_id, owner)
        return kernel_id

    def _unwanted(self, starting: asyncio.Future) -> None:
        if not starting.cancelled() and starting.exception() is None:
            ending = asyncio.ensure_future(self.end(starting.result()))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    def give(self, kernel_id: str, owner: str) -> None:
        """From here on a kernel that was nobody's belongs to `owner`."""
        for other in self.held.values():
            other.older |= other.owner == owner
        held = self.held[kernel_id]
        held.owner, held.number, held.left = owner, next(self._numbers), time.monotonic()

    async def lives(self, kernel_id: str) -> bool:
        return kernel_id in self and await ensure_async(self.is_alive(kernel_id))

    def start_watching_activity(self, kernel_id: str) -> None:
        """Nothing to watch: Jupyter would listen to everything a kernel says, to learn when it was last busy."""
        kernel: Any = self.get_kernel(kernel_id)
        kernel.execution_state, kernel.reason = "idle", ""

    def holder(self, token: str) -> str | None:
        """The browser that has the page with this token open, or None."""
        return next((held.owner for held in list(self.held.values()) if token and held.token == token), None)

    async def dismiss(self, owner: str) -> None:
        """End every page of a browser that somebody else holds now."""
        for kernel_id in [one for one, held in self.held.items() if held.owner == owner]:
            await self.end(kernel_id)

    def owned(self, kernel_id: str, owner: str | None) -> bool:
        held = self.held.get(kernel_id)
        return held is not None and owner is not None and held.owner == owner

    def taken(self) -> int:
        """How many kernels belong to somebody."""
        return sum(held.owner is not None for held in self.held.values())

    def longest_left(self) -> str | None:
        """The kernel of the page that was left first, if that was more than a minute ago."""
        owned = [(held.left, kernel_id) for kernel_id, held in self.held.items() if held.owner is not None]
        left, kernel_id = min(((left, one) for left, one in owned if left is not None), default=(math.inf, None))
        return kernel_id if time.monotonic() - left > LEFT else None

    def awake(self) -> int:
        """How many browsers have a page open now; of a phone that is asleep the websocket is closed."""
        return len({held.owner for held in self.held.values() if held.sockets})

    def where(self) -> dict[str, int]:
        """Page -> how many browsers have it open now; a browser with several pages counts at its newest one."""
        newest: dict[str | None, Held] = {}
        for held in self.held.values():
            if held.sockets and (held.owner not in newest or held.number > newest[held.owner].number):
                newest[held.owner] = held
        return dict(Counter(held.page for held in newest.values()))

    def opened(self, kernel_id: str, socket: object) -> None:
        if held := self.held.get(kernel_id):
            held.sockets.add(socket)
            held.left = None
            if held.owner:
                self.joined.add(held.owner)

    def closed(self, kernel_id: str, socket: object) -> None:
        if held := self.held.get(kernel_id):
            held.sockets.discard(socket)
            if not held.sockets:
                held.left = time.monotonic()

    async def end(self, kernel_id: str) -> None:
        """End a kernel at once: everything it holds is also in the store or on the phone."""
        held = self.held.pop(kernel_id, None)
        for socket in list(held.sockets) if held else ():
            socket.close(1001)
        if kernel_id in self:
            await self.shutdown_kernel(kernel_id, now=True)

    async def reap(self) -> None:
        """End dead kernels and those of pages that were left. Called each second.

        Pages that are ready and belong to nobody are the pools' business, as long as their kernels live.
        """
        now = time.monotonic()
        for kernel_id, held in list(self.held.items()):
            dead = kernel_id not in self or not await self.is_alive(kernel_id)
            limit = LEFT if held.older else ASLEEP
            left = held.owner is not None and held.left is not None and now - held.left > limit
            if dead or left:
                try:
                    await self.end(kernel_id)
                except Exception:
                    self.log.exception("A kernel couldn't be ended.")
