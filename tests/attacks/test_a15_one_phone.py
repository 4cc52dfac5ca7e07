"""A15: two people with one phone. Nothing of the first is shown, sent or changed by the second."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attacks.served import Breach, Served, served
from tests.browser.walk import SLOW, activity, everything, go, join, join_as_new, scan, send, tab
from tests.chromium import Phone

CANARY = "quincunx-marmalade-7"


def attack(place: Served, phone: Callable[..., Phone]) -> None:
    """Raises Breach. The second person scans beside the first one's tab, and answers."""
    with place.control() as desk:
        desk.open_module("arrive")
        desk.open("arrive.box")
        first = go(join(phone(), place), place, "arrive")
        activity(first, "word").locator("textarea").fill(CANARY)
        send(first, "box", "I owe something")
        second = tab(first)
        page = scan(second, place)
        page.get_by_role("button", name="Someone else is using this phone").click()
        join_as_new(page)
        go(second, place, "arrive")
        activity(second, "box").locator(".ws-send").wait_for(timeout=SLOW)
        page.wait_for_timeout(2000)
        if activity(second, "box").locator("[aria-checked=true]").count():
            raise Breach("the second person sees what the first one chose")
        if CANARY in everything(page):
            raise Breach("the second person finds the first one's journal")
        activity(second, "box").get_by_role("radio", name="Glad", exact=True).click()
        activity(second, "box").locator(".ws-send").click()
        page.wait_for_timeout(2000)
        if (done := desk.desk_view()["done"]["arrive.box"]) != 2:
            raise Breach(f"two people count as {done}: the second one changed the first one's answer, or could not answer")
        if CANARY in everything(first.page):
            raise Breach("the older tab still shows the first one's journal")


def test_a_second_person_learns_and_changes_nothing(phone) -> None:
    with served() as place:
        attack(place, phone)


def test_the_same_attack_finds_tabs_that_are_trusted(phone) -> None:
    with served("tabs_are_trusted") as weaker, pytest.raises(Breach):
        attack(weaker, phone)
