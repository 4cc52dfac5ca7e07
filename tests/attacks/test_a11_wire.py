"""A11, the wire's half: a phone whose scripts were rewritten, against the real servers."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.attacks.served import Breach, Served, served
from tests.attacks.world import rows
from tests.browsing import Channel, as_text, message

BOX = "arrive.box"
VALUES: list[Any] = [
    99,
    -1,
    0,
    True,
    None,
    0.5,
    "",
    "GLAD",
    "glad ",
    ["glad"],
    {"key": "glad"},
    "x" * 20_000,
    [[[[]]]],
    {"a": {"b": 1}},
    "\x00",
    "'; DROP",
]
QUESTIONS: list[Any] = [
    "arrive.none",
    "map.box",
    "box",
    "",
    None,
    1,
    ["arrive.box"],
    {"arrive.box": 1},
    "arrive.box\n",
    "__class__",
    "arrive.word",
]
KEYS: list[Any] = [
    [],
    ["a" * 64],
    ["A" * 64, "b" * 64],
    ["a" * 64, 1],
    "ab",
    None,
    {"0": "a"},
    ["a" * 65, "b" * 64],
    ["a" * 63 + "\n", "b" * 64],
]
IDS: list[Any] = ["", "x" * 32, 1, None, "a" * 31, "a" * 33, ["a"]]
TRAITS = [
    {"questions": {"arrive.box": "", "map.box": ""}},
    {"view": {"phases": {"arrive.box_bet": "open"}, "ended": False}},
    {"spec": {"kind": "choice", "options": [{"key": "rich", "text": "Rich"}]}},
    {"_esm": "export default {}", "words": {}},
]


def attack(place: Served) -> int:
    """Raises Breach; how many messages were refused."""
    with place.control() as control:
        control.open_module("arrive")
        control.open(BOX)
    me = place.browser()
    refused = 0
    with Channel(me, me.open("/en/arrive")) as page:
        for comm in page.models:
            for state in TRAITS:
                page.say("comm_msg", {"comm_id": comm, "data": {"method": "update", "state": state, "buffer_paths": []}})
        page.say(
            "comm_msg",
            {"comm_id": page.visitor, "data": {"method": "update", "state": {"questions": 5, "view": "x"}, "buffer_paths": [["a"]]}},
        )
        messages = [{"question": BOX, "value": value} for value in [*VALUES, "rich"]]
        messages += [{"question": name, "value": "glad"} for name in QUESTIONS]
        messages += [{"keys": keys} for keys in KEYS] + [{"id": one} for one in IDS]
        messages += [{"intent": intent} for intent in ("delete", None, 1, ["send"])]
        for changed in messages:
            fine = {
                "type": "submit",
                "id": uuid.uuid4().hex,
                "question": BOX,
                "keys": [uuid.uuid4().hex * 2, uuid.uuid4().hex * 2],
                "value": "glad",
                "intent": "send",
            }
            said = page.reply(fine | changed)
            refused += 1
            if said["type"] == "ack" and said["result"] != "refused":
                raise Breach(f"{str(changed)[:60]} was taken: {said['result']}")
            if not said["message"].endswith((".", "!")) or len(said["message"]) > 160 or "x" * 41 in said["message"]:
                raise Breach(f"{str(changed)[:60]} is not answered in one clear sentence: {said['message'][:200]}")
        for odd in (
            5,
            None,
            [],
            "hello",
            {"type": ["submit"]},
            {"type": "desk"},
            {"type": "open", "question": BOX},
            {"type": "reveal", "id": "../../x"},
        ):
            said = page.reply(odd) if isinstance(odd, dict) else page.reply({"type": odd})
            refused += 1
            if said["type"] != "error":
                raise Breach(f"{odd} is answered with {said['type']}")
        for content in (5, None, [], "hello"):
            page.custom(content)
    too_large(place)
    for table in ("answers", "participation"):
        if kept := rows(place.run.store, f"SELECT * FROM {table}"):
            raise Breach(f"{len(kept)} rows of it are in {table}")
    return refused


def too_large(place: Served) -> None:
    """NaN as bare JSON, a number of a million digits, a thousand million characters: each ends the socket, none is kept."""
    me = place.browser()
    kernel = me.open("/en/arrive")
    with Channel(me, kernel) as page:
        comm = page.visitor
    for value in ("NaN", "Infinity", "1" * 60_000, '"' + "x" * 10_000_000 + '"', "[" * 20_000 + "]" * 20_000):
        content = {"type": "submit", "id": "a" * 32, "question": BOX, "keys": ["a" * 64, "b" * 64], "value": "VALUE", "intent": "send"}
        said = as_text(message("comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": content}})).replace('"VALUE"', value)
        with contextlib.suppress(ConnectionClosed, TimeoutError), me.channels(kernel) as socket:
            socket.send(said)
            while True:
                answer = socket.recv(timeout=3)
                if isinstance(answer, str) and '"result": "saved"' in json.dumps(json.loads(answer)):
                    raise Breach(f"{value[:20]} was saved")
    with me.raw() as bare:  # a frame that says it has a thousand million bytes
        bare.sendall(me.upgrade(kernel))
        while b"\r\n\r\n" not in bare.recv(4096):
            pass
        bare.sendall(b"\x81\xff" + (10**9).to_bytes(8, "big") + b"\x00" * 4)
        with contextlib.suppress(ConnectionError):
            for _ in range(200):
                bare.sendall(b"x" * 65536)
            raise Breach("thirteen million bytes of it were taken")


@pytest.fixture(scope="module")
def place() -> Iterator[Served]:
    with served() as running:
        yield running


def test_only_what_a_question_allows_is_stored(place: Served) -> None:
    assert attack(place) > 40
    with Channel(me := place.browser(), me.open("/en/arrive")) as page:
        assert page.submit(BOX, "glad")["result"] == "saved", "a fair phone is served as before"


def test_the_same_attack_finds_a_server_that_believes() -> None:
    with served("browsers_are_believed") as weaker, pytest.raises(Breach, match="was taken"):
        attack(weaker)
