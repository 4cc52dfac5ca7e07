"""The facilitator's half: what the desk asks of the room, what its screens may show."""

from __future__ import annotations

import json
from pathlib import Path
from secrets import token_hex

import pandas
import pytest

from workshop.declaration import curriculum, formats
from workshop.desk import Desk, qr
from workshop.room.local import LocalRoom
from workshop.store import Store

BOX, BET = "arrive.box", "arrive.box_bet"
VARIED = ["glad", "glad", "owe", "owe", "awkward", "closer", "glad"]


@pytest.fixture
def room(tmp_path: Path, monkeypatch) -> LocalRoom:
    monkeypatch.setenv("WORKSHOP_MODE", "room")
    store = Store.open(tmp_path / "store.sqlite")
    room = LocalRoom.create(store, closing=0, join_url="http://192.168.1.7:8000/K7PM", code="K7PM")
    yield room
    store.close()


def answer(room: LocalRoom, values: list[str], question: str = BOX) -> None:
    for value in values:
        result = room.submit(token_hex(16), question, [token_hex(32), token_hex(32)], value, "send" if value else "skip")
        assert result["result"] in ("saved", "skipped"), result


def run(desk: Desk, values: list[str]) -> None:
    """Open the module and the box, let it be answered, close it for good."""
    for message in ({"type": "module", "slug": "arrive"}, {"type": "open", "question": BOX}):
        assert desk.handle(message) == {"type": "ok"}
    answer(desk.room, values)
    assert desk.handle({"type": "close", "question": BOX}) == {"type": "ok"}
    desk.room.settle(BOX)


STANDING = {"stage", "timer", "example", "on", "until", "moved", "doubt"}
HOSTILE = [
    None,
    7,
    {},
    {"type": "settle", "question": BOX},
    {"type": "end"},
    {"type": "reveal", "id": "a" * 64},
    {"type": "open"},
    {"type": "open", "question": ["arrive.box"]},
    {"type": "open", "question": "arrive.nothing"},
    {"type": "open", "question": BOX},
    {"type": "close", "question": BOX},
    {"type": "cancel", "question": BOX},
    {"type": "module", "slug": "../../etc"},
    {"type": "module", "slug": None},
    {"type": "go", "step": -1},
    {"type": "go", "step": 9999},
    {"type": "go", "step": True},
    {"type": "arrange"},
    {"type": "arrange", "changes": {}},
    {"type": "arrange", "changes": {"cover": "gone"}},
    {"type": "arrange", "changes": {"timer": 1e9}},
    {"type": "arrange", "changes": {"timer": float("nan")}},
    {"type": "arrange", "changes": {"begun": "x"}},
    {"type": "arrange", "changes": {"cover": ["down"]}},
]


@pytest.mark.parametrize("message", HOSTILE, ids=lambda message: json.dumps(message)[:50])
def test_what_the_desk_cannot_do_is_a_sentence(room, message) -> None:
    """Nothing is open yet, so opening and closing a question are among them."""
    desk = Desk(room=room)
    desk.board()
    before = without_clock(room)
    reply = desk.handle(message)
    assert reply["type"] == "error" and reply["message"].endswith(".")
    assert without_clock(room) == before


def without_clock(room) -> dict:
    return {name: value for name, value in room.desk_view().items() if name != "clock"}


def test_a_question_opens_closes_and_is_cancelled_together_with_its_guess(room) -> None:
    desk = Desk(room=room)
    board = desk.board()
    phases = lambda: [board.state["view"]["phases"][one] for one in (BOX, BET)]  # noqa: E731
    desk.handle({"type": "module", "slug": "arrive"})
    assert phases() == ["waiting"] * 2
    for verb, phase in (("open", "open"), ("close", "closing"), ("cancel", "open")):
        assert desk.handle({"type": verb, "question": BOX}) == {"type": "ok"}
        assert phases() == [phase] * 2


def test_before_the_close_the_desk_knows_only_how_many_are_done(room) -> None:
    """Two rooms that differ in every answer, and in who skipped, look the same."""
    desk = Desk(room=room)
    board, screen = desk.board(), desk.projector()
    desk.handle({"type": "module", "slug": "arrive"})
    desk.handle({"type": "open", "question": BOX})
    answer(room, ["glad", "owe", "", "closer"])
    room.refresh()
    assert board.state["view"]["done"][BOX] == 4
    assert not board.state["reveals"] and screen.state["reveal"] is None
    shown = {name: value for name, value in board.state["view"].items() if name not in ("id", "code", "join_url")}
    assert set(shown) - STANDING == {
        "mode",
        "module",
        "phases",
        "closing",
        "reveals",
        "ended",
        "joined",
        "awake",
        "done",
        "paper",
        "unread",
        "k",
        "clock",
        "plan",
    }


def test_the_screen_never_says_how_many_are_done(room) -> None:
    desk = Desk(room=room)
    screen = desk.projector()
    run(desk, VARIED)
    room.refresh()
    known = {"code", "mode", "module", "phases", "closing", "ended", "join_url", "moved", "stage", "timer", "example"}
    assert set(screen.state["view"]) <= known
    assert '"done"' not in json.dumps(screen.state)


def test_the_screen_goes_from_joining_to_question_to_reveal(room) -> None:
    desk = Desk(room=room)
    screen = desk.projector()
    assert screen.state["question"] is None and screen.state["view"]["code"] == "K7PM" and screen.state["qr"].startswith("data:image/svg")
    desk.handle({"type": "module", "slug": "arrive"})
    assert screen.state["question"] is None
    desk.handle({"type": "open", "question": BOX})
    assert screen.state["question"]["id"] == BOX and screen.state["reveal"] is None
    answer(room, VARIED)
    desk.handle({"type": "close", "question": BOX})
    assert screen.state["reveal"] is None
    room.settle(BOX)
    assert screen.state["reveal"]["face"] == "shown" and screen.state["reveal"]["people"] == len(VARIED)
    assert Desk(room=room).projector().state["question"]["id"] == BOX, "a projector opened later shows the same"


def test_the_screen_shows_what_happened_last_though_another_question_is_open(room) -> None:
    """What we said to Noor is looked at while the question after it is open already."""
    desk = Desk(room=room)
    screen = desk.projector()
    on_the_screen = lambda: (screen.state["question"]["id"], screen.state["reveal"] is not None)  # noqa: E731
    lines = formats.plan("90").lines()
    steps = {(line.step.activity, line.step.reveals): number for number, line in enumerate(lines) if line.module == "helping"}
    desk.handle({"type": "arrange", "changes": {"format": "90"}})
    for key in ("noor", "wish"):
        desk.handle({"type": "go", "step": steps[key, False]})
        desk.handle({"type": "open", "question": f"helping.{key}"})
        assert on_the_screen() == (f"helping.{key}", False)
    desk.handle({"type": "go", "step": steps["noor", True]})
    desk.handle({"type": "close", "question": "helping.noor"})
    room.settle("helping.noor")
    assert on_the_screen() == ("helping.noor", True)
    assert Desk(room=room).projector().state["question"]["id"] == "helping.noor", "a screen that is opened again shows the same"
    desk.handle({"type": "go", "step": steps["wish", True]})
    assert on_the_screen() == ("helping.wish", False)


@pytest.mark.parametrize("values", [["glad"], ["glad"] * 9])
def test_too_few_and_too_alike_have_the_same_face_everywhere(room, values) -> None:
    desk = Desk(room=room)
    board, screen = desk.board(), desk.projector()
    run(desk, values)
    payload = board.state["reveals"][BOX]
    assert payload["face"] == "withheld" and payload["example"]["invented"]
    assert set(payload) == {"question", "face", "example"}
    assert screen.state["reveal"] == payload
    [row] = desk.reveals().to_dict("records")
    assert all(pandas.isna(row.pop(name)) for name in ("option", "label", "people", "of"))
    assert row == {"module": "arrive", "question": "box", "asked": "The heavy box", "withheld": True, "invented": False}


def test_the_table_has_a_row_for_each_option_of_what_was_shown(room) -> None:
    desk = Desk("arrive", room=room)
    desk.activity("box")
    run(desk, VARIED)
    table = desk.reveals()
    assert list(table.columns) == ["module", "question", "asked", "option", "label", "people", "of", "withheld", "invented"]
    assert not table.withheld.any() and set(table.of) == {len(VARIED)} == {table.people.sum()}
    assert dict(zip(table.option, table.people, strict=True)) == {"glad": 3, "owe": 2, "awkward": 1, "closer": 1, "other": 0}
    assert not table.invented.any() and set(table.question) == {"box"}
    assert desk.reveals("box").equals(table)
    with pytest.raises(curriculum.CurriculumError, match="Did you mean 'box'"):
        desk.reveals("bix")


def test_two_results_side_by_side(room) -> None:
    """A column for each question, the answers in the order of the page; what stayed closed is empty, and not nought."""
    desk = Desk("helping", room=room)
    room.open_module("helping")
    for question, values in {"helping.noor": ["take"] * 3 + ["ask"] * 2 + ["cheer"], "helping.wish": ["ask"] * 6}.items():
        room.open(question)
        answer(room, values, question)
        room.close(question)
        room.settle(question)
    wide = desk.compare("noor", "wish")
    assert list(wide.columns) == ["Noor's form", "Now you're Noor"] and list(wide["Noor's form"]) == [3, 2, 1, 0]
    assert wide["Now you're Noor"].isna().all()
    assert list(wide.index) == list(curriculum.module("helping").activity("noor").cells().values())


def test_a_facilitators_notebook_begins_with_purpose_and_minutes() -> None:
    said = Desk("arrive").about().data
    assert curriculum.module("arrive").purpose in said and "15 (cut to 7)" in said


def test_without_a_workshop_every_place_reads(monkeypatch, tmp_path) -> None:
    """nbval runs the facilitator's notebooks where nothing is running."""
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    desk = Desk("arrive")
    state = desk.activity("box").state
    assert not state["running"] and state["reveals"][BOX]["invented"]
    assert desk.board().state["module"]["steps"] and not desk.projector().state["running"]
    assert desk.reveals().invented.all() and not desk.reveals().empty
    reply = desk.handle({"type": "open", "question": BOX})
    assert reply["type"] == "error" and "workshop start" in reply["message"]


def test_what_a_killed_workshop_left_is_passed_over(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    (tmp_path / "running").mkdir()
    for name, text in {
        "AAAA": "{",
        "BBBB": "{}",
        "CCCC": json.dumps({"desk_socket": str(tmp_path / "gone")}),
        "DDDD": '{"desk_socket": 7}',
        "EEEE": "[]",
    }.items():
        (tmp_path / "running" / f"{name}.json").write_text(text)
    assert Desk().room is None


@pytest.mark.parametrize(("key", "word"), [("bocks", "box"), ("word", "journal")])
def test_an_activity_without_controls_is_said_by_name(room, key, word) -> None:
    with pytest.raises(ValueError, match=word):
        Desk("arrive", room=room).activity(key)
    with pytest.raises(ValueError, match="module"):
        Desk(room=room).activity("box")


def test_the_qr_code_is_an_image_in_the_page() -> None:
    assert qr("http://192.168.1.7:8000/K7PM").startswith("data:image/svg+xml")


def test_a_step_opens_its_page_and_is_shared_by_every_desk(room) -> None:
    """A second tab, or a reload, is where the first one is; the page of a module opens with its first step, and the phones are up."""
    desk, other = Desk(room=room), Desk(room=room)
    board, second = desk.board(), other.board()
    lines = board.plan["lines"]
    place = next(i for i, line in enumerate(lines) if line["module"] == "map" and line["phones"] == "up")
    desk.handle({"type": "arrange", "changes": {"cover": "down"}})
    assert desk.handle({"type": "go", "step": place}) == {"type": "ok"}
    for seen in (board, second, Desk(room=room).board()):
        assert seen.state["view"]["plan"]["step"] == place and seen.state["module"]["slug"] == "map"
        assert seen.state["view"]["stage"]["cover"] == ""
    assert desk.handle({"type": "module", "slug": "arrive"}) == {"type": "ok"}
    assert lines[board.state["view"]["plan"]["step"]]["module"] == "arrive"


@pytest.mark.parametrize("message", [{"type": "go"}, {"type": "module", "slug": "map"}])
def test_a_page_and_its_step_come_in_the_same_moment(room, message) -> None:
    """With a view of half of it on the way, a second press on Next would go to the step that's there already."""
    desk, told = Desk(room=room), []
    board = desk.board()
    place = next(i for i, line in enumerate(board.plan["lines"]) if line["module"] == "map" and line["phones"] == "up")
    room.desk_subscribe(lambda view: told.append((view["module"], view["plan"]["step"])))
    assert desk.handle({**message, "step": place}) == {"type": "ok"}
    assert told == [("map", board.state["view"]["plan"]["step"])]


def test_a_step_covers_and_uncovers_the_phones_by_itself(room) -> None:
    """Nobody has to press a second time for it; a pause that somebody has begun goes on, and the buttons still overrule."""
    desk = Desk(room=room)
    lines = desk.board().plan["lines"]
    down, up = (next(i for i, line in enumerate(lines) if line["phones"] == phones) for phones in ("down", "up"))
    cover = lambda: room.view()["stage"]["cover"]  # noqa: E731
    for step, covered in ((down, "down"), (up, ""), (down, "down")):
        desk.handle({"type": "go", "step": step})
        assert cover() == covered
    desk.handle({"type": "arrange", "changes": {"cover": ""}})
    assert cover() == ""
    desk.handle({"type": "arrange", "changes": {"cover": "pause"}})
    for step in (up, down):
        desk.handle({"type": "go", "step": step})
        assert cover() == "pause"


def test_the_card_in_front_is_the_plans(room) -> None:
    """The step's own question; without a workshop a desk has steps of its own to read through."""
    desk = Desk(room=room)
    board = desk.board()
    lines = board.plan["lines"]
    place = next(i for i, line in enumerate(lines) if line["activity"] == "box")
    desk.handle({"type": "go", "step": place})
    assert board.state["front"] == {"card": BOX, "here": True}


def test_without_a_workshop_the_plan_can_be_read_through(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    desk = Desk()
    board = desk.board()
    assert board.state["view"]["plan"]["step"] == 0
    assert desk.handle({"type": "go", "step": 3}) == {"type": "ok"}
    assert board.state["view"]["plan"]["step"] == 3
    assert desk.handle({"type": "go", "step": 9999})["type"] == "error"


def test_a_result_becomes_a_figure_that_can_be_changed(room) -> None:
    desk = Desk("arrive", room=room)
    with pytest.raises(ValueError, match="no result of 'box' yet"):
        desk.figure("box")
    run(desk, VARIED)
    figure = desk.figure("box").update_layout(height=500)
    assert figure.layout.title.text == "The heavy box" and figure.layout.title.subtitle.text == "7 people"
    assert list(figure.data[0].x) == [3, 2, 1, 1, 0]


def test_a_hidden_result_has_no_figure(room) -> None:
    desk = Desk("arrive", room=room)
    run(desk, ["glad"] * 9)
    with pytest.raises(ValueError, match="withheld"):
        desk.figure("box")


def test_the_screen_waits_with_the_invented_group(room) -> None:
    desk = Desk(room=room)
    screen = desk.projector()
    run(desk, ["glad"])
    assert screen.state["view"]["example"] == ""
    desk.handle({"type": "arrange", "changes": {"example": BOX}})
    assert screen.state["view"]["example"] == BOX
