"""Rings in a browser: a finger, a tap and a button put a thing in the same places; nothing of it leaves."""

from __future__ import annotations

import math
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.gallery import show, within
from tests.chromium import Phone


def test_each_place_is_on_one_ring_and_things_keep_their_distance(phone: Callable[..., Phone], gallery: str) -> None:
    """Outwards from the middle the rings come one after the other, whatever the direction; twelve on a ring are apart."""
    page = show(phone(), f"{gallery}/open")
    places = [[r * math.sin(a), -r * math.cos(a)] for a in (0.0, 1.0, 3.0, 5.0) for r in (0.0, 0.3, 0.6, 0.75, 0.9, 1.3)]
    ask = "(places) => import('/assets/rings.js').then(({ placeOf }) => places.map((place) => placeOf(place, 3)))"
    found = page.evaluate(ask, places)
    assert [one["ring"] for one in found] == [0, 0, 1, 1, 2, 2] * 4
    assert [round(one["turn"] * 2 * math.pi, 3) for one in found[1::6]] == [0.0, 1.0, 3.0, 5.0]
    fill = (
        "() => import('/assets/rings.js').then(({ room }) => "
        "{ const taken = []; for (let i = 0; i < 12; i += 1) taken.push(room(taken, 1)); return taken; })"
    )
    turns = sorted([0.0, *page.evaluate(fill)])  # the ring's name stands at the top
    assert min(two - one for one, two in zip(turns, [*turns[1:], 1.0], strict=True)) > 1 / 27


def test_a_finger_a_tap_and_buttons_move_the_same_thing(phone: Callable[..., Phone], gallery: str) -> None:
    """What is put in can be dragged, sent by a tap, moved by a button and taken out; it is there after a reload, and only there."""
    one = phone()
    page = show(one, f"{gallery}/open")
    circle = within(page, "circle")
    circle.get_by_role("button", name="Near", exact=True).click(force=True)
    expect(circle.locator(".ws-dot-row")).to_have_count(0)  # nothing without a name
    circle.get_by_role("textbox").fill("marmalade")
    circle.get_by_role("radio", name="Group").click()
    circle.get_by_role("button", name="Near", exact=True).click()
    row = circle.get_by_role("button", name="marmalade")
    expect(row).to_contain_text("Near · Group")

    plane = circle.locator(".ws-rings")
    plane.scroll_into_view_if_needed()
    box, pin = plane.bounding_box(), circle.locator(".ws-rings .ws-pin").bounding_box()
    page.mouse.move(pin["x"] + 18, pin["y"] + 18)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.03, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    expect(row).to_contain_text("Further out · Group")
    plane.click(position={"x": box["width"] * 0.8, "y": box["height"] / 2})
    expect(row).to_contain_text("Between · Group")
    circle.get_by_role("button", name="Nearer").click()
    expect(row).to_contain_text("Near · Group")

    page = show(one, f"{gallery}/open")
    row = within(page, "circle").get_by_role("button", name="marmalade")
    expect(row).to_contain_text("Near · Group")
    row.click()
    within(page, "circle").get_by_role("button", name="Take it out").click()
    expect(row).to_have_count(0)
    assert "marmalade" not in one.sent() and one.complaints == []
