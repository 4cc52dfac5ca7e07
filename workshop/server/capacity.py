"""How many pages this computer can hold: by its memory, its open files and its threads, whichever comes to an end first.

What psutil says of the memory is the whole machine's; a container may have less, and Linux says so in its control groups.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

try:
    import resource
except ImportError:  # Windows, which has no such limits
    resource = None  # type: ignore[assignment]

FORKED, PLAIN = 24 * 2**20, 80 * 2**20  # bytes that one page's kernel may need for itself
SHARE = 0.7  # of the memory that is free at the start
LEAST = 20  # pages for which there's always memory: a slow computer is better than a closed door
FILES = (65536, 10240, 4096, 1024)  # that we ask for, the first that we get
PAGE_FILES = 8  # open files of the server for one page: six, and its connections while it loads
OWN_FILES = 80  # for itself: libraries, the store, the log
CONNECTIONS = 2000  # at once, not counting the websockets of pages
PAGE_THREADS, PLAIN_THREADS = 7, 12  # for one page, in its kernel and in the server
OWN_THREADS = 40  # that both servers still start
TIGHT = 2000  # threads: with more of them at the start nobody needs to look again
GROUPS = Path("/sys/fs/cgroup")
MINE = Path("/proc/self/cgroup")


@dataclass(frozen=True)
class Capacity:
    """`pages` at once, `connections` besides; `why`: what limits them, unless it's the memory."""

    pages: int
    connections: int
    why: str = ""

    def __str__(self) -> str:
        return f"There's room for {self.pages} pages at once{self.why and f': {self.why}'}."


def capacity(asked: int, forked: bool) -> Capacity:
    """What can be promised at the start. `asked`: pages that somebody chose in place of what this computer's memory allows, or 0."""
    files, threads, memory = open_files(), free_threads(), group_memory()
    each = FORKED if forked else PLAIN
    found = [(asked or max(LEAST, int(psutil.virtual_memory().available * SHARE / each)), "")]
    found.append(((files - OWN_FILES) * 3 // 4 // PAGE_FILES, f"only {files} files may be open at the same time (ulimit -n)"))
    if memory is not None:
        found.append((int(memory * SHARE / each), f"only {memory // 2**20} MB of memory are left in this container"))
    if threads is not None:
        pages = (threads - OWN_THREADS) // (PAGE_THREADS if forked else PLAIN_THREADS)
        found.append((pages, f"only {threads} more threads may run (ulimit -u, or a container's limit)"))
    pages, why = min(found)
    return Capacity(max(1, pages), min(CONNECTIONS, max(20, (files - OWN_FILES) // 4)), why)


def open_files() -> int:
    """How many files this process may have open, raised as far as the system allows."""
    if resource is None:
        return FILES[0]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in FILES:  # macOS sets no limit, and refuses more than some
        wanted = hard if 0 < hard < wanted else wanted
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
            break
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def group_memory() -> int | None:
    """Bytes that the control groups of this process let it use in addition, or None where none of them has a limit."""
    free = []
    for group in _groups("memory"):
        limit = _number(group / "memory.max", group / "memory.limit_in_bytes")
        used = _number(group / "memory.current", group / "memory.usage_in_bytes")
        if limit is not None and used is not None and limit < psutil.virtual_memory().total:  # version 1 has a huge one for none
            free.append(max(0, limit - used + _kept(group)))
    return min(free, default=None)


def free_threads() -> int | None:
    """How many threads may still be started, or None where nothing limits them."""
    free = []
    for group in _groups("pids"):
        limit, used = _number(group / "pids.max"), _number(group / "pids.current")
        if limit is not None and used is not None:
            free.append(limit - used)
    if resource is not None and sys.platform == "linux" and os.geteuid() != 0:  # it doesn't hold for root
        limit = resource.getrlimit(resource.RLIMIT_NPROC)[0]
        if limit != resource.RLIM_INFINITY:
            free.append(limit - _own_threads())
    return max(0, min(free)) if free else None


class Spare:
    """Called: whether there are threads left for one more page. Others of the same user may take them at any time, and
    without them ZeroMQ ends the whole server."""

    def __init__(self, forked: bool) -> None:
        self._least = 3 * (PAGE_THREADS if forked else PLAIN_THREADS)  # several pages may be on their way
        self._tight = self._free() < TIGHT
        self._until, self._enough = 0.0, True

    def __call__(self) -> bool:
        now = time.monotonic()
        if self._tight and now > self._until:  # counting takes some milliseconds
            self._until, self._enough = now + 1, self._free() >= self._least
        return self._enough

    def _free(self) -> float:
        free = free_threads()
        return float("inf") if free is None else free


def _own_threads() -> int:
    """All threads of this user, which is what Linux counts for `ulimit -u`."""
    mine, count = os.getuid(), 0
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().real == mine:
                count += process.num_threads()
    return count


def _groups(controller: str) -> Iterator[Path]:
    """The folders of the control groups that this process is in, the innermost first: of version 2, or of this controller."""
    try:
        lines = MINE.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, names, path = line.split(":", 2)
        if names and controller not in names.split(","):
            continue
        top = GROUPS / controller if names else GROUPS
        inner = top / path.lstrip("/") if ".." not in path else top  # a container may see itself from outside
        yield from (folder for folder in (inner, *inner.parents) if folder.is_relative_to(top) and folder.is_dir())


def _number(*files: Path) -> int | None:
    """What the first of these files that is there holds; None for "max" or for none."""
    for file in files:
        with suppress(OSError, ValueError):
            return int(file.read_text())
    return None


def _kept(group: Path) -> int:
    """Bytes of files that the group keeps in memory and gives back whenever they're needed."""
    with suppress(OSError, ValueError):
        for line in (group / "memory.stat").read_text().splitlines():
            name, _, value = line.partition(" ")
            if name in ("inactive_file", "total_inactive_file"):
                return int(value)
    return 0
