"""Where we reach inside other projects: what can be done in one place is done here, and `compat.toml` lists all of it.

Each line of that list says what we use or replace, why, since which version it works as we need it, and until what. A test
(tests/test_compat.py) looks whether it's still there, so that an upgrade which takes it away says so by name.

Nothing heavy is imported here: the fork server reads this file too.
"""

from __future__ import annotations

import concurrent.futures
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from voila.app import Voila
    from voila.execute import VoilaExecutor
    from voila.exporter import VoilaExporter

# What every plain kernel runs first. ipykernel listens on a port of the loopback address for the output of its child
# processes, for every user of the machine; ours have no child processes. A history file would record when somebody worked.
KERNEL_PROFILE = """
from ipykernel.iostream import IOPubThread

IOPubThread._setup_pipe_in = lambda thread: setattr(thread, "_pipe_flag", False)
c.HistoryManager.enabled = False
"""


def without_address_grammar() -> None:
    """Leave out a grammar of international addresses: jsonschema would compile it for two seconds at every start, for nothing."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def without_debugger() -> None:
    """Leave out the debugger that ipykernel loads for every kernel: 8 MB each, and half of what there is to import."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]


# --- voila and nbclient


def exporter(voila: Voila) -> VoilaExporter:
    """Voila's exporter, once for all pages; Voila makes one for each page and compiles its templates again."""
    from voila.exporter import VoilaExporter

    made = VoilaExporter(
        template_paths=voila.template_paths,
        template_name=voila.voila_configuration.template,
        config=voila.config,
        contents_manager=voila.app.settings["contents_manager"],
        theme=voila.voila_configuration.theme,
        base_url=voila.base_url,
        show_margins=voila.voila_configuration.show_margins,
    )
    made.exclude_input = made.exclude_output_prompt = made.exclude_input_prompt = True
    return made


def page_config(voila: Voila, path: str) -> dict[str, Any]:
    """What Voila's scripts read in the page made of the notebook at `path`."""
    from voila.utils import get_page_config

    settings = voila.voila_configuration
    known = {"base_url": voila.base_url, "settings": voila.app.settings, "log": voila.log, "voila_configuration": settings}
    config = settings.page_config_hook(get_page_config(**known), **known, notebook_path=path)
    return config | {"jupyterLabTheme": settings.theme}


def executor(notebook: NotebookNode, kernel: Any, client: Any, config: Any) -> VoilaExecutor:
    """Something that turns a kernel's messages into outputs of `notebook`'s cells; its own way of running them isn't used."""
    from voila.execute import VoilaExecutor

    made = VoilaExecutor(notebook, km=kernel, config=config, show_tracebacks=False, record_timing=False)
    made.reset_execution_trackers()
    made.kc, made.clear_before_next_output = client, False
    return made


# --- jupyter_server


def kernel_answered(kernel: Any, info: Any) -> None:
    """Note what a kernel said of itself: Jupyter would ask it again for the page's websocket."""
    known: concurrent.futures.Future = concurrent.futures.Future()
    known.set_result(info)
    kernel._kernel_info_future = known


def limit_buffer(kernels: Any, kernel_id: str, most: int) -> None:
    """Keep only the newest `most` messages for a page whose connection is broken: Jupyter's own list has no end."""
    held = kernels._kernel_buffers.get(kernel_id)
    if held is not None:
        held["buffer"] = deque(held["buffer"], most)


# --- tornado


def hang_up(request: Any) -> None:
    """Close a request's connection in the middle of an answer: a client that reads too slowly has gone."""
    request.connection.stream.close()


def jupyter_pings_alone(protocol: Any) -> Any:
    """A websocket's protocol without Tornado's own pings: it would take Jupyter's milliseconds for seconds, and complain."""
    if protocol is not None:
        protocol.params.ping_interval = protocol.params.ping_timeout = None
    return protocol
