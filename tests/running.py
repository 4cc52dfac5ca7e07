"""Fixtures that start the real product by its own command, as a facilitator would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

PROGRAM = (sys.executable, "-m", "workshop.cli")


@dataclass
class Workshop:
    """One running `workshop start`, with what its --json line said."""

    process: subprocess.Popen
    room: str
    join_url: str
    desk_url: str
    pages: dict[str, str]
    data_dir: Path
    log: Path

    def servers(self) -> dict[str, psutil.Process]:
        """The two server processes, by name: participants, desk."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                command = " ".join(child.cmdline())
                found |= {name: child for name in ("participants", "desk") if f"workshop.server.{name}" in command}
        return found

    def kernels(self) -> list[psutil.Process]:
        """The kernels of the participants' server that are alive now."""
        server = self.servers().get("participants")
        with suppress(psutil.Error):
            return [child for child in server.children(recursive=True) if is_kernel(child)]
        return []

    def fork_server(self) -> psutil.Process | None:
        """The warm process that kernels are forked from, once it listens."""
        with suppress(psutil.Error):
            for child in self.servers()["participants"].children():
                if "workshop.server.kernels.fork" in child.cmdline() and not is_kernel(child):
                    return child if Path(child.cmdline()[3]).is_socket() else None
        return None

    def stop(self) -> None:
        """Ctrl-C, as a facilitator would; then make sure."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise


def run(*arguments: str, **options) -> subprocess.CompletedProcess:
    """`workshop ARGUMENTS …`, to its end."""
    options = {"capture_output": True, "text": True, "timeout": 120, **options}
    return subprocess.run([*PROGRAM, *arguments], check=False, **options)


@contextmanager
def workshops(folder: Path, program: Sequence[str] = PROGRAM, **options) -> Iterator[Callable[..., Workshop]]:
    """`go("--room", "K7PM", …)` starts a workshop on free ports, with its data in `folder`, and waits until it answers.

    `program`: the command to start, if it isn't this checkout's own; `options`: what else its process is told (cwd, env).
    """
    started = []
    surroundings = options.pop("env", os.environ)

    def go(*arguments: str, env: dict[str, str] | None = None) -> Workshop:
        log = folder / f"workshop-{len(started)}.log"
        command = [
            *program,
            "start",
            "--no-browser",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--desk-port",
            "0",
            "--data-dir",
            str(folder / "data"),
            "--json",
            *arguments,
        ]
        with log.open("w") as errors:
            streams = {"stdout": subprocess.PIPE, "stderr": errors, "text": True}
            process = subprocess.Popen(command, env={**surroundings, **(env or {})}, **streams, **options)
        line = process.stdout.readline()
        # The pipe is read on, or a product that prints much would stop at a full pipe.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        if not line:
            process.wait(20)
            raise AssertionError(f"workshop start said nothing; its errors:\n{log.read_text()}")
        said = json.loads(line)
        running = Workshop(process, said["room"], said["join_url"], said["desk_url"], said["pages"], Path(said["data_dir"]), log)
        started.append(running)
        return running

    try:
        yield go
    finally:
        for running in started:
            running.stop()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Workshop]]:
    """Starts workshops that end with the test: `start("--room", "K7PM", …)`."""
    with workshops(tmp_path) as go:
        yield go


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """One workshop for all tests of a file that leave it as it is."""
    with workshops(tmp_path_factory.mktemp("workshop")) as go:
        yield go()


def until(condition: Callable[[], object], seconds: float = 15, what: str = "") -> object:
    """Wait until `condition()` is true and return it; AssertionError after `seconds` at most."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain{': ' + what if what else ''}")


def is_kernel(process: psutil.Process) -> bool:
    """Whether it is a page's kernel: a forked one has its own name, a plain one its command."""
    with suppress(psutil.Error):
        return process.name() == "page-kernel" or "ipykernel_launcher" in process.cmdline()
    return False


def gone(process: psutil.Process) -> bool:
    """Whether it has ended: one that nobody has waited for yet (a container's first process may never) has ended too."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
