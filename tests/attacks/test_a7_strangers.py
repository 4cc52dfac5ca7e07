"""A7: a stranger on the wifi looks for kernels, notebooks, files, templates and the desk."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from tests.attacks.served import Breach, Served, served
from tests.browsing import Browser

NAMES = "01-arrive.ipynb en/01-arrive.ipynb desk.ipynb projector.ipynb facilitator/desk.ipynb settings.json w.sqlite".split()  # noqa: SIM905
PREFIXES = """voila/ voila/render/ voila/files/ voila/tree/ voila/static/ voila/templates/ api/contents/ files/ en/ notebooks/ lab/tree/
    nbextensions/ assets/ lib/ static/""".split()  # noqa: SIM905
ELSEWHERE = """/voila/tree /lab /api /api/kernels /api/sessions /api/contents /api/kernelspecs /api/status /api/terminals
    /api/config/x /metrics /login /logout /en/desk /en/projector /en/none /en/01-arrive /de/arrive /EN/arrive /.env
    /.git/config /pyproject.toml /01-arrive.toml /workshop/modules/01-arrive.toml /workshop.sqlite-wal /robots.txt
    /favicon.ico /reveals/../settings.json /voila/query/x /voila/preview/x //etc/passwd""".split()  # noqa: SIM905
UP = ".. %2e%2e ..%2f.. %2e%2e%2f ..%5c ....// ..%c0%af ..%00 ~root".split()  # noqa: SIM905
BELONGS = "/api/kernels/11111111-1111-1111-1111-111111111111"
TELLS = ("Traceback", "/tmp/", "site-packages", "sqlite", "tornado", "jupyter", "Python/")


def doors(place: Served) -> int:
    """Raises Breach; how many were tried."""
    tried = 0
    who = [(place.browser(), "joined"), (place.browser(join=False), "a stranger"), (Browser(place.desk_url), "a stranger at the desk")]
    library = "/lib/" + str(who[0][0].get("/")).partition("/assets/")[2][:1]
    traversals = [f"/{start}/{up}/{up}/settings.json" for start in ("en", "assets/0", library.strip("/"), "reveals") for up in UP]
    paths = ELSEWHERE + traversals + [f"/{prefix}{name}" for prefix in ("", *PREFIXES) for name in NAMES]
    for one, name in who:
        for path in paths:
            answer = one.get(path)
            tried += 1
            if answer.status not in (403, 404):
                raise Breach(f"{name} got {answer.status} at {path}")
            if "Set-Cookie" in answer.headers or answer.headers["Server"] != "workshop":
                raise Breach(f"{path} marks people who look there, or says what it runs on")
            if told := [word for word in TELLS if word.lower() in str(answer).lower()]:
                raise Breach(f"{path} tells of {told}")
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "PROPFIND"):
            for path in ("/", "/join", "/en/arrive", "/api/kernels", BELONGS, "/desk"):
                tried += 1
                known = method == "HEAD" and path in ("/", "/en/arrive", "/desk")  # says what GET says, and does nothing
                if one.ask(method, path).status not in ((200, 302) if known else ()) + (403, 404, 405):
                    raise Breach(f"{name} may {method} {path}")
        for path in (BELONGS, f"{BELONGS}/restart", f"{BELONGS}/interrupt", "/api/kernels", "/api/sessions"):
            tried += 1
            if one.ask("POST", path, {}).status not in (403, 404, 405):
                raise Breach(f"{name} may post to {path}")
    if place.kernels() or place.kernels("desk"):
        raise Breach("a kernel was started for somebody who may have none")
    return tried


def at_the_desk(place: Served) -> None:
    """Somebody who has joined takes the cookie to the desk, under the desk's name."""
    desk = Browser(place.desk_url)
    for path in ("/desk", "/projector", "/module/arrive", "/", "/?token=", "/?token=x", f"/?token={place.run.token[:-1]}"):
        if desk.get(path).status != 403:
            raise Breach(f"the desk opens at {path} without its token")
    for value in place.browser().cookies.values():
        desk.cookies[desk.named("wd")] = value
        if desk.get("/desk").status != 403 or desk.get("/").status != 403:
            raise Breach("a participant's cookie opens the desk")


def names_made_to_lead_here(place: Served) -> None:
    """Another site's page in the facilitator's browser: by a name that leads to this computer, or straight across."""
    desk = place.desk()
    port = place.run.desk_port
    for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}",
                 f"[::1].evil.example:{port}", "x" * 300, f"192.0.2.1:{port}", f"localhost:{port}@evil.example"):  # fmt: skip
        if (status := desk.get("/desk", Host=host).status) not in (400, 421):
            raise Breach(f"the desk answers {status} to a page that calls it {host[:40]}")
    me = place.browser()
    for origin in (
        "http://evil.example",
        "null",
        f"http://{me.host}.evil.example",
        f"http://evil.example:{place.run.port}",
        "http://[",
        "file://",
    ):
        if me.ask("POST", "/join", {"code": place.room}, Origin=origin).status != 403:
            raise Breach(f"a page of {origin} may join in somebody's name")
    if me.ask("POST", "/join", {"code": place.room}, Sec_Fetch_Site="cross-site").status != 403:
        raise Breach("another site may join in somebody's name")


def templates(place: Served) -> None:
    """Another template or theme by the address."""
    me = place.browser()
    usual = str(me.get("/en/arrive"))
    for asked in ("?template=lab", "?template=nope", "?template=../../x", "?theme=dark", "?template=lab&theme=dark"):
        other = me.get(f"/en/arrive{asked}")
        if other.status != 200 or str(other).partition("<main")[0] != usual.partition("<main")[0]:
            raise Breach(f"{asked} makes another page")


@pytest.fixture(scope="module")
def place() -> Iterator[Served]:
    with served(preheat=False) as running:  # so that every kernel is somebody's
        yield running


def test_strangers_find_nothing(place: Served) -> None:
    assert doors(place) > 400
    for attack in (at_the_desk, names_made_to_lead_here, templates):
        attack(place)
    assert "Traceback" not in place.log.read_text()


def test_no_kernel_listens_on_a_port(place: Served) -> None:
    """Not even for programs of other users on the same computer."""
    place.browser().open("/en/arrive")
    [*kernels] = place.kernels()
    assert kernels and not [c for one in kernels for c in one.net_connections(kind="inet") if c.status == "LISTEN"]


def test_a_websocket_is_asked_where_it_comes_from(place: Served) -> None:
    me, desk = place.browser(), place.desk()
    kernel, board = me.open("/en/arrive"), desk.open("/desk")
    for one, name in ((me, kernel), (desk, board)):
        for origin in ("http://evil.example", "null", f"http://evil.example:{urlsplit(one.origin).port}"):
            with pytest.raises(InvalidStatus, match="403"):
                one.channels(name, Origin=origin)
        assert one.ask("POST", f"/voila/api/shutdown/{name}", {}, Origin="http://evil.example").status == 404
        assert one.ask("POST", f"/voila/api/shutdown/{name}", {}, Sec_Fetch_Site="cross-site").status == 404
        assert one.get(f"/alive/{name}").status == 204
    with socket.create_connection(("127.0.0.1", place.run.desk_port)) as bare:
        name = f"evil.example:{place.run.desk_port}"
        bare.sendall(desk.upgrade(board, name, f"http://{name}"))
        assert b" 421 " in bare.recv(100), "the name and the origin agree, and the name is not the desk's"


def test_the_desks_cookie_and_its_token(place: Served) -> None:
    """The token is in one address only, which no other page is told of; the cookie goes to no other site's request."""
    desk = Browser(place.desk_url)
    entered = desk.get(f"/?token={place.run.token}")
    flags = {flag.strip().lower() for flag in entered.headers["Set-Cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} == flags
    assert entered.headers["Referrer-Policy"] == "no-referrer" and "no-store" in entered.headers["Cache-Control"]
    assert place.run.token not in str(entered) and place.run.token not in str(desk.get("/desk"))
    assert place.run.token not in place.log.read_text()


@pytest.mark.parametrize(
    ("hole", "attack"),
    [
        ("everything_is_served", doors),
        ("pages_take_templates", templates),
        ("one_signature_for_both", at_the_desk),
        ("any_name_leads_to_the_desk", names_made_to_lead_here),
    ],
)
def test_the_same_attack_finds(hole: str, attack: Callable[[Served], object]) -> None:
    with served(hole, desk=attack is not templates, preheat=False) as weaker, pytest.raises(Breach):
        attack(weaker)
