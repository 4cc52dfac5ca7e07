"""A13: what somebody writes for themselves is nowhere but on their phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.attacks.served import Breach, Served, served
from tests.browser.walk import activity, go, join
from tests.chromium import Phone
from tests.running import until

CANARY = "zephyr-quagmire-31"


def attack(place: Served, phone: Callable[..., Phone], keep: bool) -> None:
    """Raises Breach where the canary is in a request, a frame, a file, a log, or a process's environment or memory map."""
    with place.control() as control:
        control.open_module("arrive")
    one = go(join(phone(), place, keep=keep), place, "arrive")
    field = activity(one, "word").locator("textarea")
    field.press_sequentially(CANARY)
    field.blur()
    one.page.wait_for_timeout(500)
    one.page.reload()
    field = activity(one, "word").locator("textarea")
    until(lambda: field.input_value() == CANARY, 20)
    kept = one.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert CANARY in kept
    if CANARY in one.sent():
        raise Breach("it went over the wire")
    everywhere(place, CANARY)  # while the page and its kernel live
    one.page.click("#ws-hide")
    if CANARY in one.page.content():
        raise Breach("it is on the hidden page")
    if CANARY in one.sent():
        raise Breach("it went over the wire")


def everywhere(place: Served, canary: str) -> None:
    folders = [
        place.data_dir,
        place.run.directory,
        place.run.open_directory,
        Path.home() / ".ipython",
        Path.home() / ".local" / "share" / "jupyter",
    ]
    for folder in folders:
        for file in folder.rglob("*") if folder.is_dir() else ():
            if file.is_file() and canary.encode() in file.read_bytes():
                raise Breach(f"it is in {file.name}")
    for role in place.processes:
        for process in (place.server(role), *place.kernels(role)):
            if canary in str(process.environ()) or canary in str(process.cmdline()):
                raise Breach("a process carries it")
            in_memory(process, canary)


def in_memory(process: psutil.Process, canary: str) -> None:
    """Linux shows a process's memory to its owner."""
    memory, maps = Path(f"/proc/{process.pid}/mem"), Path(f"/proc/{process.pid}/maps")
    if not maps.exists():
        return
    with memory.open("rb") as pages:
        for line in maps.read_text().splitlines():
            where, rights, *_ = line.split()
            start, end = (int(side, 16) for side in where.split("-"))
            if rights.startswith("rw") and end - start < 2**28:
                try:
                    pages.seek(start)
                    found = canary.encode() in pages.read(end - start)
                except OSError:
                    continue
                if found:
                    raise Breach("a process of the workshop has it in its memory")


@pytest.mark.parametrize("keep", [False, True])
def test_a_journal_stays_on_its_phone(keep: bool, phone: Callable[..., Phone]) -> None:
    with served() as place:
        attack(place, phone, keep)


def test_the_same_attack_finds_a_synced_one(phone: Callable[..., Phone]) -> None:
    with served("the_journal_is_a_trait") as weaker, pytest.raises(Breach, match="wire"):
        attack(weaker, phone, keep=True)
