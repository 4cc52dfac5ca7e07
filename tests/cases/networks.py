"""Networks that stand between a phone and the workshop and don't let everything through."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from tests.cable import Cable

PIECE = 65536
CHANNELS = b"GET /api/kernels/"  # how the request for a page's websocket begins


class Between(Cable):
    """A cable that looks at each connection's bytes: `out` at the phone's, `back` at the server's. What they return is passed on."""

    def out(self, data: bytes) -> bytes:
        return data

    def back(self, data: bytes, websocket: bool) -> bytes:
        return data

    def _carry(self, phone: socket.socket, server: socket.socket) -> None:
        websocket = threading.Event()

        def there() -> None:
            with suppress(OSError):
                while data := phone.recv(PIECE):
                    if data.startswith(CHANNELS) and b"pgrade: websocket" in data:
                        websocket.set()
                    server.sendall(self.out(data))
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)

        def here() -> None:
            with suppress(OSError):
                while data := server.recv(PIECE):
                    phone.sendall(self.back(data, websocket.is_set()))
            with suppress(OSError):
                phone.shutdown(socket.SHUT_RDWR)

        with phone, server:
            threading.Thread(target=there, daemon=True).start()
            here()


class Stripping(Between):
    """A proxy that passes websockets on as plain requests."""

    def out(self, data: bytes) -> bytes:
        return data.replace(b"Upgrade: websocket", b"X-Asked: websocket") if data.startswith(CHANNELS) else data


class Swallowing(Between):
    """A proxy that takes the request for a websocket and never says anything."""

    def back(self, data: bytes, websocket: bool) -> bytes:
        return b"" if websocket else data


class Holding(Between):
    """From `hold()` on, what websockets bring waits; `let_go()` passes it on, late and whole."""

    def __init__(self, host: str, port: int) -> None:
        self._free = threading.Event()
        self._free.set()
        self.opened = 0  # websockets that were asked for
        super().__init__(host, port)

    def hold(self) -> None:
        self._free.clear()

    def let_go(self) -> None:
        self._free.set()

    def out(self, data: bytes) -> bytes:
        self.opened += data.startswith(CHANNELS)
        return data

    def back(self, data: bytes, websocket: bool) -> bytes:
        if websocket and not data.startswith(b"HTTP/1.1"):
            self._free.wait(60)
        return data


class Forgetting(Between):
    """A router that forgot its connections: what they carry is lost and nobody is told; those made later work."""

    def __init__(self, host: str, port: int) -> None:
        self._live: list[threading.Event] = []
        super().__init__(host, port)

    def forget(self) -> None:
        for one in self._live:
            one.set()

    def _carry(self, phone: socket.socket, server: socket.socket) -> None:
        forgotten = threading.Event()
        self._live.append(forgotten)

        def pass_on(source: socket.socket, to: socket.socket) -> None:
            with suppress(OSError):
                while data := source.recv(PIECE):
                    if forgotten.is_set():
                        continue
                    to.sendall(data)
            if not forgotten.is_set():
                with suppress(OSError):
                    to.shutdown(socket.SHUT_RDWR)

        with phone, server:
            threading.Thread(target=pass_on, args=(phone, server), daemon=True).start()
            pass_on(server, phone)
