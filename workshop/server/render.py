"""A notebook becomes a page: Voila's own exporter and message handling, made once and used for every page.

Voila makes an exporter for each page, compiles its templates again and sends one cell after another to the kernel and
back. With many people at once most of a server's time goes there, and outputs are lost when Voila's few seconds run out.
Here the template is compiled once, a page's cells are sent together, and nothing is given up while the kernel lives.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from copy import deepcopy
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
from jupyter_core.utils import ensure_async
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode
from traitlets.config import Config
from voila.execute import strip_code_cell_warnings
from voila.exporter import VoilaExporter

from workshop.server import compat
from workshop.server.frames import frames
from workshop.server.kernels.manager import Kernels
from workshop.server.light import Made

LONGEST = 120.0  # s for a page's cells while its kernel lives: on a busy machine a page is late, but whole
ASK_AGAIN = 0.5  # s between two attempts to reach a kernel that doesn't answer yet
log = logging.getLogger(__name__)


class Gone(RuntimeError):
    """The page's kernel died, or took longer than anybody waits."""


class Renderer:
    """Makes pages of the notebooks in `folder`. `page_config`: a notebook's path -> what its page's scripts read."""

    def __init__(
        self, kernels: Kernels, folder: Path, exporter: VoilaExporter, page_config: Callable[[str], dict[str, Any]], config: Config
    ) -> None:
        self._kernels, self._folder, self._exporter, self._page_config, self._config = kernels, folder, exporter, page_config, config
        self._notebooks: dict[str, tuple[NotebookNode, dict[str, Any]]] = {}
        self._own: set[str] = set()  # notebooks that made nothing but widgets whose modules are ours

    def _load(self, path: str) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook at `path` and its page config. Neither changes while a workshop runs."""
        if path not in self._notebooks:
            notebook = nbformat.read(self._folder / path, as_version=4)
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None
            self._notebooks[path] = (notebook, self._page_config(path) | {"frames": frames(notebook)})
        return self._notebooks[path]

    def own(self, path: str) -> bool:
        """Whether the page of this notebook, when it was made last, needed no script but ours."""
        return path in self._own

    async def pieces(self, path: str, start: Callable[[], Awaitable[str]]) -> AsyncIterator[str]:
        """The page of the notebook at `path`, in as many pieces as there are waits.

        `start` is called when the words have been sent: it starts the page's kernel and returns its id.
        """
        notebook, page_config = self._load(path)
        resources = {
            "base_url": self._exporter.base_url,
            "theme": self._exporter.theme,
            "template": self._exporter.template_name,
            "metadata": {"name": path},
            "page_config": page_config,
        }
        work = _Work(self._kernels, self._config, start)
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
            (self._own.add if work.made.own else self._own.discard)(path)
        finally:
            work.end()


class _Work:
    """One page's cells in its kernel."""

    def __init__(self, kernels: Kernels, config: Config, start: Callable[[], Awaitable[str]]) -> None:
        self._kernels, self._config, self._start = kernels, config, start
        self._client: Any = None
        self.made = Made()

    async def begin(self, notebook: NotebookNode) -> str:
        kernel_id = await self._start()
        self._kernel = self._kernels.get_kernel(kernel_id)
        self._end = time.monotonic() + LONGEST
        self._client = self._kernel.client()
        self._client.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)
        await self._reach()
        self._executor = compat.executor(notebook, self._kernel, self._client, self._config)
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
        compat.kernel_answered(self._kernel, answer)

    async def _check(self) -> None:
        if time.monotonic() > self._end or not await ensure_async(self._kernel.is_alive()):
            raise Gone("the kernel of a page is gone" if time.monotonic() < self._end else "the cells of a page took too long")

    async def cells(self, notebook: NotebookNode, kernel_id: str) -> AsyncIterator[NotebookNode]:
        """Each cell, with its outputs once it has run; after one that failed there are no more, as in a notebook."""
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
                    log.error("A page's cell failed: %s", "\n".join(trace)[-2000:])
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
