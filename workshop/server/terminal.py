"""Saying things in a terminal without waiting for it: text may be selected there, or its reader may have gone."""

from __future__ import annotations

import io
import os
import threading
from collections import deque
from contextlib import suppress
from typing import TextIO

import click

KEPT = 1000  # texts that wait while nothing can be written; the oldest of them fall out
DARK_ON_LIGHT = "\x1b[38;5;16;48;5;231m{}\x1b[0m"  # said outright: a terminal's own two colours may be either way round
LIGHT, DARK = "\x1b[48;5;231m  ", "\x1b[48;5;16m  "
BLOCKS = " ▄▀█"


class Terminal:
    """Writes what it's told from a thread of its own, in order. Nothing that goes wrong there stops the one who speaks."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = _unbuffered(stream)
        self._waiting: deque[str] = deque(maxlen=KEPT)
        self._writing = False
        self._changed = threading.Condition()
        threading.Thread(target=self._write, name="terminal", daemon=True).start()

    def say(self, text: str) -> None:
        """Have this written; returns at once."""
        with self._changed:
            self._waiting.append(text)
            self._changed.notify_all()

    def finish(self, seconds: float = 2.0) -> None:
        """Wait until everything is written, for so long at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting and not self._writing, seconds)

    def qr(self, address: str) -> str:
        """A QR code that a phone can read from this terminal, whatever its colours; "" if it can draw none."""
        coloured = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        try:
            BLOCKS.encode(self._stream.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return _in_spaces(address) if coloured else ""
        return _in_blocks(address, coloured)

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                text = self._waiting.popleft()
                self._writing = True
            with suppress(OSError, ValueError):  # the window is closed, the disk that keeps the log is full
                click.echo(text, file=self._stream)
            with self._changed:
                self._writing = False
                self._changed.notify_all()


def _unbuffered(stream: TextIO) -> TextIO:
    """The same place without a buffer, so that nothing half written keeps this process from ending; what can't be said in its
    encoding becomes a question mark."""
    try:
        raw = open(os.dup(stream.fileno()), "wb", buffering=0)  # noqa: SIM115 – kept; on Windows of the console's own kind
    except (OSError, ValueError, AttributeError):  # not a file, as in a notebook; or closed from the beginning
        return stream
    return io.TextIOWrapper(raw, encoding=stream.encoding, errors="replace", write_through=True)


def _modules(address: str, border: int) -> list[list[bool]]:
    import segno

    return [[bool(dark) for dark in row] for row in segno.make(address, error="m").matrix_iter(border=border)]


def _in_blocks(address: str, coloured: bool) -> str:
    """Two rows a line. Without colours the blocks are the light parts, as most terminals are dark."""
    rows = _modules(address, border=4)
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    lines = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        line = "".join(BLOCKS[2 * (a == coloured) + (b == coloured)] for a, b in zip(upper, lower, strict=True))
        lines.append(DARK_ON_LIGHT.format(line) if coloured else line)
    return "\n".join(lines)


def _in_spaces(address: str) -> str:
    """For an encoding without blocks; with the smaller border it fits into 80 columns."""
    return "\n".join("".join(DARK if dark else LIGHT for dark in row) + "\x1b[0m" for row in _modules(address, border=2))
