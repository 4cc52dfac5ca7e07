"""Simulated phones that speak the real protocol: page, websocket, widget states, hello, answers, reveals."""

from __future__ import annotations

import asyncio
import gzip
import hmac
import json
import re
import secrets
import struct
import time
import uuid
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect

PROTOCOL = "v1.kernel.websocket.jupyter.org"
KERNEL = re.compile(r'"kernelId":\s*"([\w-]+)"')
MODEL = re.compile(r'"model_id":\s*"(\w+)"')
CONTROL = "jupyter.widget.control"


class Counting(ClientConnection):
    """Counts the bytes that come, as they come: compressed, with their frames."""

    came = 0

    def data_received(self, data: bytes) -> None:
        self.came += len(data)
        super().data_received(data)


class Wrong(AssertionError):
    """A phone did not get what it must get."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes
    wire: int  # bytes that came


async def ask(base: str, method: str, path: str, cookies: dict[str, str], body: dict | None = None) -> Answer:
    """One HTTP/1.1 request over a connection of its own, as asyncio alone can do it: the generator shares the machine."""
    where = urlsplit(base)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        sent = urlencode(body).encode() if body is not None else b""
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {where.netloc}",
            "Accept-Encoding: gzip",
            "Connection: close",
            f"Origin: http://{where.netloc}",
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in cookies.items())}",
        ]
        if body is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(sent)}"]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + sent)
        raw = await reader.read()
    finally:
        writer.close()
    head, _, rest = raw.partition(b"\r\n\r\n")
    first, *fields = head.decode("latin1").split("\r\n")
    pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in fields)]
    headers = dict(pairs)
    set_cookies = dict(value.partition(";")[0].split("=", 1) for name, value in pairs if name == "set-cookie")
    content = _joined(rest) if headers.get("transfer-encoding") == "chunked" else rest
    if headers.get("content-encoding") == "gzip":
        content = gzip.decompress(content)
    return Answer(int(first.split()[1]), headers, set_cookies, content, len(raw))


def _joined(chunks: bytes) -> bytes:
    whole = b""
    while chunks:
        size, _, chunks = chunks.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            break
        whole, chunks = whole + chunks[:length], chunks[length + 2 :]
    return whole


@dataclass(eq=False)
class Phone:
    """One browser. `page` is the address of the page that it opens."""

    base: str
    page: str
    prefix: str = ""  # what stands before /api/ in the server's addresses
    cookies: dict[str, str] = field(default_factory=dict)
    kernel: str = ""
    session: str = field(default_factory=lambda: uuid.uuid4().hex)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    wire: int = 0
    html: bytes = b""
    states: dict[str, Any] = field(default_factory=dict)
    view: dict[str, Any] = field(default_factory=dict)
    socket: ClientConnection | None = None
    _acks: dict[str, asyncio.Future] = field(default_factory=dict)
    _hello: asyncio.Future | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _reading: asyncio.Task | None = None

    async def join(self, code: str) -> None:
        answer = await ask(self.base, "POST", "/join", {}, {"code": code})
        if answer.status != 200:
            raise Wrong(f"joining: {answer.status}")
        self.cookies = answer.cookies

    async def open(self) -> None:
        """From the tap until every widget's state is here. Wrong where anything is missing."""
        answer = await ask(self.base, "GET", self.page, self.cookies)
        self.cookies |= answer.cookies
        self.html, self.wire = answer.body, answer.wire
        text = answer.body.decode()
        found = KERNEL.search(text)
        if answer.status != 200 or not found:
            raise Wrong(f"page: {answer.status}, {len(text)} characters, {'no kernel' if not found else ''}")
        self.kernel = found[1]
        await self._connect()
        shown = set(MODEL.findall(text))
        missing = shown - self.states.keys()
        if missing or not shown:
            raise Wrong(f"{len(missing)} of {len(shown)} widgets have no state")

    async def _connect(self) -> None:
        address = f"{self.base.replace('http', 'ws', 1)}{self.prefix}/api/kernels/{self.kernel}/channels?session_id={self.session}"
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        self.socket = await connect(
            address,
            origin=f"http://{urlsplit(self.base).netloc}",
            additional_headers=headers,
            subprotocols=[PROTOCOL],
            create_connection=Counting,
            max_size=None,
            ping_interval=None,
            open_timeout=300,
            close_timeout=1,
        )
        await self._send("kernel_info_request", {})
        await self._send("comm_info_request", {"target_name": "jupyter.widget"})
        control = uuid.uuid4().hex
        await self._send("comm_open", {"comm_id": control, "target_name": CONTROL, "data": {}}, {"version": "1.0.0"})
        await self._send("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
        states = None
        while states is None:
            kind, _, content = read(await asyncio.wait_for(self.socket.recv(), 120))
            if kind == "comm_msg" and content["comm_id"] == control:
                states = self.states = content["data"]["states"]
        self.wire += self.socket.came

    async def _send(self, kind: str, content: dict, metadata: dict | None = None) -> None:
        header = {"msg_id": uuid.uuid4().hex, "username": "", "session": self.session, "msg_type": kind, "version": "5.3", "date": ""}
        parts = [b"shell", *(json.dumps(part).encode() for part in (header, {}, metadata or {}, content))]
        offsets = [8 * (len(parts) + 2)]
        for part in parts:
            offsets.append(offsets[-1] + len(part))
        await self.socket.send(struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets) + b"".join(parts))

    # --- what a person does

    @property
    def _visitor(self) -> str:
        return next(name for name, state in self.states.items() if "questions" in state["state"])

    def listen(self) -> None:
        """From here on what the kernel says is heard."""
        self.view = dict(self.states[self._visitor]["state"]["view"])
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        visitor = self._visitor
        async for message in self.socket:
            kind, _, content = read(message)
            if kind != "comm_msg" or content["comm_id"] != visitor:
                continue
            data = content["data"]
            if data["method"] == "update" and "view" in data["state"]:
                self.view = data["state"]["view"]
                self._changed.set()
            elif data["method"] == "custom":
                said = data["content"]
                if said["type"] == "hello" and self._hello:
                    self.view = said["view"]
                    self._changed.set()
                    self._hello.set_result(said)
                elif (about := said.get("id") or said.get("activity")) in self._acks:
                    self._acks.pop(about).set_result(said)

    async def _custom(self, content: dict) -> None:
        await self._send("comm_msg", {"comm_id": self._visitor, "data": {"method": "custom", "content": content}})

    def keys(self, question: str) -> list[str]:
        return [hmac.new(self.secret, f"{name}{question}".encode(), "sha256").hexdigest() for name in ("", "done ")]

    async def hello(self) -> dict:
        self._hello = asyncio.get_running_loop().create_future()
        await self._custom({"type": "hello", "keys": {name: self.keys(name) for name in self.states[self._visitor]["state"]["questions"]}})
        return await asyncio.wait_for(self._hello, 60)

    async def answer(self, question: str, value: Any) -> float:
        """Send an answer; seconds until the room says that it is saved."""
        began = time.perf_counter()
        result = await self.submit(question, value)
        took = time.perf_counter() - began
        if result != "saved":
            raise Wrong(f"answer: {result}")
        return took

    async def submit(self, question: str, value: Any, intent: str = "send") -> str:
        """Send, skip or take back; what the room made of it."""
        name = secrets.token_hex(16)
        answer = {"type": "submit", "id": name, "question": question, "keys": self.keys(question), "value": value, "intent": intent}
        said = await self._asked(name, answer)
        return said.get("result", "error")

    async def payoffs(self, game: str, rounds: list[str]) -> list[dict] | None:
        """What one's own tokens became in each of `rounds`; None where the room does not say it yet."""
        said = await self._asked(game, {"type": "payoffs", "activity": game, "keys": {one: self.keys(one) for one in rounds}})
        return said.get("rounds")

    async def _asked(self, name: str, content: dict) -> dict:
        """The reply to a message that `name` belongs to."""
        reply = self._acks[name] = asyncio.get_running_loop().create_future()
        await self._custom(content)
        return await asyncio.wait_for(reply, 60)

    async def until(self, condition: Any, seconds: float = 60) -> None:
        """Until the view of the room fulfils `condition`."""
        end = time.monotonic() + seconds
        while not condition(self.view):
            self._changed.clear()
            await asyncio.wait_for(self._changed.wait(), end - time.monotonic())

    async def reveal(self, content_id: str) -> dict:
        answer = await ask(self.base, "GET", f"/reveals/{content_id}.json", self.cookies)
        if answer.status != 200:
            raise Wrong(f"reveal: {answer.status}")
        return json.loads(answer.body)

    async def leave(self) -> None:
        """Close the page, with the beacon that says so."""
        if self._reading:
            self._reading.cancel()
        if self.socket:
            await self.socket.close()
        if self.kernel:
            await ask(self.base, "POST", f"/voila/api/shutdown/{self.kernel}", self.cookies, {})
        self.kernel, self.socket, self.states = "", None, {}


def read(message: str | bytes) -> tuple[str, dict, dict]:
    """(kind, header, content) of a message."""
    if isinstance(message, str):
        said = json.loads(message)
        return said["header"]["msg_type"], said["header"], said["content"]
    count = int.from_bytes(message[:8], "little")
    offsets = struct.unpack(f"<{count}Q", message[8 : 8 * (count + 1)])
    parts = [message[start:end] for start, end in pairwise(offsets)]
    header = json.loads(parts[1])
    return header["msg_type"], header, json.loads(parts[4])
