"""Between a phone and the workshop stands something that lets pages through, and not what keeps them alive."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.authored import SLIDER, author
from tests.browser.walk import SLOW, activity, choose, go, join, state
from tests.browsing import Browser, as_text, message
from tests.cases.networks import Forgetting, Holding, Stripping, Swallowing
from tests.chromium import Phone
from tests.running import Workshop, until, workshops
from workshop.room.wire import RemoteRoom

STEP = 500  # ms by which the page's clock is moved at once
NAMED = "doesn't let live pages through"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """One workshop for those that open nothing in it; one of its pages needs Voila's bundle."""
    folder = tmp_path_factory.mktemp("shared")
    with workshops(folder) as go:
        yield go(env=author(folder, sliders=[SLIDER]))


def stop_clock(page: Page) -> None:
    """From now on the page's time moves only by `move`."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)


def move(page: Page, seconds: float, so: Callable[[], bool] = lambda: False, answered: bool = True) -> float:
    """Let `seconds` pass on the page, at most until something is so; how many have passed. `answered`: each request is waited for."""
    asking = set()
    page.on("request", lambda one: asking.add(one))
    page.on("requestfinished", lambda one: asking.discard(one))
    page.on("requestfailed", lambda one: asking.discard(one))
    for step in range(int(1000 * seconds / STEP)):
        if so():
            return step * STEP / 1000
        page.clock.run_for(STEP)
        page.wait_for_timeout(50)
        while answered and asking:
            page.wait_for_timeout(50)
    return seconds


def hears_a_word(one: Phone) -> None:
    """The page asks the server for a sign of life, and gets it."""
    one.frames.clear()
    one.page.evaluate("window.dispatchEvent(new Event('online'))")
    said = lambda: any(b'"status"' in frame for frame in one.frames if isinstance(frame, bytes))  # noqa: E731
    until(lambda: one.page.wait_for_timeout(50) or said(), 30, "a word from the server")


@pytest.mark.parametrize("kind", [Stripping, Swallowing])
def test_a_network_that_lets_no_websocket_through_is_named_within_twenty_seconds(shared, phone, through, kind) -> None:
    """Twenty seconds on the page's own clock; it says what to do instead, and goes on as soon as a websocket comes."""
    workshop, _ = through(shared, kind)
    one = phone()
    one.page.clock.install()
    join(one, workshop)
    expect(activity(one, "box")).to_be_visible(timeout=SLOW)
    line = one.page.locator("#ws-connection")
    stop_clock(one.page)
    assert move(one.page, 21, lambda: NAMED in line.inner_text()) <= 20
    assert "another network" in line.inner_text() and "paper" in line.inner_text()
    assert "answer waits" not in one.page.locator("main").inner_text(), "there's no answer yet"


def test_a_websocket_that_brings_everything_late_is_left_alone(start, phone, through) -> None:
    """Twenty seconds late; the page neither hangs up nor says anything, and what was sent is saved."""
    workshop = start()
    RemoteRoom(note(workshop)["desk_socket"]).open("arrive.box")
    workshop, cable = through(workshop, Holding)
    one = phone()
    one.page.clock.install()
    join(one, workshop)
    expect(activity(one, "box")).to_have_class(state("open"), timeout=SLOW)
    choose(one, "box", "Glad")
    hears_a_word(one)  # so that the silence begins here
    cable.hold()
    stop_clock(one.page)
    opened = cable.opened
    activity(one, "box").locator(".ws-send").click()
    move(one.page, 20)
    assert cable.opened == opened
    expect(one.page.locator("#ws-connection")).to_be_hidden()
    cable.let_go()
    one.page.clock.resume()
    expect(activity(one, "box")).to_have_class(state("saved"), timeout=SLOW)


def test_a_websocket_that_only_looks_open_is_noticed_by_its_silence(start, phone, through) -> None:
    """A change of network, of which nobody is told. The desk opens a question meanwhile: the phone comes to it by itself."""
    workshop = start()
    desk = RemoteRoom(note(workshop)["desk_socket"])
    behind, router = through(workshop, Forgetting)
    one = phone()
    one.page.clock.install()
    go(join(one, behind), behind, "arrive")
    expect(activity(one, "box")).to_contain_text("Not open yet", timeout=SLOW)
    router.forget()
    desk.open("arrive.box")
    stop_clock(one.page)
    move(one.page, 36, answered=False)
    one.page.clock.resume()
    expect(activity(one, "box")).to_have_class(state("open"), timeout=60_000)  # a browser tries each of its old lines first


def test_the_same_is_noticed_where_a_page_runs_on_voilas_bundle(shared, phone, through) -> None:
    """What the server says means nothing to JupyterLab either; and a websocket that answers is left alone."""
    behind, router = through(shared, Forgetting)
    one = join(phone(), behind)
    one.page.goto(behind.pages["sliders"])
    expect(one.page.locator("[role=slider]").first).to_be_visible(timeout=60_000)
    one.page.evaluate("() => { window.lines = []; addEventListener('ws-connection', ({ detail }) => lines.push(detail)); }")
    hears_a_word(one)
    assert not one.complaints
    router.forget()
    one.page.evaluate("window.dispatchEvent(new Event('online'))")
    one.page.wait_for_function("() => lines.includes('closed')", timeout=30_000)


# Each fifteen seconds by itself; that alone takes longer than a case may.
@pytest.mark.parametrize("asked", [True, *([False] if os.environ.get("WORKSHOP_LONG") else [])])
def test_a_page_hears_something_whatever_its_kernel_does(shared, asked) -> None:
    one = Browser(shared.join_url)
    assert one.join(shared.room).status == 200
    with one.channels(one.open("/en/arrive")) as socket:
        socket.send(as_text(message("kernel_info_request")))
        due = {"kernel_info_reply", "idle"}  # they come on two channels, in either order
        while due:
            said = socket.recv(timeout=30)
            due = {word for word in due if f'"{word}"' not in said}
        if asked:
            socket.send("")
        heard = json.loads(socket.recv(timeout=5 if asked else 20))
        assert heard["msg_type"] == "status" and not heard["parent_header"]


def note(workshop: Workshop) -> dict:
    return json.loads((workshop.data_dir / "running" / f"{workshop.room}.json").read_text())
