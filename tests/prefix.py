"""A proxy that shows several servers under one name, each under a path, as a university's or a JupyterHub's does."""

from __future__ import annotations

import select
import socket
import threading
from contextlib import suppress


class Proxy:
    """Listens on `port`; `show(path, port)` puts a server under a path. `strips`: whether it takes the path away before it asks."""

    def __init__(self, *, strips: bool) -> None:
        self._strips = strips
        self._shown: dict[str, int] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.asked: list[str] = []  # paths that no server is under
        threading.Thread(target=self._accept, daemon=True).start()

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def show(self, path: str, port: int) -> None:
        self._shown[path] = port

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(browser,), daemon=True).start()

    def _carry(self, browser: socket.socket) -> None:
        with browser, suppress(OSError, ValueError):
            head = b""
            while b"\r\n\r\n" not in head:
                if not (more := browser.recv(65536)):
                    return
                head += more
            first, _, rest = head.partition(b"\r\n")
            method, path, version = first.decode().split()
            under = next((one for one in self._shown if path.startswith(f"{one}/")), None)
            if under is None:
                self.asked.append(path)
                browser.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            if self._strips:
                path = path.removeprefix(under)
            if b"\r\nupgrade:" not in rest.lower():  # one request each, so that every head can be changed
                rest = b"Connection: close\r\n" + rest.replace(b"Connection: keep-alive\r\n", b"")
            with socket.create_connection(("127.0.0.1", self._shown[under])) as server:
                server.sendall(f"{method} {path} {version}\r\n".encode() + rest)
                while True:
                    for ready in select.select([browser, server], [], [])[0]:
                        if not (data := ready.recv(65536)):
                            return
                        (server if ready is browser else browser).sendall(data)
