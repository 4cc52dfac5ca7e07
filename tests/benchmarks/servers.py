"""What is measured: our workshop, a plain Voila with the same notebook, and a bare Tornado page of the same size."""

from __future__ import annotations

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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.running import is_kernel
from workshop.room.wire import RemoteRoom


@dataclass
class Served:
    """A running server: where it is, its process, and for ours what `workshop start` said."""

    base: str
    process: subprocess.Popen
    prefix: str = ""
    room: str = ""
    join_url: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    data: Path | None = None
    said: Path | None = None  # the file of its standard error stream

    def processes(self) -> list[psutil.Process]:
        found = []
        with suppress(psutil.Error):
            root = psutil.Process(self.process.pid)
            found = [root, *root.children(recursive=True)]
        return found

    def kernels(self) -> list[psutil.Process]:
        return [process for process in self.processes() if is_kernel(process)]

    def cpu(self) -> float:
        """Seconds of CPU of all its processes that live."""
        total = 0.0
        for process in self.processes():
            with suppress(psutil.Error):
                total += sum(process.cpu_times()[:2])
        return total

    def private(self) -> list[float]:
        """MB that each kernel has for itself."""
        found = []
        for kernel in self.kernels():
            with suppress(psutil.Error):
                found.append(kernel.memory_full_info().uss / 2**20)
        return found

    def memory(self) -> float:
        """MB of everything: what each process has for itself, and what they share counted once (PSS)."""
        total = 0.0
        for process in self.processes():
            with suppress(psutil.Error):
                total += process.memory_full_info().pss / 2**20
        return total

    def desk(self) -> RemoteRoom:
        """The room as the desk has it."""
        note = json.loads((self.data / "running" / f"{self.room}.json").read_text())
        return RemoteRoom(note["desk_socket"])


@contextmanager
def ours(*arguments: str, preheat: bool = True, warm: bool = True) -> Iterator[Served]:
    """`workshop start` on free loopback ports; `warm`: not before its fork server listens."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    command = [sys.executable, "-m", "workshop.cli", "start", "--no-browser", "--host", "127.0.0.1", "--port", "0", "--desk-port", "0"]
    command += ["--data-dir", str(folder / "data"), "--json", "--preheat" if preheat else "--no-preheat", *arguments]
    said = folder / "said"
    with said.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        line = json.loads(process.stdout.readline())
        threading.Thread(target=process.stdout.read, daemon=True).start()
        base = line["join_url"].rsplit("/", 1)[0]
        served = Served(base, process, room=line["room"], join_url=line["join_url"], pages=line["pages"], data=folder / "data", said=said)
        if warm and sys.platform == "linux" and "--no-fork" not in arguments:
            until(lambda: any(_listens(one) for one in served.processes()), 60)
        yield served
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _listens(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        command = process.cmdline()
        return "workshop.server.kernels.fork" in command and Path(command[3]).is_socket()
    return False


@contextmanager
def plain_voila(notebook: Path) -> Iterator[Served]:
    """`voila NOTEBOOK` as it comes, with the page alone: nothing of our server."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    shutil.copy(notebook, folder / "page.ipynb")
    port = free_port()
    command = [sys.executable, "-m", "voila", str(folder / "page.ipynb"), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    unknown = {name: value for name, value in os.environ.items() if not name.startswith("WORKSHOP_")}
    env = unknown | {"WORKSHOP_DATA": str(folder / "data"), "JUPYTER_CONFIG_DIR": str(folder), "IPYTHONDIR": str(folder / "ipython")}
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: is_up(port), 60)
        yield Served(f"http://127.0.0.1:{port}", process)
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        for child in psutil.Process().children(recursive=True) if process.poll() is None else []:
            if child.pid == process.pid:
                child.kill()
        shutil.rmtree(folder, ignore_errors=True)


FLOOR = """
import asyncio, os, sys
from tornado.web import Application, RequestHandler
body = os.urandom(int(sys.argv[2]))
class Page(RequestHandler):
    def get(self):
        self.write(body)
async def main():
    Application([("/", Page)]).listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()
asyncio.run(main())
"""


@contextmanager
def floor(size: int) -> Iterator[Served]:
    """A Tornado page of `size` bytes, with nothing behind it."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", FLOOR, str(port), str(size)])
    try:
        until(lambda: is_up(port), 30)
        yield Served(f"http://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.wait()


FORMS = """
import asyncio, html, sys
from tornado.web import Application, RequestHandler
from workshop.declaration import curriculum
HEAD = "<!doctype html><meta name=viewport content=width=device-width><title>Forms</title>"
HEAD += "<style>body{font:17px sans-serif;max-width:34rem;margin:auto;padding:20px}label{display:block;padding:12px}</style>"
def forms(module):
    for one in module.activities:
        yield f"<h2>{html.escape(one.title)}</h2><p>{html.escape(one.text)}</p>"
        options = one.options if one in module.questions and hasattr(one, "options") else ()
        for option in options:
            yield f"<label><input type=radio name={one.key} value={option.key}> {html.escape(option.text)}</label>"
PAGE = HEAD + "<form method=post>" + "".join(forms(curriculum.module(sys.argv[2]))) + "<button>Send</button></form>"
class Door(RequestHandler):
    def get(self):
        self.write(HEAD + "<form method=post><label><input type=checkbox> I take part</label><button>Come in</button></form>")
    def post(self):
        self.redirect("/page")
class Page(RequestHandler):
    def get(self):
        self.write(PAGE)
async def main():
    Application([("/", Door), ("/page", Page)], compress_response=True).listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()
asyncio.run(main())
"""


@contextmanager
def bare_forms(slug: str) -> Iterator[Served]:
    """A module's words and choices as bare HTML, behind a door of one button: no script, nothing kept."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", FORMS, str(port), slug])
    try:
        until(lambda: is_up(port), 30)
        yield Served(f"http://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_up(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def until(condition, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("a server did not come up")
        time.sleep(0.1)
