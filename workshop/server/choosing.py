"""At the desk: which of this computer's addresses phones should use. The QR code follows."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from tornado.web import HTTPError

from workshop.server import reach
from workshop.server.addresses import Candidate, candidates
from workshop.server.handlers import Plain


class Addresses(Plain):
    """GET: the addresses to choose from, the likeliest first. POST address: phones are sent there from now on."""

    def prepare(self) -> None:
        super().prepare()
        if self.owner is None:
            raise HTTPError(403)

    async def get(self) -> None:
        self.finish({"addresses": [{"address": one.address, "kind": one.kind, "name": one.name} for one in self._open()]})

    async def post(self) -> None:
        run, wanted = self.server.hub.run, self.get_body_argument("address", "")
        if wanted not in [one.address for one in self._open()]:
            raise HTTPError(404)
        base = reach.url(wanted, run.port, bool(run.certfile), run.under("participants").rstrip("/"))
        if base != run.join_base:
            # Who has joined at the address before may come again at this one, and the desk says what that means.
            replace(run, join_base=base, moved=run.moved or run.first_phone.exists()).save()
        self.set_status(204)

    def _open(self) -> list[Candidate]:
        """Nothing to choose where somebody has said the address, or has chosen one network."""
        run = self.server.hub.run
        found = candidates(run.host) if run.host in reach.EVERYWHERE else []
        here = urlsplit(run.join_base).hostname
        return found if here in {one.address for one in found} and len(found) > 1 else []
