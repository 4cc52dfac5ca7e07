"""A room: what a page and a desk may ask, and what they are told."""

from __future__ import annotations

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import pytest

from workshop.declaration.curriculum import words
from workshop.kinds import Option, Question
from workshop.kinds.bet import Bet
from workshop.kinds.choice import Choice
from workshop.kinds.game import Game
from workshop.kinds.pair import Pair
from workshop.kinds.text import Text
from workshop.reveal import content_id
from workshop.room.contract import RoomError
from workshop.room.local import LocalRoom
from workshop.store import Store

OPTIONS = tuple(Option(key, key.title()) for key in ("glad", "owe", "other"))
EXAMPLE = {"glad": 6, "owe": 4, "other": 2}
BOX = Choice(key="box", module="arrive", text="?", options=OPTIONS, example=EXAMPLE)
BET = Bet(key="bet", module="arrive", about="box", options=OPTIONS, example=EXAMPLE, hit="", miss="", tie="", nobet="")
DOTS = Choice(key="dots", module="map", text="?", options=OPTIONS, example=EXAMPLE)
Q, B, D = BOX.id, BET.id, DOTS.id
SAID = words()["states"]


@dataclass(frozen=True)
class Stub:
    """As much of a module as a room looks at."""

    slug: str
    questions: tuple[Question, ...]
    pairs: tuple[Pair, ...] = ()
    games: tuple[Game, ...] = ()


MODULES = (Stub("arrive", (BET, BOX)), Stub("map", (DOTS,)))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.open(tmp_path / "store.sqlite")
    yield store
    store.close()


@pytest.fixture
def room(store: Store) -> LocalRoom:
    """A room with the first module open, and no wait between close and count."""
    room = LocalRoom.create(store, modules=MODULES, closing=0)
    room.open_module("arrive")
    return room


def keys() -> list[str]:
    return [token_hex(32), token_hex(32)]


def send(room, value, question: str = Q, pair: list[str] | None = None, intent: str = "send") -> str:
    return room.submit("1", question, pair or keys(), value, intent)["result"]


def still(view: dict) -> dict:
    """The desk's view without what moves by itself."""
    return {name: value for name, value in view.items() if name != "clock"}


def count(room: LocalRoom, *values: str, question: str = Q) -> dict:
    """Open, let each value be sent, close, and read the result."""
    room.open(question)
    for value in values:
        assert send(room, value, question) == "saved"
    room.close(question)
    return json.loads(room.reveal(room.settle(question)["reveals"][question]))


# The page's verbs


def test_the_first_view(store: Store):
    room = LocalRoom.create(store, "rehearsal", modules=MODULES)
    assert room.view() == {
        "id": room.id,
        "code": room.code,
        "mode": "rehearsal",
        "module": None,
        "phases": {},
        "closing": {},
        "reveals": {},
        "ended": False,
        "stage": {"cover": "", "pace": "free", "fiction": False, "few": False},
        "timer": None,
        "on": [],
        "until": "",
    }


def test_a_page_finds_its_own_answers_again(room: LocalRoom):
    pair, other = keys(), keys()
    room.open(Q)
    send(room, "glad", Q, pair)
    send(room, None, B, other, "skip")
    assert room.hello({Q: pair, B: other, D: keys()}) == {
        "view": room.view(),
        "mine": {Q: {"value": "glad", "done": True}, B: {"value": None, "done": True}, D: {"value": None, "done": False}},
    }


@pytest.mark.parametrize(
    ("before", "intent", "result", "mine", "done"),
    [
        ([], "send", "saved", "glad", 1),
        (["send"], "send", "saved", "glad", 1),
        ([], "skip", "skipped", None, 1),
        (["send"], "skip", "skipped", None, 1),
        ([], "keep", "kept", None, 1),
        (["send"], "keep", "kept", None, 1),
        (["send"], "undo", "removed", None, 0),
        (["skip"], "undo", "removed", None, 0),
    ],
)
def test_submit(room: LocalRoom, before, intent, result, mine, done):
    pair = keys()
    room.open(Q)
    for earlier in before:
        room.submit("0", Q, pair, "owe", earlier)
    expected = {"id": "7", "question": Q, "result": result, "message": SAID[result]}
    assert [room.submit("7", Q, pair, "glad", intent) for _ in range(2)] == [expected] * 2
    assert room.hello({Q: pair})["mine"][Q] == {"value": mine, "done": bool(done)}
    assert room.desk_view()["done"][Q] == done


@pytest.mark.parametrize(
    ("question", "pair", "value", "intent"),
    [
        (Q, keys(), "angry", "send"),
        (Q, keys(), float("nan"), "send"),
        (Q, keys(), ["glad"], "send"),
        (Q, keys(), "x" * 10**6, "send"),
        (Q, ["short", token_hex(32)], "glad", "send"),
        (Q, ["A" * 64, token_hex(32)], "glad", "send"),
        (Q, ["a" * 64 + "\n", token_hex(32)], "glad", "send"),
        (Q, ["a" * 64] * 2, "glad", "send"),
        (Q, [token_hex(32)], "glad", "send"),
        (Q, None, "glad", "send"),
        (Q, "ab", "glad", "send"),
        ("arrive.heart", keys(), "glad", "send"),
        (["arrive.box"], keys(), "glad", "send"),
        (Q, keys(), "glad", "delete"),
        (Q, keys(), "glad", None),
    ],
)
def test_submit_refuses_in_a_sentence_and_stores_nothing(room: LocalRoom, question, pair, value, intent):
    room.open(Q)
    said = room.submit("1", question, pair, value, intent)
    assert said["result"] == "refused" and said["message"].endswith((".", "!")) and len(said["message"]) < 120
    assert room.desk_view()["done"] == {Q: 0, B: 0}


@pytest.mark.parametrize("asked", [{"arrive.heart": keys()}, {Q: ["x", "y"]}, [Q], None])
def test_hello_refuses_in_a_sentence(room: LocalRoom, asked):
    with pytest.raises(RoomError):
        room.hello(asked)


def test_a_question_waits_until_it_is_opened(room: LocalRoom):
    said = room.submit("1", Q, keys(), "glad", "send")
    assert (said["result"], said["message"]) == ("waiting", SAID["waiting"])
    assert room.view()["phases"] == {Q: "waiting", B: "waiting"}


def test_after_the_count(room: LocalRoom):
    """What comes too late is refused kindly; a retry of what was counted is told that it was."""
    pair, skipped = keys(), keys()
    room.open(Q)
    send(room, "glad", Q, pair)
    send(room, None, Q, skipped, "skip")
    room.close(Q)
    room.settle(Q)
    assert send(room, "glad", Q, pair) == "saved"
    assert send(room, None, Q, skipped, "skip") == "skipped"
    assert send(room, "owe", Q, pair) == "late"
    assert send(room, None, Q, pair, "undo") == "late"
    said = room.submit("1", Q, keys(), "glad", "send")
    assert (said["result"], said["message"]) == ("late", SAID["late"])


# The desk's verbs


def test_a_question_and_the_guess_about_it_go_together(room: LocalRoom):
    assert room.open(B)["phases"] == {Q: "open", B: "open"}
    assert room.close(Q)["phases"] == {Q: "closing", B: "closing"}
    assert room.cancel(B)["phases"] == {Q: "open", B: "open"}
    room.close(B)
    view = room.settle(Q)
    assert view["phases"] == {Q: "closed", B: "closed"} and set(view["reveals"]) == {Q, B}
    assert still(room.settle(B)) == still(room.settle(Q)) == still(view)


def test_modules_open_one_after_the_other(room: LocalRoom):
    room.open(Q)
    view = room.open_module("map")
    assert (view["module"], view["phases"]) == ("map", {Q: "open", B: "open", D: "waiting"})
    assert room.open_module("arrive")["phases"] == view["phases"]


def test_the_desk_sees_who_is_done_and_nothing_else(room: LocalRoom):
    room.join_url = "http://192.168.1.7:8000/K7PM"
    room.server.here("one", 12, 9)
    room.open(Q)
    send(room, "glad")
    one = still(room.desk_view())
    more = {"joined": 12, "awake": 9, "done": {Q: 1, B: 0}, "paper": {}, "unread": [], "join_url": room.join_url, "k": 5}
    assert one == room.view() | more | {"plan": {"format": "", "step": 0, "begun": False}, "example": "", "moved": False, "doubt": []}
    pair = keys()
    send(room, "owe", Q, pair)
    two = still(room.desk_view())
    for intent in ("send", "skip", "keep"):
        send(room, "other", Q, pair, intent)
        assert still(room.desk_view()) == two == one | {"done": {Q: 2, B: 0}}


@pytest.mark.parametrize(
    ("steps", "verb", "sentence"),
    [
        ([], "close", "isn't open yet"),
        ([], "settle", "close it first"),
        (["open"], "settle", "close it first"),
        (["open", "close", "settle"], "open", "closed for good"),
        (["open", "close", "settle"], "cancel", "Too late"),
    ],
)
def test_steps_that_cannot_be(room: LocalRoom, steps, verb, sentence):
    for step in steps:
        getattr(room, step)(Q)
    before = room.view()
    with pytest.raises(RoomError, match=sentence):
        getattr(room, verb)(Q)
    assert room.view() == before


@pytest.mark.parametrize("verb", ["open", "close", "cancel", "settle"])
def test_no_step_with_a_question_of_another_module(room: LocalRoom, verb):
    for unknown in ("arrive.heart", None, [Q]):
        with pytest.raises(RoomError, match="doesn't have this question"):
            getattr(room, verb)(unknown)
    with pytest.raises(RoomError, match=r"open the module first|close it first"):
        getattr(room, verb)(D)


def test_no_module_of_that_name(room: LocalRoom):
    with pytest.raises(RoomError, match="there are: arrive, map"):
        room.open_module("arive")


def test_ten_seconds_between_close_and_count(store: Store):
    room = LocalRoom.create(store, modules=MODULES)
    room.open_module("arrive")
    room.open(Q)
    left = room.close(Q)["closing"]
    assert set(left) == {Q, B} and all(9 < seconds <= 10 for seconds in left.values())
    with pytest.raises(RoomError, match="s to go"):
        room.settle(Q)
    assert send(room, "glad") == "saved"
    assert room.server.due() == [] and room.view()["phases"][Q] == "closing"
    room.cancel(Q)
    assert room.view()["closing"] == {}


def test_what_is_due(room: LocalRoom):
    room.open(Q)
    assert room.server.due() == []
    room.close(Q)
    assert set(room.server.due()) == {Q, B}
    room.settle(Q)
    assert room.server.due() == []


def test_the_ten_seconds_begin_again_after_a_restart(store: Store, room: LocalRoom):
    """No time is kept: a server that finds a question closing gives it ten seconds."""
    room.open(Q)
    room.close(Q)
    again = LocalRoom(store, room.id, MODULES)
    with pytest.raises(RoomError, match="s to go"):
        again.settle(Q)


# Results


def test_the_result_is_one_for_everybody(room: LocalRoom):
    shown = count(room, *["glad"] * 4, *["owe"] * 3)
    assert (shown["people"], [cell[2] for cell in shown["cells"]]) == (7, [4, 3, 0])
    view = room.view()
    assert all(content_id(room.reveal(content)) == content for content in view["reveals"].values())
    room.close(Q)
    room.settle(Q)
    assert room.view() == view


@pytest.mark.parametrize("values", [[], ["glad"] * 4, ["glad"] * 30])
def test_withheld(room: LocalRoom, values):
    shown = count(room, *values)
    assert set(shown) == {"question", "face", "example"} and shown["face"] == "withheld"


def test_a_room_that_asks_for_more(store: Store):
    room = LocalRoom.create(store, k=8, modules=MODULES, closing=0)
    room.open_module("arrive")
    assert count(room, *["glad"] * 4, *["owe"] * 3)["face"] == "withheld"
    assert room.desk_view()["k"] == 8


def test_no_room_asks_for_less(store: Store):
    with pytest.raises(ValueError, match="more than 5"):
        LocalRoom.create(store, k=4, modules=MODULES)
    weak = store.create_room(k=2)
    with pytest.raises(ValueError, match="more than 5"):
        LocalRoom(store, weak.id, MODULES)


def test_no_result_of_another_room(store: Store, room: LocalRoom):
    count(room, *["glad"] * 4, *["owe"] * 3)
    other = LocalRoom.create(store, modules=MODULES)
    for unknown in (room.view()["reveals"][Q], "", None):
        with pytest.raises(RoomError, match="no such result"):
            other.reveal(unknown)


def test_an_answer_that_the_module_no_longer_allows_is_not_counted(store: Store, room: LocalRoom):
    """The module was edited and the server restarted in the middle of a session."""
    room.open(Q)
    for value in ["glad"] * 3 + ["owe"] * 3 + ["other"]:
        send(room, value)
    fewer = Choice(key="box", module="arrive", text="?", options=OPTIONS[:2], example={"glad": 6, "owe": 4})
    room = LocalRoom(store, room.id, (Stub("arrive", (fewer,)),), closing=0)
    room.close(Q)
    assert json.loads(room.reveal(room.settle(Q)["reveals"][Q]))["people"] == 6


# Subscribers


def test_subscribers_hear_of_what_changed_once(room: LocalRoom):
    page, desk = [], []
    room.subscribe(page.append)
    unsubscribe = room.desk_subscribe(desk.append)
    room.refresh()
    room.open(Q)
    room.refresh()
    assert [view["phases"][Q] for view in page] == ["open"]
    assert page[0] == room.view() and desk[-1] == room.desk_view()
    send(room, "glad")
    room.refresh()
    assert len(page) == 1 and desk[-1]["done"][Q] == 1
    unsubscribe()
    room.close(Q)
    assert page[-1]["closing"] and desk[-1]["phases"][Q] == "open"


def test_a_countdown_alone_isnt_a_change(store: Store):
    room, heard = LocalRoom.create(store, modules=MODULES, closing=0.3), []
    room.open_module("arrive")
    room.open(Q)
    room.subscribe(heard.append)
    room.close(Q)
    threading.Event().wait(0.15)
    room.refresh()
    assert len(heard) == 1


def test_another_server_notices(store: Store, room: LocalRoom, tmp_path: Path):
    other, heard = LocalRoom(Store.open(tmp_path / "store.sqlite"), room.id, MODULES), []
    other.server.changed()
    other.refresh()
    other.subscribe(heard.append)
    room.open(Q)
    assert other.server.changed()
    other.refresh()
    assert heard == [room.view()]


# Two servers


def test_two_servers_count_once_and_every_saved_answer(room: LocalRoom, tmp_path: Path):
    """The whole way: phones on both servers, both desks settling; n is the number of acknowledged answers."""
    rooms = [room, LocalRoom(Store.open(tmp_path / "store.sqlite"), room.id, MODULES, closing=0)]
    saved, gate = Counter(), threading.Barrier(8)

    def phone(n: int) -> Counter:
        mine, gone = Counter(), 0
        gate.wait()
        while gone < 3:
            value = ("glad", "owe", "other")[sum(mine.values()) % 3]
            if send(rooms[n % 2], value) == "saved":
                mine[value] += 1
            else:
                gone += 1
        return mine

    def desk(n: int) -> dict:
        gate.wait()
        threading.Event().wait(0.1)
        rooms[n].close(Q)
        return rooms[n].settle(Q)["reveals"]

    room.open(Q)
    with ThreadPoolExecutor(8) as pool:
        desks = [pool.submit(desk, n) for n in range(2)]
        for phone_done in [pool.submit(phone, n) for n in range(6)]:
            saved += phone_done.result()
        first, second = (desk_done.result() for desk_done in desks)
    assert first == second
    assert {key: people for key, _, people in json.loads(room.reveal(first[Q]))["cells"]} == saved


# The end


def test_the_end(room: LocalRoom, store: Store):
    shown = count(room, *["glad"] * 4, *["owe"] * 3)
    room.open_module("map")
    room.open(D)
    heard, pair = [], keys()
    room.subscribe(heard.append)
    send(room, "glad", D, pair)
    assert room.end() == {"clean": True, "message": "The answers of this room are deleted, and nothing of them is left in the store."}
    assert heard[-1]["ended"] and heard[-1] == room.view()
    assert json.loads(room.reveal(room.view()["reveals"][Q])) == shown and D not in room.view()["reveals"]
    said = room.submit("1", D, pair, "glad", "send")
    assert (said["result"], said["message"]) == ("refused", SAID["ended"])
    assert room.hello({D: pair})["mine"][D] == {"value": None, "done": False}
    for verb in (lambda: room.open_module("map"), lambda: room.open(D), lambda: room.settle(D)):
        with pytest.raises(RoomError, match="has ended"):
            verb()
    assert room.end()["clean"]


# Alone


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalRoom:
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path / "mine"))
    return LocalRoom.alone(modules=MODULES)


def test_alone_everything_is_open(alone: LocalRoom):
    view = alone.view()
    assert (view["mode"], view["phases"], view["reveals"]) == ("alone", {Q: "open", B: "open", D: "open"}, {})


@pytest.mark.parametrize("intent", ["send", "skip", "keep"])
def test_alone_the_invented_group_comes_after_the_answer(alone: LocalRoom, intent):
    heard, pair = [], keys()
    alone.subscribe(heard.append)
    assert send(alone, "glad", Q, pair, intent) in ("saved", "skipped", "kept")
    assert set(alone.view()["reveals"]) == {Q} and heard[-1] == alone.view()
    shown = json.loads(alone.reveal(alone.view()["reveals"][Q]))
    assert (shown["face"], shown["invented"], shown["people"]) == ("shown", True, 12)
    assert send(alone, "owe", Q, pair) == "saved"
    send(alone, None, Q, pair, "undo")
    assert alone.view()["reveals"] == {}


def test_alone_remembers(alone: LocalRoom, tmp_path: Path):
    pair = keys()
    send(alone, "glad", Q, pair)
    again = LocalRoom.alone(modules=MODULES)
    assert again.id == alone.id
    assert again.hello({Q: pair})["mine"][Q] == {"value": "glad", "done": True}
    assert again.reveal(again.view()["reveals"][Q]) == alone.reveal(alone.view()["reveals"][Q])
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("verb", ["open", "close", "cancel", "settle"])
def test_alone_nobody_closes(alone: LocalRoom, verb):
    for step in (lambda: getattr(alone, verb)(Q), lambda: alone.open_module("map"), lambda: alone.end()):
        with pytest.raises(RoomError, match="on your own"):
            step()


# Paper


def test_paper_counts_in_and_only_before_the_count(room: LocalRoom):
    room.open(Q)
    for value in ["glad"] * 3 + ["owe"] * 2:
        send(room, value)
    assert room.tally(Q, {"glad": 9})["paper"] == {Q: 9}
    assert room.tally(Q, {"glad": 1, "other": 2})["paper"] == {Q: 3}  # instead of the one before
    assert "paper" not in room.view()
    room.close(Q)
    room.tally(Q, {"glad": 1, "other": 3})
    shown = json.loads(room.reveal(room.settle(Q)["reveals"][Q]))
    assert (shown["people"], [cell[2] for cell in shown["cells"]]) == (9, [4, 2, 3])
    with pytest.raises(RoomError, match="Too late for paper"):
        room.tally(Q, {"glad": 1})
    with pytest.raises(RoomError, match="open the module first"):
        room.tally(D, {"glad": 1})


def test_a_tally_of_nothing_takes_the_tally_away(room: LocalRoom):
    room.tally(Q, {"glad": 1})
    assert room.tally(Q, {})["paper"] == {}


# Declared pairs

TONE = Choice(key="tone", module="arrive", text="?", options=OPTIONS[:2], example={"glad": 6, "owe": 4})
EVENLY = {"glad/glad": 5, "glad/owe": 5, "owe/glad": 5, "owe/owe": 5}
PAIR = Pair(of=("box", "tone"), module="arrive", questions=(BOX, TONE), example=EVENLY)
P, T = PAIR.id, TONE.id


@pytest.fixture
def paired(store: Store) -> LocalRoom:
    room = LocalRoom.create(store, modules=(Stub("arrive", (BET, BOX, TONE), (PAIR,)),), closing=0)
    room.open_module("arrive")
    return room


def both(room: LocalRoom, *answers: tuple[str | None, str | None]) -> None:
    for first, second in answers:
        for question, value in ((Q, first), (T, second), (P, [first, second])):
            there = value is not None and value.count(None) == 0 if isinstance(value, list) else value is not None
            send(room, value if there else None, question, keys(), "send" if there else "skip")


SQUARE = [(first, second) for first in ("glad", "owe") for second in ("glad", "owe") for _ in range(5)]


def test_a_pair_opens_with_its_first_question_and_closes_with_its_last(paired: LocalRoom):
    assert paired.view()["phases"][P] == "waiting"
    assert paired.open(T)["phases"] == {Q: "waiting", B: "waiting", T: "open", P: "open"}
    paired.open(Q)
    both(paired, *SQUARE)
    paired.close(Q)
    view = paired.settle(Q)
    assert view["phases"][P] == "open" and P not in view["reveals"]
    paired.close(T)
    view = paired.settle(T)
    assert view["phases"][P] == "closed"
    shown = json.loads(paired.reveal(view["reveals"][P]))
    assert (shown["face"], shown["people"], {cell[2] for cell in shown["cells"]}) == ("shown", 20, {5})


def test_the_desk_is_not_told_who_answered_both(paired: LocalRoom):
    paired.open(Q)
    paired.open(T)
    both(paired, *SQUARE[:4], ("glad", None))
    view = paired.desk_view()
    assert view["done"] == {Q: 5, B: 0, T: 5}


def test_one_who_answered_one_of_two_closes_the_table(paired: LocalRoom):
    paired.open(Q)
    paired.open(T)
    both(paired, *SQUARE, ("owe", None))
    for question in (Q, T):
        paired.close(question)
        view = paired.settle(question)
    faces = {question: json.loads(paired.reveal(content))["face"] for question, content in view["reveals"].items()}
    assert faces == {Q: "shown", B: "withheld", T: "shown", P: "withheld"}


@pytest.mark.parametrize("verb", ["open", "close", "cancel", "settle"])
def test_the_desk_cannot_open_a_pair_by_itself(paired: LocalRoom, verb):
    with pytest.raises(RoomError, match="doesn't have this question"):
        getattr(paired, verb)(P)


def test_a_pair_takes_two_answers_that_its_questions_allow(paired: LocalRoom):
    paired.open(Q)
    for value in ("glad", ["glad"], ["glad", "other"], [None, "glad"], ["glad", "glad", "glad"], {"0": "glad"}):
        assert send(paired, value, P) == "refused"
    assert send(paired, ["other", "owe"], P) == "saved"


# Texts

SAY = Text(key="say", module="messages", text="?", example=("One.", "Two.", "Three.", "Four.", "Five."))
S = SAY.id


@pytest.fixture
def writing(store: Store) -> LocalRoom:
    room = LocalRoom.create(store, modules=(Stub("messages", (SAY,)),), closing=0)
    room.open_module("messages")
    room.open(S)
    return room


def test_texts_wait_until_somebody_has_read_them(writing: LocalRoom, store: Store):
    for number in range(6):
        send(writing, f"Ask Ann at {number}, ann@example.org", S)
    with pytest.raises(RoomError, match="no texts to read"):
        writing.batch(S)
    writing.close(S)
    view = writing.settle(S)
    assert view["unread"] == [S] and view["reveals"] == {} and "unread" not in writing.view()
    read = writing.batch(S)
    assert read == LocalRoom(store, writing.id, (Stub("messages", (SAY,)),)).batch(S)  # one order, for good
    assert read["least"] == 5 and read["texts"][0]["flags"] == {
        "address": ["ann@example.org"],
        "link": ["example.org"],
        "name": ["Ask", "Ann"],
    }
    view = writing.approve(S, [0, 2, 3, 4, 5])
    assert view["unread"] == []
    shown = json.loads(writing.reveal(view["reveals"][S]))
    assert shown["texts"] == [read["texts"][place]["text"] for place in (0, 2, 3, 4, 5)]
    for verb in (lambda: writing.approve(S, [0, 1, 2, 3, 4, 5]), lambda: writing.batch(S)):
        with pytest.raises(RoomError, match="no texts to read"):
            verb()


def test_too_few_texts_stay_closed_at_once(writing: LocalRoom):
    for number in range(4):
        send(writing, f"{number}", S)
    writing.close(S)
    view = writing.settle(S)
    assert view["unread"] == [] and json.loads(writing.reveal(view["reveals"][S]))["face"] == "withheld"


def test_two_desks_show_texts_once(writing: LocalRoom, store: Store):
    for number in range(8):
        send(writing, f"{number}", S)
    writing.close(S)
    writing.settle(S)
    gate, told = threading.Barrier(4), []

    def approve(desk: int) -> None:
        room = LocalRoom(store, writing.id, (Stub("messages", (SAY,)),))
        gate.wait()
        try:
            room.approve(S, [place for place in range(8) if place != desk])
        except RoomError as error:
            told.append(str(error))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(approve, range(4)))
    assert len(told) == 3 and len(json.loads(writing.reveal(writing.view()["reveals"][S]))["texts"]) == 7


def test_what_was_not_shown_ends_with_the_room(writing: LocalRoom, store: Store):
    for number in range(6):
        send(writing, f"{number}", S)
    writing.close(S)
    writing.settle(S)
    assert writing.end()["clean"] and store.batch(writing.id, S) is None
    with pytest.raises(RoomError, match="no texts to read"):
        writing.batch(S)


def test_k_raised_on_the_way_holds_at_the_next_count(room: LocalRoom, store: Store):
    """Also in a server that began before."""
    room.open(Q)
    for value in ["glad"] * 3 + ["owe"] * 3:
        send(room, value)
    assert store.raise_k(room.id, 7) == 7 and store.raise_k(room.id, 6) == 7
    room.close(Q)
    assert json.loads(room.reveal(room.settle(Q)["reveals"][Q]))["face"] == "withheld"
    assert room.desk_view()["k"] == 7


# How the room stands


def test_the_timer_is_counted_from_the_seconds_left_and_put_away(store: Store):
    """No time of day is kept: another process counts from when it sees the timer first; what is over does not begin again."""
    now = [1000.0]
    room = LocalRoom.create(store, modules=MODULES)
    room._watch._now = lambda: now[0]
    room.arrange({"timer": 2})
    now[0] += 30
    assert room.view()["timer"]["seconds"] == 90
    assert not any(str(now[0])[:4] in text for text in (store.room(room.id).state,))
    room.server.due()
    assert room.view()["timer"]
    now[0] += 91
    room.server.due()
    assert room.view()["timer"] is None and LocalRoom(store, room.id, MODULES).view()["timer"] is None


def test_the_steps_time_is_kept_as_a_duration(store: Store):
    now = [0.0]
    room = LocalRoom.create(store, modules=MODULES)
    room._watch._now = lambda: now[0]
    room.arrange({"format": "", "step": 0})
    now[0] = 100
    room.arrange({"step": 1})
    now[0] = 130
    assert room.desk_view()["clock"] == {"step": 30, "all": 130}
    assert LocalRoom(store, room.id, MODULES).desk_view()["clock"] == {"step": 0, "all": 100}, "after a restart the step begins again"
    room.arrange({"format": "90", "step": 0})
    assert room.desk_view()["clock"] == {"step": 0, "all": 0}


def test_opening_a_question_brings_the_phones_up(room: LocalRoom):
    room.arrange({"cover": "down"})
    assert room.open(Q)["stage"]["cover"] == ""
    room.arrange({"cover": "pause"})
    assert room.view()["stage"]["cover"] == "pause"


def test_alone_ones_own_sentence_stands_next_to_invented_ones(tmp_path: Path):
    """They are labelled as invented, there is nobody to read first, and one's own is not among them."""
    alone = LocalRoom.alone(tmp_path / "alone.sqlite", modules=(Stub("messages", (SAY,)),))
    assert send(alone, "Mine.", SAY.id, intent="keep") == "kept"
    shown = json.loads(alone.reveal(alone.view()["reveals"][SAY.id]))
    assert shown["invented"] and shown["texts"] == list(SAY.example)


def test_a_room_of_invented_people_opens_no_question_about_own_lives(store: Store):
    own = Choice(key="mine", module="power", text="?", options=OPTIONS, example=EXAMPLE, own_life=True)
    room = LocalRoom.create(store, modules=(Stub("power", (own,)),))
    room.open_module("power")
    room.arrange({"fiction": True})
    with pytest.raises(RoomError, match="invented people only"):
        room.open(own.id)
    room.arrange({"fiction": False})
    assert room.open(own.id)["phases"][own.id] == "open"


def test_in_a_small_room_nobody_is_asked_a_sensitive_question(store: Store):
    """The invented group is there at once, under the same face as any result that stays closed; no answer is taken."""
    sensitive = Choice(key="boxes", module="helping", text="?", options=OPTIONS, example=EXAMPLE, sensitive=True)
    room = LocalRoom.create(store, modules=(Stub("helping", (sensitive,)),))
    room.open_module("helping")
    room.arrange({"few": True})
    view = room.open(sensitive.id)
    assert view["phases"][sensitive.id] == "closed" and send(room, "glad", sensitive.id) == "late"
    payload = json.loads(room.reveal(view["reveals"][sensitive.id]))
    assert payload["face"] == "withheld" and payload["example"]["invented"]


def test_the_end_forgets_how_the_room_stood(room: LocalRoom, store: Store):
    room.arrange({"fiction": True, "few": True, "cover": "down", "step": 3})
    room.end()
    assert store.room(room.id).state == "{}"


def test_after_a_restart_the_desk_knows_which_questions_are_in_doubt(room: LocalRoom):
    """A phones' server that comes back no longer knows who has answered what is open; closed or unanswered, nothing is in doubt."""
    room.open(Q)
    room.server.restarted()
    assert room.desk_view()["doubt"] == [], "nobody has answered yet"
    send(room, "glad")
    room.server.restarted()
    assert room.desk_view()["doubt"] == [Q]
    assert "doubt" not in room.view()
    room.close(Q)
    room.settle(Q)
    assert room.desk_view()["doubt"] == []
