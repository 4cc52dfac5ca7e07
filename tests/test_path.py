"""The path under which a proxy shows a server: what may be given, and what a request at it means."""

from __future__ import annotations

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import RequestHandler

from workshop.server import reach
from workshop.server.web import Under


class Nobody:
    """A connection that goes nowhere."""

    context = None

    def set_close_callback(self, callback: object) -> None:
        pass


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/user/ana/8000/en/arrive?x=1", "/en/arrive?x=1"),
        ("/en/arrive", "/en/arrive"),  # a proxy has taken the path away
        ("/user/ana/8000", "/"),
        ("/user/ana/8000?token=a", "/?token=a"),
        ("/user/ana/80001/en", "/user/ana/80001/en"),
        ("/user/ana/8000//evil.example.org/en", "/evil.example.org/en"),  # nothing that a redirect would lead elsewhere
    ],
)
def test_a_request_under_the_path(asked: str, meant: str) -> None:
    line = RequestStartLine("GET", asked, "HTTP/1.1")
    request = HTTPServerRequest(start_line=line, headers=HTTPHeaders({"Host": "example.org"}), connection=Nobody())
    Under("/user/ana/8000/", default_handler_class=RequestHandler).find_handler(request)
    assert request.path == meant.partition("?")[0] and request.query == meant.partition("?")[2] and request.uri == asked


def test_what_may_be_given() -> None:
    """A path, with or without a slash at its end; each server puts in its own port."""
    assert reach.path("/user/ana/proxy/{port}/", 8001) == "/user/ana/proxy/8001"
    assert reach.path("", 8001) == reach.path("/", 8001) == ""
    assert reach.base("https://workshop.example.org/evening/", "--join-url") == "https://workshop.example.org/evening"
    for wrong in ("evening", "/two words", "//example.org", "http://example.org"):
        with pytest.raises(reach.Unsafe, match="--base-url needs a path"):
            reach.path(wrong, 8001)
    for wrong in ("https://workshop.example.org/?a=b", "workshop.example.org/evening"):
        with pytest.raises(reach.Unsafe, match="--join-url needs an address"):
            reach.base(wrong, "--join-url")
