"""A9: somebody else's kernel. Its id is known (from a screen, a log, a guess): it must be worth nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.attacks.served import Breach, Served, served
from tests.browsing import V1, Browser, Channel, as_text, message
from tests.running import until


def attack(place: Served) -> int:
    """Raises Breach; how many ways in were tried."""
    victim = place.browser()
    kernel = victim.open("/en/arrive")
    session = uuid.uuid4().hex
    tried = 0
    with victim.channels(kernel, session=session) as socket:
        socket.send(as_text(message("kernel_info_request")))
        socket.recv(timeout=20)
        for name, stranger in strangers(place, victim):
            tried += ways_in(stranger, name, kernel, session)
    for name, stranger in strangers(place, victim):  # now that what the kernel says is kept for the one who is away
        tried += ways_in(stranger, name, kernel, session)
    if victim.get(f"/alive/{kernel}").status != 204:
        raise Breach("somebody else ended the kernel")
    with Channel(victim, kernel) as page:
        if page.visitor not in page.models:
            raise Breach("the page no longer works for its owner")
    if kernel in place.log.read_text():
        raise Breach("the log names the kernel")
    return tried


def strangers(place: Served, victim: Browser) -> Iterator[tuple[str, Browser]]:
    """Others who might try: with a cookie of their own, with none, with one that is nearly the victim's."""
    yield "another participant", place.browser()
    yield "nobody", place.browser(join=False)
    cookie = victim.named("ws")
    value = victim.cookies[cookie]
    name, _, mark = value.partition(".")
    other = "1" if name.endswith("0") else "0"
    for forged in (
        name,
        f"{name}.",
        f"{name}.{'0' * 32}",
        f"{name}.{mark[:-1]}",
        f"{name[:-1]}{other}.{mark}",
        f"{name}.{mark.upper()}0",
        f'"{name}"',
        mark,
    ):
        one = place.browser(join=False)
        one.cookies[cookie] = forged
        yield f"somebody with the cookie {forged[:6]}…", one
    other = place.browser(join=False)
    other.cookies = {"wd": value, "ws": value, f"{cookie}2": value, cookie.upper(): value}
    yield "somebody with the right cookie under another name", other


def ways_in(stranger: Browser, name: str, kernel: str, session: str) -> int:
    for protocol in (None, V1):
        for asked in (session, uuid.uuid4().hex):
            try:
                with stranger.channels(kernel, protocol, asked) as socket:
                    socket.recv(timeout=5)
            except InvalidStatus as refused:
                if refused.response.status_code not in (403, 404):
                    raise Breach(f"{name} gets {refused.response.status_code}") from None
            except (ConnectionClosed, TimeoutError):
                raise Breach(f"{name} may listen to somebody else's kernel") from None
            else:
                raise Breach(f"{name} hears what somebody else's kernel says")
    unknown = str(uuid.uuid4())
    for method, path, refusals in (
        ("GET", "/api/kernels/{}", (404,)),
        ("DELETE", "/api/kernels/{}", (403, 404, 405)),
        ("POST", "/api/kernels/{}/restart", (403, 404, 405)),
        ("POST", "/api/kernels/{}/interrupt", (403, 404, 405)),
        ("POST", "/voila/api/shutdown/{}", (404,)),
        ("GET", "/voila/query/{}", (404,)),
        ("GET", "/alive/{}", (410,)),
        ("GET", "/api/kernels/{}/channels", (400, 404)),
    ):
        answer, other = (stranger.ask(method, path.format(one), {} if method == "POST" else None) for one in (kernel, unknown))
        if answer.status not in refusals:
            raise Breach(f"{name}: {method} {path} answers {answer.status}")
        if (answer.status, str(answer)) != (other.status, str(other)):
            raise Breach(f"{name} can tell by {path} that there is such a kernel")
    if kernel in str(stranger.get("/api/kernels")):
        raise Breach(f"{name} is told of somebody else's kernel")
    return 13


@pytest.fixture(scope="module")
def place() -> Iterator[Served]:
    with served(desk=False) as running:
        yield running


def test_an_id_is_worth_nothing(place: Served) -> None:
    assert attack(place) > 200


def test_a_page_in_readiness_is_nobodys_yet(place: Served) -> None:
    """Somebody who knows another page's kernel id waits for a page of their own too."""
    folder = place.run.connections("participants")
    ready = until(lambda: {file.stem.removeprefix("kernel-") for file in folder.glob("kernel-*.json")}, 30)
    for name in ready:
        for one in (place.browser(), place.browser(join=False)):
            ways_in(one, "somebody without a page", name, uuid.uuid4().hex)


def test_a_desks_kernel_is_not_a_participants() -> None:
    with served() as place:
        board = place.desk().open("/desk")
        ways_in(place.browser(), "a participant", board, uuid.uuid4().hex)
        thief = Browser(place.desk_url)
        ways_in(thief, "a stranger at the desk", board, uuid.uuid4().hex)
        ways_in(place.desk(), "a second desk", board, uuid.uuid4().hex)


@pytest.mark.parametrize("hole", ["anybody_owns", "websockets_are_nobodys"])
def test_the_same_attack_finds(hole: str) -> None:
    with served(hole, desk=False) as weaker, pytest.raises(Breach):
        attack(weaker)
