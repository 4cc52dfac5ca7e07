"""A room over a local socket: the client in a notebook's kernel, the server half beside a `LocalRoom`.

One JSON object a line. Asked: `{"n": 1, "call": "submit", "args": {…}}`; answered `{"n": 1, "ok": …}` or
`{"n": 1, "error": "one sentence"}`; pushed, at the beginning and whenever it changes: `{"event": view}`.
"""

from __future__ import annotations

import asyncio
import hmac
import inspect
import itertools
import json
import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

PAGE_VERBS = ("hello", "submit", "view", "reveal", "payoffs")
DESK_VERBS = (
    *("hello", "submit", "view", "reveal", "desk_view", "arrange", "open_module", "open", "close", "cancel", "settle", "debrief"),
    *("tally", "batch", "approve", "end"),
)
LONGEST = 64 * 1024  # bytes of a request
TIMEOUT = 5.0  # s
BACKLOG = 1024 * 1024  # bytes that a reader may be behind before it is let go

View = dict[str, Any]
log = logging.getLogger(__name__)


class RoomError(RuntimeError):
    """The room did not do what was asked; the message is one sentence for the person."""


class RemoteRoom:
    """The room at a socket: the verbs of `LocalRoom`, from another process. Any thread may call; one thread reads.

    When the server goes away calls fail at once with a RoomError; the room comes back by itself when the server does.
    """

    def __init__(self, path: str | os.PathLike[str], timeout: float = TIMEOUT) -> None:
        self._path, self._timeout = Path(path), timeout
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future] = {}
        self._callbacks: dict[object, Callable[[View], object]] = {}
        self._lock = threading.Lock()  # of the socket's sending side and of what waits for an answer
        self._closed = threading.Event()
        self._socket: socket.socket | None = self._connect()
        self._reader = threading.Thread(target=self._read, name="room", daemon=True)
        self._reader.start()

    def hang_up(self) -> None:
        """Let go of the socket, for good."""
        self._closed.set()
        self._wake()
        self._reader.join(self._timeout)

    def subscribe(self, callback: Callable[[View], object]) -> Callable[[], None]:
        """Call `callback(view)`, on the reading thread, at each change and after a reconnection; returns the end of it."""
        token = object()
        self._callbacks[token] = callback
        return lambda: (self._callbacks.pop(token, None), None)[1]

    def hello(self, keys: dict[str, list[str]]) -> dict[str, Any]:
        return self._call("hello", keys=keys)

    def submit(self, id: str, question: str, keys: list[str], value: Any, intent: str) -> dict[str, Any]:
        return self._call("submit", id=id, question=question, keys=keys, value=value, intent=intent)

    def view(self) -> View:
        return self._call("view")

    def reveal(self, content_id: str) -> bytes:
        return self._call("reveal", content_id=content_id).encode()

    def payoffs(self, game: str, keys: dict[str, list[str]]) -> list[dict[str, Any]]:
        return self._call("payoffs", game=game, keys=keys)

    def desk_view(self) -> View:
        return self._call("desk_view")

    def arrange(self, changes: dict[str, Any]) -> View:
        return self._call("arrange", changes=changes)

    def open_module(self, slug: str) -> View:
        return self._call("open_module", slug=slug)

    def open(self, question: str) -> View:
        return self._call("open", question=question)

    def close(self, question: str) -> View:
        return self._call("close", question=question)

    def cancel(self, question: str) -> View:
        return self._call("cancel", question=question)

    def settle(self, question: str) -> View:
        return self._call("settle", question=question)

    def debrief(self, slug: str) -> View:
        return self._call("debrief", slug=slug)

    def tally(self, question: str, cells: dict[str, int], people: int | None = None) -> View:
        return self._call("tally", question=question, cells=cells, people=people)

    def batch(self, question: str) -> dict[str, Any]:
        return self._call("batch", question=question)

    def approve(self, question: str, chosen: list[int]) -> View:
        return self._call("approve", question=question, chosen=chosen)

    def end(self) -> dict[str, Any]:
        return self._call("end")

    def _call(self, verb: str, **args: Any) -> Any:
        if threading.current_thread() is self._reader:
            raise RuntimeError("A subscriber's callback may not ask the room: it runs on the thread that reads the answer.")
        number, answer = next(self._numbers), Future()
        line = _line({"n": number, "call": verb, "args": args})
        if len(line) > LONGEST:
            raise RoomError("This is too long to be sent.")
        with self._lock:
            if self._socket is None:
                raise RoomError(AWAY)
            self._waiting[number] = answer
            try:
                self._socket.sendall(line)
            except OSError:
                self._wake()  # the reader sees the end, tells everybody who waits, and connects anew
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
                return connection
            address = json.loads(self._path.read_text())
            connection = socket.create_connection(("127.0.0.1", address["port"]), self._timeout)
            connection.sendall(_line({"secret": address["secret"]}))
            return connection
        except (OSError, ValueError, KeyError) as error:
            raise RoomError("The workshop isn't running, or it has just ended.") from error


AWAY = "The room is away for a moment; it is not saved yet."


class Served:
    """A room being served, until `await close()`."""

    def __init__(self, path: Path, room: Any, verbs: Collection[str], tell: tuple[type[Exception], ...], secret: str) -> None:
        self._path, self._room, self._verbs, self._tell, self._secret = path, room, frozenset(verbs), tell, secret
        self._desk = "desk_view" in self._verbs
        self._tasks: set[asyncio.Task] = set()
        self.server: asyncio.Server

    async def close(self) -> None:
        """Stop listening and hang up on everybody."""
        self.server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(OSError):
            self._path.unlink()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first line to its end."""
        task = asyncio.current_task()
        self._tasks.add(task)
        listener = _Listener(writer)
        loop = asyncio.get_running_loop()
        unsubscribe = lambda: None  # noqa: E731
        try:
            if self._secret and not await self._knows_secret(reader):
                return
            unsubscribe = self._room.subscribe(lambda view: loop.call_soon_threadsafe(listener.hear, view), desk=self._desk)
            see = self._room.desk_view if self._desk else self._room.view
            listener.say({"event": await asyncio.to_thread(see)})
            while line := await reader.readline():
                listener.busy = True
                listener.say(await self._answer(line))
                await writer.drain()
        except ValueError:  # from readline: the line has no end within the limit
            listener.say({"n": None, "error": "This is too long to be sent."})
        except (ConnectionError, asyncio.CancelledError):
            pass
        except Exception:
            log.exception("a connection to the room failed")
        finally:
            unsubscribe()
            writer.close()
            self._tasks.discard(task)

    async def _knows_secret(self, reader: asyncio.StreamReader) -> bool:
        try:
            said = json.loads(await asyncio.wait_for(reader.readline(), TIMEOUT))["secret"]
            return hmac.compare_digest(said.encode(), self._secret.encode())
        except (ValueError, TypeError, KeyError, AttributeError, TimeoutError):
            return False

    async def _answer(self, line: bytes) -> dict[str, Any]:
        number = None
        try:
            request = json.loads(line)
            number, verb, args = request["n"], request["call"], request.get("args", {})
            if verb not in self._verbs:
                raise RoomError("This can't be asked here.")
            call = getattr(self._room, verb)
            inspect.signature(call).bind(**args)
        except RoomError as error:
            return {"n": number, "error": str(error)}
        except (ValueError, TypeError, KeyError, RecursionError):
            return {"n": number, "error": "The workshop didn't understand this."}
        try:
            result = await asyncio.to_thread(call, **args)
        except self._tell as error:
            return {"n": number, "error": str(error)}
        except Exception:
            log.exception("the room failed at %s", verb)
            return {"n": number, "error": "Something went wrong in the workshop. Please try again."}
        return {"n": number, "ok": result.decode() if isinstance(result, bytes) else result}


class _Listener:
    """The writing side of a connection. What changes during a call is pushed after its answer, so the newest comes last."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer, self._news, self.busy = writer, None, True

    def hear(self, view: View) -> None:
        self._news = {"event": view}
        if not self.busy:
            self._push()

    def say(self, message: dict[str, Any]) -> None:
        self._writer.write(_line(message))
        self.busy = False
        self._push()

    def _push(self) -> None:
        if self._writer.transport.get_write_buffer_size() > BACKLOG:
            self._writer.transport.abort()  # it does not read: it may come back and begin anew
        elif self._news is not None:
            news, self._news = self._news, None
            self._writer.write(_line(news))


async def serve(
    path: str | os.PathLike[str],
    room: Any,
    verbs: Collection[str] = PAGE_VERBS,
    tell: tuple[type[Exception], ...] = (RoomError,),
    loopback: bool = os.name == "nt",
) -> Served:
    """Serve `verbs` of a `LocalRoom` at the Unix socket `path` (mode 0600); `tell`: errors whose sentence may be told.

    With `loopback` the path is a file (mode 0600) that names a port of this machine and the secret that it asks for.
    """
    path = Path(path)
    if loopback:
        served = Served(path, room, verbs, tell, secrets.token_hex(32))
        served.server = await asyncio.start_server(served.talk, "127.0.0.1", 0, limit=LONGEST)
        port = served.server.sockets[0].getsockname()[1]
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"port": port, "secret": served._secret}, file)
    else:
        served = Served(path, room, verbs, tell, "")
        try:
            served.server = await asyncio.start_unix_server(served.talk, path, limit=LONGEST)
        except OSError as error:
            raise RoomError(f"The workshop can't listen at {path}: {error.strerror or error}.") from error
        path.chmod(0o600)
    return served


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _lines(connection: socket.socket) -> Any:
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
