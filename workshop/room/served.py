"""The server's half of a room over a local socket: who may ask what, and what is pushed to whom. The other half is `wire`."""

from __future__ import annotations

import asyncio
import hmac
import inspect
import json
import logging
import os
import secrets
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from workshop.room.contract import DESK_VERBS, PAGE_VERBS, DeskRoom, Hello, Intent, Keys, PageRoom, RoomError, Submission, View
from workshop.room.wire import LONGEST, TIMEOUT, line_of

BACKLOG = 1024 * 1024  # bytes that a reader may be behind before it is let go

log = logging.getLogger(__name__)


class HeldRoom(Protocol):
    """What a page asks instead of the room: it knows which browser has the page open; `page`: the page's token."""

    def hello(self, page: str, keys: Mapping[str, Keys]) -> Hello: ...

    def submit(self, page: str, id: str, question: str, keys: Keys, value: object, intent: Intent) -> Submission: ...


class Served:
    """A room that is served, until `await close()`. `see`: the view that is pushed at the beginning; `subscribe`: to the
    later ones."""

    server: asyncio.Server

    def __init__(
        self,
        path: Path,
        room: PageRoom,
        verbs: Collection[str],
        see: Callable[[], View],
        subscribe: Callable[[Callable[[View], object]], Callable[[], None]],
        tell: tuple[type[Exception], ...],
        holders: HeldRoom | None,
    ) -> None:
        self._path, self._room, self._verbs, self._tell, self._holders = path, room, frozenset(verbs), tell, holders
        self._see, self._subscribe = see, subscribe
        self._secret = ""
        self._tasks: set[asyncio.Task[Any]] = set()

    async def listen(self, loopback: bool) -> None:
        """Begin: at a Unix socket, or at a port of this machine that the file at `path` names."""
        if loopback:
            self._secret = secrets.token_hex(32)
            self.server = await asyncio.start_server(self.talk, "127.0.0.1", 0, limit=LONGEST)
            port = self.server.sockets[0].getsockname()[1]
            with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump({"port": port, "secret": self._secret}, file)
            return
        try:
            self.server = await asyncio.start_unix_server(self.talk, self._path, limit=LONGEST)
        except OSError as error:
            raise RoomError(f"The workshop can't listen at {self._path}: {error.strerror or error}.") from error
        self._path.chmod(0o600)

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
        assert task is not None  # asyncio calls this in a task of its own
        self._tasks.add(task)
        listener = _Listener(writer)
        loop = asyncio.get_running_loop()
        unsubscribe: Callable[[], None] | None = None
        page = ""
        try:
            if self._secret and not await self._knows_secret(reader):
                return
            unsubscribe = self._subscribe(lambda view: loop.call_soon_threadsafe(listener.hear, view))
            listener.say({"event": await asyncio.to_thread(self._see)})
            while line := await reader.readline():
                if line.startswith(b'{"page":'):
                    page = str(json.loads(line)["page"])
                    continue
                listener.busy = True
                listener.say(await self._answer(line, page))
                await writer.drain()
        except ValueError:  # from readline: the line has no end within the limit
            listener.say({"n": None, "error": "This is too long to be sent."})
        except (ConnectionError, asyncio.CancelledError):
            pass
        except Exception:
            log.exception("a connection to the room failed")
        finally:
            if unsubscribe:
                unsubscribe()
            writer.close()
            self._tasks.discard(task)

    async def _knows_secret(self, reader: asyncio.StreamReader) -> bool:
        try:
            said = json.loads(await asyncio.wait_for(reader.readline(), TIMEOUT))["secret"]
            return hmac.compare_digest(said.encode(), self._secret.encode())
        except (ValueError, TypeError, KeyError, AttributeError, TimeoutError):
            return False

    async def _answer(self, line: bytes, page: str = "") -> dict[str, Any]:
        number = None
        try:
            request = json.loads(line)
            number, verb, args = request["n"], request["call"], request.get("args", {})
            if verb not in self._verbs:
                raise RoomError("This can't be asked here.")
            call = getattr(self._room, verb)
            if self._holders and verb in ("hello", "submit"):
                call = partial(getattr(self._holders, verb), page)
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
        self._writer, self.busy = writer, True
        self._news: dict[str, View] | None = None

    def hear(self, view: View) -> None:
        self._news = {"event": view}
        if not self.busy:
            self._push()

    def say(self, message: Mapping[str, object]) -> None:
        self._writer.write(line_of(message))
        self.busy = False
        self._push()

    def _push(self) -> None:
        if self._writer.transport.get_write_buffer_size() > BACKLOG:
            self._writer.transport.abort()  # it doesn't read: it may come back and start again
        elif self._news is not None:
            news, self._news = self._news, None
            self._writer.write(line_of(news))


async def serve(
    path: str | os.PathLike[str],
    room: PageRoom,
    *,
    tell: tuple[type[Exception], ...] = (RoomError,),
    loopback: bool = os.name == "nt",
    holders: HeldRoom | None = None,
) -> Served:
    """Serve to pages what a page may ask, at the Unix socket `path` (mode 0600); `tell`: errors whose sentence may be told;
    `holders`: who is asked, with the page's token, instead of the room for `hello` and `submit`.

    With `loopback` the path is a file (mode 0600) that names a port of this machine and the secret that it asks for.
    """
    served = Served(Path(path), room, PAGE_VERBS, room.view, room.subscribe, tell, holders)
    await served.listen(loopback)
    return served


async def serve_desk(
    path: str | os.PathLike[str], room: DeskRoom, *, tell: tuple[type[Exception], ...] = (RoomError,), loopback: bool = os.name == "nt"
) -> Served:
    """Serve to desks what a desk may ask; see `serve`."""
    served = Served(Path(path), room, DESK_VERBS, room.desk_view, room.desk_subscribe, tell, None)
    await served.listen(loopback)
    return served
