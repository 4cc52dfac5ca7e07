"""Opening the desk in this computer's browser. Its token is never in a command line, which everybody here could read."""

from __future__ import annotations

import html
import os
import platform
import secrets
import sys
import threading
import time
import webbrowser
from contextlib import suppress
from pathlib import Path

from workshop.server.run import Run, write_private

LONGEST = 60.0  # s that a browser may take to open the desk
ONWARD = """<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Desk</title>
<meta http-equiv="refresh" content="0;url={url}"><p><a href="{url}">To the desk</a></p>"""


def has_window() -> bool:
    """Whether a browser can open a window here. One that runs in the terminal would take the terminal from us."""
    if sys.platform in ("win32", "darwin"):
        return True
    if "microsoft" in platform.release().lower():  # WSL: the browser is Windows', which doesn't find our files
        return False
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Showing:
    """A small file that leads a browser to the desk, and is taken away once the desk is open. `look` is called each second."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._file: Path | None = None
        self._until = 0.0

    def begin(self) -> None:
        """Open the desk; doesn't wait for the browser."""
        self._file, self._until = self._write(), time.monotonic() + LONGEST
        threading.Thread(target=webbrowser.open, args=(self._file.as_uri(),), name="browser", daemon=True).start()

    def _write(self) -> Path:
        text, name = ONWARD.format(url=html.escape(self._run.desk_url)), f"workshop-desk-{secrets.token_hex(4)}.html"
        if sys.platform == "linux":  # a browser from a snap sees nothing but what is in one's home, and there no hidden folders
            with suppress(OSError):
                return write_private(Path.home() / name, text)
        return write_private(self._run.directory / name, text)

    def look(self) -> None:
        if self._file is not None and (self._run.desk_opened.exists() or time.monotonic() > self._until):
            self.end()

    def end(self) -> None:
        """Take the file away."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)
            self._file = None
