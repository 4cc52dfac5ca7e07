"""What the servers say in the terminal: nothing that names anybody, no matter who wrote the line."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from typing import ClassVar

from workshop.server.terminal import Terminal


class Hidden(logging.Formatter):
    """A log line without addresses, names, keys, tokens and query strings, and without characters that move a terminal."""

    private: ClassVar[re.Pattern] = re.compile(
        r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"  # a kernel
        r"|[0-9a-fA-F]{16,}"  # a key, a cookie, a secret
        r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"
        r"|\[?(?:[0-9a-fA-F]{0,4}:){3,}[0-9a-fA-F]{0,4}\]?|[0-9a-fA-F:]*::[0-9a-fA-F:.]*(?:%\w+)?"
        r"|\?\S+=\S*|token=\S*"
        r"|\w+://[^\s/@]*:[^\s/@]*@"  # a database's user and password
    )
    control: ClassVar[re.Pattern] = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")

    def format(self, record: logging.LogRecord) -> str:
        return self.control.sub("·", self.private.sub("…", super().format(record)))


def short(record: logging.LogRecord) -> bool:
    """Whether a line may be written: not those in which nbclient repeats everything that a page's kernel says."""
    return record.levelno > logging.DEBUG or "nbclient" not in record.pathname


class Said(logging.Handler):
    """Has each line written by a thread of its own: a server never waits for the reader of its log."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self._terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        self._terminal.say(self.format(record))

    def flush(self) -> None:
        """At the process's end."""
        self._terminal.finish()


def begin(log: logging.Logger, role: str, debug: bool) -> None:
    """Send everything that this process logs to the standard error stream, through one handler; `log` is Voila's own."""
    handler = Said(Terminal(sys.stderr))
    handler.setFormatter(Hidden(f"%(asctime)s {role}: %(message)s", datefmt="%H:%M:%S"))
    handler.addFilter(short)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.DEBUG if debug else logging.WARNING)
    log.handlers, log.propagate = [handler], False
    log.setLevel(root.level)
    logging.getLogger("tornado.general").setLevel(logging.ERROR)  # it quotes what strangers send


def pipe(log: logging.Logger) -> int:
    """A descriptor for kernels to write to. What they say is in the log only with --debug."""
    out, into = os.pipe()

    def read() -> None:
        with os.fdopen(out, "rb") as lines:
            for line in lines:
                log.debug("A kernel said: %s", line.decode("utf-8", "replace").strip()[:2000])

    threading.Thread(target=read, name="kernel output", daemon=True).start()
    return into
