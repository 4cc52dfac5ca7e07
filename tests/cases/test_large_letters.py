"""Large letters on a window with little height: a bar and a pill that stay where they are cover what has the focus."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import SLOW, activity, desk, go, join, press, projector

MOST = 400  # presses of Tab
# Of what has the focus: its name, and what lies over it at 49 points of it, where it would fit into half of the window.
UNDER = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const one = document.activeElement;
  if (!one || one === document.body) return done(null);
  const box = one.getBoundingClientRect();
  const name = `${one.tagName} ${one.className || one.id} ${one.textContent.trim().slice(0, 30)}`;
  const over = new Set();
  let seen = 0;
  for (let x = 1; x < 8; x += 1) for (let y = 1; y < 8; y += 1) {
    const hit = document.elementFromPoint(box.left + (box.width * x) / 8, box.top + (box.height * y) / 8);
    if (hit && (one.contains(hit) || hit.contains(one))) seen += 1;
    else if (hit) over.add(hit.closest("[class]")?.className ?? hit.tagName);
  }
  const fits = box.height < innerHeight / 2;
  done([name, !seen ? ["nothing of it is to be seen", ...over] : fits ? [...over] : []]);
})))"""


def covered(page: Page) -> tuple[int, list]:
    """Tab through the whole page: how many stops there are, and which of them something covers."""
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    stops, bad = 0, []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        found = page.evaluate(UNDER)
        if found is None:  # the page is through
            break
        stops += 1
        if found[1]:
            bad.append(found)
    return stops, bad


@pytest.fixture
def evening(start, phone):
    """A phone at the first module while the group has moved on and a timer runs; and the desk."""
    running = start()
    board = desk(phone(width=640, height=320), running)
    press(board, "Open this module")
    one = go(join(phone(width=390, height=844), running), running, "arrive")
    expect(activity(one, "box").locator(".ws-line")).not_to_be_empty(timeout=SLOW)
    return running, board, one


def test_nothing_that_has_the_focus_is_covered(evening, phone) -> None:
    running, board, one = evening
    press(board, "Start")  # the timer's pill
    board.page.locator("#ws-modules").select_option("trust")  # its first step has phones up
    press(board, "Open this module")
    expect(one.page.locator(".ws-along")).to_be_visible(timeout=SLOW)
    expect(one.page.locator(".ws-timer")).to_be_visible(timeout=SLOW)
    one.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for width, height, letters in ((320, 256, 100), (640, 320, 200), (390, 844, 100), (844, 390, 200)):
        one.page.set_viewport_size({"width": width, "height": height})
        one.page.evaluate("(size) => { document.documentElement.style.fontSize = `${size}%`; }", letters)
        stops, bad = covered(one.page)
        assert stops >= 15 and not bad, f"{width} × {height} at {letters} %: {len(bad)} of {stops}: {bad}"

    board.page.evaluate("document.documentElement.style.fontSize = '200%'")
    board.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    stops, bad = covered(board.page)
    assert stops >= 15 and not bad, f"the desk: {len(bad)} of {stops}: {bad}"

    screen = projector(phone(width=640, height=320), running)
    screen.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert covered(screen.page)[1] == []


def test_what_covers_the_phones_can_be_read_to_its_end(evening) -> None:
    """A pause on a small screen: its words scroll, and Help and Hide stay on top."""
    _, board, one = evening
    one.page.set_viewport_size({"width": 320, "height": 256})
    press(board, "Pause the workshop")
    expect(one.page.locator(".ws-cover")).to_be_visible(timeout=SLOW)
    last = one.page.locator(".ws-cover p").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
    one.page.locator("#ws-help").click()
    expect(one.page.locator("#ws-support")).to_be_visible()
