"""A kernel in two halves: what all pages' kernels share is done once, before the fork; the rest is done by each, after it.

It rebuilds the start of ipykernel's own application step by step: see `compat.toml`.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import sys
import threading
import uuid
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any

import ipywidgets
import zmq
from ipykernel.compiler import XCachingCompiler
from ipykernel.iostream import BackgroundSocket, IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from zmq.eventloop.zmqstream import ZMQStream

EARLY = (  # what a kernel imports when it starts, or at a page's first message
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.extensions.storemagic",
    "psutil",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
)
WALKS = 2  # CPython rewrites code that runs again and again; what it does before the fork, no page does in memory of its own
PORTS = ("shell", "iopub", "stdin", "hb", "control")


class NoThread:
    """Takes the place of the thread for subshells, which a page's kernel doesn't have."""

    parent_thread = None

    def __bool__(self) -> bool:
        return False


class Speaker(IOPubThread):
    """What a page's kernel says goes out in the thread that runs the page: no second thread, no second loop.

    A page works for milliseconds at a time, so a second thread would only be one more thing that each phone pays for.
    """

    def __init__(self, socket: zmq.Socket, session: Session) -> None:
        self.socket, self.session = socket, session
        self.io_loop = IOLoop.current()
        self.thread = threading.current_thread()
        self.background_socket = BackgroundSocket(self)
        self._pipe_flag = False  # nothing comes from processes that a page might start
        self._setup_xpub_listener()

    def schedule(self, f: Callable[[], object]) -> None:
        """At once; from another thread, when the page's own has time."""
        if threading.current_thread() is self.thread:
            f()
        else:
            self.io_loop.add_callback(f)

    def start(self) -> None:
        """There's nothing to start."""

    def stop(self) -> None:
        """Nor to stop."""


class PageKernel(IPythonKernel):
    """An IPython kernel without subshells: no page asks for them, and each phone would pay for the thread."""

    _supports_kernel_subshells = False


class PageKernelApp(IPKernelApp):
    """`prepare`, before the fork, for everybody; `become`, after it, for one page."""

    shell: Any

    def prepare(self) -> None:
        super(IPKernelApp, self).initialize([])  # configuration and profile
        self.log_level = logging.ERROR  # or it warns that there is no debugger
        self.capture_fd_output = False  # it would be two threads and two pipes, for output that nobody sees
        self.init_pdb()
        options: dict[str, Any] = {"profile_dir": self.profile_dir, "user_ns": {}, "compiler_class": XCachingCompiler}
        self.shell = ZMQInteractiveShell.instance(parent=self, **options)

    def prepare_kernel(self) -> None:
        """After the pages have been tried: from here on widgets look for the kernel's sockets."""
        options = {"profile_dir": self.profile_dir, "log": self.log, "shell_channel_thread": NoThread()}
        self.kernel = PageKernel.instance(parent=self, session=self.session, **options)
        self.shell.kernel = self.shell.parent = self.kernel
        self.shell.configurables.append(self)
        ipywidgets.load_ipython_extension(self.shell)  # without it no widget ever shows
        self.init_extensions()
        self.init_code()

    def become(self, connection_file: str) -> None:
        """Listen as the kernel of `connection_file`."""
        kernel, shell = self.kernel, self.shell
        asyncio.set_event_loop(asyncio.new_event_loop())  # one from before the fork would be everybody's
        self.connection_file = connection_file
        self.session.pid, self.session.session = os.getpid(), uuid.uuid4().hex  # it refuses to speak for another process
        self.load_connection_file()
        self.init_sockets()
        self.init_io()
        self.init_signal()
        kernel.iopub_thread, kernel.iopub_socket = self.iopub_thread, self.iopub_socket
        kernel.shell_stream = ZMQStream(self.shell_socket)
        kernel._stdout, kernel._stderr = sys.stdout, sys.stderr
        for part in (shell.displayhook, shell.display_pub):
            part.session, part.pub_socket = self.session, self.iopub_socket
        kernel.record_ports({f"{name}_port": getattr(self, f"{name}_port") for name in PORTS})
        self.displayhook.get_execution_count = lambda: kernel.execution_count

        kernel.start()

    def run(self) -> None:
        """To the kernel's end."""
        asyncio.get_event_loop().run_forever()

    def init_sockets(self) -> None:
        """Two sockets. Nobody asks a page's kernel for input, for its heartbeat or over the control channel: our server
        looks after the process itself, and three sockets and two threads less are a tenth of what each phone costs."""
        self.context = context = zmq.Context()
        self.shell_socket = context.socket(zmq.ROUTER)
        self.shell_socket.linger, self.shell_socket.router_handover = 1000, 1
        self._apply_curve_server_options(self.shell_socket)
        self.shell_port = self._bind_socket(self.shell_socket, self.shell_port)
        self.init_iopub(context)

    def init_iopub(self, context: zmq.Context) -> None:
        iopub = context.socket(zmq.XPUB)
        iopub.linger = 1000
        iopub.xpub_verbose = 1  # or it wouldn't greet a second listener
        self._apply_curve_server_options(iopub)
        self.iopub_port = self._bind_socket(iopub, self.iopub_port)
        self.iopub_thread = Speaker(iopub, self.session)
        self.iopub_socket = self.iopub_thread.background_socket


def warm(folder: Path) -> PageKernelApp:
    """Import and do once what the pages under `folder` will do; only what Python has loaded by then stays behind."""
    import comm

    for name in EARLY:
        import_module(name)

    app = PageKernelApp.instance()
    app.prepare()
    shell = app.shell
    before = shell.display_pub, shell.displayhook, shell.display_trap.hook, os.environ.get("WORKSHOP_SOCKET")
    os.environ["WORKSHOP_SOCKET"] = os.devnull  # the pages have no room here: they say so, and carry on
    logging.disable(logging.CRITICAL)
    failed = []
    try:
        shell.display_pub, shell.displayhook = CapturingDisplayPublisher(), CapturingDisplayHook(shell=shell, outputs=[])
        # The shell takes the hook of its trap for each cell: its own has no kernel yet, and would fail at each.
        shell.display_trap.hook = shell.displayhook
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            for notebook in WALKS * sorted(folder.rglob("*.ipynb")):
                for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
                    if cell["cell_type"] == "code" and not shell.run_cell("".join(cell["source"])).success:
                        failed.append(notebook.name)
            _try_models()
    finally:
        logging.disable(logging.NOTSET)
        shell.display_pub, shell.displayhook, shell.display_trap.hook, address = before
        os.environ.pop("WORKSHOP_SOCKET")
        if address is not None:
            os.environ["WORKSHOP_SOCKET"] = address
    for name in dict.fromkeys(failed):  # to draw a traceback takes longer than a page
        print(f"The page {name} couldn't be tried before somebody asks for it.", file=sys.__stderr__)
    ipywidgets.Widget.close_all()  # no page may find another page's widgets
    comm.get_comm_manager().comms.clear()
    shell.reset(new_session=True)
    app.prepare_kernel()
    return app


def _try_models() -> None:
    """NumPy and the models that a page lets people try: a page imports them at the first touch."""
    from workshop.declaration import curriculum
    from workshop.kinds.simulation import Simulation
    from workshop.simulations import simulate

    for module in curriculum.modules():
        for activity in module.activities:
            if isinstance(activity, Simulation):
                simulate(activity, {})
