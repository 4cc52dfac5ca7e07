"""The desk's server: the facilitator's notebooks, behind a token. `python -m workshop.server.desk RUN_DIR`"""

from __future__ import annotations

import hmac
from typing import Any

from workshop.server import handlers
from workshop.server.base import WorkshopServer
from workshop.server.hub import DeskHub
from workshop.server.participants import main
from workshop.server.run import new_name
from workshop.server.site import Site


class Entrance(handlers.Plain):
    def get(self) -> None:
        token = self.get_query_argument("token", "")
        if hmac.compare_digest(token.encode(), self.server.run.token.encode()):
            self.set_cookie(self.server.cookie, self.server.run.sign(new_name()), httponly=True, samesite="Lax")
        elif self.owner is None:
            raise handlers.HTTPError(403)
        self.redirect("/desk")


class DeskPage(handlers.Page):
    async def get(self, slug: str) -> None:
        if self.owner is None:
            raise handlers.HTTPError(403)
        path = self.server.pages.path(None, slug)
        if path is None:
            raise handlers.HTTPError(404)
        await self.show(path)


class Desk(WorkshopServer):
    role = "desk"
    cookie = "wd"  # cookies know no ports: on one machine `ws` would be the participants'

    @property
    def address(self) -> tuple[str, int]:
        return self.run.desk_host, self.run.desk_port

    def routes(self) -> list[tuple]:
        return [
            (r"/", Entrance),
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
