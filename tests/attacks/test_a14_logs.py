"""A14: everything that the servers say at debug level, after everything that people and strangers do."""

from __future__ import annotations

import contextlib
import re
import uuid

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.attacks.served import Breach, Served, served
from tests.browsing import Browser, Channel, as_text, message
from workshop.server import logs

NUMBERS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{32,}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-")
FORGED = "x\r\n05:00:00 desk: everything is fine \x1b[2J"


def attack(place: Served) -> int:
    """Raises Breach; how many lines were looked through."""
    with place.control() as control:
        control.open_module("arrive")
        control.open("arrive.box")
    one, desk, stranger = place.browser(), place.desk(), place.browser(join=False)
    kernel, board = one.open("/en/arrive?canary=query"), desk.open("/desk")
    keys, session = [uuid.uuid4().hex * 2, uuid.uuid4().hex * 2], uuid.uuid4().hex
    secrets = [kernel, board, session, *keys, *one.cookies.values(), *desk.cookies.values(), place.run.token, place.run.secret]
    secrets += [value.partition(".")[0] for value in (*one.cookies.values(), *desk.cookies.values())]
    with Channel(one, kernel) as page:
        secrets.append(page.visitor)
        assert page.submit("arrive.box", "awkward", keys=keys)["result"] == "saved"
        page.reply({"type": "hello", "keys": {"arrive.box": keys}})
        page.say(
            "comm_msg", {"comm_id": page.visitor, "data": {"method": "update", "state": {"view": {"x": "awkward"}}, "buffer_paths": []}}
        )
        page.say(f"execute_request\n{FORGED}", {"code": "canary-code"})
        page.say("comm_open", {"comm_id": "x", "target_name": FORGED[:60], "data": {}})
        page.say("comm_msg", {"comm_id": FORGED[:60], "data": {}})
    for broken in ("{", as_text(message("comm_msg"), FORGED), '{"header": "canary-broken"}'):
        with contextlib.suppress(ConnectionClosed, TimeoutError), one.channels(kernel, session=session) as socket:
            socket.send(broken)
            socket.recv(timeout=1)
    with pytest.raises(InvalidStatus):
        stranger.channels(kernel, session=session)
    for path in (
        f"/alive/{kernel}?canary=query",
        f"/api/kernels/{kernel}",
        "/canary-path",
        f"/{place.room}?canary=query",
        "/%0d%0acanary-path",
    ):
        stranger.get(path, Referer="http://canary-referer.example", User_Agent="canary-agent", X_Forwarded_For="203.0.113.9")
    stranger.join("canary-code")
    Browser(place.desk_url).get(f"/?token={place.run.token}x")
    Browser(place.desk_url).get("/desk", Host="canary-host.example")
    with stranger.raw() as bare:
        bare.sendall(b"canary-garbage\r\n\r\n")
        bare.recv(100)
    one.leave(kernel)
    said = place.log.read_text()
    for secret in [*secrets, "canary", FORGED[:20], "127.0.0.1", "203.0.113.9", "awkward"]:
        if secret in said:
            line = next(line for line in said.splitlines() if secret in line)
            raise Breach(f"the log says {secret[:16]}…: {line[:200]}")
    if found := NUMBERS.search(said):
        raise Breach(f"the log has an address, an id or a key: {found[0]}")
    if any(sign < " " and sign not in "\n\t" for sign in said):
        raise Breach("the log lets a stranger move the terminal")
    if "ParticipantPage 200" not in said or "DeskPage 200" not in said:
        raise Breach("nothing is logged at all")
    return said.count("\n")


def test_the_log_names_nobody() -> None:
    with served() as place:
        assert attack(place) > 50


def test_without_debug_it_says_nothing_of_what_goes_well() -> None:
    """A facilitator's terminal is for the facilitator, who needs no "Notebook … is not trusted" either."""
    with served() as place:
        assert "not trusted" not in place.log.read_text()
        place.browser().open("/en/arrive")
        assert "not trusted" not in place.log.read_text()


@pytest.mark.parametrize(
    "private",
    [
        "192.168.1.7", "::1", "fe80::1%eth0", "2001:db8:0:1::7", "::ffff:10.0.0.7", "382be827-f29d-4124-88a0-699f2a792107",
        "0123456789abcdef0123456789abcdef", "?token=v1mbkhuZ_Gg4BY", "token=v1mbkhuZ_Gg4BY", "postgresql://me:secret@db",
    ],
)  # fmt: skip
def test_whatever_writes_a_line_it_keeps_no_names(private: str) -> None:
    import logging

    line = logs.Hidden("%(asctime)s %(message)s", datefmt="%H:%M:%S").format(logging.makeLogRecord({"msg": f"a {private} b\x1b[2J"}))
    assert private not in line and "secret" not in line and "\x1b" not in line
    assert re.match(r"\d\d:\d\d:\d\d a ", line)


def test_the_same_attack_finds_a_log_that_tells() -> None:
    with served("logs_tell_all") as weaker, pytest.raises(Breach):
        attack(weaker)
