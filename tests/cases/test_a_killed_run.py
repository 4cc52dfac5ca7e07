"""A workshop that was killed leaves a note behind, and its process number soon belongs to another program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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


@pytest.mark.skipif(os.name != "posix", reason="only there does a window that is closed send a signal")
def test_closing_the_terminals_window_ends_everything_and_leaves_nothing(start):
    running = start()
    note = note_of(running)
    directory = Path(json.loads(note.read_text())["directory"])
    everybody = psutil.Process(running.process.pid).children(recursive=True)
    running.process.send_signal(signal.SIGHUP)
    assert running.process.wait(30) == 0
    until(lambda: all(map(gone, everybody)), 30)
    assert not directory.exists() and not note.exists(), "they hold the desk's token and the secret of the cookies"
