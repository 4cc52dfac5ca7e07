"""A page of ours without Voila's bundle, an author's pages with other widgets on it, and what a break of the wifi does to both."""

from __future__ import annotations

import json
import time
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.authored import FIGURE, INTERACT, ONE_OF_THEIRS, SLIDER, author
from tests.browser.walk import SLOW, activity, choose, go, join, slide, state
from tests.chromium import Phone
from tests.running import Workshop, until
from workshop.room.wire import RemoteRoom

FOLLOW = "() => { window.lines = []; window.addEventListener('ws-connection', ({ detail }) => lines.push([detail, Date.now()])); }"
# What a screen reader would read out: each writing into a live region.
LISTEN = """() => {
  window.spoken = [];
  new MutationObserver((changes) => changes.forEach(({ target }) => {
    const region = (target.nodeType === 1 ? target : target.parentElement)?.closest("[role=status]");
    if (region && !region.hidden && region.textContent) spoken.push(region.textContent);
  })).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def desk_of(workshop: Workshop) -> RemoteRoom:
    note = json.loads((workshop.data_dir / "running" / f"{workshop.room}.json").read_text())
    return RemoteRoom(note["desk_socket"])


def asked(phone: Phone) -> list[str]:
    return [urlsplit(request.url).path for request in phone.requests if request.url.startswith("http")]


def back(page: Page, since: float) -> float:
    """Seconds from `since` (time.time()) until the page says that it's connected."""
    until(lambda: page.evaluate("() => lines.some(([detail]) => detail === 'open')"), 40)
    return page.evaluate("() => lines.find(([detail]) => detail === 'open')[1]") / 1000 - since


def test_a_first_visit_and_the_next_page_are_light(start, phone) -> None:
    """The page and three files, none of them Voila's; from then on the page alone."""
    workshop = start()
    one = join(phone(), workshop)
    expect(one.page.locator(".ws-activity").last).to_be_visible(timeout=SLOW)
    kept = [path for path in asked(one) if path.startswith(("/assets/", "/lib/"))]
    assert {path.rpartition("/")[2] for path in kept} == {"workshop.js", "page.css"}
    one.requests.clear()
    go(one, workshop, "map")
    unlike = [path for path in asked(one) if path not in kept and path != "/en/map" and "/shutdown/" not in path]
    assert not unlike, "another page needs no other file"
    go(one, workshop, "map")
    assert "blob:" not in one.requests[-1].frame.page.evaluate(POLICY).split("script-src")[1].split(";")[0]
    assert one.page.evaluate("() => document.querySelectorAll('.ws-frame, .ws-awaited').length") == 0
    assert not one.complaints


# The first websocket never opens, and ends after four seconds.
LATE = """(() => {
  const Real = window.WebSocket;
  let first = true;
  window.WebSocket = Object.assign(function (...how) {
    if (!first) return new Real(...how);
    first = false;
    const never = { readyState: 0, close() {} };
    setTimeout(() => never.onclose(), 4000);
    return never;
  }, { OPEN: 1 });
})()"""
POLICY = "async () => (await fetch(location.href, { method: 'GET' })).headers.get('Content-Security-Policy')"


def test_one_begins_before_the_websocket_has_come(start, phone) -> None:
    """The states came with the page: what is chosen and sent meanwhile waits, and goes out when there is a line."""
    workshop = start()
    desk_of(workshop).open("arrive.box")
    until(workshop.fork_server, 60)
    one = phone()
    one.page.add_init_script(LATE)
    join(one, workshop)
    expect(activity(one, "box")).to_be_visible(timeout=SLOW)
    choose(one, "box", "Glad")
    activity(one, "box").locator(".ws-send").click()
    expect(activity(one, "box")).to_contain_text("Sending")
    expect(activity(one, "box")).to_have_class(state("saved"), timeout=SLOW)


def test_a_break_is_over_at_once_and_said_once(start, phone, through) -> None:
    """A countdown goes on through the break; the page alone says what happened to the line, once each way."""
    workshop = start()
    desk = desk_of(workshop)
    desk.open("arrive.box")
    until(workshop.fork_server, 60)
    behind, cable = through(workshop)
    page = join(phone(), behind).page
    expect(page.locator(".ws-key-box.ws-state-open")).to_be_visible(timeout=SLOW)
    page.evaluate(FOLLOW)
    cable.pull()
    time.sleep(1)
    cable.mend()
    assert back(page, time.time()) < 6, "about a second, on a machine that does nothing else"

    desk.close("arrive.box")
    closing = page.locator(".ws-key-box .ws-closing")
    expect(closing).to_be_visible(timeout=SLOW)
    page.evaluate(LISTEN)
    cable.pull()
    page.wait_for_timeout(2500)
    expect(closing).to_be_visible()
    cable.mend()
    expect(page.locator("#ws-connection")).to_have_text("Back again.", timeout=SLOW)
    page.wait_for_timeout(1000)
    said = page.evaluate("() => spoken")
    assert sum("Not connected" in line for line in said) == 1 and said.count("Back again.") == 1


def test_a_timer_goes_on_while_the_phone_sleeps(start, phone) -> None:
    """`performance.now()` stands still in a sleeping device, the clock on the wall doesn't; then the room is asked again."""
    workshop = start()
    desk = desk_of(workshop)
    one = phone()
    one.page.add_init_script("(() => { const run = Date.now; window.slept = 0; Date.now = () => run() + window.slept; })()")
    join(one, workshop)
    desk.arrange({"timer": 2})
    timer = one.page.locator(".ws-timer")
    expect(timer).to_have_text("1:58", timeout=SLOW)
    one.page.evaluate(
        "() => { window.shown = []; new MutationObserver(() => shown.push(document.querySelector('.ws-timer').textContent))"
        ".observe(document.querySelector('.ws-timer'), { childList: true, characterData: true, subtree: true }); window.slept = 40_000; }"
    )
    until(lambda: any(text.startswith("1:1") for text in one.page.evaluate("() => shown")), 5, "forty seconds less")
    until(lambda: one.page.evaluate("() => shown").pop().startswith("1:5"), 5, "what the room says counts: it didn't sleep")


def test_somebody_elses_module_runs_in_both_ways(start, phone, tmp_path: Path) -> None:
    """The same anywidget on a light page and beside a slider: traits both ways, messages, and its end."""
    workshop = start(env=author(tmp_path, light=[ONE_OF_THEIRS], mixed=[ONE_OF_THEIRS, SLIDER]))
    one = join(phone(), workshop)
    for name, bundle in (("light", False), ("mixed", True)):
        one.requests.clear()
        one.page.goto(workshop.pages[name])
        button = one.page.locator("button.counter")
        expect(button).to_have_text("count 3 of 1", timeout=60_000)
        assert any(path.endswith("/voila.js") for path in asked(one)) == bundle
        button.click()
        expect(one.page.locator(".said")).to_have_text("twice 4 is 8", timeout=SLOW)
        button.click()
        expect(one.page.locator(".said")).to_have_text("twice 5 is 10", timeout=SLOW)
        button.click()
        expect(one.page.locator("body")).to_have_attribute("data-ended", "yes", timeout=SLOW)
    assert not one.complaints


def test_core_widgets_and_figures_still_work_on_a_phone(start, phone, tmp_path: Path) -> None:
    workshop = start(env=author(tmp_path, sliders=[SLIDER, INTERACT], figure=[FIGURE]))
    one = join(phone(), workshop)
    one.page.goto(workshop.pages["sliders"])
    slide(one)
    expect(one.page.get_by_text("the square is 9")).to_be_visible(timeout=SLOW)
    one.page.locator("[role=slider]").last.press("ArrowRight")
    expect(one.page.get_by_text("the square is 16")).to_be_visible(timeout=SLOW)
    expect(one.page.get_by_text("and the cube is 64")).to_be_visible(timeout=SLOW)
    one.page.goto(workshop.pages["figure"])
    expect(one.page.locator(".js-plotly-plot .bars .point").first).to_be_visible(timeout=60_000)
