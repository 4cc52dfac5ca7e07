"""The participants' and the desk's server as real processes: who may ask for what, which kernel is whose, what survives."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import json
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
import pytest

from tests.browsing import Browser, as_text, closed_by_server, message
from tests.running import gone, until, workshops
from workshop.room.wire import RemoteRoom
from workshop.server.kernels.provisioner import ADOPT
from workshop.store import Store


def browsers(room):
    def new(join: bool = True) -> Browser:
        one = Browser(room.join_url)
        if join:
            until(lambda: one.join(room.room).status == 200, 60)
        return one

    return new


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One workshop for all tests that change nothing in it but kernels; it logs everything."""
    with workshops(tmp_path_factory.mktemp("shared")) as go:
        yield go("--debug")


@pytest.fixture
def room(shared):
    """The shared workshop, without anybody's pages."""
    yield shared
    for kernel in shared.kernels():
        kernel.kill()
    until(lambda: not shared.kernels(), 20)


@pytest.fixture
def browser(room):
    return browsers(room)


@pytest.fixture
def own(start):
    """A workshop for one test, which may break it."""
    return start("--debug")


def test_joining(room, browser):
    one = browser(join=False)
    page = one.get(f"/{room.room}")
    assert page.status == 200
    assert f'value="{room.room}"' in str(page)
    assert not one.cookies, "looking at the join page leaves no mark"

    wrong = one.join("2222" if room.room != "2222" else "3333")
    assert wrong.status == 404
    assert "We don't know this code" in wrong.json()["message"]
    assert not one.cookies

    right = one.join(f" {room.room[:2].lower()}-{room.room[2:]} ")
    assert right.status == 200
    assert right.json() == {"go": "/en/arrive"}
    assert list(one.cookies) == [one.named("ws"), one.named("ws-tag")]
    flags = [{flag.strip().lower() for flag in cookie.split(";")[1:]} for cookie in right.headers.get_all("Set-Cookie")]
    assert {"httponly", "samesite=lax"} <= flags[0] and "samesite=lax" in flags[1]
    assert not any(flag.startswith(("max-age", "expires", "domain")) for one_cookie in flags for flag in one_cookie)
    assert one.cookies[one.named("ws-tag")] not in one.cookies[one.named("ws")]

    before = dict(one.cookies)
    one.join(room.room)
    assert one.cookies == before, "one browser stays one browser"


def test_somebody_else_on_the_same_phone_gets_a_cookie_of_their_own(room, browser):
    one = browser()
    before, kernel = dict(one.cookies), one.open("/en/arrive")
    assert 'data-been="true"' in str(one.get(f"/{room.room}"))
    assert one.ask("POST", "/another", {}, Origin="http://example.org").status == 403
    assert one.get(f"/alive/{kernel}").status == 204
    assert one.ask("POST", "/another", {}, Origin=one.origin).status == 204
    assert one.get("/en/arrive").status == 302, "the cookie is gone"
    assert 'data-been=""' in str(one.get(f"/{room.room}"))
    one.cookies = dict(before)
    assert one.get(f"/alive/{kernel}").status == 410, "and so are the pages"
    one.cookies = {}
    one.join(room.room)
    assert all(one.cookies[name] != before[name] for name in (one.named("ws"), one.named("ws-tag")))


def test_a_page_opened_directly_comes_back_after_the_join(room, browser):
    one = browser(join=False)
    sent = one.get("/en/arrive")
    assert (sent.status, sent.headers["Location"]) == (302, "/?next=/en/arrive")
    assert 'data-next="/en/arrive"' in str(one.get(sent.headers["Location"]))
    assert one.join(room.room, next="/en/arrive").json() == {"go": "/en/arrive"}
    for elsewhere in ("//example.org/", "https://example.org", "/en/none", "/../en/arrive", "javascript:alert(1)"):
        assert one.join(room.room, next=elsewhere).json() == {"go": "/en/arrive"}
        assert "example" not in str(one.get(f"/?{urlencode({'next': elsewhere})}"))
    one.cookies[one.named("ws")] = "0" * 32 + "." + "0" * 32
    assert one.get("/en/arrive").status == 302, "a cookie that this run didn't sign doesn't count"
    assert one.ask("POST", "/join", {"code": room.room}, Origin="http://example.org").status == 403


def test_codes_cannot_be_guessed_quickly(own):
    room, browser = own, browsers(own)
    one = browser(join=False)
    said = [one.join("2222").status for _ in range(80)]
    assert 429 in said
    assert one.join(room.room).status == 429
    until(lambda: one.join(room.room).status == 200, 10)


def test_leaving_ends_the_kernel_without_a_token(room, browser):
    mine = browser()
    kernel = mine.open("/en/start")
    assert len(room.kernels()) == 1
    assert mine.leave(kernel, Origin=f"http://{mine.host}") == 204
    until(lambda: not room.kernels(), 5)
    assert mine.get(f"/alive/{kernel}").status == 410


def test_the_library_serves_its_own_files_and_no_others(room, browser):
    one = browser()
    page = str(one.get("/en/start"))
    library = re.search(r'"fullStaticUrl": "(/lib/[0-9a-f]+)/static"', page)[1]
    kernels = len(room.kernels())
    assert one.get(f"{library}/static/voila.js").status == 200
    for path in (
        "static/../../../lab/index.html.j2",
        "labextensions/jupyterlab-plotly/static/style.js",
        "static/",
        "static/%2e%2e/conf.json",
    ):
        assert one.get(f"{library}/{path}").status == 404
    assert "jupyterlab-plotly" not in page
    assert len(room.kernels()) == kernels
    normal = one.get("/en/start?template=lab&theme=dark")
    assert normal.status == 200
    assert "jsdelivr" not in str(normal) and "ws-place" in str(normal)


def test_headers_and_what_is_kept_for_good(room, browser):
    one = browser()
    page = one.get("/en/start", Accept_Encoding="gzip")
    assert page.headers["Content-Encoding"] == "gzip"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in page.headers, "Jupyter's own cookie would mark a person for 30 days"
    assert "unsafe-inline" not in one.get("/").headers["Content-Security-Policy"]
    page = str(one.get("/en/start"))
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)
    found = re.findall(r'(?:src|href)="(/(?:assets|lib)/[^"]+)"', page)
    assert {Path(path).name for path in found} == {"page.css", "workshop.js"}
    plotly = re.search(r"/assets/[0-9a-f]+/plotly\.min\.js", room.kernels()[0].environ()["WORKSHOP_PLOTLY"])[0]
    for path in (*found, plotly):
        kept = one.get(path, Accept_Encoding="gzip")
        assert kept.status == 200
        assert "immutable" in kept.headers["Cache-Control"]
        assert kept.headers["Content-Encoding"] == "gzip"


def test_kernels_know_neither_store_nor_visitor(room, browser):
    one = browser()
    one.get("/en/start?private=canary", User_Agent="canary")
    kernel = room.kernels()[0]  # another one may be ready already, for the next phone
    known = kernel.environ()
    assert known["WORKSHOP_MODE"] == "room"
    assert Path(known["WORKSHOP_SOCKET"]).stat().st_mode & 0o777 == 0o600
    everything = json.dumps(known)
    cookie = one.cookies[one.named("ws")]
    for secret in ("canary", "sqlite", str(room.data_dir), cookie, room.join_url, "QUERY_STRING", "REMOTE", "SERVER_NAME"):
        assert secret not in everything
    assert known["WORKSHOP_SOCKET"].rpartition("/")[0] in " ".join(kernel.cmdline())
    connections = [json.loads(file.read_text()) for file in Path(known["WORKSHOP_SOCKET"]).parent.glob("k-p/kernel-*.json")]
    assert {connection["transport"] for connection in connections} == {"ipc"}, "no port of this machine leads to a kernel"


def test_one_owner_keeps_only_the_newest_page(room, browser):
    """Ten reloads, each with the beacon that a browser sends, leave one kernel."""
    one = browser()
    kernel = ""
    for _ in range(10):
        if kernel:
            one.leave(kernel)
        kernel = one.open("/en/start")
    until(lambda: len(room.kernels()) == 1, 5)


def test_a_page_that_goes_away_while_it_is_made_leaves_no_kernel(room, browser):
    one = browser()
    warm = until(room.fork_server, 60) if sys.platform == "linux" else None
    connection = http.client.HTTPConnection(one.host)
    if warm:  # so that the phone has certainly gone before the page's kernel starts
        warm.suspend()
    connection.request("GET", "/en/arrive", headers={"Cookie": one.cookie})
    connection.getresponse().read(400)
    time.sleep(0.5)
    connection.close()
    time.sleep(0.5)
    if warm:
        warm.resume()
    time.sleep(1)
    until(lambda: not room.kernels(), 20)


def test_a_dead_kernel_is_noticed(room, browser):
    one = browser()
    kernel = one.open("/en/start")
    with one.channels(kernel) as socket:
        socket.send(as_text(message("kernel_info_request")))
        socket.recv(timeout=20)
        [process] = room.kernels()
        process.kill()
        assert closed_by_server(socket, 5), "its websocket is closed, so that the page asks"
    assert one.get(f"/alive/{kernel}").status == 410
    time.sleep(1.5)
    assert not room.kernels(), "nobody starts it again: it would know nothing about its page"


def test_people_who_joined_are_browsers_and_those_with_an_open_page_are_awake(room, browser):
    store = Store.open(room.data_dir / "workshop.sqlite")
    identity = store.find(room.room).id
    people = lambda: (store.desk(identity).joined, store.desk(identity).awake)  # noqa: E731
    before, _ = people()
    one, other = browser(), browser()
    first, second, third = one.open("/en/start"), one.open("/en/arrive"), other.open("/en/start")
    with one.channels(first), one.channels(second), other.channels(third):
        until(lambda: people() == (before + 2, 2), 5)
    until(lambda: people() == (before + 2, 0), 5)
    store.close()


def test_the_desk_opens_by_its_token_only(room, browser):
    desk = Browser(room.desk_url)
    for path in ("/", "/desk", "/projector", "/module/arrive", "/?token=", "/?token=wrong"):
        assert desk.get(path).status == 403, path
    entered = desk.get("/?" + urlsplit(room.desk_url).query)
    assert (entered.status, entered.headers["Location"]) == (302, "/desk")
    clicked = Browser(room.desk_url).get("/?" + urlsplit(room.desk_url).query, Sec_Fetch_Site="cross-site")
    assert clicked.status == 200 and 'content="0;url=/desk"' in str(clicked), "browsers don't send the cookie along a redirect"
    name = desk.cookies[desk.named("wd")]
    assert desk.get("/").status == 302 and desk.cookies[desk.named("wd")] == name, "somebody who is in keeps their cookie"
    assert desk.get("/desk").status == 200
    assert desk.get("/module/none").status == 404
    assert desk.get("/en/arrive").status == 404


def test_a_link_to_the_desk_in_a_mail(room, phone):
    """Browsers hold back a strict cookie after a link from another site; the desk opens all the same."""
    one = phone()
    mail = f"<a href='{room.desk_url}'>The desk</a>"
    one.page.route("http://mail.example/**", lambda route: route.fulfill(body=mail, content_type="text/html"))
    one.page.goto("http://mail.example/")
    one.page.click("a")
    one.page.wait_for_selector(".ws-board", timeout=20000)
    assert one.page.url.endswith("/desk")


def desk_room(room) -> RemoteRoom:
    """The room as a notebook in JupyterLab finds it."""
    note = room.data_dir / "running" / f"{room.room}.json"
    assert note.stat().st_mode & 0o777 == 0o600
    return RemoteRoom(json.loads(note.read_text())["desk_socket"])


def test_an_open_module_is_where_people_go(own):
    room, browser = own, browsers(own)
    desk = desk_room(room)
    desk.open_module("map")
    until(lambda: browser(join=False).join(room.room).json()["go"] == "/en/map", 3)
    pages = RemoteRoom(desk._path.with_name("participants.sock"))
    with pytest.raises(RuntimeError, match=r"can.t be asked here"):
        pages.open_module("arrive")
    until(lambda: pages.view()["module"] == "map", 3)
    pages.hang_up()
    desk.hang_up()


def test_closing_is_final_after_ten_seconds_even_if_the_desk_dies_meanwhile(own):
    room, browser = own, browsers(own)
    desk = desk_room(room)
    desk.open_module("arrive")
    desk.open("arrive.box")
    desk.close("arrive.box")
    began = time.monotonic()
    room.servers()["desk"].kill()
    until(lambda: closed_view(desk)["phases"]["arrive.box"] == "closed", 30)
    assert time.monotonic() - began > 9, "ten full seconds after the restart"
    view = closed_view(desk)
    assert view["phases"]["arrive.box_bet"] == "closed"
    content = view["reveals"]["arrive.box"]
    reveal = browser(join=False).get(f"/reveals/{content}.json")
    assert reveal.status == 200
    assert "immutable" in reveal.headers["Cache-Control"]
    assert reveal.json()["face"] == "withheld"
    desk.hang_up()


def closed_view(desk: RemoteRoom) -> dict:
    with contextlib.suppress(RuntimeError):
        return desk.view()
    return {"phases": {"arrive.box": "away"}}


def test_an_ended_room_says_so(own):
    room, browser = own, browsers(own)
    one = browser()
    desk = desk_room(room)
    assert desk.end()["clean"]
    desk.hang_up()
    until(lambda: one.join(room.room).status == 410, 3)
    assert "ended" in one.join(room.room).json()["message"]


@pytest.mark.parametrize("role", ["participants", "desk"])
def test_a_killed_server_is_back_within_ten_seconds(own, role):
    room, browser = own, browsers(own)
    one = browser()
    kernel = one.open("/en/start")
    process = room.kernels()[0]
    connection = Path(process.cmdline()[-1])
    old = room.servers()[role]
    old.kill()
    base = Browser(room.join_url if role == "participants" else room.desk_url)

    def answers() -> bool:
        with contextlib.suppress(OSError):
            return base.get("/").status in (200, 403)
        return False

    until(lambda: old.pid != getattr(room.servers().get(role), "pid", old.pid) and answers(), 30)
    if role == "desk":
        assert one.get(f"/alive/{kernel}").status == 204, "phones do not notice"
        return
    until(lambda: gone(process), 15, "the killed server's kernel ends")
    until(lambda: not connection.exists(), 15, "files of the killed server's kernels are gone")
    assert one.get(f"/alive/{kernel}").status == 410
    assert one.open("/en/start") != kernel, "the same browser comes in without joining again"


@pytest.fixture
def adopting():
    """Orphans become this process's children, as they do in a desktop session: their new parent isn't process 1."""
    libc = ctypes.CDLL(None)
    libc.prctl(ADOPT, 1)
    yield
    libc.prctl(ADOPT, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux can another process than the first one adopt orphans")
def test_a_kernel_that_was_starting_when_its_server_was_killed_ends(adopting, start):
    room = start("--no-fork")
    one = browsers(room)()
    with ThreadPoolExecutor() as pool:
        opening = pool.submit(one.get, "/en/start")
        [kernel] = until(room.kernels)
        room.servers()["participants"].kill()  # before the kernel has looked up its parent
        assert opening.exception(), "the page cannot have come"
    until(lambda: gone(kernel), 15, "a kernel that doesn't notice is ended")


def everything_of(room) -> list[psutil.Process]:
    process = psutil.Process(room.process.pid)
    return [process, *process.children(recursive=True)]


def test_ctrl_c_leaves_nothing(own):
    room, browser = own, browsers(own)
    one = browser()
    one.open("/en/start")
    [kernel] = room.kernels()
    directory = Path(kernel.environ()["WORKSHOP_SOCKET"]).parent
    processes = everything_of(room)
    assert len(processes) >= 4
    room.stop()
    assert room.process.returncode == 0
    psutil.wait_procs(processes, timeout=3)
    assert all(map(gone, processes))
    assert not directory.exists()
    assert not list((room.data_dir / "running").iterdir())
    assert "Traceback" not in room.log.read_text()


def test_a_killed_command_takes_everything_with_it(own, start):
    room, browser = own, browsers(own)
    one = browser()
    one.open("/en/start")
    [kernel] = room.kernels()
    directory = Path(kernel.environ()["WORKSHOP_SOCKET"]).parent
    processes = everything_of(room)
    room.process.kill()
    room.process.wait()
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert not alive
    start("--room", room.room)
    assert not directory.exists(), "the next start removes what was left"


def test_reloading_and_leaving_in_a_real_browser(room, phone):
    one = phone()
    one.page.goto(room.join_url)
    one.page.check("#part")
    one.page.click("#enter")
    one.page.wait_for_url("**/en/*")
    for _ in range(10):
        one.page.reload()
    until(lambda: len(room.kernels()) == 1, 5)
    one.page.wait_for_selector(".ws-activity", state="attached")
    one.page.goto("about:blank")
    until(lambda: not room.kernels(), 5)
    assert not one.complaints
    assert one.hosts == {urlsplit(room.join_url).netloc}


def test_a_page_reloads_once_when_its_kernel_is_gone(room, phone):
    one = phone()
    one.page.goto(room.join_url)
    one.page.check("#part")
    one.page.click("#enter")
    one.page.wait_for_url("**/en/*")
    one.page.wait_for_selector(".ws-activity", state="attached")
    one.page.evaluate("document.body.id = 'before'")
    [kernel] = room.kernels()
    kernel.kill()
    one.page.wait_for_selector("body:not(#before) .ws-activity", state="attached", timeout=15000)
    until(lambda: len(room.kernels()) == 1, 5)


def test_phones_keep_their_page_when_the_workshop_ends(own, phone):
    room = own
    one = phone()
    one.page.goto(room.join_url)
    one.page.check("#part")
    one.page.click("#enter")
    one.page.wait_for_url("**/en/*")
    one.page.wait_for_selector(".ws-activity", state="attached")
    room.stop()
    one.page.wait_for_selector("#ws-connection", state="visible", timeout=10000)
    one.page.wait_for_timeout(3000)
    assert "carried" in one.page.inner_text("body")


def test_somebody_else_on_the_same_phone(room, phone):
    one = phone()
    one.page.goto(room.join_url)
    assert one.page.is_hidden("#again")
    one.page.click("#enter")
    assert one.page.is_visible("#needed"), "the first consent is needed"
    for name in ("part", "keep", "share"):
        assert not one.page.is_checked(f"#{name}")
    one.page.check("#part")
    one.page.check("#keep")
    one.page.click("#enter")
    one.page.wait_for_url("**/en/*")
    kept = json.loads(one.page.evaluate("localStorage.getItem('ws.consent')"))
    assert kept == {"part": True, "keep": True, "share": False}
    one.page.evaluate("localStorage.setItem('ws.journal.arrive.word', 'mine')")

    one.page.goto(room.join_url)
    one.page.click("#same")
    one.page.wait_for_url("**/en/*")
    assert one.page.evaluate("localStorage.getItem('ws.journal.arrive.word')") == "mine"

    one.page.goto(room.join_url)
    one.page.click("#other")
    one.page.wait_for_selector("#part")
    assert one.page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('ws.'))") == []
    assert not one.page.is_checked("#part")
    bodies = [request.post_data for request in one.requests if request.url.endswith("/join")]
    assert {body.partition("&")[0] for body in bodies} == {f"code={room.room}"}
    assert not any("consent" in body or "part" in body for body in bodies)


def test_hide_wipes_the_screen(room, phone):
    one = phone()
    one.page.goto(room.join_url)
    one.page.check("#part")
    one.page.click("#enter")
    one.page.wait_for_url("**/en/*")
    one.page.click("#ws-help")
    assert one.page.is_visible("#ws-support")
    one.page.keyboard.press("Escape")
    one.page.click("#ws-hide")
    assert "carried" not in one.page.inner_text("body")
    one.page.reload()
    assert "carried" in one.page.inner_text("body")
