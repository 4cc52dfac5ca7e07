"""The participants' server: the join page and the notebooks of the sequence. `python -m workshop.server.participants RUN_DIR`"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from workshop.room.wire import RoomError
from workshop.server import handlers, join, opening
from workshop.server.base import WorkshopServer
from workshop.server.hub import Hub
from workshop.server.pages import LANGUAGES, Site
from workshop.server.pool import wanted
from workshop.server.run import Run
from workshop.store import StoreError

PAGE = r"/(?P<language>[a-z]{2,3}(?:-[a-z]+)?)/(?P<slug>[a-z][a-z0-9-]*)"


class ParticipantPage(opening.Page):
    async def get(self, language: str, slug: str) -> None:
        path = self.server.pages.path(language, slug)
        if path is None:
            raise handlers.HTTPError(404)
        if self.owner is None:
            self.redirect(f"/?next=/{language}/{slug}")
            return
        await self.show(path)


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
            (r"/([2-9A-Z]{4,8})?", join.JoinPage),
            (PAGE, ParticipantPage),
        ]

    def page_words(self, path: str) -> dict[str, Any]:
        return self.pages.words(path)

    def wanted_pages(self) -> dict[str, int]:
        """Ready where the room is and where it goes next, for the people of each language."""
        view, here, wants = self.hub.view(), self.kernel_manager.where(), {}
        if view.get("ended"):
            return wants
        for number, language in enumerate(LANGUAGES):
            order = [self.pages.path(language, slug) for slug in self.pages.addresses(language)]
            open_page = self.pages.path(language, view.get("module") or "start")
            mine = {page: people for page, people in here.items() if page in order}
            wants |= wanted(order, open_page, mine, self.pools.arriving() if number == 0 else 0)
        return wants

    def people_changed(self) -> None:
        self.run.ready("phone").touch()  # the facilitator waits for the first one
        super().people_changed()

    def prepare(self) -> None:
        super().prepare()
        self.pages = Site(self.run.site(self.role))
        self.hub = Hub(self.run, self.role)
        self.hub.holder = lambda token: self.kernel_manager.holder(token)
        self.door = join.Door()


def main(server: type[WorkshopServer]) -> None:
    """Serve until SIGTERM; a store that cannot be used is one sentence."""
    app = server.instance(run=Run.load(Path(sys.argv[1])))
    app.prepare()
    try:
        app.start()
    except (RoomError, StoreError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(Participants)
