"""Who is here: for each server of a room, how many people have joined through it, and how many of them it sees now."""

from __future__ import annotations

import sqlalchemy as sa

from workshop.store.engines import Database
from workshop.store.tables import presence


class Presence:
    """`Store.presence`. Numbers only: nobody has a name in it. Every method but `counted` is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def here(self, room: str, server: str, joined: int, awake: int) -> None:
        """Note how many people have joined through one server, and how many of them it sees now. Those who have joined don't
        become fewer until the server is `away`: after a crash it has forgotten them, and their phones may be asleep."""
        row = self._database.insert(presence).values(room=room, server=server, joined=joined, awake=awake)
        more = sa.case((presence.c.joined > joined, presence.c.joined), else_=joined)
        with self._database.write() as db:
            db.execute(row.on_conflict_do_update(index_elements=["room", "server"], set_={"joined": more, "awake": awake}))

    def away(self, room: str, server: str) -> None:
        """A server has stopped: nobody is here through it any more."""
        with self._database.write() as db:
            db.execute(presence.delete().where(presence.c.room == room, presence.c.server == server))

    def counted(self, db: sa.Connection, room: str) -> tuple[int, int]:
        """Over all servers, how many people have joined the room, and how many are awake; inside another transaction."""
        sums = sa.select(sa.func.sum(presence.c.joined), sa.func.sum(presence.c.awake)).where(presence.c.room == room)
        joined, awake = db.execute(sums).one()
        return joined or 0, awake or 0
