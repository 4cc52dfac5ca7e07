"""Who holds this phone: a second person on it never inherits, and the same person never counts twice."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.walk import SLOW, activity, desk, everything, go, join, join_as_new, kept, press, scan, send, state, tab
from tests.chromium import Phone
from tests.running import Workshop, until

CANARY = "quincunx-marmalade-7"


def opened(start, phone) -> tuple[Workshop, Phone]:
    """A workshop whose first question is open, and its desk."""
    workshop = start()
    board = desk(phone(width=1440, height=900), workshop)
    press(board, "Open this module")
    press(board, "Open")
    return workshop, board


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("first_tab", ["open", "asleep", "closed"])
def test_a_second_person_on_the_same_phone_inherits_nothing(start, phone, keep, first_tab) -> None:
    """Not the answer, not the secret, not a line of the journal; and the older tab shows nothing of the first any more."""
    workshop, board = opened(start, phone)
    first = go(join(phone(), workshop, keep=keep), workshop, "arrive")
    activity(first, "word").locator("textarea").fill(CANARY)
    send(first, "box", "I owe something")
    secret = first.page.evaluate("sessionStorage.getItem('ws.secret') ?? localStorage.getItem('ws.secret')")
    second = tab(first)
    if first_tab == "asleep":  # a phone's browser stops what it doesn't show: it hears nothing until it is looked at again
        second.page.add_init_script("BroadcastChannel.prototype.postMessage = () => {}")
    if first_tab == "closed":
        first.page.close()
    page = scan(second, workshop)
    expect(page.get_by_label("I want to take part")).to_be_hidden()
    page.get_by_role("button", name="Someone else is using this phone").click()
    expect(page.get_by_label("I want to take part")).not_to_be_checked()
    if first_tab == "open":
        expect(first.page.locator(".ws-activity")).to_have_count(0, timeout=SLOW)
    page.get_by_label("I want to take part").check()
    page.get_by_label("My answers may join").check()
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url("**/en/*")
    go(second, workshop, "arrive")
    box = activity(second, "box")
    expect(box).to_have_class(state("open"), timeout=SLOW)
    assert box.locator("[aria-checked=true]").count() == 0
    assert CANARY not in page.content() and CANARY not in kept(page) and secret not in kept(page)
    send(second, "box", "Glad")
    if first_tab != "closed":
        first.page.bring_to_front()
        first.page.evaluate("window.dispatchEvent(new Event('focus'))")
        # Empty, or loaded again as the new person's own page: nothing of the first is in it.
        until(lambda: CANARY not in (held := everything(first.page)) and secret not in held, 30, "the older tab forgets")
        assert first.page.get_by_role("radio", name="I owe something", checked=True).count() == 0
    expect(board.page.locator(".ws-question-box .ws-done")).to_contain_text("2 of 2", timeout=SLOW)


def test_an_older_tab_that_hears_nothing_cannot_change_the_first_ones_answer(start, phone) -> None:
    """What the older tab still has in it goes nowhere, once the phone has changed hands."""
    workshop, _ = opened(start, phone)
    first = go(join(phone(), workshop), workshop, "arrive")
    send(first, "box", "I owe something")
    second = tab(first)
    second.page.add_init_script("BroadcastChannel.prototype.postMessage = () => {}")
    page = scan(second, workshop)
    page.get_by_role("button", name="Someone else is using this phone").click()
    join_as_new(page)
    first.page.goto(workshop.pages["arrive"])
    box = activity(first, "box")
    expect(box).to_be_visible(timeout=SLOW)
    assert box.locator("[aria-checked=true]").count() == 0, "loaded again, it is the new person's"


@pytest.mark.parametrize("keep", [False, True])
def test_the_same_person_who_scans_again_counts_once(start, phone, keep) -> None:
    """Somebody who closes the tab and comes back finds the answer, or is told that this phone has answered."""
    workshop, board = opened(start, phone)
    people = []
    for _ in range(3):
        one = go(join(phone(), workshop, keep=keep), workshop, "arrive")
        send(one, "box", "Glad")
        people.append(one)
    for one in people[:2]:
        again = tab(one)
        one.page.close()
        page = scan(again, workshop)
        page.get_by_role("button", name="Carry on where I was").click()
        if not keep:  # nothing was kept, so the switches are asked once more
            join_as_new(page)
        page.wait_for_url("**/en/*")
        go(again, workshop, "arrive")
        box = activity(again, "box")
        if keep:
            expect(box).to_have_class(state("saved"), timeout=SLOW)
        else:
            expect(box).to_have_class(state("taken"), timeout=SLOW)
            expect(box).to_contain_text("already answered this from this phone")
            box.get_by_role("radio", name="Closer to them", exact=True).click()
            assert box.locator(".ws-send").get_attribute("aria-disabled") == "true"
            assert box.locator(".ws-skip").get_attribute("aria-disabled") == "true"
    row = board.page.locator(".ws-question-box")
    expect(row.locator(".ws-done")).to_contain_text("3 of 3", timeout=SLOW)
    press(board, "Close and reveal")
    expect(row.locator(".ws-withheld")).to_be_visible(timeout=SLOW + 10_000)


def test_two_tabs_of_one_person_are_one_person(start, phone) -> None:
    """A tab beside a living one asks who is there, and as the same person finds the answer and may change it."""
    workshop, board = opened(start, phone)
    first = go(join(phone(), workshop), workshop, "arrive")
    send(first, "box", "Glad")
    second = tab(first)
    page = scan(second, workshop)
    page.get_by_role("button", name="Carry on where I was").click()
    page.wait_for_url("**/en/*")
    go(second, workshop, "arrive")
    expect(activity(second, "box")).to_have_class(state("saved"), timeout=SLOW)
    send(second, "box", "Closer to them")
    expect(board.page.locator(".ws-question-box .ws-done")).to_contain_text("1 of 1", timeout=SLOW)


def test_after_a_restart_the_desk_knows_what_is_not_known(start, phone) -> None:
    """Which phones have answered is in a server's memory. When that is lost the phones say it again, and the desk is told."""
    workshop, board = opened(start, phone)
    one = go(join(phone(), workshop), workshop, "arrive")
    send(one, "box", "Glad")
    row = board.page.locator(".ws-question-box")
    assert not row.get_by_text("was started again").is_visible()
    workshop.servers()["participants"].kill()
    expect(row.get_by_text("was started again")).to_be_visible(timeout=40_000)
    send(one, "box", "Closer to them")  # it waits until the phone is connected again, and has said what it answered
    again = tab(one)
    one.page.close()
    page = scan(again, workshop)
    page.get_by_role("button", name="Carry on where I was").click()
    join_as_new(page)
    go(again, workshop, "arrive")
    expect(activity(again, "box")).to_have_class(state("taken"), timeout=SLOW)
    assert json.loads(kept(page))
