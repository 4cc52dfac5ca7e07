"""A notebook becomes a page: Voila's own exporter and message handling, made once and used for every visit.

Voila makes an exporter for each page, compiles its templates anew and lets one cell after another make the way to the
kernel and back; under a crowd most of a server's time goes there, and its few seconds of patience drop outputs.
Here the template is compiled once, a page's cells are sent together, and nothing is given up while the kernel lives.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from copy import deepcopy
from functools import cached_property
from queue import Empty
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_core.utils import ensure_async
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode
from voila.execute import VoilaExecutor, strip_code_cell_warnings
from voila.exporter import VoilaExporter
from voila.utils import get_page_config

from workshop.server.light import Made

if TYPE_CHECKING:
    from workshop.server.base import WorkshopServer

PATIENCE = 120.0  # s for a page's cells while its kernel lives: on a busy machine a page is late, but whole
ASK_AGAIN = 0.5  # s between two attempts to reach a kernel that does not answer yet


class Gone(RuntimeError):
    """The page's kernel died, or took longer than anybody waits."""


class Renderer:
    """Makes pages. `start` of `pieces` is called when the words have been sent, and gives the kernel's id."""

    def __init__(self, server: WorkshopServer) -> None:
        self._server = server
        self._notebooks: dict[str, tuple[NotebookNode, dict[str, Any]]] = {}

    @cached_property
    def _exporter(self) -> VoilaExporter:
        server = self._server
        exporter = VoilaExporter(
            template_paths=server.template_paths,
            template_name=server.voila_configuration.template,
            config=server.config,
            contents_manager=server.app.settings["contents_manager"],
            theme=server.voila_configuration.theme,
            base_url=server.base_url,
            show_margins=server.voila_configuration.show_margins,
        )
        exporter.exclude_input = exporter.exclude_output_prompt = exporter.exclude_input_prompt = True
        return exporter

    def _load(self, path: str) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook at `path` and what its page's scripts read. Neither changes while a workshop runs."""
        if path not in self._notebooks:
            server = self._server
            known = {"base_url": server.base_url, "settings": server.app.settings, "log": server.log}
            known["voila_configuration"] = server.voila_configuration
            page_config = server.voila_configuration.page_config_hook(get_page_config(**known), **known, notebook_path=path)
            page_config["jupyterLabTheme"] = server.voila_configuration.theme
            notebook = nbformat.read(server.run.site(server.role) / path, as_version=4)
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None
            self._notebooks[path] = (notebook, page_config)
        return self._notebooks[path]

    async def pieces(self, path: str, start: Callable[[], Awaitable[str]]) -> AsyncIterator[str]:
        """The page at `path` (relative to the role's site), in as many pieces as there are waits."""
        notebook, page_config = self._load(path)
        server = self._server
        resources = {
            "base_url": server.base_url,
            "theme": server.voila_configuration.theme,
            "template": server.voila_configuration.template,
            "metadata": {"name": path},
            "page_config": page_config,
        }
        work = _Work(server, start)
        context = {
            "frontend": "voila",
            "main_js": "voila.js",
            "progressive_rendering": False,
            "kernel_start": work.begin,
            "cell_generator": work.cells,
            "made": work.made,
        }
        try:
            made = self._exporter.generate_from_notebook_node(
                deepcopy(notebook), resources=resources, extra_context=context, page_config=page_config
            )
            async with aclosing(made) as pieces:
                async for piece, _ in pieces:
                    yield piece
        finally:
            work.end()


class _Work:
    """One page's cells in its kernel."""

    def __init__(self, server: WorkshopServer, start: Callable[[], Awaitable[str]]) -> None:
        self._server, self._start = server, start
        self._client: Any = None
        self.made = Made()

    async def begin(self, notebook: NotebookNode) -> str:
        kernel_id = await self._start()
        self._kernel = self._server.kernel_manager.get_kernel(kernel_id)
        self._end = time.monotonic() + PATIENCE
        self._client = self._kernel.client()
        self._client.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)
        await self._reach()
        options = {"km": self._kernel, "config": self._server.config, "show_tracebacks": False, "record_timing": False}
        self._executor = VoilaExecutor(notebook, **options)
        self._executor.reset_execution_trackers()
        self._executor.kc, self._executor.clear_before_next_output = self._client, False
        return kernel_id

    async def _reach(self) -> None:
        """Wait until the kernel answers and we hear what it says to everybody."""
        shell, iopub = self._client.shell_channel, self._client.iopub_channel
        answer = None
        heard = False
        while not (answer and heard):
            self._client.kernel_info()
            end = time.monotonic() + ASK_AGAIN
            while not (answer and heard) and (left := end - time.monotonic()) > 0:
                try:
                    if answer is None:
                        message = await shell.get_msg(timeout=left)
                        answer = message["content"] if message["msg_type"] == "kernel_info_reply" else None
                    else:
                        await iopub.get_msg(timeout=left)
                        heard = True
                except Empty:
                    await self._check()
        # Jupyter would ask the same again for the page's websocket.
        known: concurrent.futures.Future = concurrent.futures.Future()
        known.set_result(answer)
        self._kernel._kernel_info_future = known

    async def _check(self) -> None:
        if time.monotonic() > self._end or not await ensure_async(self._kernel.is_alive()):
            raise Gone("the kernel of a page is gone" if time.monotonic() < self._end else "the cells of a page took too long")

    async def cells(self, notebook: NotebookNode, kernel_id: str) -> AsyncIterator[NotebookNode]:
        """Each cell, with its outputs when it has run; after one that failed there are no more, as in a notebook."""
        sent = {}
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code" and cell.source.strip():
                sent[self._client.execute(cell.source, store_history=False, stop_on_error=True)] = (index, cell)
        waiting = {index: name for name, (index, _) in sent.items()}
        for index, cell in enumerate(notebook.cells):
            while index in waiting:
                await self._hear(sent, waiting)
            failed = cell.cell_type == "code" and any(output.output_type == "error" for output in cell.outputs)
            if cell.cell_type == "code":
                if failed:
                    trace = next(output.traceback for output in cell.outputs if output.output_type == "error")
                    self._server.log.error("A page's cell failed: %s", "\n".join(trace)[-2000:])
                strip_code_cell_warnings(cell)
                self._executor.strip_code_cell_errors(cell)
            yield cell
            if failed:
                break

    async def _hear(self, sent: dict[str, tuple[int, NotebookNode]], waiting: dict[int, str]) -> None:
        try:
            message = await self._client.iopub_channel.get_msg(timeout=1)
        except Empty:
            await self._check()
            return
        self.made.hear(message)
        name = message["parent_header"].get("msg_id")
        if name not in sent:
            return
        index, cell = sent[name]
        try:
            self._executor.process_message(message, cell, index)
        except CellExecutionComplete:
            waiting.pop(index, None)

    def end(self) -> None:
        if self._client is not None:
            self._client.shell_channel.stop()
            self._client.iopub_channel.stop()


def batches(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """The same text in fewer pieces: what comes without a wait comes together."""
    return _batches(pieces)


async def _batches(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    async def fill() -> None:
        try:
            async with aclosing(pieces) as source:
                async for piece in source:
                    queue.put_nowait(piece)
        finally:
            queue.put_nowait(None)

    task = asyncio.create_task(fill())
    try:
        done = False
        while not done:
            got = [await queue.get()]
            while not queue.empty():
                got.append(queue.get_nowait())
            done = got[-1] is None
            if text := "".join(piece for piece in got if piece is not None):
                yield text
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
