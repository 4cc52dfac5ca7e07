"""What passes between one page and its kernel: few kinds of message, small ones, not too many, and no text of an error.

A browser's message is taken apart here and put together again, so that a kernel gets only what is listed below.
Jupyter's own readers aren't used: they trust the lengths that a message gives for itself, and a message of 64 bytes that
says "2^60 parts" would fill the memory of the whole server.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from itertools import pairwise
from typing import Any, ClassVar

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.ioloop import PeriodicCallback
from traitlets import Bool

from workshop.server import compat
from workshop.server.limits import Bucket

MESSAGE = 64 * 2**10  # bytes of the largest message that a page may send
NAME = 64  # characters of an id
SHAPES: dict[str, dict[str, type]] = {  # what a page may send -> the fields that are passed on
    "kernel_info_request": {},
    "comm_info_request": {"target_name": str},
    "comm_open": {"comm_id": str, "target_name": str, "data": dict},
    "comm_msg": {"comm_id": str, "data": dict},
    "comm_close": {"comm_id": str, "data": dict},
}
INCOMING = list(SHAPES)
TARGET = "jupyter.widget.control"  # asks for the states of a page's widgets; with other targets a page could make widgets
ANSWERS = ["comm_info_reply", "kernel_info_reply", "status", "clear_output", "display_data", "update_display_data"]
OUTGOING = frozenset([*INCOMING, *ANSWERS])  # no error or execute_input: they carry tracebacks and source
PRINTED = "stdout"  # of a kernel's streams, what a page prints is passed on; the other one may carry tracebacks
BURST, RATE = 400, 80  # messages of one page: in one go, and each second
BURST_BYTES, RATE_BYTES = 2**20, 2**17  # the same in bytes
UNDONE = 2**20  # bytes of messages that may be waiting for a page's kernel
KEPT = 500  # messages of a kernel that wait for a page whose connection is broken
SAID = 2000  # characters of what a kernel says that go to the log
GREETING = 5.0  # s for a kernel to greet a new listener
BEAT = 15.0  # s between two signs of life that a page's script can see: those of the websocket itself it can't
PARTS = 4  # header, parent header, metadata, content; our pages send nothing binary


Table = dict[str, Any]
Parts = tuple[str, Table, Table, Table]  # channel, header, metadata, content


class Unreadable(ValueError):
    """A message that none of our pages sends."""


def read(message: str | bytes, protocol: str | None) -> Table | None:
    """{"kind", "id", "metadata", "content"} of a browser's message; None if a kernel shouldn't get it."""
    channel, header, metadata, content = _split(message) if protocol else _parse(message)
    kind, name = header.get("msg_type"), header.get("msg_id")
    if not isinstance(kind, str) or not isinstance(name, str) or len(name) > NAME:
        raise Unreadable
    if channel != "shell" or kind not in SHAPES:
        return None
    passed = {}
    for field, form in SHAPES[kind].items():
        passed[field] = content.get(field, form())
        if not isinstance(passed[field], form) or (form is str and len(passed[field]) > NAME):
            raise Unreadable
    if kind == "comm_open" and passed["target_name"] != TARGET:
        return None
    version = metadata.get("version")  # of the widgets' protocol, when a comm is opened
    known = {"version": version} if isinstance(version, str) and len(version) <= NAME else {}
    return {"kind": kind, "id": name, "metadata": known, "content": passed}


def _parse(message: str | bytes) -> Parts:
    """A message of the older protocol, as JSON. One that comes with anything binary isn't ours."""
    if not isinstance(message, str):
        raise Unreadable
    said = json.loads(message)
    if not isinstance(said, dict) or said.get("buffers"):
        raise Unreadable
    return said.get("channel", "shell"), _table(said.get("header")), _table(said.get("metadata", {})), _table(said.get("content"))


def _split(message: str | bytes) -> Parts:
    """A message of `v1.kernel.websocket.jupyter.org`: a count, as many offsets, then the parts, all in order."""
    if not isinstance(message, bytes) or len(message) < 8:
        raise Unreadable
    count = int.from_bytes(message[:8], "little")
    if count != PARTS + 2 or len(message) < 8 * (count + 1):
        raise Unreadable
    offsets = [int.from_bytes(message[8 * i : 8 * (i + 1)], "little") for i in range(1, count + 1)]
    if offsets != sorted(offsets) or offsets[0] < 8 * (count + 1) or offsets[-1] > len(message):
        raise Unreadable
    channel, header, _, metadata, content = (message[start:end].decode() for start, end in pairwise(offsets))
    return channel, _table(json.loads(header)), _table(json.loads(metadata)), _table(json.loads(content))


def _table(value: object) -> Table:
    if not isinstance(value, dict):
        raise Unreadable
    return value


class Channels(ZMQChannelsWebsocketConnection):
    """One page's websocket, at the server's end."""

    noted: ClassVar[Bucket] = Bucket(30, 0.5)  # lines that all kernels together may write to the log
    greets: ClassVar[bool | None] = None  # whether kernels here greet a new listener; None: not known yet
    limit_rate = Bool(False)  # Jupyter's limit drops a kernel's messages and tells the page about settings; ours stops floods

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._number, self._bytes = Bucket(BURST, RATE), Bucket(BURST_BYTES, RATE_BYTES)
        self._new = False
        self._undone: deque[int] = deque()  # sizes of the messages that the kernel hasn't handled yet, in order
        self._beats = PeriodicCallback(self.beat, 1000 * BEAT)

    def create_stream(self) -> None:
        """Two channels: a page says nothing on the others."""
        for name in ("iopub", "shell"):
            self.channels[name] = stream = getattr(self.kernel_manager, f"connect_{name}")(identity=self.session.bsession)
            stream.channel = name
        self._new = True

    def connect(self) -> Any:
        self._beats.start()
        return super().connect()

    def beat(self) -> None:
        """Say something that means nothing, in the form of any other message: a websocket that only looks open brings none."""
        if "iopub" in self.channels:
            said = self.session.msg("status", {"execution_state": "idle"})
            super().handle_outgoing_message(self.channels["iopub"], self.session.serialize(said))

    def nudge(self) -> asyncio.Future:
        """Wait until what the kernel says to everybody reaches us. It greets each new listener (ipykernel 7.2).

        Jupyter itself asks a kernel who it is, over two more connections, until it hears something.
        """
        if not self._new:  # a connection that was kept while the phone was away
            done = asyncio.get_running_loop().create_future()
            done.set_result(None)
            return done
        return asyncio.ensure_future(self._greeted())

    async def _greeted(self) -> None:
        # A second listener may not be greeted, and the page would stand still while we wait.
        first = not vars(self.kernel_manager).get("page_listened")
        self.kernel_manager.page_listened = True
        if first and Channels.greets is not False:
            heard = asyncio.get_running_loop().create_future()
            iopub = self.channels["iopub"]

            def hear(_: Any) -> None:
                iopub.stop_on_recv()  # what comes next is the page's
                if not heard.done():
                    heard.set_result(None)

            iopub.on_recv(hear)
            try:
                await asyncio.wait_for(heard, GREETING)
                Channels.greets = True
                return
            except TimeoutError:
                Channels.greets = Channels.greets or False  # a kernel that greets nobody, or one that was too busy
        await super().nudge()

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        if not self.channels:
            return
        if not (self._number.take() and self._bytes.take(len(incoming_msg))):
            self.websocket_handler.close(1008, "too many messages")
            return
        if not incoming_msg:  # a page asks whether anybody hears it
            self.beat()
            return
        try:
            asked = read(incoming_msg, self.subprotocol)
            if asked is not None:
                self._pass_on(asked, len(incoming_msg))
        except Exception as error:  # no traceback: it would quote what a page sent
            self.log.warning("A page sent a message that can't be read (%s).", type(error).__name__)
            self.websocket_handler.close(1007)

    def _pass_on(self, asked: Table, size: int) -> None:
        self._undone.append(size)
        if sum(self._undone) > UNDONE:
            self.websocket_handler.close(1008, "too much at once")
            return
        header = self.session.msg_header(asked["kind"]) | {"msg_id": asked["id"], "username": ""}
        said = {"header": header, "parent_header": {}, "metadata": asked["metadata"], "content": asked["content"]}
        self.session.send(self.channels["shell"], said)

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        _, (_, header, parent, _, content, *_) = self.session.feed_identities(outgoing_msg)
        kind = self.session.unpack(header)["msg_type"]
        if kind == "status" and self._undone:
            own = self.session.unpack(parent).get("session") == self.session.session
            if own and self.session.unpack(content).get("execution_state") == "idle":
                self._undone.popleft()
        if kind in OUTGOING:
            super().handle_outgoing_message(stream, outgoing_msg)
        elif kind in ("error", "stream"):
            said = self.session.unpack(content)
            if said.get("name") == PRINTED:
                super().handle_outgoing_message(stream, outgoing_msg)
            else:
                self._note(said)

    def _note(self, content: Table) -> None:
        """What a kernel says about its troubles goes to the log, and nowhere else."""
        said = (content.get("text") or "\n".join(content.get("traceback", []))).strip()[-SAID:]
        if "Traceback" in said and self.noted.take():
            self.log.error("A page's kernel said: %s", said)
        else:
            self.log.debug("A page's kernel said: %s", said)

    def disconnect(self) -> None:  # type: ignore[override]  # Jupyter's own overrides it in this way
        self._beats.stop()
        super().disconnect()
        compat.limit_buffer(self.multi_kernel_manager, self.kernel_id, KEPT)
