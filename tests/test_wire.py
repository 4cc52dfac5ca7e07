"""A room over a local socket: the same answers as beside it, sentences for what goes wrong, and it comes back."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workshop.room import served
from workshop.room.contract import DESK_VERBS, PAGE_VERBS, DeskRoom, RoomError
from workshop.room.local import LocalRoom
from workshop.room.wire import RemoteRoom


class Fake:
    """A room that answers at once, remembers what it was asked, and fails on demand."""

    def __init__(self):
        self.now, self.asked, self.hold, self.callbacks = {"phases": {}}, [], threading.Event(), {}

    def view(self):
        return self.now

    def desk_view(self):
        return self.now | {"people": 3}

    def hello(self, keys):
        return {"view": self.now, "mine": keys}

    def submit(self, id, question, keys, value, intent):
        self.asked.append(id)
        if value == "boom":
            raise ZeroDivisionError("postgresql://anna:secret-word@db")
        if value == "hold":
            self.hold.wait(5)
        return {"id": id, "value": value}

    def reveal(self, content_id):
        if content_id == "none":
            raise RoomError("There is no such result in this room.")
        return '{"täglich": 1}'.encode() * 20_000

    def open(self, question):
        self.change({"phases": {question: "open"}})
        return self.desk_view()

    def subscribe(self, callback, desk=False):
        token = object()
        self.callbacks[token] = callback, desk
        return lambda: self.callbacks.pop(token)

    def desk_subscribe(self, callback):
        return self.subscribe(callback, desk=True)

    def change(self, view):
        self.now = view
        for callback, desk in list(self.callbacks.values()):
            callback(self.desk_view() if desk else view)


class Server:
    """A loop in a thread that serves a room, to pages or to a desk, until `stop()`."""

    def __init__(self, path: Path, room, desk=False, **options):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.served = self.do((served.serve_desk if desk else served.serve)(path, room, **options))

    def do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def stop(self) -> None:
        if self.thread.is_alive():
            self.do(self.served.close())
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join(10)
            self.loop.close()


@pytest.fixture
def started():
    """What was started, to be stopped in the end."""
    things: list[Callable[[], None]] = []
    yield things
    for stop in reversed(things):
        stop()


@pytest.fixture
def serve(tmp_path: Path, started):
    """`serve(room, …)` serves it; the path of its socket is `serve.path`."""

    def go(room, **options) -> Server:
        server = Server(go.path, room, **options)
        started.append(server.stop)
        return server

    go.path = tmp_path / "room.sock"
    return go


@pytest.fixture
def connect(serve, started):
    def go(**options) -> RemoteRoom:
        remote = RemoteRoom(serve.path, **options)
        started.append(remote.hang_up)
        return remote

    return go


@pytest.fixture(params=["unix", "loopback"])
def loopback(request: pytest.FixtureRequest) -> bool:
    return request.param == "loopback"


def until(condition: Callable[[], object], seconds: float = 5) -> object:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def raw(path: Path, *lines: bytes) -> list[dict]:
    """What comes back for these bytes, until the other side hangs up or is silent for a moment."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(0.25)
        connection.connect(str(path))
        for line in lines:
            connection.sendall(line)
        received = b""
        while True:
            try:
                chunk = connection.recv(65536)
            except (TimeoutError, ConnectionError):
                break
            if not chunk:
                break
            received += chunk
    return [json.loads(line) for line in received.splitlines()]


@pytest.mark.parametrize("verb", DESK_VERBS)
def test_a_verb_of_the_contract_is_answered_and_carried(verb):
    """With the arguments that it is declared with; and a subscription isn't a verb, since its news comes unasked."""
    declared = inspect.signature(getattr(DeskRoom, verb)).parameters
    for room in (LocalRoom, RemoteRoom):
        assert getattr(room, verb) is not getattr(DeskRoom, verb)
        answered = inspect.signature(getattr(room, verb)).parameters
        assert [(name, one.default) for name, one in answered.items()] == [(name, one.default) for name, one in declared.items()]
    assert set(PAGE_VERBS) < set(DESK_VERBS) and not any("subscribe" in verb for verb in DESK_VERBS)


def test_the_same_answers_as_next_to_the_room(serve, connect, loopback):
    room = Fake()
    serve(room, loopback=loopback)
    remote = connect()
    assert remote.view() == room.view()
    assert remote.hello({"q": ["a", "b"]}) == room.hello({"q": ["a", "b"]})
    assert remote.submit("1", "q", ["a", "b"], {"ü": [1, None]}, "send") == {"id": "1", "value": {"ü": [1, None]}}
    assert remote.reveal("x") == room.reveal("x")  # longer than a request may be


def test_a_real_room_from_question_to_result(tmp_path: Path, serve, connect, started):
    """Page and desk over two sockets, as in a workshop."""
    from secrets import token_hex

    from workshop.store import Store

    store = Store.open(tmp_path / "store.sqlite")
    started.append(store.close)
    room = LocalRoom.create(store, closing=0)
    serve(room, desk=True)
    remote, heard = connect(), []
    remote.subscribe(heard.append)
    remote.open_module("arrive")
    remote.open("arrive.box")
    keys = [[token_hex(32), token_hex(32)] for _ in range(8)]
    for n, pair in enumerate(keys):
        assert remote.submit(str(n), "arrive.box", pair, ("glad", "owe")[n % 2], "send")["result"] == "saved"
    assert remote.close("arrive.box")["phases"]["arrive.box"] == "closing"
    remote.cancel("arrive.box")
    remote.close("arrive.box")
    view = remote.settle("arrive.box")
    assert json.loads(remote.reveal(view["reveals"]["arrive.box"]))["people"] == 8
    assert remote.hello({"arrive.box": keys[0]})["mine"]["arrive.box"] == {"value": "glad", "done": True}
    until(lambda: heard and heard[-1] == remote.desk_view())
    assert remote.end()["clean"]


def test_changes_are_pushed(serve, connect, loopback):
    room = Fake()
    serve(room, loopback=loopback)
    heard, deaf = [], []
    remote = connect()
    remote.subscribe(heard.append)
    remote.subscribe(deaf.append)()
    remote.view()
    room.change({"phases": {"q": "open"}})
    until(lambda: heard[-1:] == [{"phases": {"q": "open"}}])
    assert deaf == []


def test_pages_hear_less_than_the_desk(serve, connect):
    room = Fake()
    serve(room, desk=True)
    desk, heard = connect(), []
    desk.subscribe(heard.append)
    desk.view()
    room.change({"phases": {}})
    assert until(lambda: heard)[-1] == {"phases": {}, "people": 3}


def test_a_change_during_a_call_comes_after_its_answer(serve, connect):
    """Else a page would put an older view over the newer one, and keep it."""
    room = Fake()
    serve(room)
    room.submit = lambda **request: room.change({"phases": {"q": "open"}}) or {"view": "older"}
    said = raw(serve.path, b'{"n":1,"call":"submit","args":{}}\n')
    assert said[1:] == [{"n": 1, "ok": {"view": "older"}}, {"event": {"phases": {"q": "open"}}}]


@pytest.mark.parametrize("verb", [*sorted(set(DESK_VERBS) - set(PAGE_VERBS)), "subscribe", "__init__", "change", ""])
def test_a_page_may_ask_its_own_verbs_only(serve, verb):
    room = Fake()
    serve(room)
    said = raw(serve.path, json.dumps({"n": 1, "call": verb, "args": {"question": "q"}}).encode() + b"\n")
    assert said[1:] == [{"n": 1, "error": "This can't be asked here."}]
    assert room.now == {"phases": {}}


@pytest.mark.parametrize(
    "line",
    [
        b"hello",
        b"[]",
        b"{}",
        b"null",
        b'{"n":1}',
        b'{"n":1,"call":["view"]}',
        b'{"n":1,"call":"view","args":[1]}',
        b'{"n":1,"call":"view","args":{"x":1}}',
        b'{"n":1,"call":"submit","args":{"id":"1"}}',
        b"\xff\xfe",
        b"[" * 50_000,
    ],
)
def test_nonsense_is_answered_and_the_connection_goes_on(serve, line):
    serve(Fake())
    said = raw(serve.path, line + b"\n", b'{"n":2,"call":"view"}\n')
    assert said[1]["error"] == "The workshop didn't understand this."
    assert said[2] == {"n": 2, "ok": {"phases": {}}}


def test_requests_are_at_most_64_kib(serve, connect):
    room = Fake()
    serve(room)
    with pytest.raises(RoomError, match="too long"):
        connect().submit("1", "q", [], "x" * 70_000, "send")
    said = raw(serve.path, b'{"n":1,"call":"submit","args":"' + b"x" * 200_000)
    assert said[1:] in ([], [{"n": None, "error": "This is too long to be sent."}])
    assert room.asked == []


def test_an_error_is_a_sentence_on_the_wire_and_a_traceback_in_the_log(serve, connect, caplog):
    serve(Fake())
    remote = connect()
    with caplog.at_level(logging.ERROR), pytest.raises(RoomError) as caught:
        remote.submit("1", "q", ["canary-key"], "boom", "send")
    assert str(caught.value) == "Something went wrong in the workshop. Please try again."
    assert "ZeroDivisionError" in caplog.text and "canary" not in caplog.text
    with pytest.raises(RoomError, match="no such result"):
        remote.reveal("none")


def test_the_desk_may_be_told_more(serve, connect):
    serve(Fake(), tell=(RoomError, ZeroDivisionError))
    with pytest.raises(RoomError, match="secret-word"):
        connect().submit("1", "q", [], "boom", "send")


def test_many_threads_share_one_connection(serve, connect):
    serve(Fake())
    remote = connect()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: remote.submit(str(n), "q", [], n, "send"), range(300)))
    assert answers == [{"id": str(n), "value": n} for n in range(300)]


def test_one_slow_call_does_not_hold_up_other_pages(serve, connect):
    room = Fake()
    serve(room)
    slow, quick = connect(), connect()
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(slow.submit, "1", "q", [], "hold", "send")
        until(lambda: room.asked)
        assert quick.submit("2", "q", [], 1, "send")["id"] == "2"
        room.hold.set()
        assert held.result()["id"] == "1"


def test_no_answer_in_time(serve, connect):
    room = Fake()
    serve(room)
    remote = connect(timeout=0.2)
    with pytest.raises(RoomError, match="didn't answer in time"):
        remote.submit("1", "q", [], "hold", "send")
    room.hold.set()
    assert until(lambda: remote.submit("2", "q", [], 1, "send")["id"]) == "2"


def test_a_callback_may_not_ask(serve, connect):
    """It would wait for an answer that its own thread should read."""
    room, errors = Fake(), []
    serve(room)
    remote = connect()

    def ask(view):
        try:
            remote.view()
        except RuntimeError as error:
            errors.append(str(error))

    remote.subscribe(ask)
    remote.view()
    room.change({})
    assert "may not ask" in until(lambda: errors)[0]


def test_a_callback_that_fails_does_not_silence_the_others(serve, connect):
    room, heard = Fake(), []
    serve(room)
    remote = connect()
    remote.subscribe(lambda view: 1 / 0)
    remote.subscribe(heard.append)
    remote.view()
    room.change({"phases": {"q": "open"}})
    until(lambda: heard)
    assert remote.view() == {"phases": {"q": "open"}}


def test_the_server_goes_and_comes_back(serve, connect, loopback):
    """Everyone who waits is told at once; then the client finds the new server and hears its view, unasked."""
    room, heard = Fake(), []
    server = serve(room, loopback=loopback)
    remote = connect()
    remote.subscribe(heard.append)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(remote.submit, "1", "q", [], "hold", "send")
        until(lambda: room.asked)
        server.stop()
        with pytest.raises(RoomError, match="away"):
            held.result(2)
        room.hold.set()
    with pytest.raises(RoomError, match="away"):
        remote.view()
    heard.clear()
    other = Fake()
    other.now = {"phases": {"q": "closed"}}
    serve(other, loopback=loopback)
    until(lambda: heard == [{"phases": {"q": "closed"}}])
    assert remote.view() == other.now


def test_no_server(serve):
    with pytest.raises(RoomError, match="isn't running"):
        RemoteRoom(serve.path)


def test_a_killed_servers_socket_is_taken_over(serve, connect):
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(serve.path))
    serve(Fake())
    assert connect().view() == {"phases": {}}


def test_a_path_that_is_too_long_for_a_socket(tmp_path: Path):
    # In a thread of its own: once a browser's test has run, Playwright's loop counts as running in this one.
    with ThreadPoolExecutor() as pool, pytest.raises(RoomError, match="can't listen"):
        pool.submit(asyncio.run, served.serve(tmp_path / ("x" * 200), Fake())).result()


def test_only_this_user_may_connect(serve, loopback):
    serve(Fake(), loopback=loopback)
    assert stat.S_IMODE(os.stat(serve.path).st_mode) == 0o600


@pytest.mark.parametrize("first", [b"", b"{}\n", b'{"secret":"guess"}\n', b'{"secret":1}\n', b'{"n":1,"call":"view"}\n'])
def test_a_loopback_port_says_nothing_without_the_secret(serve, first):
    serve(Fake(), loopback=True)
    port = json.loads(serve.path.read_text())["port"]
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(first + b'{"n":1,"call":"view"}\n')
        assert connection.recv(1000) == b""


def test_a_client_that_hangs_up_is_forgotten(serve, connect):
    room = Fake()
    serve(room)
    remote = connect()
    remote.view()
    assert len(room.callbacks) == 1
    remote.hang_up()
    until(lambda: not room.callbacks)
    with pytest.raises(RoomError):
        remote.view()


def test_a_page_that_does_not_read_is_let_go(serve, monkeypatch):
    """It must not fill the server's memory, nor hold up the others."""
    monkeypatch.setattr(served, "BACKLOG", 200_000)
    room = Fake()
    serve(room)
    with socket.socket(socket.AF_UNIX) as sleeper:
        sleeper.connect(str(serve.path))
        assert sleeper.recv(1)  # greeted: from here on nothing is held back
        for n in range(200):
            room.change({"n": n, "long": "x" * 10_000})
        until(lambda: not room.callbacks)


def test_a_kernels_half_of_a_room_is_light():
    """A participant's kernel holds no store: neither SQLAlchemy, pandas nor plotly, nor the files that use them."""
    code = "import sys, workshop.room.wire; print([n for n in sys.modules if n.split('.')[0] in ('sqlalchemy','pandas','plotly','psycopg') or n in ('workshop.store','workshop.room.local','workshop.reveal.figures','workshop.reveal')])"  # noqa: E501
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
