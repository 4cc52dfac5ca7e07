"""Runs the two servers of a workshop: starts them, restarts one that dies, ends both, and leaves nothing behind."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from workshop.server import pages
from workshop.server.run import Run

ROLES = ("participants", "desk")
STARTING = 60.0  # s that a server may take until it answers
STEADY = 30.0  # s after which a server that dies is restarted at once again
LONGEST_PAUSE = 5.0  # s before a restart: with the start itself a dead server is back within ten
STOPPING = 12.0  # s that a server may take to end its kernels


class Trouble(RuntimeError):
    """The workshop can't run; the message is one sentence for the facilitator."""


def run_directory() -> Path:
    """A new directory for one run, mode 0700, with a path short enough for sockets."""
    base = tempfile.gettempdir()
    if os.name == "posix" and len(base) > 40:  # macOS: 49 letters, where a socket's path may have 104
        base = "/tmp"
    return Path(tempfile.mkdtemp(prefix="workshop-", dir=base))


def note_running(run: Run) -> None:
    """Let notebooks in JupyterLab find the desk's socket: `data_dir/running/CODE.json`, readable by this user only."""
    folder = Path(run.data_dir, "running")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    note = {"desk_socket": run.socket("desk"), "room": run.code, "mode": run.mode, "directory": str(run.directory), "pid": os.getpid()}
    descriptor = os.open(folder / f"{run.code}.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(note, file)


def running(data_dir: Path) -> dict[str, dict]:
    """Code -> note of the workshops that run from this data directory. Removes what killed ones have left."""
    found = {}
    for file in sorted((data_dir / "running").glob("*.json")):
        with suppress(OSError, ValueError, KeyError):
            note = json.loads(file.read_text(encoding="utf-8"))
            if psutil.pid_exists(note["pid"]) and Path(note["directory"]).is_dir():
                found[note["room"]] = note
                continue
            shutil.rmtree(note["directory"], ignore_errors=True)
            file.unlink()
    return found


def free_port(host: str, port: int, meant: str, where: str = "--host") -> int:
    """`port`, or a free one for 0; Trouble if it's taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Trouble(f"Port {port} isn't open to this user: choose one above 1023 with {meant}.") from None
        except OverflowError:
            raise Trouble(f"{port} isn't a port: choose one between 1024 and 65535 with {meant}.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Trouble(f"Port {port} is taken by another program: choose another one with {meant}.") from None
            raise Trouble(f"This computer has no address {host}: leave {where} out, or give one of its own.") from None
        return probe.getsockname()[1]


class Server:
    """One role's process."""

    def __init__(self, run: Run, role: str) -> None:
        self.run, self.role = run, role
        self.process: subprocess.Popen | None = None
        self.began = 0.0
        self.falls = 0

    def start(self) -> None:
        self.run.ready(self.role).unlink(missing_ok=True)
        # A session of its own, so that Ctrl-C reaches only the supervisor, which ends its servers in order.
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"workshop.server.{self.role}", str(self.run.directory)],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=os.name == "posix",
        )
        self.began = time.monotonic()

    @property
    def answers(self) -> bool:
        return self.run.ready(self.role).exists()

    @property
    def fell(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def pause(self) -> float:
        """Seconds to wait before the next start: none if it ran steadily, otherwise longer each time."""
        self.falls = 0 if time.monotonic() - self.began > STEADY else self.falls + 1
        return min(LONGEST_PAUSE, 0.5 * 2**self.falls - 0.5)

    def stop(self) -> None:
        """Ask it to end, wait, and if it hasn't, end it."""
        if self.process is None or self.fell:
            return
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOPPING)
        if not self.fell:
            for child in psutil.Process(self.process.pid).children(recursive=True):
                with suppress(psutil.Error):
                    child.kill()
            self.process.kill()
            self.process.wait()


class Supervisor:
    """`with Supervisor(run) as workshop: workshop.wait()`: both servers answer inside the block."""

    def __init__(self, run: Run, say: Callable[[str], object] = lambda text: None) -> None:
        self.run, self.say = run, say
        self.servers = {role: Server(run, role) for role in ROLES}
        self._stop = threading.Event()

    def __enter__(self) -> Supervisor:
        self._before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        for number in self._before:
            signal.signal(number, lambda *_: self._stop.set())
        try:
            pages.build_participants(self.run.site("participants"))
            pages.build_desk(self.run.site("desk"))
            self.run.save()
            note_running(self.run)
            for server in self.servers.values():
                server.start()
            self._until_both_answer()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        threads = [threading.Thread(target=server.stop) for server in self.servers.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        Path(self.run.data_dir, "running", f"{self.run.code}.json").unlink(missing_ok=True)
        shutil.rmtree(self.run.directory, ignore_errors=True)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _until_both_answer(self) -> None:
        end = time.monotonic() + STARTING
        while not all(server.answers for server in self.servers.values()):
            for server in self.servers.values():
                if server.fell:
                    raise Trouble(f"The {server.role} server couldn't start; what it said is above.")
            if self._stop.is_set():
                raise KeyboardInterrupt
            if time.monotonic() > end:
                raise Trouble(f"The servers didn't answer within {STARTING:.0f} seconds: is this computer very busy?")
            time.sleep(0.05)

    def wait(self, each_second: Callable[[], object] = lambda: None) -> None:
        """Until Ctrl-C or SIGTERM; restarts a server that has died, at the same port."""
        due: dict[str, float] = {}
        asked = 0.0
        while not self._stop.wait(0.1):
            now = time.monotonic()
            for role, server in self.servers.items():
                if not server.fell:
                    continue
                if role not in due:
                    due[role] = now + server.pause()
                    self.say(f"The {role} server stopped by itself; it's being started again.")
                elif now >= due[role]:
                    del due[role]
                    server.start()
            if now - asked >= 1:
                asked = now
                each_second()

    def stop(self) -> None:
        self._stop.set()
