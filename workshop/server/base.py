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
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import psutil
from jupyter_events import EventLogger
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from tornado.netutil import bind_sockets
from traitlets import Instance
from traitlets.config import Config
from voila.app import Voila

from workshop.declaration.curriculum import words
from workshop.room.contract import RoomError
from workshop.server import channels, compat, handlers, logs, web
from workshop.server.capacity import Capacity, Spare, capacity
from workshop.server.hub import Hub
from workshop.server.kernels import manager, provisioner
from workshop.server.kernels.manager import Kernels
from workshop.server.kernels.provisioner import ForkServer
from workshop.server.opening import Opener, PageHandler
from workshop.server.pool import Pools
from workshop.server.render import Renderer
from workshop.server.run import Run, kernel_environment, write_kernel_profile
from workshop.server.seats import Seats
from workshop.server.shelf import EXTENSIONS, Shelf
from workshop.store import StoreError

JUPYTER = Path(__file__).parent / "jupyter"
KERNEL = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
TRIM = 60.0  # s between two looks for memory that can be given back
PLAIN_KERNELS = "Pages open more slowly and need more memory than they have to: {why}"
NOT_INSTALLED = "the workshop isn't fully installed. Install it again (in its repository, `make start` does that)."
NO_COPIES = "this system can't copy processes."
NO_FORK_SERVER = "the process that kernels are copied from doesn't start. With --debug it says why."


def give_back() -> None:
    """Hand memory that nothing uses to the system: glibc keeps what a crowd has used, scattered over its arenas."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


class Notebooks(LargeFileManager):
    """The role's own notebooks. They come with the workshop, so nobody has to have signed them."""

    def mark_trusted_cells(self, nb: Any, path: str = "") -> None:
        """Do nothing: Jupyter would look for a signature in a database of this machine's user."""


class WorkshopServer(Voila):
    """A subclass has `role`, `cookie`, `address`, `routes` and `page_words`, and makes `hub` in `prepare`."""

    role: ClassVar[str] = ""
    cookie: str = ""
    tag: str = ""
    pages_each: ClassVar[int] = 6  # that one browser may have open
    run = Instance(Run)
    event_logger = Instance(EventLogger, ())  # one for all kernels: otherwise each makes its own, reads its schemas, and never goes away
    stopping = False
    config_file_paths: ClassVar[list] = []  # a voila.json of this machine could open what is closed here
    hub: Hub
    kernels: Kernels
    seats: Seats
    capacity: Capacity
    pools: Pools
    opener: Opener

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
        """Whether `host` (name and port) is a name of this server, as a request may give it."""
        return True

    def wanted_pages(self) -> dict[str, int]:
        """Notebook -> how many of its pages to have ready."""
        return {}

    def people_changed(self) -> None:
        self.hub.count(len(self.kernels.joined), self.kernels.awake())

    # --- preparing

    def prepare(self) -> None:
        os.environ["JUPYTER_PATH"] = str(JUPYTER)
        os.environ["JUPYTER_CONFIG_DIR"] = str(self.run.directory / "config")
        logs.begin(self.log, self.role, self.run.debug)
        self.update_config(self._settled())
        self.initialize([])
        self.voila_configuration.page_config_hook = self._page_config
        write_kernel_profile(self.run)
        self.shelf = Shelf(self.run.under(self.role))
        self.output = logs.pipe(self.log)
        self.environment = kernel_environment(self.run, self.role, self.shelf.assets, self.shelf.plotly)
        self.forks: ForkServer | None = None
        port = self.address[1]  # a browser has one jar for all ports of a computer, and another run may be at the next one
        self.cookie, self.tag = f"{type(self).cookie}-{port}", f"{handlers.TAG}-{port}"
        if self.run.secure(self.role):  # so that no other site can give a browser a cookie of that name
            self.cookie = f"{'__Host' if self.run.under(self.role) == '/' else '__Secure'}-{self.cookie}"

    def _settled(self) -> Config:
        config = Config()
        config.Voila.root_dir = str(self.run.site(self.role))
        config.Voila.open_browser = False
        config.Voila.base_url = self.run.under(self.role)  # for the pages; the routes are the same under any path
        config.Voila.identity_provider_class = handlers.NoIdentity
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
        if self._forks:
            config.KernelProvisionerFactory.default_provisioner_name = provisioner.NAME
        config.KernelManager.autorestart = False  # a new kernel would know nothing about its page
        if sys.platform != "win32":
            config.KernelManager.transport = "ipc"
        return config

    @property
    def _forks(self) -> bool:
        """Whether this server's kernels are forked."""
        return self.run.forks and provisioner.registered()

    def _page_config(self, page_config: dict, *, notebook_path: str, **_: Any) -> dict:
        """What the page's scripts read: addresses of files that phones may keep for good, and no math from a CDN."""
        page = self.page_words(notebook_path) | {
            "mode": self.run.mode,
            "tag": self.tag,
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
        self.kernels = kernels = self.kernel_manager
        kernels.allowed_message_types = channels.INCOMING
        kernels.allow_tracebacks = False
        kernels.output, kernels.environment = self.output, self.environment
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
        """All routes: an address that isn't here doesn't exist."""
        page = {"voila_configuration": self.voila_configuration, "template_paths": self.template_paths, "config": self.config}
        return [
            (rf"/api/kernels/{KERNEL}", handlers.KernelModel),
            (rf"/api/kernels/{KERNEL}/channels", handlers.KernelChannels),
            (rf"/voila/api/shutdown/{KERNEL}", handlers.Leave),
            (rf"/alive/{KERNEL}", handlers.Alive),
            (r"/(assets/[0-9a-f]+/[\w.-]+)", handlers.Kept),
            (r"/(lib/[0-9a-f]+/[\w./@-]+)", handlers.Kept),
            (r"/reveals/([0-9a-f]{64})\.json", handlers.Reveal),
            *((r[0], r[1], page) if issubclass(r[1], PageHandler) else r for r in self.routes()),
        ]

    def _log_request(self, handler: Any) -> None:
        """Which kind of thing was asked for, never who asked, about whom, or in which words."""
        status, took = handler.get_status(), handler.request.request_time()
        log = self.log.error if status >= 500 and status != 503 else self.log.debug
        log("%s %s %d, %.0f ms", handler.request.method, type(handler).__name__, status, 1000 * took)

    def _assemble(self) -> None:
        """The parts that open pages, each with what it needs."""
        kernels = self.kernels
        self.capacity = capacity(self.run.seats, self._forks)
        self.seats = Seats(kernels, limit=self.capacity.pages, most=self.capacity.pages, spare=Spare(self._forks))
        if self.role == "participants":
            self.run.remark("room", str(self.capacity))
        folder, page_config = self.run.site(self.role), partial(compat.page_config, self)
        renderer = Renderer(kernels, folder, compat.exporter(self), page_config, self.config)
        self.pools = Pools(kernels, self.seats, renderer, self.wanted_pages)
        self.opener = Opener(kernels, self.seats, self.pools, renderer, self.pages_each)

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
            sockets = bind_sockets(port, None if host == "::" else host)  # by itself "::" would turn IPv4 away
        except OSError as error:
            sys.exit(f"Port {port} can't be used ({error.strerror or error}).")
        self._clean_up_before()
        self._start_forks()  # before anything else: the first page waits for it
        self.app = web.Under(self.run.under(self.role), **self.init_settings())
        self._assemble()
        self.app.add_handlers(".*$", self.init_handlers())
        await self.hub.start()
        server = web.web_server(self.app, self.run.certfile, self.run.keyfile, self.capacity.connections)
        server.add_sockets(sockets)
        gc.collect()
        gc.freeze()  # all this stays, so the collector needn't go through it again, least of all while a crowd comes in
        self.run.ready(self.role).write_text(str(os.getpid()))
        watch = asyncio.create_task(self._watch(stop))
        try:
            await stop.wait()
        finally:
            self.stopping = True
            watch.cancel()
            server.stop()
            await self.pools.stop()
            await asyncio.gather(*map(self.kernels.end, self.kernels.list_kernel_ids()), return_exceptions=True)
            if self.forks:
                self.forks.stop()
            await self.hub.stop()
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    def _start_forks(self) -> None:
        """Warm the process that kernels are forked from; where there is none, they start in the plain way."""
        if self.role != "participants":
            return
        if self._forks:
            folder, socket = self.run.site(self.role), Path(self.connection_dir, "fork")
            self.forks = ForkServer(socket, folder, self.environment, self.output)
            self.forks.start()
        elif self.run.forks:
            self._say_plain(NOT_INSTALLED)
        elif self.run.fork:
            self._say_plain(NO_COPIES)

    def _say_plain(self, why: str) -> None:
        """Leave word for the terminal that pages cost more than they should."""
        self.run.remark("plain-kernels", PLAIN_KERNELS.format(why=why))

    async def _watch(self, stop: asyncio.Event) -> None:
        """Each second: end what nobody needs, have ready what somebody will; stop when the process that started this server is gone."""
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
                    if self.forks.failed:
                        self._say_plain(NO_FORK_SERVER)
                await self.kernels.reap()
                self.seats.line.move()
                if self.run.preheat and (self.forks is None or self.forks.ready()):
                    await self.pools.tend()
            except Exception:
                self.log.exception("The look after kernels and pages failed; the next one comes in a second.")
            if os.getppid() != parent and sys.platform != "win32":
                stop.set()

    def _clean_up_before(self) -> None:
        """Remove what a killed server has left: its kernels, their files and sockets."""
        folder = self.run.connections(self.role)
        for process in psutil.process_iter(["cmdline"]):
            if any(str(folder) in word for word in process.info["cmdline"] or ()):
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        self.connection_dir = str(folder)


def main(server: type[WorkshopServer]) -> None:
    """Run until SIGTERM; a store that can't be used is one sentence."""
    app = server.instance(run=Run.load(Path(sys.argv[1])))
    app.prepare()
    try:
        app.start()
    except (RoomError, StoreError) as error:
        sys.exit(str(error))
