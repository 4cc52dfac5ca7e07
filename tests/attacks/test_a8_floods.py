"""A8: what a page can do to its own kernel, to the server's memory, and to the other phones."""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
import struct
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.attacks.served import Breach, Served, served
from tests.browsing import V1, Browser, Channel, as_frame, as_old_binary, as_text, as_v1, closed_by_server, message
from tests.running import until

LONG = bool(os.environ.get("WORKSHOP_LONG"))
PATIENCE = 20.0  # s; two are promised on an idle machine
GROWTH = 80 * 2**20  # bytes that the server may grow by under any of this
FORBIDDEN = """execute_request inspect_request complete_request history_request is_complete_request connect_request shutdown_request
    interrupt_request debug_request input_reply create_subshell_request list_subshell_request abort_request apply_request clear_request
    usage_request EXECUTE_REQUEST""".split()  # noqa: SIM905
SILENT = set("comm_info_reply kernel_info_reply status comm_open comm_msg comm_close display_data update_display_data".split())  # noqa: SIM905


def forbidden(place: Served) -> None:
    """Every kind of message that executes, stops or looks, in three framings, on every channel."""
    mark = Path(place.run.directory, "executed")
    code = f"open({str(mark)!r}, 'w')"
    me = place.browser()
    kernel = me.open("/en/arrive")
    for framed, protocol in ((as_text, None), (as_v1, V1), (as_old_binary, None)):
        heard: set[str] = set()
        for channel in ("shell", "control", "stdin", "iopub", "nothing", ""):
            try:
                connection = me.channels(kernel, protocol)
            except InvalidStatus:
                raise Breach("a page could stop its kernel by a message") from None
            with connection as socket, contextlib.suppress(ConnectionClosed):
                for kind in FORBIDDEN:
                    content = {"code": code, "silent": False, "restart": False, "command": "evaluate", "arguments": {"expression": code}}
                    socket.send(framed(message(kind, content | {"cursor_pos": 4, "value": code}), channel))
                socket.send(framed(message("kernel_info_request")))
                while "kernel_info_reply" not in heard:
                    said = socket.recv(timeout=PATIENCE)
                    heard.add(re.search(r'"msg_type": ?"(\w+)"', said if isinstance(said, str) else said.decode("latin1"))[1])
        if mark.exists() or not heard <= SILENT:
            raise Breach(f"a page could have its kernel do or say {heard - SILENT or 'what it likes'}")
    if me.get(f"/alive/{kernel}").status != 204:
        raise Breach("a page could stop its kernel by a message")


def widgets_of_its_own(place: Served) -> None:
    """Comms that our pages do not open; the kernel stays, and makes nothing for them."""
    me = place.browser()
    with Channel(me, me.open("/en/arrive")) as page:
        for target in ("jupyter.widget", "nothing", "jupyter.widget.version", "y" * 60):
            state = {"_model_name": "TextModel", "_model_module": "@jupyter-widgets/controls", "_model_module_version": "2.0.0"}
            page.say("comm_open", {"comm_id": uuid.uuid4().hex, "target_name": target, "data": {"state": state}}, {"version": "2.1.0"})
        page.say("comm_info_request", {})
        known = page.until(lambda said: said["header"]["msg_type"] == "comm_info_reply")["content"]["comms"]
        if set(known) - set(page.models):
            raise Breach("a page could make widgets of its own")


def read_wrongly() -> list[bytes | str]:
    """Messages that lie about themselves."""
    many = struct.pack("<Q", 6_000_000)
    places = (struct.pack("!I", 0 if i % 2 else 60000) for i in range(8000))
    alternating = struct.pack("!II", 8000, 4 * 8001) + b"".join(places) + b"{}" * 15000
    real = as_v1(message("kernel_info_request"))
    back = struct.pack("<Q", 6) + struct.pack("<6Q", 56, 61, 56, 61, 56, 2**40) + real[56:]
    texts = ["{}", "[]", "null", "[" * 30000, '{"header": 1}', '{"header":{},"content":[]}']
    worst = [struct.pack("<Q", 2**60), struct.pack("<Q", 2**63) + b"x" * 1000]
    return [many, alternating, back, b"\x00" * 64, *texts, *worst]


class Watch:
    """Looks at a server's memory while something is done to it. Raises Breach at the end if it grew too much."""

    def __init__(self, server: psutil.Process) -> None:
        self._server, self._before, self.most = server, server.memory_info().rss, 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._done.wait(0.05):
            self.most = max(self.most, self._server.memory_info().rss - self._before)

    @property
    def words(self) -> str:
        return f"the server grew by {self.most / 2**20:.1f} MiB at most"

    def check(self) -> None:
        if self.most > GROWTH:
            raise Breach(self.words)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self.check()


def memory(place: Served) -> None:
    """Messages that would have the server prepare room for what never comes."""
    me = place.browser()
    kernel = me.open("/en/arrive")
    with Watch(place.server()) as watch:
        for said in read_wrongly():
            for protocol in (V1, None):
                with contextlib.suppress(ConnectionClosed), me.channels(kernel, protocol) as socket:
                    socket.send(said)
                    end = time.monotonic() + PATIENCE
                    while not closed_by_server(socket, 0.2):
                        watch.check()
                        if time.monotonic() > end:
                            raise Breach(f"nobody minds {said[:12]!r}")
                watch.check()


def slow_readers(place: Served) -> None:
    """Pages that ask again and again, within their limits, and never read: what waits for them is limited, and they are let go."""
    people = [place.browser() for _ in range(3)]
    control = uuid.uuid4().hex
    opened = as_text(message("comm_open", {"comm_id": control, "target_name": "jupyter.widget.control"}, {"version": "1.0.0"}))
    asked = as_text(message("comm_msg", {"comm_id": control, "data": {"method": "request_states"}}))
    began = time.monotonic()
    with Watch(place.server()) as watch, contextlib.ExitStack() as all_open:
        deaf = []
        for one in people:
            bare = all_open.enter_context(one.raw(PATIENCE, receives=4096))
            bare.sendall(one.upgrade(one.open("/en/arrive")))
            while b"\r\n\r\n" not in bare.recv(1024):
                pass
            bare.sendall(as_frame(opened))
            deaf.append(bare)
        end = time.monotonic() + (90 if LONG else 20)
        while deaf and time.monotonic() < end:
            watch.check()
            for bare in list(deaf):
                try:
                    bare.sendall(as_frame(asked))
                except OSError:
                    deaf.remove(bare)
            time.sleep(1 / 75)
        if deaf:
            raise Breach(f"a phone that asks and doesn't read is kept; {watch.words}")
    print(f"\nthree pages that never read were let go within {time.monotonic() - began:.0f} s; {watch.words}")


def seats(place: Served) -> None:
    """Twelve pages at the same moment, where three have a seat: the others get a number in the line, and no kernel."""
    people = [place.browser() for _ in range(12)]
    waiting = [one.raw(PATIENCE) for one in people]
    for one, bare in zip(people, waiting, strict=True):
        bare.sendall(f"GET /en/arrive HTTP/1.1\r\nHost: {one.host}\r\nCookie: {one.cookie}\r\nConnection: close\r\n\r\n".encode())
    heard = [b"" for _ in people]
    end = time.monotonic() + 60
    while time.monotonic() < end and not all(b"</html>" in text or b"ws-filling" in text for text in heard):
        for number, bare in enumerate(waiting):
            bare.settimeout(0.05)
            with contextlib.suppress(TimeoutError):
                heard[number] += bare.recv(65536)
    time.sleep(2)
    for number, bare in enumerate(waiting):
        with contextlib.suppress(TimeoutError):
            heard[number] += bare.recv(2**20)
        bare.close()
    taken = sum(b'"kernelId"' in text for text in heard)
    if taken > place.run.seats:
        raise Breach(f"{taken} pages at {place.run.seats} seats")
    assert taken == place.run.seats and all(b"ws-filling" in text or b'"kernelId"' in text for text in heard)


@pytest.fixture(scope="module")
def place() -> Iterator[Served]:
    with served() as running:
        with running.control() as control:
            control.open_module("arrive")
            control.open("arrive.box")
        yield running


def test_a_page_executes_nothing(place: Served) -> None:
    forbidden(place)


def test_a_page_makes_no_widgets(place: Served) -> None:
    widgets_of_its_own(place)


def test_messages_that_lie_take_no_memory(place: Served) -> None:
    memory(place)


def test_a_client_that_does_not_read_is_let_go(place: Served) -> None:
    slow_readers(place)


def test_others_are_served_while_a_few_flood(place: Served) -> None:
    """9 MB at once, 3,000 messages, a thousand requests: other phones' answers are acknowledged, and the memory stays."""
    other, one = place.browser(), place.browser()
    stop = threading.Event()
    kernels = [one.open("/en/arrive") for _ in range(2)]

    def messages() -> None:
        while not stop.is_set():
            with contextlib.suppress(ConnectionClosed), one.channels(kernels[0]) as socket:
                for _ in range(3000):
                    socket.send(as_text(message("comm_msg", {"comm_id": "x", "data": {"x": "x" * 500}})))
                assert closed_by_server(socket, PATIENCE)

    def large() -> None:
        while not stop.is_set():
            with contextlib.suppress(ConnectionClosed), one.channels(kernels[1]) as socket:
                socket.send(as_text(message("comm_msg", {"comm_id": "x", "data": {"x": "x" * 9_000_000}})))
                assert closed_by_server(socket, PATIENCE)
            with contextlib.suppress(OSError), one.raw() as bare:  # says that a thousand million bytes follow
                bare.sendall(f"POST /join HTTP/1.1\r\nHost: {one.host}\r\nContent-Length: 1000000000\r\n\r\n".encode() + b"x" * 100_000)
                bare.recv(1000)

    def requests() -> None:
        while not stop.is_set():
            for path in ("/", "/reveals/" + uuid.uuid4().hex * 2 + ".json", "/alive/" + kernels[0], "/en/none", "/join"):
                one.get(path)

    threads = [threading.Thread(target=work) for work in (messages, large, requests, requests)]
    took = []
    with Channel(other, other.open("/en/arrive")) as page, Watch(place.server()) as watch:
        for thread in threads:
            thread.start()
        try:
            for _ in range(60 if LONG else 12):
                began = time.monotonic()
                assert page.submit("arrive.box", "glad")["result"] == "saved"
                took.append(time.monotonic() - began)
                assert took[-1] < PATIENCE
                assert other.get("/").status == 200
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    median, most = sorted(took)[len(took) // 2], max(took)
    print(f"\nduring the floods an answer was acknowledged after {median:.2f} s, {most:.2f} s at most; {watch.words}")
    assert "Traceback" not in place.log.read_text()


def test_a_socket_lives_through_many_pings() -> None:
    """A page that only listens is not cut, and one that does not answer pings is."""
    with served(desk=False, ping=1.0) as place:
        me = place.browser()
        kernel = me.open("/en/arrive")
        deaf = me.raw()
        deaf.sendall(me.upgrade(kernel))
        with me.channels(kernel) as socket:
            end = time.monotonic() + 8
            while time.monotonic() < end:
                with contextlib.suppress(TimeoutError):
                    socket.recv(timeout=0.2)
            socket.send(as_text(message("kernel_info_request")))
            until(lambda: json.loads(socket.recv(timeout=PATIENCE))["msg_type"] == "kernel_info_reply", PATIENCE)
        deaf.settimeout(PATIENCE)
        while deaf.recv(4096):
            pass
        assert "ping_timeout" not in place.log.read_text()


def test_seats_are_not_given_twice() -> None:
    with served(desk=False, seats=3) as place:
        seats(place)


def test_one_browser_does_not_take_every_seat(place: Served) -> None:
    """It may have six pages; with the seventh it loses the one that it left first."""
    me = place.browser()
    kernels = [me.open("/en/arrive") for _ in range(8)]
    assert [me.get(f"/alive/{kernel}").status for kernel in kernels] == [410] * 2 + [204] * 6
    with contextlib.ExitStack() as open_pages:
        for kernel in kernels[2:]:
            open_pages.enter_context(me.channels(kernel))
        refused = me.get("/en/arrive")
        assert refused.status == 429 and "Close the pages you don't need" in html.unescape(str(refused))
    assert Browser.join(place.browser(join=False), place.room).status == 200


@pytest.mark.parametrize(
    ("hole", "attack", "settings"),
    [
        ("stock_messages", forbidden, {}),
        ("stock_messages", widgets_of_its_own, {}),
        ("stock_reading", memory, {}),
        ("slow_readers_are_kept", slow_readers, {}),
        ("many_come_at_once", seats, {"seats": 3}),
    ],
)
def test_the_same_attack_finds(hole: str, attack: Callable[[Served], None], settings: dict) -> None:
    with served(hole, desk=False, **settings) as weaker, pytest.raises(Breach):
        attack(weaker)
