"""The facilitator's laptop: its screen falls asleep while people talk, and its browser forgets where the desk was."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.walk import desk, projector
from tests.running import until

ASKED = """window.asked = [];
navigator.wakeLock.request = async (what) => { window.asked.push(what); return {}; };"""


@pytest.fixture
def running(start):
    return start()


def test_the_screen_stays_awake_while_it_is_to_be_seen(running, phone) -> None:
    screen, board = phone(width=1280, height=720), phone(width=1280, height=720)
    for one in (screen, board):
        one.context.add_init_script(ASKED)
    projector(screen, running)
    until(lambda: screen.page.evaluate("asked") == ["screen"])
    screen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert screen.page.evaluate("asked") == ["screen", "screen"], "a page that wasn't to be seen has lost it"
    desk(board, running)
    assert board.page.evaluate("asked") == [], "the desk is touched often enough"


def test_a_refused_desk_says_where_its_address_is(running, phone) -> None:
    """Also at another name of the same laptop; and it offers no way that's refused as well."""
    later = phone(width=1280, height=720)
    at = urlsplit(running.desk_url)
    for host in (at.hostname, "localhost"):
        for path in ("/desk", "/projector", "/"):
            later.page.goto(f"http://{host}:{at.port}{path}")
            expect(later.page.locator("h1")).to_contain_text("Open the address that the terminal shows")
            expect(later.page.get_by_role("link")).to_have_count(0)
