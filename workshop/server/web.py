"""The web server itself: TLS, how many may connect, how long they may take, how much is kept for them."""

from __future__ import annotations

import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.web import Application

from workshop.server.capacity import CONNECTIONS
from workshop.server.channels import MESSAGE

IDLE = 75.0  # s for a request's first line and headers, and between two requests
BODY = 20.0  # s for a body of at most 64 KiB
HEADERS = 16 * 2**10  # bytes
GREETING = 0x16  # the first byte of somebody who speaks TLS
REFUSAL = bytes((0x15, 3, 1, 0, 2, 2, 70))  # TLS for "not in this version": a browser says at once that this isn't https


class TlsError(ValueError):
    """The certificate or its key can't be used; the message is one sentence."""


class Under(Application):
    """Answers under a path, with a slash at both ends, and at the top too: some proxies take the path away, others leave it.

    Routes see the path without it. The request's `uri` stays as it came.
    """

    def __init__(self, path: str, **settings: Any) -> None:
        super().__init__(**settings)
        self._path = path

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        if self._path != "/" and f"{request.path}/".startswith(self._path):
            request.path = "/" + request.path.removeprefix(self._path.rstrip("/")).lstrip("/")
        return super().find_handler(request, **kwargs)


class Web(HTTPServer):
    """Turns new connections away when there are too many, instead of running out of descriptors."""

    most = 0  # at once, not counting the websockets of pages

    def handle_stream(self, stream: Any, address: Any) -> None:
        if len(self._connections) >= self.most:
            stream.close()
            return
        if self.ssl_options is None:
            refuse_tls(stream)
        super().handle_stream(stream, address)


def refuse_tls(stream: Any) -> None:
    """Hang up as soon as somebody begins with a TLS greeting on a plain port: they typed https, and would wait for a header's end."""
    read = stream.read_from_fd

    def first(buffer: bytearray | memoryview) -> int | None:
        many = read(buffer)
        if many is None:
            return None
        stream.read_from_fd = read
        if not many or buffer[0] != GREETING:
            return many
        with suppress(OSError):
            stream.socket.send(REFUSAL)
        return 0  # as if they had hung up: the stream closes

    stream.read_from_fd = first


def web_server(app: Application, certfile: str = "", keyfile: str = "", most: int = CONNECTIONS) -> HTTPServer:
    """A server for `app`, without sockets; with a certificate's file it speaks TLS. It takes no address from any header."""
    server = Web(
        app,
        xheaders=False,
        ssl_options=tls(certfile, keyfile) if certfile else None,
        max_body_size=MESSAGE,
        max_buffer_size=4 * MESSAGE,
        max_header_size=HEADERS,
        idle_connection_timeout=IDLE,
        body_timeout=BODY,
    )
    server.most = most
    return server


def tls(certfile: str, keyfile: str) -> ssl.SSLContext:
    """What a server needs to speak TLS 1.2 or newer; TlsError if a file is missing or isn't what it should be."""
    for name, file in (("--certfile", certfile), ("--keyfile", keyfile)):
        try:
            Path(file).read_bytes()
        except OSError as error:
            raise TlsError(f"{name}: {file} can't be read ({(error.strerror or 'not allowed').lower()}).") from None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    locked = False

    def ask() -> str:
        nonlocal locked
        locked = True
        return ""

    try:
        context.load_cert_chain(certfile, keyfile, password=ask)
    except ssl.SSLError as error:
        if locked:
            raise TlsError(f"--keyfile: {keyfile} is locked with a password; give a key without one.") from None
        if "MISMATCH" in str(error).upper():
            raise TlsError(f"The key {keyfile} doesn't belong to the certificate {certfile}.") from None
        raise TlsError(f"{certfile} and {keyfile} aren't a certificate and its key in PEM form.") from None
    return context
