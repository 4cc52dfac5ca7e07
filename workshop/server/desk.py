"""The desk's server: the facilitator's notebooks, behind a token. `python -m workshop.server.desk RUN_DIR`"""

from __future__ import annotations

import hmac
from dataclasses import replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from tornado.httputil import split_host_and_port
from tornado.web import HTTPError

from workshop.server import origins
from workshop.server.addresses import PASSED, UNKNOWN
from workshop.server.base import WorkshopServer, main
from workshop.server.choosing import Addresses
from workshop.server.handlers import HOST, STRICT, Plain
from workshop.server.hub import DeskHub
from workshop.server.opening import PageHandler
from workshop.server.pages import Site

# Instead of a redirect, for a link in a mail: after a redirect the browser would hold back our strict cookie.
ONWARD = """<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={desk}">
<link rel="icon" href="data:,"><title>Desk</title><p><a href="{desk}">To the desk</a></p>"""


class Entrance(Plain):
    """Turns the token into a cookie; from then on no address holds it."""

    def get(self) -> None:
        passed = self.request.headers.get(PASSED, "") if self.server.run.any_name else ""
        token = self.get_query_argument("token", passed)
        self.set_header("Referrer-Policy", "no-referrer")
        if hmac.compare_digest(token.encode(), self.server.run.token.encode()):
            self.admit("Strict")
            self.server.run.desk_opened.touch()
            if passed:
                self._learn()
        elif self.owner is None:
            raise HTTPError(403)
        if self.request.headers.get("Sec-Fetch-Site") != "cross-site":
            self.redirect(self.onward("desk"))
            return
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", STRICT)
        self.finish(ONWARD.format(desk=f"{self.under}desk"))

    def _learn(self) -> None:
        """Where a hub doesn't know its own public address, the facilitator's browser has just used it."""
        run = self.server.hub.run
        where = urlsplit(run.join_base)
        scheme = self.request.headers.get("X-Forwarded-Proto", "http").partition(",")[0].strip()
        if where.hostname == UNKNOWN and scheme in ("http", "https") and HOST.fullmatch(host := self.request.host.lower()):
            replace(run, join_base=f"{scheme}://{host}{where.path}").save()  # both servers follow what's written there


class DeskPage(PageHandler):
    server: Desk

    async def get(self, slug: str) -> None:
        path, owner = self.server.pages.path(None, slug), self.owner
        if owner is None:
            raise HTTPError(403)
        if path is None:
            raise HTTPError(404)
        await self.show(path, owner)


class Desk(WorkshopServer):
    role = "desk"
    cookie = "wd"
    pages_each = 30

    @property
    def address(self) -> tuple[str, int]:
        return self.run.desk_host, self.run.desk_port

    def knows_host(self, host: str) -> bool:
        """The desk's own names only: if somebody makes the name of their own page lead here, it still says that name."""
        known = urlsplit(self.run.desk_base)
        if self.run.any_name or origins.plain(host, known.scheme) == origins.plain(known.netloc, known.scheme):
            return True
        name, port = split_host_and_port(host)
        if port != self.run.desk_port:
            return False
        if name == "localhost":
            return True
        try:
            address = ip_address(name.strip("[]"))
        except ValueError:
            return False
        return address.is_loopback or self.run.desk_host in (str(address), "0.0.0.0", "::", "")

    def routes(self) -> list[tuple]:
        return [
            (r"/", Entrance),
            (r"/addresses", Addresses),
            (r"/(desk|projector)", DeskPage),
            (r"/module/([a-z][a-z0-9-]*)", DeskPage),
        ]

    def page_words(self, path: str) -> dict[str, Any]:
        return self.pages.words(path) | {"kind": "screen" if path.endswith("projector.ipynb") else "desk"}

    def prepare(self) -> None:
        super().prepare()
        self.pages = Site(self.run.site(self.role))
        self.hub = DeskHub(self.run, self.role)


if __name__ == "__main__":
    main(Desk)
