"""A workshop that was killed leaves a note behind, and its process number soon belongs to another program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.running import Workshop, gone, run, until


@contextmanager
def another_program() -> Iterator[int]:
    """The number of a program that began after the workshop did."""
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as other:
        yield other.pid
        other.stdin.close()


def note_of(running: Workshop) -> Path:
    return running.data_dir / "running" / f"{running.room}.json"


def test_its_room_goes_on_and_can_be_closed_when_another_program_has_its_number(start):
    first = start()
    servers, note = list(first.servers().values()), note_of(first)
    first.process.kill()
    first.process.wait()
    until(lambda: all(map(gone, servers)), 30)
    with another_program() as number:
        said = json.dumps(json.loads(note.read_text()) | {"pid": number})
        note.write_text(said)
        second = start("--room", first.room)
        assert second.room == first.room
        second.stop()
        note.write_text(said)
        closed = run("close", first.room, "--yes", "--data-dir", str(first.data_dir))
    assert closed.returncode == 0, closed.stderr


@pytest.fixture
def hears_hangups() -> Iterator[None]:
    """What is started from here isn't deaf to them, even if these tests run under `nohup`."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(os.name != "posix", reason="only there does a window that is closed send a signal")
def test_closing_the_terminals_window_ends_everything_and_leaves_nothing(start, hears_hangups):
    running = start()
    note = note_of(running)
    directory = Path(json.loads(note.read_text())["directory"])
    everybody = psutil.Process(running.process.pid).children(recursive=True)
    running.process.send_signal(signal.SIGHUP)
    assert running.process.wait(30) == 0
    until(lambda: all(map(gone, everybody)), 30)
    assert not directory.exists() and not note.exists(), "they hold the desk's token and the secret of the cookies"


def desk_of(process: subprocess.Popen) -> psutil.Process | None:
    with suppress(psutil.Error):
        for one in psutil.Process(process.pid).children():
            if "workshop.server.desk" in one.cmdline():
                return one
    return None


@pytest.mark.skipif(os.name != "posix", reason="a command of Unix")
def test_under_nohup_closing_the_window_ends_nothing(tmp_path):
    where = ["--no-browser", "--host", "127.0.0.1", "--port", "0", "--desk-port", "0", "--data-dir", str(tmp_path), "--json"]
    command = ["nohup", sys.executable, "-m", "workshop.cli", "start", *where]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout.readline().startswith(b"{")
        process.send_signal(signal.SIGHUP)
        desk = desk_of(process)
        desk.kill()  # only somebody who is still there starts it again
        until(lambda: process.poll() is not None or desk_of(process) not in (None, desk), 60)
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
