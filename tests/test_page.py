"""A participant's page: what it makes of messages, what it lets through, what its kernel loads."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from html import unescape
from pathlib import Path
from secrets import token_hex
from types import SimpleNamespace

import pytest

from workshop.declaration import curriculum, helplines
from workshop.page import Page, follow
from workshop.room import served
from workshop.room.contract import RoomError
from workshop.room.local import LocalRoom
from workshop.store import Store

BOX, BET = "arrive.box", "arrive.box_bet"
KEYS = ["a" * 64, "b" * 64]
HUGE = "9" * 10**6


class Asked:
    """A room that notes what reaches it."""

    def __init__(self) -> None:
        self.calls: list[tuple] = []

    def hello(self, keys):
        self.calls.append(("hello", keys))
        return {"view": {}, "mine": {}}

    def submit(self, id, question, keys, value, intent):
        self.calls.append(("submit", value, intent))
        return {"id": id, "question": question, "result": "saved", "message": ""}

    def reveal(self, content_id):
        self.calls.append(("reveal", content_id))
        return b'{"face": "shown"}'


class Broken(Asked):
    def submit(self, *_, **__):
        raise ConnectionError("postgresql://user:secret@db/answers")


@pytest.fixture
def room() -> Asked:
    return Asked()


@pytest.fixture
def page(room, monkeypatch) -> Page:
    monkeypatch.setenv("WORKSHOP_MODE", "room")
    return Page("arrive", room=room)


def submission(**changes):
    return {"type": "submit", "id": "c" * 32, "question": BOX, "keys": KEYS, "value": "glad", "intent": "send"} | changes


HOSTILE = [
    None,
    [],
    "hello",
    {},
    {"type": ["hello"]},
    {"type": "desk_view"},
    {"type": "execute", "code": "1"},
    {"type": "hello"},
    {"type": "hello", "keys": [[BOX, KEYS]]},
    {"type": "hello", "keys": {"other.question": KEYS}},
    {"type": "hello", "keys": {BOX: KEYS[:1]}},
    {"type": "hello", "keys": {BOX: ["A" * 64, "b" * 64]}},
    {"type": "hello", "keys": {BOX: ["a" * 63, "b" * 64]}},
    {"type": "hello", "keys": {BOX: ["a" * 64 + "\n", "b" * 64]}},
    {"type": "hello", "keys": {BOX: [1, 2]}},
    submission(id=None),
    submission(id="<img src=x>"),
    submission(question="arrive.nothing"),
    submission(question=["arrive.box"]),
    submission(question={}),
    submission(keys="a" * 64),
    submission(keys=None),
    submission(intent="steal"),
    submission(intent=["send"]),
    submission(value=float("nan")),
    submission(value=HUGE),
    submission(value=[HUGE]),
    {"type": "reveal", "id": "../../etc/passwd"},
    {"type": "reveal", "id": 7},
    {"type": "plotly"},
    {"type": "simulate", "activity": BOX, "values": {}},
]


@pytest.mark.parametrize("message", HOSTILE, ids=lambda message: json.dumps(message)[:60])
def test_a_hostile_message_gets_a_sentence_and_reaches_nobody(page, room, message) -> None:
    reply = page.handle(message)
    assert reply["type"] == "error"
    assert reply["message"].endswith(".") and len(reply["message"]) < 200
    assert "Traceback" not in reply["message"] and HUGE[:50] not in json.dumps(reply)
    assert room.calls == []


def test_alone_the_same_messages_raise() -> None:
    """Where no participant looks on, a mistake must be seen: nbval and tests see exceptions only."""
    page = Page("arrive", room=Asked())
    for message in HOSTILE[:8]:
        with pytest.raises(ValueError):
            page.handle(message)


@pytest.mark.parametrize("value", ["nope", 99, None, True, ["glad"], {"glad": 1}, "<img src=x onerror=alert(1)>"])
def test_an_answer_that_isnt_an_option_is_refused_and_not_stored(page, room, value) -> None:
    reply = page.handle(submission(value=value))
    assert reply["type"] == "ack" and reply["result"] == "refused" and reply["message"]
    assert room.calls == []


@pytest.mark.parametrize("intent", ["keep", "skip", "undo"])
def test_only_a_sent_answer_leaves_the_kernel(page, room, intent) -> None:
    """People who don't share haven't shared, whatever the message holds."""
    page.handle(submission(intent=intent))
    assert room.calls == [("submit", None, intent)]


def test_an_acknowledgement_says_what_it_is_about(page) -> None:
    assert page.handle(submission()) == {"type": "ack", "id": "c" * 32, "question": BOX, "result": "saved", "message": ""}


def test_a_fault_of_ours_is_a_sentence_on_the_wire_and_details_in_the_log(monkeypatch, caplog) -> None:
    monkeypatch.setenv("WORKSHOP_MODE", "room")
    reply = Page("arrive", room=Broken()).handle(submission())
    assert (reply["type"], reply["id"], reply["question"]) == ("error", "c" * 32, BOX)
    assert "secret" not in json.dumps(reply)
    assert "secret" in caplog.text


def test_a_lost_room_is_an_error_about_that_submission(monkeypatch) -> None:
    """The browser keeps what has an error in its outbox: it must not take it for saved or refused."""

    class Away(Asked):
        def submit(self, *_, **__):
            raise RoomError("The room is away for a moment; it is not saved yet.")

    monkeypatch.setenv("WORKSHOP_MODE", "room")
    reply = Page("arrive", room=Away()).handle(submission())
    assert reply == {"type": "error", "id": "c" * 32, "question": BOX, "message": "The room is away for a moment; it is not saved yet."}


def test_a_page_without_its_room_still_opens(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("WORKSHOP_MODE", "room")
    monkeypatch.setenv("WORKSHOP_SOCKET", str(tmp_path / "gone.sock"))
    page = Page("arrive")
    assert page.widget.view == {}
    assert page.handle(submission())["type"] == "error"


def test_a_page_listens_before_it_looks(monkeypatch) -> None:
    """What the room does in between would be lost: the page would show it only at the next change."""

    class Noting(Asked):
        def subscribe(self, _) -> None:
            self.calls.append("subscribe")

        def view(self) -> dict:
            self.calls.append("view")
            return {"id": "room", "phases": {BOX: "open"}}

    monkeypatch.setenv("WORKSHOP_MODE", "room")
    room = Noting()
    assert Page("arrive", room=room).widget.view["phases"] == {BOX: "open"}
    assert room.calls == ["subscribe", "view"]


def test_alone_a_page_answers_itself(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    page = Page("arrive")
    assert page.widget.view["mode"] == "alone" and not page.widget.view["reveals"]
    assert page.widget.questions == {BET: BOX, BOX: ""}
    assert page.handle(submission())["result"] == "saved"
    again = Page("arrive")
    assert again.handle({"type": "hello", "keys": {BOX: KEYS}})["mine"][BOX] == {"value": "glad", "done": True}
    payload = again.handle({"type": "reveal", "id": again.widget.view["reveals"][BOX]})["payload"]
    assert payload["invented"] and payload["question"] == BOX
    assert "Plotly" in again.handle({"type": "plotly"})["text"][:3000]


def test_what_the_widgets_hold_names_nobody(monkeypatch, tmp_path) -> None:
    """Keys and answers travel in messages; a trait would be stored in kernels and notebooks, and go to every reconnection."""
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    page = Page("arrive")
    widgets = [page.widget, *(page.activity(one.key) for one in page.module.activities)]
    page.handle({"type": "hello", "keys": {BOX: KEYS}})
    page.handle(submission())
    held = json.dumps([{name: repr(value) for name, value in widget.get_state().items() if name != "_esm"} for widget in widgets])
    assert KEYS[0] not in held and KEYS[1] not in held


def test_activities_know_their_page(page) -> None:
    assert page.activity("box").spec["page"] == page.activity("word").spec["page"]
    with pytest.raises(ValueError, match="box"):
        page.activity("bocks")


def test_the_start_page_lists_the_modules(room) -> None:
    start = Page("start", room=room)
    assert "[Arriving](01-arrive.ipynb)" in start.contents().data
    with pytest.raises(ValueError, match="start"):
        start.activity("box")


def test_a_lone_reader_finds_help_under_the_first_cell(monkeypatch, tmp_path) -> None:
    """The same places as in a room's Help, folded; nothing that a text holds becomes markup. In a room it is not shown twice."""
    drawn = []
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    monkeypatch.setattr("workshop.page.shell", lambda: True)
    monkeypatch.setattr("workshop.page.shown", drawn.append)
    alone = Page("start")
    assert drawn == [alone.widget, drawn[1]] and drawn[1].data == alone.help().data
    said, words = unescape(drawn[1].data), curriculum.words()
    assert said.startswith("<details><summary>Help</summary>") and words["care"]["coercion"] in said
    assert all(one["address"] in said and one["what"] in said for one in helplines.shown()["directories"])
    monkeypatch.setattr("workshop.page.curriculum.words", lambda: words | {"care": words["care"] | {"alone": "<b>You & I</b>"}})
    assert "&lt;b&gt;You &amp; I&lt;/b&gt;" in alone.help().data
    monkeypatch.setenv("WORKSHOP_MODE", "room")
    Page("start", room=SimpleNamespace(subscribe=lambda show: None, view=dict))
    assert len(drawn) == 3


def test_views_reach_widgets_on_the_kernels_own_loop() -> None:
    """The room speaks from its reading thread; ipywidgets and the kernel's sockets are not made for two threads."""

    class Room:
        def subscribe(self, callback):
            self.callback = callback

    loop, room, seen = asyncio.new_event_loop(), Room(), []
    kernel = threading.Thread(target=loop.run_forever)
    kernel.start()
    follow(room.subscribe, lambda view: seen.append((view, threading.current_thread())), loop)
    room.callback({"module": "arrive"})
    loop.call_soon_threadsafe(loop.stop)
    kernel.join()
    loop.close()
    assert seen == [({"module": "arrive"}, kernel)]
    room.callback({})  # a kernel that has ended hears nothing, and nothing breaks


LOADED = """
import json, sys
from workshop import Page
page = Page("arrive")
view = page.widget.view
for activity in page.module.activities:
    page.activity(activity.key)
page.contents()
keys = ["a" * 64, "b" * 64]
said = page.handle({"type": "hello", "keys": {"arrive.box": keys}})
sent = page.handle({"type": "submit", "id": "c" * 32, "question": "arrive.box", "keys": keys, "value": "glad", "intent": "send"})
heavy = ("sqlalchemy", "pandas", "plotly", "numpy", "workshop.store", "workshop.reveal", "workshop.room.local", "workshop.desk")
print(json.dumps([view["mode"], said["type"], sent["result"], [name for name in heavy if name in sys.modules]]))
"""


def test_a_participants_kernel_loads_nothing_heavy_and_no_store(tmp_path: Path) -> None:
    """A hundred kernels share two cores, and none of them may come near the answers."""
    socket = tmp_path / "room.sock"
    store = Store.open(tmp_path / "store.sqlite")
    room = LocalRoom.create(store)
    room.open_module("arrive")
    room.open(BOX)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(served.serve(socket, room), loop).result(10)
    try:
        environment = os.environ | {"WORKSHOP_MODE": "room", "WORKSHOP_SOCKET": str(socket), "WORKSHOP_ASSETS": f"/assets/{token_hex(8)}/"}
        done = subprocess.run([sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == ["room", "hello", "saved", []]
    finally:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        store.close()
