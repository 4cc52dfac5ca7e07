"""Phones that are asleep: a poll counted the open connections, and said of a room of twelve that it was too small."""

from __future__ import annotations

from contextlib import ExitStack

from playwright.sync_api import expect

from tests.browser.walk import SLOW, desk, press, projector
from tests.browsing import Browser
from workshop.declaration.curriculum import words

PEOPLE, AWAKE = 9, 2  # a sensitive question needs eight


def test_who_has_joined_decides_and_not_who_is_awake(start, phone) -> None:
    """Nine people come in and seven phones fall asleep: nobody says that we are few, and the count is out of nine."""
    running = start()
    board = desk(phone(width=1440, height=900), running)
    screen = projector(phone(width=1280, height=720), running)
    with ExitStack() as awake:
        for number in range(PEOPLE):
            one = Browser(running.join_url)
            assert one.join(running.room).status == 200
            opened = one.channels(one.open("/en/arrive"))
            if number < AWAKE:
                awake.enter_context(opened)
            else:
                with opened:
                    pass
        expect(board.page.locator(".ws-join")).to_contain_text(f"{PEOPLE} joined, {AWAKE} awake", timeout=SLOW)
        board.page.locator("#ws-modules").select_option("steps")
        press(board, "Open this module")
        card = board.page.locator(".ws-question-hard")
        if not card.is_visible():
            board.page.locator(".ws-others summary").click()
        card.get_by_role("button", name="Open", exact=True).click()
        expect(card.locator(".ws-done")).to_have_text(f"0 of {PEOPLE} done", timeout=SLOW)
        expect(card.locator(".ws-few")).to_be_hidden()
        expect(screen.page.locator(".ws-foot-line")).to_have_text(words()["marks"]["totals"], timeout=SLOW)
