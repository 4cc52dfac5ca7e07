"""A12: something breaks. The person reads a sentence, the log has what happened, and the wire has nothing of it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.served import ROOT, Breach, Served, served
from tests.browsing import Channel
from tests.running import until

SECRET = "hush-hush-4711"
TELLS = re.compile(
    r"Traceback|File \\?\"|\.py\b|site-packages|/tmp/|/work|sqlite|postgres|OperationalError|no such table|ZeroDivision|SQL|ipython-input|"
    + SECRET
)
BROKEN = f"""
from workshop import Page
secret = "postgresql://owner:{SECRET}@db/rooms"
raise RuntimeError("could not reach " + secret)
"""


def notebooks(folder: Path) -> str:
    """The workshop's own, with a first page that fails in the middle."""
    for source in (ROOT / "notebooks").rglob("*.ipynb"):
        target = folder / source.relative_to(ROOT / "notebooks")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    page = json.loads((folder / "04-map.ipynb").read_text("utf-8"))
    page["cells"].insert(1, {"cell_type": "code", "id": "broken", "metadata": {}, "source": BROKEN, "outputs": [], "execution_count": None})
    (folder / "04-map.ipynb").write_text(json.dumps(page), "utf-8")
    return str(folder)


def page(place: Served) -> None:
    """A cell that fails while the page is made."""
    text = str(place.browser().get("/en/map"))
    if told := TELLS.search(re.sub(r'(?:src|href)="[^"]*"', "", text)):
        raise Breach(f"the page tells {told[0]!r}: …{text[max(0, told.start() - 80) : told.end() + 80]}…")
    if "Something went wrong on our side" not in text:
        raise Breach("nobody says that something went wrong")


def callbacks(place: Served) -> None:
    """What fails in the kernel when a message comes, and how the wire hears of it."""
    me = place.browser()
    with Channel(me, me.open("/en/arrive")) as channel:
        for state in ({"view": 5}, {"questions": "x"}, {"words": [1]}, {"comm": 1}, {"keys": None}):
            channel.say("comm_msg", {"comm_id": channel.visitor, "data": {"method": "update", "state": state, "buffer_paths": []}})
        for data in (
            {"method": "update"},
            {"method": "update", "state": {}, "buffer_paths": [[["x"]]]},
            {"method": 5},
            {},
            {"method": "request_state", "x": 1},
        ):
            channel.say("comm_msg", {"comm_id": channel.visitor, "data": data})
        channel.reply({"type": "none"})
        heard(channel)


def store(place: Served) -> None:
    """The store breaks while people answer."""
    with place.control() as control:
        control.open_module("arrive")
        control.open("arrive.box")
    me = place.browser()
    with Channel(me, me.open("/en/arrive")) as channel:
        assert channel.submit("arrive.box", "glad")["result"] == "saved"
        with sqlite3.connect(place.run.store) as db:
            db.execute("ALTER TABLE answers RENAME TO gone")
        db.close()
        try:
            said = channel.submit("arrive.box", "owe")
            if said.get("result") == "saved" or not said["message"].endswith("."):
                raise Breach("a person is told that something is saved which is not")
            if (answer := me.get("/")).status != 200 or TELLS.search(re.sub(r'(?:src|href)="[^"]*"', "", str(answer))):
                raise Breach("the join page tells of it")
            heard(channel)
        finally:
            with sqlite3.connect(place.run.store) as db:
                db.execute("ALTER TABLE gone RENAME TO answers")
            db.close()
        until(lambda: channel.submit("arrive.box", "owe").get("result") == "saved", 20)


def heard(channel: Channel) -> None:
    for said in channel.heard:
        if told := TELLS.search(re.sub(r'"_esm": "(?:[^"\\]|\\.)*"', "", said)):
            raise Breach(f"the wire tells {told[0]!r}: …{said[max(0, told.start() - 80) : told.end() + 80]}…")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(env={"WORKSHOP_NOTEBOOKS": notebooks(tmp_path_factory.mktemp("notebooks"))}) as running:
        yield running


def test_a_cell_that_fails(place: Served) -> None:
    page(place)
    assert "could not reach" in place.log.read_text(), "the log has the details"


def test_a_callback_that_fails(place: Served) -> None:
    callbacks(place)
    until(lambda: "A page's kernel said: " in place.log.read_text() and "TraitError" in place.log.read_text(), 10)


def test_a_store_that_fails(place: Served) -> None:
    store(place)
    until(lambda: "no such table" in place.log.read_text(), 10)


def test_requests_that_fail(place: Served) -> None:
    """What is not HTTP, and what is too much of it."""
    me = place.browser()
    broken = [b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nx: " + b"y" * 20_000 + b"\r\n\r\n"]
    broken += [b"GET /\xff\xfe HTTP/1.1\r\n\r\n", b"POST /join HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"]
    for said in broken:
        with me.raw() as bare:
            bare.sendall(said)
            bare.settimeout(20)
            answer = b"".join(iter(lambda bare=bare: bare.recv(4096), b""))
        assert not TELLS.search(answer.decode("latin1")) and b"Tornado" not in answer
    for body in ({"code": "x" * 3000}, {"code": "\x00"}, {"next": "x" * 3000}, {}):
        answer = me.ask("POST", "/join", body, Origin=me.origin)
        assert answer.status in (400, 404, 429) and not TELLS.search(str(answer))


@pytest.mark.parametrize(
    ("hole", "attack"), [("troubles_are_sent", page), ("troubles_are_sent", callbacks), ("store_troubles_are_told", store)]
)
def test_the_same_attack_finds(hole: str, attack, tmp_path: Path) -> None:
    with served(hole, desk=attack is store, env={"WORKSHOP_NOTEBOOKS": notebooks(tmp_path)}) as weaker, pytest.raises(Breach):
        attack(weaker)
