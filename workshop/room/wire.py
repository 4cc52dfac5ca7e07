"""A room over a local socket: the half in a notebook's kernel. The server's half is `served`.

One JSON object a line. Asked: `{"n": 1, "call": "submit", "args": {…}}`; answered `{"n": 1, "ok": …}` or
`{"n": 1, "error": "one sentence"}`; pushed, at the beginning and whenever it changes: `{"event": view}`.
A page's kernel says first which page it is: `{"page": "…"}`, the token that its server gave it (WORKSHOP_PAGE).
"""

from __future__ import annotations

import inspect
import itertools
import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

from workshop.room.contract import DESK_VERBS, DeskRoom, RoomError

LONGEST = 64 * 1024  # bytes of a request
TIMEOUT = 5.0  # s
AWAY = "The workshop is away for a moment, so this isn't saved yet."

log = logging.getLogger(__name__)


class RemoteRoom(DeskRoom):
    """The room at a socket: the verbs of the contract, from another process. Any thread may call; one thread reads.

    When the server goes away calls fail at once with a RoomError; the room comes back by itself when the server does.
    What the socket pushes is the page's view or the desk's, as the server has decided.
    """

    def __init__(self, path: str | os.PathLike[str], timeout: float = TIMEOUT, page: str = "") -> None:
        self._path, self._timeout, self._page = Path(path), timeout, page
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[Any]] = {}
        self._callbacks: dict[object, Callable[[Any], object]] = {}
        self._lock = threading.Lock()  # of the socket's sending side and of what waits for an answer
        self._closed = threading.Event()
        self._socket: socket.socket | None = self._connect()
        self._reader = threading.Thread(target=self._read, name="room", daemon=True)
        self._reader.start()

    @classmethod
    def at(cls, path: str | os.PathLike[str], page: str = "") -> DeskRoom:
        """The room at that socket; RoomError where there is none. `page`: the token of the page that asks."""
        return cls(path, page=page)

    def hang_up(self) -> None:
        """Let go of the socket, for good."""
        self._closed.set()
        self._wake()
        self._reader.join(self._timeout)

    def subscribe(self, callback: Callable[[Any], object]) -> Callable[[], None]:
        """Call `callback(view)`, on the reading thread, at each change and after a reconnection; returns what ends it."""
        token = object()
        self._callbacks[token] = callback
        return lambda: (self._callbacks.pop(token, None), None)[1]

    desk_subscribe = subscribe

    def _call(self, verb: str, **args: Any) -> Any:
        if threading.current_thread() is self._reader:
            raise RuntimeError("A subscriber's callback may not ask the room: it runs on the thread that reads the answer.")
        number = next(self._numbers)
        answer: Future[Any] = Future()
        line = line_of({"n": number, "call": verb, "args": args})
        if len(line) > LONGEST:
            raise RoomError("This is too long to be sent.")
        with self._lock:
            if self._socket is None:
                raise RoomError(AWAY)
            self._waiting[number] = answer
            try:
                self._socket.sendall(line)
            except OSError:
                self._wake()  # the reader sees the end, tells everybody who waits, and connects again
        try:
            return answer.result(self._timeout)
        except TimeoutError:
            raise RoomError("The workshop didn't answer in time.") from None
        finally:
            self._waiting.pop(number, None)

    def _read(self) -> None:
        pause = 0.1
        while not self._closed.is_set():
            if self._socket is None:
                self._closed.wait(pause)
                pause = min(pause * 2, 2.0)
                with suppress(RoomError):
                    self._socket = self._connect()
                continue
            with suppress(OSError, ValueError):
                for line in _lines(self._socket):
                    self._take(json.loads(line))
                    pause = 0.1
            self._drop()
        self._drop()

    def _take(self, message: dict[str, Any]) -> None:
        if "event" in message:
            for callback in list(self._callbacks.values()):
                try:
                    callback(message["event"])
                except Exception:
                    log.exception("a subscriber of the room failed")
        elif answer := self._waiting.pop(message["n"], None):
            if "error" in message:
                answer.set_exception(RoomError(message["error"]))
            else:
                answer.set_result(message["ok"])

    def _drop(self) -> None:
        with self._lock:
            if self._socket is not None:
                self._socket.close()
            self._socket = None
            waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            answer.set_exception(RoomError(AWAY))

    def _wake(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _connect(self) -> socket.socket:
        try:
            if hasattr(socket, "AF_UNIX") and self._path.is_socket():
                connection = socket.socket(socket.AF_UNIX)
                connection.settimeout(self._timeout)
                connection.connect(str(self._path))
            else:
                address = json.loads(self._path.read_text())
                connection = socket.create_connection(("127.0.0.1", address["port"]), self._timeout)
                connection.sendall(line_of({"secret": address["secret"]}))
            if self._page:
                connection.sendall(line_of({"page": self._page}))
            return connection
        except (OSError, ValueError, KeyError) as error:
            raise RoomError("The workshop isn't running, or it has just ended.") from error


def _asks(verb: str) -> Callable[..., Any]:
    """A method that asks for `verb` at the other end, with the arguments and the defaults that the contract gives it."""
    declared = getattr(DeskRoom, verb)
    signature = inspect.signature(declared)
    raw = signature.return_annotation == "bytes"  # what is not JSON travels as text

    @wraps(declared)
    def ask(self: RemoteRoom, *args: object, **named: object) -> Any:
        bound = signature.bind(self, *args, **named)
        bound.apply_defaults()
        answer = self._call(verb, **{name: value for name, value in bound.arguments.items() if name != "self"})
        return answer.encode() if raw else answer

    return ask


for _verb in DESK_VERBS:
    setattr(RemoteRoom, _verb, _asks(_verb))


def line_of(message: Mapping[str, object]) -> bytes:
    """One message, as it goes over the wire."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _lines(connection: socket.socket) -> Iterator[bytes]:
    """Each line that arrives, until the other side hangs up. The socket's timeout is for sending."""
    rest = b""
    while True:
        try:
            chunk = connection.recv(1 << 16)
        except TimeoutError:
            continue
        if not chunk:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
