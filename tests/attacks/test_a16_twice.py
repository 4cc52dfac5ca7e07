"""A16: one person with many joins. A result of five has to be of five browsers."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.attacks.served import Breach, Served, served
from tests.browsing import Browser, Channel

BOX = "arrive.box"
PEOPLE = ["glad", "owe", "closer"]


def answers(browser: Browser, place: Served, value: str | None, intent: str = "send") -> str:
    """One more join in the same browser, as a new tab whose secret is a new one; what the room made of its answer."""
    assert browser.join(place.room).status == 200
    with Channel(browser, browser.open("/en/arrive")) as page:
        said = page.submit(BOX, value, intent)
        browser.leave(page.kernel, Origin=browser.origin)
        return said["result"]


def attack(place: Served) -> int:
    """Raises Breach; how many further answers were tried. Three people try to pass for five."""
    tried = 0
    with place.control() as desk:
        desk.open_module("arrive")
        desk.open(BOX)
        people = [place.browser() for _ in PEOPLE]
        for browser, value in zip(people, PEOPLE, strict=True):
            assert answers(browser, place, value) == "saved"
        for browser, value in zip(people, reversed(PEOPLE), strict=True):
            for intent in ("send", "skip", "keep"):
                tried += 1
                if answers(browser, place, value if intent == "send" else None, intent) != "taken":
                    raise Breach("one browser has answered twice")
        late = place.browser()
        with ThreadPoolExecutor(6) as crowd:
            said = list(crowd.map(lambda _: answers(late, place, "glad"), range(6)))
        tried += 5
        if sorted(said) != ["saved"] + ["taken"] * 5:
            raise Breach(f"six tabs at the same moment: {said}")
        if (done := desk.desk_view()["done"][BOX]) != 4:
            raise Breach(f"four browsers count as {done}")
        desk.close(BOX)
        content = wait_for_reveal(desk)
        if json.loads(desk.reveal(content))["face"] != "withheld":
            raise Breach("four people were shown a result")
    return tried


def wait_for_reveal(desk) -> str:
    from tests.running import until

    return until(lambda: desk.desk_view()["reveals"].get(BOX), 30, "the count")


def test_three_people_never_pass_for_five() -> None:
    with served() as place:
        assert attack(place) == 14


def test_people_who_take_an_answer_back_may_answer_again_and_so_may_the_next_person() -> None:
    """What keeps people from counting twice keeps nobody from counting once."""
    with served() as place, place.control() as desk:
        desk.open_module("arrive")
        desk.open(BOX)
        browser = place.browser()
        with Channel(browser, browser.open("/en/arrive")) as page:
            keys = ["a" * 64, "b" * 64]
            for intent, result in (("send", "saved"), ("send", "saved"), ("undo", "removed"), ("skip", "skipped"), ("send", "saved")):
                assert page.submit(BOX, "glad" if intent == "send" else None, intent, keys)["result"] == result
            assert page.submit(BOX, None, "undo", keys)["result"] == "removed"
        assert answers(browser, place, "owe") == "saved", "nothing of this browser was there any more"
        assert browser.ask("POST", "/another", {}, Origin=browser.origin).status == 204
        assert answers(browser, place, "glad") == "saved", "somebody else holds this phone"
        assert desk.desk_view()["done"][BOX] == 2


def test_a_page_that_nobody_has_opened_answers_nothing() -> None:
    """A page that is ready belongs to no browser yet; somebody who reached its socket could otherwise answer again and again."""
    from workshop.room.contract import RoomError
    from workshop.room.wire import RemoteRoom

    with served(desk=False) as place:
        for token in ("", "0" * 32):
            room = RemoteRoom(place.run.socket("participants"), page=token)
            with pytest.raises(RoomError):
                room.submit("1", BOX, ["a" * 64, "b" * 64], "glad", "send")
            room.hang_up()


def test_the_same_attack_finds_a_server_that_knows_no_browsers() -> None:
    with served("anybody_answers_twice") as weaker, pytest.raises(Breach):
        attack(weaker)


def test_the_same_attack_finds_a_server_that_looks_before_it_marks() -> None:
    with served("two_tabs_at_once") as weaker, pytest.raises(Breach):
        attack(weaker)
