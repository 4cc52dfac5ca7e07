"""A computer or a container with less than it seems: fewer pages are promised, and people who come too late wait in line."""

from __future__ import annotations

import os
import re
import resource
import sys
import threading
from typing import ClassVar

import pytest

from tests.browsing import Browser
from tests.running import until
from workshop.server import capacity
from workshop.server.seats import Seats

linux = pytest.mark.skipif(sys.platform != "linux", reason="control groups and these limits are Linux's")
MB = 2**20


@pytest.fixture
def groups(tmp_path, monkeypatch):
    """`groups(path, lines of /proc/self/cgroup, {file: content})`: what this process reads of its control groups."""

    def go(lines: str, files: dict[str, object]) -> None:
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(f"{content}\n")
        (tmp_path / "mine").write_text(lines)
        monkeypatch.setattr(capacity, "GROUPS", tmp_path)
        monkeypatch.setattr(capacity, "MINE", tmp_path / "mine")

    return go


V2 = {"a/b/memory.max": "max", "a/b/memory.current": 5, "a/memory.max": 512 * MB, "a/memory.current": 100 * MB}
V1 = {"memory/a/memory.limit_in_bytes": 512 * MB, "memory/a/memory.usage_in_bytes": 100 * MB}
ALONE = {"memory/memory.limit_in_bytes": 512 * MB, "memory/memory.usage_in_bytes": 100 * MB}  # a container that sees only itself


@pytest.mark.parametrize(
    ("lines", "files"),
    [("0::/a/b\n", V2), ("4:cpu:/z\n5:memory,x:/a\n0::/\n", V1), ("5:memory:/docker/77\n", ALONE), ("5:memory:/../..\n", ALONE)],
)
def test_a_containers_memory_counts_and_not_the_whole_machines(groups, lines, files):
    groups(lines, files)
    found = capacity.capacity(0, forked=True)
    assert found.pages == int(412 * MB * capacity.SHARE / capacity.FORKED) and "412 MB of memory are left in this container" in found.why
    assert capacity.capacity(500, forked=True).pages == found.pages, "nobody can choose more than a container has"


def test_files_that_a_container_only_keeps_in_memory_are_free(groups):
    groups("0::/\n", {"memory.max": 512 * MB, "memory.current": 500 * MB, "memory.stat": f"anon 7\ninactive_file {300 * MB}"})
    assert capacity.group_memory() == 312 * MB


def test_where_nothing_limits_it_nothing_is_said(groups):
    groups(
        "5:memory:/\n8:pids:/\n", {"memory/memory.limit_in_bytes": 2**63 - 4096, "memory/memory.usage_in_bytes": 5, "pids/pids.max": "max"}
    )
    assert capacity.group_memory() is None
    assert not re.search("thread|container", capacity.capacity(30, forked=True).why)


def test_a_containers_threads_count(groups):
    groups("0::/a\n", {"a/pids.max": 200, "a/pids.current": 90, "pids.max": "max"})
    found = capacity.capacity(0, forked=True)
    assert found.pages == (110 - capacity.OWN_THREADS) // capacity.PAGE_THREADS and "110 more threads" in found.why


@linux
def test_the_users_own_limit_of_threads_counts_unless_the_user_is_root(groups, monkeypatch):
    groups("", {})
    limits = {resource.RLIMIT_NPROC: (140, 140), resource.RLIMIT_NOFILE: (4096, 4096)}
    monkeypatch.setattr(capacity.resource, "getrlimit", limits.get)
    monkeypatch.setattr(capacity, "_own_threads", lambda: 30)
    monkeypatch.setattr(capacity.os, "geteuid", lambda: 1000)
    found = capacity.capacity(0, forked=True)
    assert found.pages == (110 - capacity.OWN_THREADS) // capacity.PAGE_THREADS and "110 more threads" in found.why
    monkeypatch.setattr(capacity.os, "geteuid", lambda: 0)
    assert capacity.free_threads() is None


def test_when_others_take_the_threads_no_page_is_started_until_some_are_free_again(monkeypatch):
    """Without any left, ZeroMQ would end the whole server."""
    free, now = [200], [100.0]
    monkeypatch.setattr(capacity, "free_threads", lambda: free[-1])
    monkeypatch.setattr(capacity.time, "monotonic", lambda: now[0])
    seats = Seats(Held(), limit=50, most=50, spare=capacity.Spare(forked=True))
    assert seats.free() and seats.spare(0)
    for left, enough in ((2 * capacity.PAGE_THREADS, False), (0, False), (100, True), (None, True)):
        free.append(left)
        now[0] += 1.1
        assert seats.free() is enough and seats.spare(0) is enough
    free.append(5000)
    roomy = capacity.Spare(forked=True)
    free.append(0)
    now[0] += 5
    assert roomy(), "nobody counts where there are thousands"


class Held:
    """Kernels of which nobody has one."""

    held: ClassVar[dict] = {}

    def taken(self) -> int:
        return 0

    def longest_left(self) -> None:
        return None


def test_where_a_system_refuses_many_files_it_is_asked_for_fewer(monkeypatch):
    """macOS begins with 256 and names no limit, but refuses 65,536."""
    limits = [(256, resource.RLIM_INFINITY)]

    def refuse(which: int, wanted: tuple[int, int]) -> None:
        if wanted[0] > 10_240:
            raise ValueError("current limit exceeds maximum limit")
        limits.append(wanted)

    monkeypatch.setattr(capacity.resource, "getrlimit", lambda which: limits[-1])
    monkeypatch.setattr(capacity.resource, "setrlimit", refuse)
    assert capacity.open_files() == 10_240 and limits[-1][1] == resource.RLIM_INFINITY


@linux
def test_every_thread_of_the_user_is_counted():
    done = threading.Event()
    more = [threading.Thread(target=done.wait) for _ in range(40)]
    for one in more:
        one.start()
    counted = capacity._own_threads()
    done.set()
    assert counted > 40


@linux
def test_with_few_open_files_those_who_come_too_late_wait_and_those_inside_stay(start, tmp_path):
    """`ulimit -n 160`: room for a few pages, said at the start; then as many again come, and nobody's page breaks."""
    (tmp_path / "sitecustomize.py").write_text("import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (160, 160))\n")
    paths = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    room = start(env={"PYTHONPATH": paths})
    until(lambda: "There's room for" in room.log.read_text(), 30)
    places = int(re.search(r"There's room for (\d+) pages at once: only 160 files", room.log.read_text())[1])
    assert 3 <= places <= 10
    phones = [Browser(room.join_url) for _ in range(places)]
    kernels = []
    for one in phones:
        assert one.join(room.room).status == 200
        kernels.append(one.open("/en/start"))
    sockets = [one.channels(kernel) for one, kernel in zip(phones, kernels, strict=True)]
    late = [Browser(room.join_url) for _ in range(2 * places)]
    waiting = []
    for one in late:
        assert one.join(room.room).status == 200
        bare = one.raw()
        bare.sendall(f"GET /en/start HTTP/1.1\r\nHost: {one.host}\r\nCookie: {one.cookie}\r\n\r\n".encode())
        waiting.append((bare, until(lambda bare=bare: read(bare, b"number"), 30)))
    for one, kernel, socket in zip(phones, kernels, sockets, strict=True):
        assert one.get(f"/alive/{kernel}").status == 204
        socket.ping().wait(20)
        socket.close()
    for bare, _ in waiting:
        bare.close()
    assert "Traceback" not in room.log.read_text() and "stopped by itself" not in room.log.read_text()


def read(bare, wanted: bytes) -> bytes:
    """Everything that came, as much as was wanted."""
    found = b""
    while wanted not in found:
        piece = bare.recv(65536)
        assert piece, found[-500:]
        found += piece
    return found
