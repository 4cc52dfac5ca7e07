"""What asks a server before a person does: previews, monitors, and browsers that try https first."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from tests.browsing import Browser
from tests.running import Workshop
from workshop.server.origins import same


def test_a_head_request_is_answered_as_the_page_would_be(workshop: Workshop) -> None:
    """Some scanners of QR codes look in this way before they offer to open an address. No kernel starts for it."""
    one = Browser(workshop.join_url)
    for path in ("/", f"/{workshop.room}"):
        seen, asked = one.get(path), one.ask("HEAD", path)
        assert (asked.status, asked.body) == (200, b"")
        assert asked.headers["Content-Type"] == seen.headers["Content-Type"]
    assert one.ask("HEAD", "/en/arrive").status == 302 and not one.cookies
    assert one.join(workshop.room).status == 200
    before = len(workshop.kernels())
    assert one.ask("HEAD", "/en/arrive").status == 200
    assert one.ask("HEAD", "/join").status == 404
    assert len(workshop.kernels()) == before


def greeting() -> bytes:
    """What a browser says first when somebody types https."""
    out = ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname="workshop.example")
    with suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    return out.read()


@pytest.mark.parametrize("pieces", [1, 3])
def test_https_typed_at_a_plain_port_is_refused_at_once(workshop: Workshop, pieces: int) -> None:
    """The server hangs up, in words that a browser understands; it would keep a page white for more than a minute."""
    at = urlsplit(workshop.join_url)
    said = greeting()
    with socket.create_connection((at.hostname, at.port), 5) as line:
        line.settimeout(30)  # less than the time that a header may take
        for start in range(0, len(said), len(said) // pieces + 1):
            with suppress(OSError):  # hung up at the first piece
                line.sendall(said[start : start + len(said) // pieces + 1])
        with suppress(ConnectionResetError):
            assert line.recv(100)[:1] in (b"\x15", b"")
    assert Browser(workshop.join_url).get("/").status == 200


@pytest.mark.parametrize(
    ("host", "origin"),
    [("w.org:80", "http://w.org"), ("w.org", "http://w.org:80"), ("w.org:443", "https://w.org"), ("W.org", "https://w.org:443")],
)
def test_a_port_that_goes_without_saying_makes_no_other_address(workshop: Workshop, host: str, origin: str) -> None:
    """A proxy may write it into Host, and a browser leaves it out of Origin: that isn't another site that joins in somebody's name."""
    answer = Browser(workshop.join_url).ask("POST", "/join", {"code": workshop.room}, Host=host, Origin=origin)
    assert answer.status == 200


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("w.org:80", "https://w.org"),
        ("w.org:443", "http://w.org"),
        ("w.org:8080", "http://w.org"),
        ("w.org", "http://w.org:8080"),
        ("w.org", "http://v.org"),
        ("w.org", "null"),
        ("w.org", "ftp://w.org"),
        ("w.org", "w.org"),
    ],
)
def test_another_port_is_another_address(host: str, origin: str) -> None:
    assert not same(origin, host)
