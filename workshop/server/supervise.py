"""Runs the two servers of a workshop: starts them, restarts one that dies, ends both, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from workshop.server.run import Run
from workshop.server.runfiles import RunFiles

ROLES = ("participants", "desk")
ENDS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]  # the window is closed
STARTING = 60.0  # s that a server may take until it answers
STEADY = 30.0  # s after which a server that dies is restarted at once again
LONGEST_PAUSE = 5.0  # s before a restart: with the start itself a dead server is back within ten
AGAIN = 5.0  # s within which a second Ctrl-C ends the workshop
PRESSED = """This would end the workshop for everybody. If you want that, press Ctrl-C again within five seconds.
To copy text instead, select it and press Ctrl-Shift-C, or use the window's menu."""
STOPPING = 12.0  # s that a server may take to end its kernels


class Trouble(RuntimeError):
    """The workshop can't run; the message is one sentence for the facilitator."""


class Server:
    """One role's process."""

    def __init__(self, files: RunFiles, role: str) -> None:
        self._files, self.role = files, role
        self.process: subprocess.Popen | None = None
        self.began = 0.0
        self.falls = 0
        self._answered = False

    @property
    def run(self) -> Run:
        return self._files.run

    def start(self) -> None:
        if self._files.lost():
            self._files.write()
        self._forget()
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
        self._answered = self._answered or self.run.ready(self.role).exists()
        return self._answered

    @property
    def fell(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    @property
    def unreachable(self) -> bool:
        """Whether it runs, and notebooks don't find it any more."""
        return self.answers and not self.fell and not Path(self.run.socket(self.role)).exists()

    def _forget(self) -> None:
        self.run.ready(self.role).unlink(missing_ok=True)
        self._answered = False

    def give_up(self) -> None:
        """Have it end: the supervisor starts it again."""
        self._forget()
        if self.process is not None:
            self.process.terminate()

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

    def __init__(self, run: Run, say: Callable[[str], object] = lambda text: None, asks: bool = False) -> None:
        """`asks`: one Ctrl-C only asks, since in many windows it's pressed to copy text; a second one ends the workshop."""
        self.say, self._asks = say, asks
        self.files = RunFiles(run)
        self.servers = {role: Server(self.files, role) for role in ROLES}
        self._stop = threading.Event()
        self._pressed, self._asked = float("-inf"), True  # when Ctrl-C was pressed, and whether we've answered
        self._answering = False

    def __enter__(self) -> Supervisor:
        before = {number: signal.getsignal(number) for number in ENDS}
        # Under `nohup` somebody wants it to go on when the window is closed.
        self._before = {number: handler for number, handler in before.items() if number == signal.SIGINT or handler != signal.SIG_IGN}
        for number in self._before:
            signal.signal(number, self._signalled)
        try:
            self.files.write()
            for server in self.servers.values():
                server.start()
            self._until_both_answer()
            self._answering = True
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
        self.files.forget()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _signalled(self, number: int, _frame: object) -> None:
        """Says nothing itself: whatever this interrupts may be speaking."""
        now = time.monotonic()
        if number != signal.SIGINT or not self._asks or not self._answering or now - self._pressed < AGAIN:
            self._stop.set()
        self._pressed, self._asked = now, False

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
        """Until Ctrl-C or another signal to end; restarts a server that has died, at the same port."""
        due: dict[str, float] = {}
        asked = 0.0
        while not self._stop.wait(0.1):
            now = time.monotonic()
            if not self._asked:
                self._asked = True
                self.say(PRESSED)
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
                self._heal()
                each_second()

    def _heal(self) -> None:
        """Bring back what something that tidies up has taken away in the middle of a long workshop."""
        if self.files.lost():
            self.files.write()
        for server in self.servers.values():
            if server.unreachable:
                server.give_up()
