"""The participants' server: the join page and the notebooks of the sequence. `python -m workshop.server.participants RUN_DIR`"""

from __future__ import annotations

from typing import Any

from tornado.web import HTTPError

from workshop.server import join
from workshop.server.base import WorkshopServer, main
from workshop.server.hub import Hub
from workshop.server.opening import PageHandler
from workshop.server.pages import LANGUAGES, Site
from workshop.server.pool import wanted

PAGE_ROUTE = r"/(?P<language>[a-z]{2,3}(?:-[a-z]+)?)/(?P<slug>[a-z][a-z0-9-]*)"


class ParticipantPage(PageHandler):
    server: Participants

    async def get(self, language: str, slug: str) -> None:
        path, owner = self.server.pages.path(language, slug), self.owner
        if path is None:
            raise HTTPError(404)
        if owner is None:
            self.redirect(self.onward(f"?next=/{language}/{slug}"))
            return
        await self.show(path, owner)


class Participants(WorkshopServer):
    role = "participants"
    cookie = "ws"

    @property
    def address(self) -> tuple[str, int]:
        return self.run.host, self.run.port

    def routes(self) -> list[tuple]:
        return [
            (r"/join", join.Join),
            (r"/another", join.Another),
            (PAGE_ROUTE, ParticipantPage),
            (r"/([^/]{0,40})/?", join.JoinPage),
        ]

    def page_words(self, path: str) -> dict[str, Any]:
        return self.pages.words(path)

    def wanted_pages(self) -> dict[str, int]:
        """Pages to have ready where the room is and where it goes next, for the people of each language."""
        view, here = self.hub.view(), self.kernels.where()
        wants: dict[str, int] = {}
        if view.get("ended"):
            return wants
        for number, language in enumerate(LANGUAGES):
            order = self.pages.paths(language)
            open_page = self.pages.path(language, view.get("module") or "start")
            mine = {page: people for page, people in here.items() if page in order}
            wants |= wanted(order, open_page, mine, self.pools.arriving() if number == 0 else 0)
        return wants

    def people_changed(self) -> None:
        self.run.first_phone.touch()  # the facilitator waits for it
        super().people_changed()

    def prepare(self) -> None:
        super().prepare()
        self.pages = Site(self.run.site(self.role))
        self.hub = Hub(self.run, self.role)
        self.hub.holder = lambda token: self.kernels.holder(token)
        self.hub.left_behind = lambda: self.kernels.joined.clear()
        self.door = join.Door()


if __name__ == "__main__":
    main(Participants)
