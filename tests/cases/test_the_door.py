"""The door always says something: to a browser that keeps nothing, one that is too old, one whose script was lost on the way, and
where somebody else answers in the workshop's place."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.authored import SLIDER, author
from tests.browser.walk import SLOW, join
from tests.cases.networks import Between, Stripping
from tests.running import Workshop, workshops
from workshop.declaration.curriculum import words

CHANNEL = """window.BroadcastChannel = class { constructor() { throw new DOMException("denied", "SecurityError"); } };"""
REFUSED = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A workshop with one page that needs Voila's bundle."""
    folder = tmp_path_factory.mktemp("door")
    with workshops(folder) as go:
        yield go(env=author(folder, sliders=[SLIDER]))


def static(page: Page):
    return page.locator(".ws-lifeless")


def hurry(page: Page) -> None:
    """Let the static words come at once: the eight seconds that they wait are an animation."""
    eye = page.context.new_cdp_session(page)
    eye.send("Animation.enable")
    eye.send("Animation.setPlaybackRate", {"playbackRate": 100})


@pytest.mark.parametrize("more", ["", CHANNEL], ids=["storage", "storage and channels"])
def test_a_browser_that_keeps_nothing_is_told(workshop: Workshop, phone, more) -> None:
    """It isn't only storage that refuses: some browsers let tabs say nothing to each other then either."""
    one = phone()
    one.page.add_init_script(REFUSED + more)
    one.page.goto(workshop.join_url)
    page = one.page
    expect(page.locator("#nothing")).to_be_visible()
    expect(page.locator("#nothing")).to_contain_text("This browser keeps nothing for this page")
    expect(page.locator("#nothing")).to_contain_text("paper")
    expect(page.locator("#form")).to_be_hidden()
    expect(static(page)).to_be_hidden()
    assert not one.complaints


def test_the_words_for_a_page_that_does_not_work_are_never_seen_where_it_works(workshop: Workshop, phone) -> None:
    one = phone()
    for come in (
        lambda: one.page.goto(workshop.join_url),
        lambda: join(one, workshop),
        lambda: one.page.goto(workshop.pages["sliders"]),
    ):
        come()
        expect(one.page.locator("html")).to_have_class("ws-works", timeout=SLOW)
        expect(static(one.page)).to_be_hidden()
        assert static(one.page).evaluate("(node) => getComputedStyle(node).display") == "none", "not even later"
    assert not one.complaints


@pytest.mark.parametrize("where", ["door", "arrive"])
def test_a_browser_that_cannot_read_the_script_is_told(workshop: Workshop, phone, where) -> None:
    """An old one: the script is there, and doesn't parse. Reloading wouldn't help, so the page doesn't."""
    one = phone()
    if where != "door":
        join(one, workshop)
    loads = []
    one.page.on("load", lambda: loads.append(1))
    one.page.route("**/workshop.js", lambda route: route.fulfill(body="let a = ;", content_type="text/javascript"))
    hurry(one.page)
    one.page.goto(workshop.join_url if where == "door" else workshop.pages[where])
    expect(static(one.page)).to_be_visible(timeout=SLOW)
    expect(static(one.page)).to_contain_text("too old")
    expect(static(one.page)).to_contain_text("paper")
    assert len(loads) == 1


@pytest.mark.parametrize("where", ["door", "arrive"])
def test_without_any_script_the_words_come_by_themselves(workshop: Workshop, phone, where) -> None:
    one = phone()
    if where != "door":
        join(one, workshop)
    one.page.route("**/*.js", lambda route: route.abort("connectionreset"))
    hurry(one.page)
    one.page.goto(workshop.join_url if where == "door" else workshop.pages[where])
    expect(static(one.page)).to_be_visible(timeout=SLOW)


class Losing:
    """Loses a file on its way, the first `times` times."""

    def __init__(self, page: Page, name: str, times: int) -> None:
        self.lost = 0
        self.times = times
        page.route(f"**/{name}", self)

    def __call__(self, route: Route) -> None:
        if self.lost >= self.times:
            route.continue_()
            return
        self.lost += 1
        route.abort("connectionreset")


PLACES = [("door", "workshop.js"), ("arrive", "workshop.js"), ("sliders", "voila.js")]


def visit(workshop: Workshop, one, where: str, name: str, times: int) -> tuple[Page, Losing]:
    if where != "door":
        join(one, workshop)
    losing = Losing(one.page, name, times)
    if name == "workshop.js":  # the other one is asked for by a script that works, and has taken the words away
        hurry(one.page)
    one.page.goto(workshop.join_url if where == "door" else workshop.pages[where])
    return one.page, losing


THERE = {"door": "#form", "arrive": ".ws-key-box", "sliders": "[role=slider]"}


@pytest.mark.parametrize("where", ["door", "arrive"])
def test_a_page_whose_script_was_lost_is_one_tap_from_working(workshop: Workshop, phone, where) -> None:
    """The browser would remember the failure until somebody thinks of reloading, and without a script a link can still be tapped."""
    page, losing = visit(workshop, phone(), where, "workshop.js", 1)
    expect(static(page)).to_be_visible(timeout=SLOW)
    static(page).get_by_role("link", name="Load the page again").click()
    expect(page.locator(THERE[where]).first).to_be_visible(timeout=60_000)
    expect(static(page)).to_be_hidden()
    assert losing.lost == 1


def test_a_page_that_lost_voilas_script_comes_to_itself(workshop: Workshop, phone) -> None:
    page, losing = visit(workshop, phone(), "sliders", "voila.js", 1)
    expect(page.locator(THERE["sliders"]).first).to_be_visible(timeout=60_000)
    assert losing.lost == 1
    expect(static(page)).to_be_hidden()


@pytest.mark.parametrize(("where", "name"), PLACES)
def test_a_page_whose_script_never_comes_says_so_and_does_not_reload_for_ever(workshop: Workshop, phone, where, name) -> None:
    one = phone()
    loads = []
    page, losing = visit(workshop, one, where, name, 99)
    page.on("load", lambda: loads.append(1))
    expect(static(page)).to_be_visible(timeout=60_000)
    lost = losing.lost
    page.wait_for_timeout(2000)  # longer than the wait before any reload of ours
    assert losing.lost == lost and len(loads) <= 1


@pytest.mark.parametrize("sign", ["jupyter-config-data", 'class="ws-whole"', '"ws-widgets"', '"version_major"'])
def test_a_page_that_broke_off_on_its_way_comes_again(workshop: Workshop, phone, sign) -> None:
    """Its server was killed while it sent the page, say: the words are there, and nothing that could ever be answered."""
    one = join(phone(), workshop)
    cut = []

    def breaks(route: Route) -> None:
        if cut:
            route.continue_()
            return
        whole = route.fetch()
        before, found, _ = whole.text().rpartition(sign)
        cut.append(found)
        route.fulfill(response=whole, body=before)

    one.page.route("**/en/messages", breaks)
    one.page.goto(workshop.pages["messages"])
    expect(one.page.locator(".ws-activity").last).to_be_visible(timeout=60_000)
    assert cut == [sign]


# --- somebody else answers

SAYS = words()["door"]
ANSWERS = {
    "between": {"status": 403, "body": "<html>Forbidden", "content_type": "text/html"},
    "gateway": {"status": 502, "body": "<html>Bad gateway", "content_type": "text/html"},
    "portal": {"status": 200, "body": "<html>Welcome to our wifi", "content_type": "text/html"},
    "empty": {"status": 200, "body": ""},
}


def knock(page: Page, workshop: Workshop) -> None:
    page.goto(workshop.join_url)
    page.get_by_label("I want to take part").check()
    page.get_by_role("button", name="Come in").click()


@pytest.mark.parametrize("reason", list(ANSWERS))
def test_who_answers_in_the_workshops_place_is_told_apart(workshop: Workshop, phone, reason) -> None:
    """It was "no connection" each time, though each has something else that helps. Once it's over, one comes in."""
    page = phone().page
    page.route("**/join", lambda route: route.fulfill(**ANSWERS[reason]))
    knock(page, workshop)
    expect(page.locator("#message")).to_have_text(SAYS[reason])
    page.unroute("**/join")
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url("**/en/*")


def test_only_silence_counts_as_no_connection(workshop: Workshop, phone) -> None:
    page = phone().page
    page.route("**/join", lambda route: route.abort("connectionrefused"))
    knock(page, workshop)
    expect(page.locator("#message")).to_have_text(SAYS["offline"])


class Renaming(Between):
    """A proxy that gives the workshop its own name, and not the one in the phone's address."""

    def out(self, data: bytes) -> bytes:
        head, end, body = data.partition(b"\r\n\r\n")
        return head.replace(f"Host: 127.0.0.1:{self.port}".encode(), b"Host: inside.example") + end + body


def test_an_address_that_the_workshop_does_not_know_is_the_reason(workshop: Workshop, phone) -> None:
    """A forwarded port: the page comes, and whoever joins was told that there is no connection."""
    where = urlsplit(workshop.join_url)
    proxy = Renaming(where.hostname, where.port)
    try:
        page = phone().page
        page.goto(workshop.join_url.replace(f":{where.port}", f":{proxy.port}"))
        page.get_by_label("I want to take part").check()
        page.get_by_role("button", name="Come in").click()
        expect(page.locator("#message")).to_have_text(SAYS["address"])
    finally:
        proxy.close()


def test_a_page_says_when_somebody_else_answers_for_its_kernel(workshop: Workshop, phone) -> None:
    """A sign-in page that came up while the page was open: "not connected, trying again" would be for ever."""
    where = urlsplit(workshop.join_url)
    network = Stripping(where.hostname, where.port)
    try:
        one = phone()
        one.page.route("**/alive/*", lambda route: route.fulfill(status=200, body="<html>Welcome", content_type="text/html"))
        one.page.goto(workshop.join_url.replace(f":{where.port}", f":{network.port}"))
        one.page.get_by_label("I want to take part").check()
        one.page.get_by_role("button", name="Come in").click()
        expect(one.page.locator("#ws-connection")).to_have_text(words()["states"]["astray"], timeout=SLOW)
    finally:
        network.close()
