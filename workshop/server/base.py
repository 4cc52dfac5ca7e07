"""A Voila that serves one role of one room: own routes only, nothing from the machine's Jupyter settings."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

import psutil
from jupyter_events import EventLogger
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from tornado.netutil import bind_sockets
from tornado.web import Application
from traitlets import Instance
from traitlets.config import Config
from voila.app import Voila

from workshop.declaration.curriculum import words
from workshop.server import channels, handlers, logs, opening, web
from workshop.server.kernels import manager, provisioner
from workshop.server.kernels.provisioner import ForkServer
from workshop.server.limits import Buckets
from workshop.server.line import Queue
from workshop.server.pool import Pools
from workshop.server.render import Renderer
from workshop.server.run import Run, kernel_environment, write_kernel_profile
from workshop.server.shelf import EXTENSIONS, Shelf

JUPYTER = Path(__file__).parent / "jupyter"
KERNEL = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
FORKED, PLAIN = 24 * 2**20, 80 * 2**20  # bytes that one page's kernel may need for itself
SHARE = 0.7  # of the memory that is free at the start
TRIM = 60.0  # s between two looks for memory that can be given back
AT_ONCE = 3 * (os.cpu_count() or 2)  # pages that are made at once: more would only make each of them late


def give_back() -> None:
    """Hand memory that nothing uses to the system: glibc keeps what a crowd has used, scattered over its arenas."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


class Notebooks(LargeFileManager):
    """The role's own notebooks. Whether somebody has signed them is not asked: they come from the workshop itself."""

    def mark_trusted_cells(self, nb: Any, path: str = "") -> None:
        """Nothing: a signature would be looked up in a database of this machine's Jupyter."""


class WorkshopServer(Voila):
    """`role`, `cookie`, `routes` and `page_words` are the subclass's."""

    role: ClassVar[str] = ""
    cookie: ClassVar[str] = ""
    pages_each: ClassVar[int] = 6  # that one browser may have open
    run = Instance(Run)
    event_logger = Instance(EventLogger, ())  # one for all kernels: each would make its own, read its schemas, and never be forgotten
    stopping = False
    config_file_paths: ClassVar[list] = []  # a voila.json of this machine could open what is closed here

    @property
    def address(self) -> tuple[str, int]:
        """(host, port) to listen on."""
        raise NotImplementedError

    def routes(self) -> list[tuple]:
        raise NotImplementedError

    def page_words(self, path: str) -> dict[str, Any]:
        """What the template needs to know of the page at `path`."""
        raise NotImplementedError

    def knows_host(self, host: str) -> bool:
        """Whether a request may say that it came to `host` (name and port)."""
        return True

    def wanted_pages(self) -> dict[str, int]:
        """Notebook -> how many of its pages to have ready."""
        return {}

    def _may_start(self) -> bool:
        """Whether there is a seat for the next in the line; those who were called a moment ago have theirs."""
        return not self.kernel_manager.full(self._starting + self.queue.called)

    def seat_free(self) -> bool:
        """Whether there is a seat for one more than all who come already."""
        return not self.kernel_manager.full(self._starting + self.queue.called + len(self.queue))

    @contextmanager
    def starting(self) -> Iterator[None]:
        """While a kernel starts, it has a seat already."""
        self._starting += 1
        try:
            yield
        finally:
            self._starting -= 1

    async def make_room(self) -> None:
        """End what is needed least, if there would be too many kernels."""
        kernels = self.kernel_manager
        await kernels.make_room(self._starting - 1)
        if kernels.most and len(kernels.held) + self._starting > kernels.most:
            await self.pools.give_up_one()

    def people_changed(self) -> None:
        self.hub.count(self.kernel_manager.people())

    # --- preparing

    def prepare(self) -> None:
        os.environ["JUPYTER_PATH"] = str(JUPYTER)
        os.environ["JUPYTER_CONFIG_DIR"] = str(self.run.directory / "config")
        logs.begin(self.log, self.role, self.run.debug)
        self.update_config(self._settled())
        self.initialize([])
        self.voila_configuration.page_config_hook = self._page_config
        write_kernel_profile(self.run)
        self.shelf = Shelf()
        self.output = logs.pipe(self.log)
        self.environment = kernel_environment(self.run, self.role, self.shelf.assets, self.shelf.plotly)
        self.opening: set[manager.Visit] = set()  # pages that are being made
        self.opens = Buckets(30, 0.5)
        self.renderer, self.pools = Renderer(self), Pools(self, self.wanted_pages)
        self.queue = Queue(AT_ONCE, self._may_start)
        self._starting = 0
        self.forks: ForkServer | None = None
        if self.run.secure(self.role):  # so that nobody beside us can give a browser a cookie of that name
            self.cookie = f"__Host-{type(self).cookie}"

    def _settled(self) -> Config:
        config = Config()
        config.Voila.root_dir = str(self.run.site(self.role))
        config.Voila.open_browser = False
        config.Voila.identity_provider_class = handlers.Visitors
        config.Voila.kernel_websocket_connection_class = channels.Channels
        page = config.VoilaConfiguration
        page.template, page.theme = "workshop", "light"
        page.allow_template_override = page.allow_theme_override = "NO"
        page.show_tracebacks = False
        page.file_allowlist = []
        page.extension_allowlist = list(EXTENSIONS)
        page.multi_kernel_manager_class = manager.Kernels
        page.kernel_spec_manager_class = manager.NativeSpecs
        config.VoilaExecutor.cell_error_instruction = ""
        if self.run.forks and provisioner.registered():
            config.KernelProvisionerFactory.default_provisioner_name = provisioner.NAME
        config.KernelManager.autorestart = False  # a new kernel would know nothing of its page
        if sys.platform != "win32":
            config.KernelManager.transport = "ipc"
        return config

    def _page_config(self, page_config: dict, *, notebook_path: str, **_: Any) -> dict:
        """What the page's scripts read: files under addresses that may be kept for good, and no math from a CDN."""
        page = self.page_words(notebook_path) | {
            "mode": self.run.mode,
            "script": self.shelf.script,
            "plotly": self.shelf.plotly,
            "words": words(),
        }
        page["sheet"] = self.shelf.sheets[page["kind"]]
        return page_config | {
            "fullStaticUrl": self.shelf.library + "/static",
            "fullLabextensionsUrl": self.shelf.library + "/labextensions",
            "fullMathjaxUrl": self.shelf.own + "math.js",
            "mathjaxConfig": "none",
            "workshop": page,
        }

    def init_settings(self) -> dict:
        settings = super().init_settings()
        self.kernel_manager.allowed_message_types = channels.INCOMING
        self.kernel_manager.allow_tracebacks = False
        self.kernel_manager.output, self.kernel_manager.environment = self.output, self.environment
        affordable = int(psutil.virtual_memory().available * SHARE / (FORKED if self.run.forks else PLAIN))
        self.kernel_manager.most = max(20, affordable)
        self.kernel_manager.seats = self.run.seats or self.kernel_manager.most
        return settings | {
            "workshop": self,
            "compress_response": True,
            "default_handler_class": handlers.Missing,
            "log_function": self._log_request,
            "contents_manager": Notebooks(parent=self),
            "websocket_max_message_size": channels.MESSAGE,
            "websocket_compression_options": {"compression_level": 6, "mem_level": 4},  # 140 KB a page; states shrink to a fifth
            "ws_ping_interval": int(1000 * self.run.ping),  # ms, by Jupyter
            "ws_ping_timeout": int(3000 * self.run.ping),
        }

    def init_handlers(self) -> list[tuple]:
        """The whole list of routes: what is not here does not exist."""
        page = {"voila_configuration": self.voila_configuration, "template_paths": self.template_paths, "config": self.config}
        return [
            (rf"/api/kernels/{KERNEL}", handlers.KernelModel),
            (rf"/api/kernels/{KERNEL}/channels", handlers.KernelChannels),
            (rf"/voila/api/shutdown/{KERNEL}", handlers.Leave),
            (rf"/alive/{KERNEL}", handlers.Alive),
            (r"/(assets/[0-9a-f]+/[\w.-]+)", handlers.Kept),
            (r"/(lib/[0-9a-f]+/[\w./@-]+)", handlers.Kept),
            (r"/reveals/([0-9a-f]{64})\.json", handlers.Reveal),
            *((r[0], r[1], page) if issubclass(r[1], opening.Page) else r for r in self.routes()),
        ]

    def _log_request(self, handler: Any) -> None:
        """What was asked for in kind, never by whom, of whom or with which words."""
        status, took = handler.get_status(), handler.request.request_time()
        log = self.log.error if status >= 500 and status != 503 else self.log.debug
        log("%s %s %d, %.0f ms", handler.request.method, type(handler).__name__, status, 1000 * took)

    # --- running

    def start(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                loop.add_signal_handler(number, stop.set)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        host, port = self.address
        try:
            sockets = bind_sockets(port, host)
        except OSError as error:
            sys.exit(f"Port {port} cannot be used ({error.strerror or error}).")
        self._clean_up_before()
        self._start_forks()  # before anything else: whoever comes first waits for it
        self.app = Application(**self.init_settings())
        self.app.add_handlers(".*$", self.init_handlers())
        await self.hub.start()
        server = web.serve(self.app, self.run.certfile, self.run.keyfile)
        server.add_sockets(sockets)
        gc.collect()
        gc.freeze()  # all this stays: the collector need not go through it again, least of all while a crowd comes in
        self.run.ready(self.role).write_text(str(os.getpid()))
        watch = asyncio.create_task(self._watch(stop))
        try:
            await stop.wait()
        finally:
            self.stopping = True
            watch.cancel()
            server.stop()
            await self.pools.stop()
            await asyncio.gather(*map(self.kernel_manager.end, self.kernel_manager.list_kernel_ids()), return_exceptions=True)
            if self.forks:
                self.forks.stop()
            await self.hub.stop()
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    def _start_forks(self) -> None:
        """Warm the process that kernels are forked from; where there is none, they start in the plain way."""
        if self.run.forks and provisioner.registered() and self.role == "participants":
            site, socket = self.run.site(self.role), Path(self.connection_dir, "fork")
            self.forks = ForkServer(socket, site, self.environment, self.output)
            self.forks.start()

    async def _watch(self, stop: asyncio.Event) -> None:
        """Each second: end what nobody needs; stop when the one that started this server is gone."""
        parent = os.getppid()
        trimmed = time.monotonic()
        while True:
            await asyncio.sleep(1)
            try:
                if time.monotonic() - trimmed > TRIM and not self.pools.wave():
                    trimmed = time.monotonic()
                    give_back()
                if self.forks:
                    self.forks.look_after()
                await self.kernel_manager.reap()
                self.queue.move()
                if self.run.preheat and (self.forks is None or self.forks.ready()):
                    await self.pools.tend()
            except Exception:
                self.log.exception("Kernels could not be looked after.")
            if os.getppid() != parent and sys.platform != "win32":
                stop.set()

    def _clean_up_before(self) -> None:
        """Take away what a killed server left: its kernels, their files and sockets."""
        folder = self.run.connections(self.role)
        for process in psutil.process_iter(["cmdline"]):
            if any(str(folder) in word for word in process.info["cmdline"] or ()):
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        self.connection_dir = str(folder)
