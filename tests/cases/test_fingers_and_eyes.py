"""Fingers that tap twice, fields that a phone zooms into, and a browser that brings its own colours: every kind at once."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.gallery import show

ZOOMED = """() => [...document.querySelectorAll("button, summary, label, a[href]")].filter((one) => {
  for (let node = one; node; node = node.parentElement) if (getComputedStyle(node).touchAction !== "auto") return false;
  return true;
}).map((one) => one.className || one.tagName)"""
SMALL = """() => [...document.querySelectorAll("input, select, textarea")]
  .filter(({ type }) => !["checkbox", "radio", "range", "file"].includes(type))
  .map((one) => [one.className, Number.parseFloat(getComputedStyle(one).fontSize)]).filter(([, size]) => size < 16)"""
LOOK = """(one) => {
  const { backgroundColor, color, borderColor, outlineStyle, outlineColor } = getComputedStyle(one);
  return [backgroundColor, color, borderColor, outlineStyle, outlineColor, getComputedStyle(one, "::after").content].join();
}"""


def test_two_quick_taps_do_not_zoom_and_no_field_is_so_small_that_a_phone_zooms_in(phone, gallery: str) -> None:
    """A double tap zooms where `touch-action` lets it; an iPhone zooms into a field whose letters have less than 16 px."""
    page = show(phone(has_touch=True, is_mobile=True), f"{gallery}/open")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.locator("input, textarea").count() > 10
    assert page.evaluate(ZOOMED) == []
    assert page.evaluate(SMALL) == []


def test_in_colours_of_the_browsers_own_one_sees_what_is_chosen(phone, gallery: str) -> None:
    """Options, switches, points, steps and bars: what is chosen doesn't look like what isn't."""
    page = show(phone(forced_colors="active", reduced_motion="reduce"), f"{gallery}/open")
    for key in ("box", "crew", "hard"):
        first, second = (page.locator(f".ws-key-{key} .ws-option").nth(place) for place in (0, 1))
        first.click()
        page.evaluate("document.activeElement.blur()")
        expect(first).to_have_attribute("aria-checked", "true")
        assert first.evaluate(LOOK) != second.evaluate(LOOK), key
    page = show(phone(forced_colors="active", reduced_motion="reduce"), f"{gallery}/revealed")
    bar = page.locator(".ws-key-box .ws-bars b").first
    expect(bar).to_be_visible()
    behind = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert bar.evaluate("(one) => getComputedStyle(one).backgroundColor") not in (behind, "rgba(0, 0, 0, 0)")
