"""Every game that is played live, by a hundred people through the real protocol: pages, websockets, kernels, both servers.

Some skip, some think again, one comes when a round is over, one leaves in the middle. What the room shows, and what each
has at the end, is worked out here once more, from what was sent and from nothing else.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable

from tests.benchmarks.phones import Phone
from tests.jar import worked_out
from tests.meeting import finish, phone_at
from tests.running import Workshop, until
from workshop.declaration import curriculum
from workshop.kinds.game import Game
from workshop.room.wire import RemoteRoom

PEOPLE = 100
AT_ONCE = 20  # people who tap within the same moment
CLOSING = 60.0  # s at most: ten until the count, the rest for a busy machine
Moves = dict[Phone, str]


def desk_of(workshop: Workshop) -> RemoteRoom:
    """The room as the desk has it."""
    return RemoteRoom(json.loads((workshop.data_dir / "running" / f"{workshop.room}.json").read_text())["desk_socket"])


async def each(phones: Iterable[Phone], act: Callable) -> list:
    """`act(phone)` for everybody, some at a time, in their order."""
    phones, done = list(phones), []
    for start in range(0, len(phones), AT_ONCE):
        done += await asyncio.gather(*map(act, phones[start : start + AT_ONCE]))
    return done


async def come(phone: Phone) -> None:
    await phone.open()
    phone.listen()
    await phone.hello()


async def play(phones: list[Phone], question: str, value: Callable[[int], str]) -> Moves:
    """Everybody but who skips sends `value(place)`, and some think again; what the room has at last."""
    moves = {}

    async def act(phone: Phone) -> None:
        place = phones.index(phone)
        if place % 10 == 3:
            assert await phone.submit(question, None, "skip") == "skipped"
            return
        if place % 10 == 5:
            assert await phone.submit(question, value(place + 1)) == "saved"
            assert await phone.submit(question, None, "undo") == "removed"
        assert await phone.submit(question, value(place)) == "saved"
        moves[phone] = value(place)

    await each(phones, act)
    return moves


async def counted(phones: list[Phone], question: str, sent: Iterable[str]) -> dict:
    """The result that every phone gets: one and the same, with exactly what was sent."""
    await each(phones, lambda phone: phone.until(lambda view: question in view["reveals"], CLOSING))
    [name] = {phone.view["reveals"][question] for phone in phones}
    payload = await phones[0].reveal(name)
    wanted = Counter(sent)
    assert payload["face"] == "shown" and payload["people"] == wanted.total()
    assert {key: people for key, _, people in payload["cells"] if people} == wanted
    return payload


async def paid(phone: Phone, game: Game) -> list[dict] | None:
    return await phone.payoffs(game.id, [one.id for one in game.asked])


def settled(game: Game, moves: Moves, found: dict[Phone, dict]) -> None:
    """Each has what their own move and their group's moves come to, and all together what was given has grown to."""
    for phone in found.keys() - moves.keys():
        assert found[phone] == {"number": 1, "payoff": float(game.tokens)}, "people who did not move keep everything, in no group"
    seats = {phone: found[phone] for phone in moves}
    machine = sum(seat["scripted"] for seat in seats.values())
    assert machine <= 1, "only the one that is left over plays with the machine"
    for phone, seat in seats.items():
        put = int(moves[phone])
        assert seat["move"] == moves[phone] and game.group <= seat["size"] < 2 * max(game.group, 3) and not seat["turned"]
        got = game.share * (seat["pot"] - (0 if game.to_all else put))
        assert abs(seat["payoff"] - (game.tokens - put + got)) < 1e-9
    if not machine:
        others = 0 if game.to_all else 1
        grown = sum(int(moves[phone]) * game.share * (seat["size"] - others) for phone, seat in seats.items())
        kept = sum(game.tokens - int(put) for put in moves.values())
        assert abs(sum(seat["payoff"] for seat in seats.values()) - (kept + grown)) < 1e-6


async def jar(desk: RemoteRoom, phones: list[Phone]) -> Callable:
    """A hundred numbers, of which the room sees how far off they were. The evening goes on while they are counted: what
    comes back is to be waited for, and looks at what three ways to decide make of them."""
    asked = curriculum.module("power").activity("jar")
    cells = list(asked.cells())
    desk.open("power.jar")
    bets = await play(phones[1:], "power.jar_bet", lambda place: ("leader", "average", "weighted")[place % 3])
    sent = await play(phones[1:], "power.jar", lambda place: cells[place * place % len(cells)])
    assert desk.desk_view()["done"]["power.jar"] == PEOPLE - 1
    desk.close("power.jar")

    async def look() -> None:
        result = await counted(phones, "power.jar", sent.values())
        assert {one["key"]: one["text"] for one in result["follows"]} == worked_out(asked, sent.values())
        await counted(phones, "power.jar_bet", bets.values())

    return look


async def first_rounds(desk: RemoteRoom, phones: list[Phone], slug: str, beside: tuple[str, ...] = ()) -> None:
    """The first round of each of a module's games, all at once, and with them the questions `beside`; own tokens after the
    debrief and not before. One comes when the round is over, and one leaves in it and comes back."""
    games = curriculum.module(slug).games
    late, leaving, *_ = phones
    moved: dict[str, Moves] = {}
    for question in (*beside, *(game.asked[0].id for game in games)):
        game = next((game for game in games if game.asked[0].id == question), None)
        options = list(game.asked[0].cells()) if game else list("12345")
        desk.open(question)
        moved[question] = await play(phones[1:], question, lambda at, options=options: options[(at * at + at // 7) % len(options)])
        assert desk.desk_view()["done"][question] == PEOPLE - 1
        if game:
            assert await paid(phones[2], game) is None, "nothing of one's own before the debrief"
        desk.close(question)
    await leaving.leave()
    for question in moved:
        closed = lambda view, question=question: view["phases"][question] == "closed"  # noqa: E731
        await each([phone for phone in phones if phone is not leaving], lambda phone, closed=closed: phone.until(closed, CLOSING))
        assert await late.submit(question, "0" if question not in beside else "1") == "late"
    desk.debrief(slug)
    await come(leaving)
    for question, moves in moved.items():
        if question in beside or next(game for game in games if game.asked[0].id == question).asked[0].revealed:
            await counted(phones, question, moves.values())
        else:
            assert question not in late.view["reveals"]
    for game in games:
        await each(phones, lambda phone, game=game: phone.until(lambda view: view["phases"].get(game.id) == "closed", CLOSING))
        told = await each(phones, lambda phone, game=game: paid(phone, game))
        settled(game, moved[game.asked[0].id], {phone: rounds[0] for phone, rounds in zip(phones, told, strict=True)})


def test_a_hundred_people_play_each_live_game(start: Callable[..., Workshop]) -> None:
    workshop = start("--seats", "120")
    desk = desk_of(workshop)
    played = {"game", "estimate", "puzzle"}
    live = {module.slug for module in curriculum.modules() if played & {one.kind for one in module.activities}}
    assert live == {"power", "trust", "commons"}, "a new live game is played here too"

    async def go_on(phones: list[Phone], slug: str) -> None:
        desk.open_module(slug)
        await each(phones, Phone.leave)
        for phone in phones:
            phone.page = f"/en/{slug}"
        await each(phones, come)

    async def evening() -> None:
        phones = [phone_at(workshop) for _ in range(PEOPLE)]
        await each(phones, lambda phone: phone.join(workshop.room))
        await go_on(phones, "power")
        look = await jar(desk, phones)
        await go_on(phones, "trust")
        await look()
        await first_rounds(desk, phones, "trust")
        await go_on(phones, "commons")
        await first_rounds(desk, phones, "commons", ("commons.race_joy", "commons.pot_joy"))
        await each(phones, Phone.leave)

    until(workshop.fork_server, 60)  # before it listens, each page costs ten times as much
    finish(evening())
    desk.hang_up()
    assert "Traceback" not in workshop.log.read_text()
