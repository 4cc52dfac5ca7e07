"""A finger that scrolls the page may begin on a slider."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Page

from tests.browser.stage import at

LINE = """async () => {
  const { line } = await import("/own.js");
  window.changes = [];
  const control = line({
    low: 0, high: 10, step: 1, label: "name", reads: (number) => `${number} of 10`, unset: "none", words: { less: "less", more: "more" },
    change(number) { changes.push(number); control.show(number); },
  });
  control.show(3, { none: true });
  window.control = control;
  const above = document.createElement("div"), below = document.createElement("div");
  above.style.height = "500px";
  below.style.height = "3000px";
  main.replaceChildren(above, control.node, below);
}"""


class Finger:
    """One finger on the slider of a page that scrolls."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._touch: CDPSession = page.context.new_cdp_session(page)
        self.range = page.locator("input[type=range]")

    def _say(self, kind: str, *points: tuple[float, float]) -> None:
        self._touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    def drag(self, across: float, down: float, meanwhile=lambda: None) -> None:
        box = self.range.bounding_box()
        x, y = box["x"] + 0.85 * box["width"], box["y"] + box["height"] / 2
        self._say("touchStart", (x, y))
        for step in range(1, 13):
            self._say("touchMove", (x + across * step / 12, y + down * step / 12))
            self.page.wait_for_timeout(16)  # a finger takes its time, or it would be a leap and no scroll
        meanwhile()
        self._say("touchEnd")
        self.page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def stands(self) -> tuple[list[int], str, str]:
        """(what was chosen so far, what the slider shows, what is said of it)."""
        return (
            self.page.evaluate("changes"),
            self.range.input_value(),
            self.page.locator(".ws-said").inner_text(),
        )


@pytest.fixture
def finger(phone, address) -> Finger:
    page = at(phone(has_touch=True, is_mobile=True), address)
    page.evaluate(LINE)
    return Finger(page)


def test_scrolling_over_a_slider_changes_nothing(finger: Finger) -> None:
    """Nobody would notice that an answer had moved. Not while it isn't chosen yet, and not afterwards."""
    for before in (([], "3", "none"), ([7], "7", "7 of 10")):
        if before[0]:
            finger.page.evaluate("() => { changes.push(7); control.show(7); scrollTo(0, 0); }")
        assert finger.stands() == before
        finger.drag(0, -220)
        assert finger.page.evaluate("scrollY") > 100
        assert finger.stands() == before


def test_a_slider_moves_with_the_finger_and_is_chosen_when_it_lifts(finger: Finger) -> None:
    """Meanwhile it says where it stands; what the room says in that moment doesn't pull it back."""
    seen = []

    def meanwhile() -> None:
        finger.page.evaluate("control.show(3, { none: true })")
        seen.append(finger.stands())

    finger.drag(-150, 0, meanwhile)
    assert seen[0][0] == [] and seen[0][2] == f"{seen[0][1]} of 10"
    chosen, value, said = finger.stands()
    assert set(chosen) == {int(value)} and int(value) < 7 and said == f"{value} of 10"


def test_a_tap_chooses_where_it_is(finger: Finger) -> None:
    finger.drag(0, 0)
    chosen, value, _ = finger.stands()
    assert chosen and set(chosen) == {int(value)} and int(value) > 7
