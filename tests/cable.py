"""A cable between a phone and the workshop that a test can pull and put back."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.running import Workshop


class Cable:
    """Carries bytes between a port of its own and the server at `address`; `pull()` ends every connection and takes no new one."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self.came = 0  # bytes from the server
        self._pulled = threading.Event()
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        """From now on the phone reaches nobody."""
        self._pulled.set()
        with self._lock:
            for pair in self._pairs:
                for end in pair:
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """The phone reaches the workshop again."""
        self._pulled.clear()

    def close(self) -> None:
        self.pull()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                phone, _ = self._listener.accept()
                if self._pulled.is_set():
                    phone.close()
                    continue
                try:
                    server = socket.create_connection(self._server, 5)
                except OSError:
                    phone.close()
                    continue
                with self._lock:
                    self._pairs.append((phone, server))
                threading.Thread(target=self._carry, args=(phone, server), daemon=True).start()

    def _carry(self, phone: socket.socket, server: socket.socket) -> None:
        with phone, server, suppress(OSError):
            while True:
                for ready in select.select([phone, server], [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    self.came += len(data) * (ready is server)
                    (server if ready is phone else phone).sendall(data)


@pytest.fixture
def through() -> Iterator[Callable[..., tuple[Workshop, Cable]]]:
    """`through(workshop)`: the same workshop as phones reach it over a cable, and the cable; `kind`: a special kind of cable."""
    with ExitStack() as stack:

        def lay(workshop: Workshop, kind: type[Cable] = Cable) -> tuple[Workshop, Cable]:
            where = urlsplit(workshop.join_url)
            cable = stack.enter_context(closing(kind(where.hostname, where.port)))

            def over(url: str) -> str:
                return url.replace(f":{where.port}", f":{cable.port}")

            return replace(
                workshop, join_url=over(workshop.join_url), pages={name: over(url) for name, url in workshop.pages.items()}
            ), cable

        yield lay
