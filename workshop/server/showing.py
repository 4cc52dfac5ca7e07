"""Opening the desk in this computer's browser. Its token never stands in a command line, which everybody here could read."""

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

from workshop.server.run import Run

PATIENCE = 60.0  # s until a browser has opened the desk, or never will
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
    """A small file that leads a browser to the desk, there until it has. `look` is called each second."""

    def __init__(self, run: Run) -> None:
        self._run, self._until = run, time.monotonic() + PATIENCE
        self._file: Path | None = None

    def begin(self) -> None:
        """Open the desk; doesn't wait for the browser."""
        self._file = self._write()
        threading.Thread(target=webbrowser.open, args=(self._file.as_uri(),), name="browser", daemon=True).start()

    def _write(self) -> Path:
        text, name = ONWARD.format(url=html.escape(self._run.desk_url)), f"workshop-desk-{secrets.token_hex(4)}.html"
        places = [self._run.directory]
        if sys.platform == "linux":  # a browser from a snap sees nothing but what is in one's home, and there no hidden folders
            places = [Path.home(), *places]
        for place in places[:-1]:
            with suppress(OSError):
                return _private(place / name, text)
        return _private(places[-1] / name, text)

    def look(self) -> None:
        if self._file is not None and (self._run.desk_opened.exists() or time.monotonic() > self._until):
            self.end()

    def end(self) -> None:
        """Take the file away."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)
            self._file = None


def _private(file: Path, text: str) -> Path:
    """Written for this user only."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as into:
        into.write(text)
    return file
