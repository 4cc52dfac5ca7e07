"""Kernels from the fork server: a crowd's starts all succeed, each has its own chance, nothing heavy is left to import."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.connect import write_connection_file

from tests.running import until
from workshop.server.kernels.provisioner import Forked, ForkProvisioner, ForkServer
from workshop.server.pages import build_participants
from workshop.shipped import notebooks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux")
CROWD = 100


async def listens(server: ForkServer) -> None:
    """Wait until the fork server is ready; AssertionError if it never is."""
    for _ in range(60 * 50):
        if server.ready():
            return
        assert server.process and server.process.poll() is None, "the fork server has ended"
        await asyncio.sleep(0.02)
    raise AssertionError("the fork server isn't ready after a minute")


class Kernels:
    """A fork server and what it gave, in one event loop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment |= {"IPYTHONDIR": str(folder / "ipython"), "WORKSHOP_MODE": "room", "WORKSHOP_ASSETS": "/assets/0/"}
        self.environment = environment | {"WORKSHOP_SOCKET": str(folder / "none.sock"), "WORKSHOP_PLOTLY": "/plotly.js"}
        build_participants(folder / "site")
        self.server = ForkServer(folder / "fork", folder / "site", self.environment)
        self.given: list[Forked] = []
        self.clients: list[AsyncKernelClient] = []

    async def start(self, **more: str) -> AsyncKernelClient:
        file = self.folder / f"kernel-{uuid.uuid4()}.json"
        write_connection_file(str(file), ip=f"{file.with_suffix('')}-ipc", transport="ipc", key=os.urandom(16).hex().encode())
        request = {"file": str(file), "cwd": str(self.folder), "env": self.environment | more}
        self.given.append(Forked(await self.server.fork(request)))
        client = AsyncKernelClient(connection_file=str(file))
        client.load_connection_file()
        client.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)
        self.clients.append(client)
        return client

    async def run(self, client: AsyncKernelClient, code: str) -> Any:
        """The value that `code` leaves in `said`."""
        name = client.execute(code, user_expressions={"said": "__import__('json').dumps(said)"})
        while True:
            reply = await client.get_shell_msg(timeout=60)
            if reply["parent_header"]["msg_id"] == name:
                break
        content = reply["content"]
        assert content["status"] == "ok", content
        return json.loads(eval(content["user_expressions"]["said"]["data"]["text/plain"]))

    def stop(self) -> None:
        for client in self.clients:
            client.shell_channel.stop()
            client.iopub_channel.stop()
        for kernel in self.given:
            kernel.kill()
        self.server.stop()
        until(lambda: all(kernel.poll() is not None for kernel in self.given), 10)


@pytest.fixture
def forked(tmp_path_factory) -> Callable[[Callable[[Kernels], Awaitable[None]]], None]:
    """Runs a coroutine function with a fork server, in a thread: beside Playwright's fixtures this one has a loop already."""
    folder = tmp_path_factory.mktemp("f")

    def go(work: Callable[[Kernels], Awaitable[None]]) -> None:
        async def whole() -> None:
            kernels = Kernels(folder)
            kernels.server.start()
            try:
                await listens(kernels.server)
                await work(kernels)
            finally:
                kernels.stop()

        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, whole()).result()

    return go


def test_a_hundred_starts_at_once_all_succeed(forked):
    async def work(kernels: Kernels) -> None:
        assert kernels.server.socket.stat().st_mode & 0o777 == 0o600
        clients = await asyncio.gather(*(kernels.start() for _ in range(CROWD)))
        assert len({kernel.pid for kernel in kernels.given}) == CROWD
        for client in clients:
            client.kernel_info()
        replies = await asyncio.gather(*(client.get_shell_msg(timeout=60) for client in clients))
        assert {reply["msg_type"] for reply in replies} == {"kernel_info_reply"}
        here = os.getpid()
        assert {psutil.Process(kernel.pid).ppid() for kernel in kernels.given} == {here}, "they do not depend on the fork server"
        listening = [one for kernel in kernels.given for one in psutil.Process(kernel.pid).net_connections("inet")]
        assert not listening, "no port: with ports one start in a hundred met a taken one"

    forked(work)


def test_each_kernel_has_its_own_chance_and_holds_nothing_of_anybody(forked):
    async def work(kernels: Kernels) -> None:
        one, two = await kernels.start(), await kernels.start(WORKSHOP_MARK="mine")
        draw = """
            import random, secrets, tempfile, uuid
            import numpy.random
            said = [random.random(), numpy.random.random(), numpy.random.default_rng().random(), str(uuid.uuid4()),
                    secrets.token_hex(8), next(tempfile._get_candidate_names())]
        """
        first, second = [await kernels.run(client, textwrap.dedent(draw)) for client in (one, two)]
        assert not set(first) & set(second)
        look = """
            import os, ipywidgets.widgets.widget as widget, comm
            said = {"names": sorted(name for name in globals() if not name.startswith("_")), "widgets": len(widget._instances),
                    "comms": len(comm.get_comm_manager().comms), "mark": os.environ.get("WORKSHOP_MARK"),
                    "socket": os.environ["WORKSHOP_SOCKET"], "history": len(In), "cwd": os.getcwd()}
        """
        one, two = await kernels.start(), await kernels.start(WORKSHOP_MARK="mine")
        for client, mark in ((one, None), (two, "mine")):
            seen = await kernels.run(client, textwrap.dedent(look))
            assert set(seen["names"]) <= {"In", "Out", "get_ipython", "exit", "quit", "os", "widget", "comm", "open"}
            assert (seen["widgets"], seen["comms"], seen["mark"]) == (0, 0, mark)
            assert seen["socket"] == kernels.environment["WORKSHOP_SOCKET"]
            assert seen["history"] <= 2 and seen["cwd"] == str(kernels.folder)

    forked(work)


PLAY = """
from workshop.kinds.simulation import Simulation
from workshop.widgets import ActivityWidget
import ipywidgets.widgets.widget as widget
pages = [one for one in list(globals().values()) if type(one).__name__ == "Page"]
for one in pages:
    keys = {name: ["0" * 64, "1" * 64] for name in one.questions}
    one.handle({"type": "hello", "keys": keys})
    for name, question in one.questions.items():
        for intent in ("send", "skip", "keep", "undo"):
            one.handle({"type": "submit", "id": "0" * 32, "question": name, "keys": keys[name], "value": 0, "intent": intent})
    for activity in one.module.activities if one.module else ():
        if isinstance(activity, Simulation):
            one.handle({"type": "simulate", "activity": activity.id, "values": {}})
    one.widget.get_state()
"""


def test_a_page_imports_nothing_after_the_fork(forked):
    """Every phone pays for what a page loads late: in time, and in memory of its own."""
    found = {}

    async def work(kernels: Kernels) -> None:
        for notebook in sorted(notebooks().glob("*.ipynb")):
            client = await kernels.start()
            cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
            before = set(await kernels.run(client, "import sys; said = sorted(sys.modules)"))
            for cell in cells:
                if cell["cell_type"] == "code":
                    await kernels.run(client, "".join(cell["source"]) + "\nsaid = 0")
            after = set(await kernels.run(client, PLAY + "\nimport sys; said = sorted(sys.modules)"))
            found[notebook.name] = after - before

    forked(work)
    assert found and not {name: late for name, late in found.items() if late}


def test_every_page_is_tried_before_and_none_fails(tmp_path):
    """A cell that fails there costs half a second for its traceback: the first phones of an evening waited 16 s for it."""
    kernels = Kernels(tmp_path)
    said = tmp_path / "said"
    with said.open("w") as output:
        kernels.server._output = output
        kernels.server.start()
        until(kernels.server.ready, 60)
        kernels.server.stop()
    assert said.read_text() == ""


def test_a_page_that_comes_while_it_is_warming_waits_for_it(tmp_path, monkeypatch):
    """A plain kernel takes longer to start than the fork server, and twice the memory."""
    kernels = Kernels(tmp_path)
    asked = []

    async def fork(request: dict[str, Any]) -> int:
        assert kernels.server.ready()
        asked.append(request["file"])
        return os.getpid()

    async def come() -> None:
        monkeypatch.setattr(kernels.server, "fork", fork)
        kernels.server.start()
        assert kernels.server.coming()
        await ForkProvisioner().launch_kernel(["python", "-f", "x.json"], env={}, cwd=str(tmp_path))

    try:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, come()).result()
    finally:
        kernels.server.stop()
    assert asked == ["x.json"]


def test_a_page_never_has_what_only_servers_need(forked):
    async def work(kernels: Kernels) -> None:
        client = await kernels.start()
        loaded = set(await kernels.run(client, "import sys; said = sorted(name for name, one in sys.modules.items() if one)"))
        assert not loaded & {"sqlalchemy", "pandas", "plotly", "workshop.store", "workshop.reveal", "debugpy"}

    forked(work)


OWNER = """
import asyncio, json, os, sys
from pathlib import Path
from workshop.server.kernels.provisioner import ForkServer
async def main():
    folder, environment = Path(sys.argv[1]), json.loads(sys.argv[2])
    server = ForkServer(folder / "fork2", folder / "site", environment)
    server.start()
    while not server.ready():
        assert server.process.poll() is None
        await asyncio.sleep(0.02)
    from jupyter_client.connect import write_connection_file
    file = folder / "kernel-owned.json"
    write_connection_file(str(file), ip=str(folder / "owned-ipc"), transport="ipc", key=b"0")
    print(server.process.pid, await server.fork({"file": str(file), "cwd": str(folder), "env": environment}), flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def test_a_killed_server_takes_its_kernels_with_it(tmp_path):
    kernels = Kernels(tmp_path)
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path), json.dumps(kernels.environment)], stdout=subprocess.PIPE)
    warm, kernel = map(int, owner.stdout.readline().split())
    assert psutil.pid_exists(warm) and psutil.pid_exists(kernel)
    owner.send_signal(signal.SIGKILL)
    owner.wait()

    def gone(pid: int) -> bool:
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        return True

    until(lambda: gone(warm) and gone(kernel), 10)


def test_without_a_kernel_there_is_no_answer(forked):
    async def work(kernels: Kernels) -> None:
        with pytest.raises((OSError, ValueError)):
            nowhere = str(kernels.folder / "nowhere.json")
            await kernels.server.fork({"file": nowhere, "cwd": str(kernels.folder), "env": kernels.environment})
        client = await kernels.start()  # the fork server itself is unharmed
        assert await kernels.run(client, "said = 1") == 1

    forked(work)
