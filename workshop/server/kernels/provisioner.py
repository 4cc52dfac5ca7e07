"""Kernels from the fork server, as the workshop's server sees them. Without a fork server a kernel starts in the plain way."""

from __future__ import annotations

import asyncio
import ctypes
import json
import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

NAME = "workshop-fork"
ANSWER = 30.0  # s for a kernel to say that it listens; after that a plain one is started
WARMING = 30.0  # s for the fork server to be ready: a plain kernel takes as long as that, and twice the memory
RETRY = 5.0  # s between two attempts to start a fork server that dies
LINUX = sys.platform == "linux"
ADOPT = 36  # PR_SET_CHILD_SUBREAPER
log = logging.getLogger(__name__)


def registered() -> bool:
    """Whether Jupyter knows our provisioner: only once the package is installed with this entry point."""
    return bool(entry_points(group="jupyter_client.kernel_provisioners", name=NAME))


class ForkServer:
    """The warm process, started again when it dies. It listens at `socket`; `failed`: at least once it died before it could."""

    current: ClassVar[ForkServer | None] = None  # jupyter_client makes the provisioners, and can't tell them about it

    def __init__(self, socket: Path, notebooks: Path, environment: dict[str, str], output: int = subprocess.DEVNULL) -> None:
        self.socket, self._notebooks, self._environment, self._output = socket, notebooks, environment, output
        self.process: subprocess.Popen[bytes] | None = None
        self._next = 0.0
        self._listened = self.failed = False

    def start(self) -> None:
        if LINUX:  # forked kernels become this process's own children
            ctypes.CDLL(None).prctl(ADOPT, 1)
        self.socket.unlink(missing_ok=True)
        self._listened = False
        arguments = [str(self.socket), str(self._notebooks), str(os.getpid())]
        command = [sys.executable, "-m", "workshop.server.kernels.fork", *arguments]
        self.process = subprocess.Popen(command, env=self._environment, stdin=subprocess.DEVNULL, stdout=self._output, stderr=self._output)
        ForkServer.current = self

    def coming(self) -> bool:
        """Whether it lives and does not listen yet."""
        return self.process is not None and self.process.poll() is None and not self.socket.exists()

    def ready(self) -> bool:
        listens = self.process is not None and self.process.poll() is None and self.socket.exists()
        self._listened |= listens
        return listens

    async def until_ready(self, seconds: float) -> bool:
        """Wait until it listens; False if it doesn't come up."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self.ready():
            if self.process is None or self.process.poll() is not None or loop.time() > end:
                return False
            await asyncio.sleep(0.02)
        return True

    def look_after(self) -> None:
        """Start it again if it has died. Called each second; running kernels don't notice."""
        now = asyncio.get_running_loop().time()
        if self.ready() or self.process is None:
            return
        if self.process.poll() is not None and now >= self._next:
            self.failed |= not self._listened
            log.warning("The fork server has gone; it's being started again.")
            self._next = now + RETRY
            self.start()

    def stop(self) -> None:
        ForkServer.current = None
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.socket.unlink(missing_ok=True)

    async def fork(self, request: dict[str, Any]) -> int:
        """The process id of a new kernel; OSError or ValueError if there is none."""
        reader, writer = await asyncio.open_unix_connection(self.socket)
        try:
            writer.write(json.dumps(request).encode() + b"\n")
            return int(json.loads(await asyncio.wait_for(reader.readline(), ANSWER))["pid"])
        finally:
            writer.close()


class Forked:
    """A forked kernel in the shape that LocalProvisioner expects: a Popen."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            try:
                done, status = os.waitpid(self.pid, os.WNOHANG)
                if done:
                    self.returncode = os.waitstatus_to_exitcode(status)
            except ChildProcessError:  # only Linux lets us adopt it; elsewhere it's not our child
                try:
                    os.kill(self.pid, 0)
                except ProcessLookupError:
                    self.returncode = 0
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        return self.poll()  # LocalProvisioner only asks once it's over

    def send_signal(self, number: int) -> None:
        if self.poll() is None:  # until somebody has waited for it, no other process gets its number
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkProvisioner(LocalProvisioner):
    """Asks the fork server, and waits for one that is coming; whenever that doesn't answer, starts a plain kernel."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        server = ForkServer.current
        if server is not None and server.coming():
            await server.until_ready(WARMING)
        if server is not None and server.ready():
            request = {"file": cmd[cmd.index("-f") + 1], "cwd": str(kwargs.get("cwd") or "."), "env": dict(kwargs["env"])}
            try:
                self.pid = await server.fork(request)
            except (OSError, ValueError, KeyError) as error:
                log.warning("The fork server gave no kernel (%s), so a plain one is started.", type(error).__name__)
            else:
                self.process, self.pgid, self.cwd = Forked(self.pid), self.pid, request["cwd"]  # type: ignore[assignment]
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)
