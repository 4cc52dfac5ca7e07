"""A room served by the real processes, or by one of the weaker ones of `weaker.py`, for the attacks over the wire."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import psutil

from tests.attacks.world import Breach
from tests.browsing import Browser
from tests.running import is_kernel
from workshop.room.local import LocalRoom
from workshop.room.wire import RemoteRoom
from workshop.server import pages
from workshop.server.ports import free_port
from workshop.server.run import Run
from workshop.server.runfiles import short_directory
from workshop.store import Store

ROOT = Path(__file__).parent.parent.parent
__all__ = ["Breach", "Served", "served"]


@dataclass
class Served:
    """One running pair of servers; `log` is all that they said, at debug level."""

    run: Run
    log: Path
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def room(self) -> str:
        return self.run.code

    @property
    def data_dir(self) -> Path:
        return Path(self.run.data_dir)

    @property
    def desk_url(self) -> str:
        return self.run.desk_url

    @property
    def join_url(self) -> str:
        return self.run.join_url

    @property
    def pages(self) -> dict[str, str]:
        base = self.join_url.rpartition("/")[0]
        return {slug: base + page for slug, page in pages.Site(self.run.site("participants")).addresses("en").items()}

    def server(self, role: str = "participants") -> psutil.Process:
        return psutil.Process(self.processes[role].pid)

    def kernels(self, role: str = "participants") -> list[psutil.Process]:
        found = []
        for child in self.server(role).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                found += [child] if is_kernel(child) else []
        return found

    def browser(self, join: bool = True) -> Browser:
        one = Browser(self.join_url)
        if join:
            assert one.join(self.room).status == 200
        return one

    def desk(self, enter: bool = True) -> Browser:
        one = Browser(self.desk_url)
        if enter:
            assert one.get(f"/?token={self.run.token}").status == 302
        return one

    @contextlib.contextmanager
    def control(self) -> Iterator[RemoteRoom]:
        """The room as the desk's notebooks have it."""
        room = RemoteRoom(self.run.socket("desk"))
        yield room
        room.hang_up()


@contextlib.contextmanager
def served(weaker: str = "", desk: bool = True, env: dict[str, str] | None = None, **settings: object) -> Iterator[Served]:
    """A new room, nothing open. `weaker`: the name of a hole in `weaker.py`; `env`: an author's modules and notebooks."""
    env = {**os.environ, "WORKSHOP_WEAKER": weaker, **(env or {})}
    folder = Path(tempfile.mkdtemp(prefix="ws-attack-"))
    store = Store.open(folder / "workshop.sqlite")
    room = store.room(LocalRoom.create(store).id)
    store.close()
    ports = [free_port("127.0.0.1", 0, "") for _ in range(2)]
    place = short_directory()
    run = Run(
        directory=place, open_directory=place, store=str(folder / "workshop.sqlite"), room=room.id,
        code=room.code, mode="room", host="127.0.0.1",
        port=ports[0], desk_host="127.0.0.1", desk_port=ports[1], join_base=f"http://127.0.0.1:{ports[0]}",
        desk_base=f"http://127.0.0.1:{ports[1]}", data_dir=str(folder), secret=secrets.token_hex(32), token=secrets.token_urlsafe(24),
        debug=True, **settings,
    )  # fmt: skip
    running = Served(run, folder / "log")
    try:
        with patch.dict(os.environ, env):
            pages.build_participants(run.site("participants"))
            pages.build_desk(run.site("desk"))
        run.save()
        with running.log.open("wb") as log:
            for role in ("participants", "desk")[: 1 + desk]:
                command = [sys.executable, "-m", "tests.attacks.weaker" if weaker else f"workshop.server.{role}", str(run.directory), role]
                running.processes[role] = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 60
        while not all(run.ready(role).exists() for role in running.processes):
            dead = [role for role, process in running.processes.items() if process.poll() is not None]
            assert not dead and time.monotonic() < end, f"{dead} did not start:\n{running.log.read_text()[-3000:]}"
            time.sleep(0.05)
        yield running
    finally:
        for process in running.processes.values():
            process.terminate()
        for process in running.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(2 if weaker else 15)  # a weaker one may be busy for ever
            process.kill()
        shutil.rmtree(run.directory, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
