"""Joining: the code, what we promise, three consents. The server learns the code and nothing else."""

from __future__ import annotations

import hmac
import html
import re
import string
from pathlib import Path
from typing import Any, Protocol

from tornado.web import HTTPError

from workshop import typed
from workshop.declaration.curriculum import words
from workshop.server.handlers import STRICT, Plain, Server
from workshop.server.limits import Bucket
from workshop.server.pages import Site
from workshop.server.pool import Pools

JOIN_PAGE = string.Template((Path(__file__).parent / "join.html").read_text(encoding="utf-8"))
CODE = re.compile("[2-9A-HJKMNP-Z]{4,8}")
LONGEST = 40  # signs of a code that somebody typed
REHEARSAL = '<p class="rehearsal" role="note">{}</p>'


class Door:
    """Slows down guessing. It counts everybody's wrong codes together, since we keep nobody's address: 60 at once, 2 a second."""

    def __init__(self, most: float = 60.0, rate: float = 2.0) -> None:
        self._tries = Bucket(most, rate)

    def open(self) -> bool:
        return self._tries.left >= 1

    def wrong(self) -> None:
        self._tries.take()


class JoinServer(Server, Protocol):
    """What these routes ask of their server."""

    door: Door
    pages: Site
    pools: Pools


class JoinPage(Plain):
    server: JoinServer

    def get(self, typed_code: str) -> None:
        code = typed.code(typed_code)
        if typed_code and not CODE.fullmatch(code):
            raise HTTPError(404)
        if self.owner is None and self.request.method != "HEAD":
            self.server.pools.looked()
        said = words()
        room = self.server.hub.view()
        texts = {
            **{f"consent_{name}": text for name, text in said["consent"].items()},
            **{f"promise_{name}": text for name, text in said["promise"].items()},
            **{f"door_{name}": text for name, text in said["door"].items()},
            "language": said["page"]["language"],
            "same_person": said["buttons"]["same_person"],
            "new_person": said["buttons"]["new_person"],
            "footer": said["care"]["footer"],
            "code": code,
            "next": _inner(self.get_query_argument("next", "")),
            "been": "true" if self.owner else "",
            "sheet": self.server.shelf.sheets["page"],
            "script": self.server.shelf.script,
            "tag": self.server.tag,
            "lifeless": said["page"]["lifeless"],
            "reload": said["page"]["reload"],
        }
        escaped = {name: html.escape(text) for name, text in texts.items()}
        banner = REHEARSAL.format(html.escape(said["marks"]["rehearsal"])) if room["mode"] == "rehearsal" else ""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", STRICT)
        self.finish(JOIN_PAGE.substitute(escaped, rehearsal=banner))


class Posted(Plain):
    """A route that the join page posts to: whatever it answers, it's JSON, so that nobody else's answer is taken for ours."""

    async def get(self) -> None:
        raise HTTPError(404)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        said = words()
        sentences = said["errors"] | {"403": said["door"]["address"]}
        self._say(status_code, sentences.get(str(status_code), sentences["other"]))

    def _say(self, status: int, message: str) -> None:
        self.set_status(status)
        self.finish({"message": message})


class Join(Posted):
    """POST code (and next): the cookie and where to go, or one sentence."""

    server: JoinServer

    async def post(self) -> None:
        server = self.server
        code = typed.code(self.get_body_argument("code", "")[:LONGEST])
        if not server.door.open():
            self._say(429, words()["door"]["busy"])
        elif not hmac.compare_digest(code.encode(), server.run.code.encode()):
            server.door.wrong()
            self._say(404, words()["door"]["unknown"])
        elif server.hub.view()["ended"]:
            self._say(410, words()["states"]["ended"])
        else:
            if self.owner is None:
                server.pools.came()
            self.admit("Lax")
            self.finish({"go": self.under + self._where().removeprefix("/")})

    def _where(self) -> str:
        """The page that this browser asked for before it joined, else the open module, else the start."""
        addresses = self.server.pages.addresses("en")
        wanted = _inner(self.get_body_argument("next", ""))
        if wanted in addresses.values():
            return wanted
        return addresses.get(self.server.hub.view()["module"] or "start", addresses["start"])


class Another(Posted):
    """POST: somebody else is using this phone now. Its pages end, and the next person to join gets a cookie of their own."""

    async def post(self) -> None:
        if self.owner is not None:
            await self.server.kernels.dismiss(self.owner)
            self.dismiss()
        self.set_status(204)


def _inner(path: str) -> str:
    """`path` if it's a page's address on this server, else nothing."""
    return path if re.fullmatch(r"/[a-z]{2,3}(-[a-z]+)?/[a-z][a-z0-9-]*", path) else ""
