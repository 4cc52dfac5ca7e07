"""A browser at protocol level: its cookies, its requests, its websockets, and the messages of a page in three framings."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import ssl
import struct
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

V1 = "v1.kernel.websocket.jupyter.org"


class Answer:
    def __init__(self, reply: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = reply.status, reply.headers, reply.read()

    def __str__(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> dict:
        return json.loads(self.body)


class Browser:
    """One browser: keeps its cookies, follows nothing by itself. `base`: any address of the server."""

    def __init__(self, base: str, context: ssl.SSLContext | None = None) -> None:
        self.scheme, self.host = urlsplit(base).scheme, urlsplit(base).netloc
        self.cookies: dict[str, str] = {}
        self._context = context

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def named(self, cookie: str) -> str:
        """The whole name of one of our cookies."""
        return f"{'__Host-' if self.scheme == 'https' and 'tag' not in cookie else ''}{cookie}-{self.host.rpartition(':')[2]}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"

    def ask(self, method: str, path: str, body: dict | None = None, **headers: str) -> Answer:
        if self.scheme == "https":
            connection = http.client.HTTPSConnection(self.host, timeout=60, context=self._context)
        else:
            connection = http.client.HTTPConnection(self.host, timeout=60)
        headers = {"Cookie": self.cookie} | {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(body) if body is not None else None, headers)
        answer = Answer(connection.getresponse())
        connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def join(self, code: str, **more: str) -> Answer:
        return self.ask("POST", "/join", {"code": code, **more}, Origin=self.origin)

    def open(self, path: str) -> str:
        """Open a page; the id of its kernel."""
        answer = self.get(path)
        assert answer.status == 200, answer
        return re.search(r'"kernelId": "([\w-]+)"', str(answer))[1]

    def channels(self, kernel: str, protocol: str | None = None, session: str | None = None, **options: Any) -> ClientConnection:
        """A page's websocket; keywords in capitals are headers."""
        headers = {"Cookie": self.cookie, "Origin": self.origin} | {n: options.pop(n) for n in list(options) if n[0].isupper()}
        origin = headers.pop("Origin") or None
        return connect(
            f"{self.scheme.replace('http', 'ws')}://{self.host}/api/kernels/{kernel}/channels?session_id={session or uuid.uuid4().hex}",
            origin=origin,
            additional_headers=headers,
            subprotocols=[protocol] if protocol else None,
            max_size=None,
            ssl=self._context,
            **options,
        )

    def raw(self, seconds: float = 30, receives: int = 0) -> socket.socket:
        """A bare connection, for what no browser would send; `receives`: bytes that it takes in without being read."""
        name, _, port = self.host.rpartition(":")
        bare = socket.socket()
        if receives:
            bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        bare.settimeout(seconds)
        bare.connect((name, int(port)))
        return bare

    def upgrade(self, kernel: str, host: str = "", origin: str = "") -> bytes:
        """What opens a websocket, byte by byte."""
        lines = {
            "Host": host or self.host,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version": "13",
            "Cookie": self.cookie,
            "Origin": origin or self.origin,
        }
        head = "\r\n".join(f"{name}: {value}" for name, value in lines.items())
        return f"GET /api/kernels/{kernel}/channels?session_id=raw HTTP/1.1\r\n{head}\r\n\r\n".encode()

    def leave(self, kernel: str, **headers: str) -> int:
        return self.ask("POST", f"/voila/api/shutdown/{kernel}", {}, **headers).status


def message(kind: str, content: dict | None = None, metadata: dict | None = None) -> dict:
    header = {"msg_id": uuid.uuid4().hex, "username": "", "session": uuid.uuid4().hex, "msg_type": kind, "version": "5.3", "date": ""}
    return {"header": header, "parent_header": {}, "metadata": metadata or {}, "content": content or {}}


def as_text(said: dict, channel: str = "shell") -> str:
    return json.dumps({**said, "channel": channel, "buffers": []})


def as_v1(said: dict, channel: str = "shell") -> bytes:
    parts = [channel.encode(), *(json.dumps(said[name]).encode() for name in ("header", "parent_header", "metadata", "content"))]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets) + b"".join(parts)


def as_old_binary(said: dict, channel: str = "shell") -> bytes:
    return struct.pack("!II", 1, 8) + json.dumps({**said, "channel": channel}).encode()


def as_frame(text: str) -> bytes:
    """A websocket's frame, masked by zeros."""
    said = text.encode()
    length = struct.pack("!B", 0x80 | len(said)) if len(said) < 126 else struct.pack("!BH", 0x80 | 126, len(said))
    return b"\x81" + length + bytes(4) + said


def closed_by_server(connection: ClientConnection, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    with contextlib.suppress(TimeoutError):
        try:
            while time.monotonic() < end:
                connection.recv(timeout=seconds)
        except ConnectionClosed:
            return True
    return False


class Channel:
    """A page's own talk with its kernel, as our front end leads it: finds the Visitor, sends it messages."""

    def __init__(self, browser: Browser, kernel: str) -> None:
        self.kernel = kernel
        self.socket = browser.channels(kernel).__enter__()
        self.heard: list[str] = []
        self._keys: dict[str, list[str]] = {}
        comm = uuid.uuid4().hex
        self.say("comm_open", {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}}, {"version": "1.0.0"})
        self.say("comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
        states = self.until(lambda said: said["content"].get("data", {}).get("method") == "update_states")
        self.models = states["content"]["data"]["states"]
        self.visitor = next((name for name, model in self.models.items() if "questions" in model["state"]), "")

    def say(self, kind: str, content: dict, metadata: dict | None = None) -> None:
        self.socket.send(as_text(message(kind, content, metadata)))

    def until(self, wanted: Callable[[dict], object], seconds: float = 30) -> dict:
        end = time.monotonic() + seconds
        while True:
            said = self.socket.recv(timeout=max(0.01, end - time.monotonic()))
            text = said if isinstance(said, str) else said[struct.unpack_from("!I", said, 4)[0] :].decode("utf-8", "replace")
            self.heard.append(text)
            parsed = json.JSONDecoder().raw_decode(text)[0]
            if wanted(parsed):
                return parsed

    def custom(self, content: Any, comm: str = "") -> None:
        self.say("comm_msg", {"comm_id": comm or self.visitor, "data": {"method": "custom", "content": content}})

    def reply(self, content: dict, seconds: float = 30) -> dict:
        """What the page's kernel answers to one message of our front end."""
        self.custom(content)
        said = self.until(lambda said: said["content"].get("data", {}).get("method") == "custom", seconds)
        return said["content"]["data"]["content"]

    def submit(self, question: str, value: Any, intent: str = "send", keys: list[str] | None = None, **more: Any) -> dict:
        keys = keys or self._keys.setdefault(question, [uuid.uuid4().hex * 2, uuid.uuid4().hex * 2])  # as one page has them
        content = {"type": "submit", "id": uuid.uuid4().hex, "question": question, "keys": keys, "value": value, "intent": intent}
        return self.reply(content | more)

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()
