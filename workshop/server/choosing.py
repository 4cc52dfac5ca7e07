"""At the desk: which of this computer's addresses phones should use. The QR code follows."""

from __future__ import annotations

from dataclasses import replace

from tornado.web import HTTPError

from workshop.server import reach
from workshop.server.addresses import Candidate
from workshop.server.handlers import Plain


class Addresses(Plain):
    """GET: the addresses to choose from, the likeliest first. POST address: phones are sent there from now on."""

    def prepare(self) -> None:
        super().prepare()
        if self.owner is None:
            raise HTTPError(403)

    async def get(self) -> None:
        self.finish({"addresses": [{"address": one.address, "kind": one.kind, "name": one.name} for one in self._open().values()]})

    async def post(self) -> None:
        run, wanted = self.server.hub.run, self.get_body_argument("address", "")
        base = next((base for base, one in self._open().items() if one.address == wanted), "")
        if not base:
            raise HTTPError(404)
        if base != run.join_base:
            # Who has joined at the address before may come again at this one, and the desk says what that means.
            replace(run, join_base=base, moved=run.moved or run.first_phone.exists()).save()
        self.set_status(204)

    def _open(self) -> dict[str, Candidate]:
        """What there is to choose from: nothing, if there's only the one that phones use now."""
        run = self.server.hub.run
        found = reach.bases(run)
        return found if run.join_base in found and len(found) > 1 else {}
