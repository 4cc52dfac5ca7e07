"""Race or pot in a real Chromium: numbers in their order, a clock that ends it, nothing sent; two results side by side."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.gallery.states import serve


@pytest.fixture(scope="module")
def gallery():
    with serve() as address:
        yield address


def shown(page, address: str, state: str):
    page.goto(f"{address}/{state}")
    page.locator("body[data-drawn]").wait_for()
    return page


def test_numbers_count_in_their_order_and_only_until_the_time_is_over(phone, gallery) -> None:
    one = phone()
    one.page.clock.install()
    page = shown(one.page, gallery, "open")
    race = page.locator(".ws-key-race")
    sent = lambda: [request.post_data for request in one.requests if request.method == "POST"]  # noqa: E731
    before = sent()
    race.get_by_role("button", name="Start the clock").click()
    tile = lambda number: race.get_by_role("button", name=str(number), exact=True)  # noqa: E731
    tile(2).click()
    expect(race.locator(".ws-next-number")).to_have_text("Look for 1")
    for number in (*range(1, 9), 1):
        tile(number).focus()
        page.keyboard.press("Enter")
    expect(race.locator(".ws-next-number")).to_have_text("Look for 2")  # dealt anew after the eighth
    page.clock.run_for(11_000)
    expect(race.locator(".ws-happened")).to_have_text("Time. You found 9 numbers.")
    expect(race.locator(".ws-number-tile").first).to_be_hidden()
    race.get_by_role("button", name="Skip").click()
    assert sent() == before and one.complaints == []
    page.reload()
    expect(race.locator(".ws-happened")).to_have_text("Time. You found 9 numbers.")


@pytest.mark.parametrize(
    ("second", "common"),
    [
        ({"a": 6, "b": 14}, "6 of ten"),  # shares, not heads: .7 and .3 beside .3 and .7
        ({"a": 14, "b": 6}, "10 of ten"),
        ({"a+b": 20}, None),  # joined cells are not the same options
        (None, None),  # withheld, or not there yet
    ],
)
def test_two_results_stand_side_by_side_with_what_they_have_in_common(phone, gallery, second, common) -> None:
    page = shown(phone().page, gallery, "revealed")
    first, other = made({"a": 7, "b": 3}), second and made(second)
    said = page.evaluate(
        """async ([first, other]) => {
          const { sideBySide } = await import("/assets/reveal.js");
          const { pageOf } = await import("/assets/page.js");
          const both = { one: first, two: other ?? { face: "withheld" } };
          return sideBySide([["one", "Race"], ["two", "Pot"]], (id) => both[id], pageOf("gallery")).map((node) => node.textContent);
        }""",
        [first, other],
    )
    if common is None:
        assert said == []
    else:
        assert f"Laid over each other, {common} people" in said[-1] and "Race: 10 people" in said[0] and "Pot: 20 people" in said[0]


def made(cells: dict[str, int]) -> dict:
    """What was shown of a room that chose so."""
    rows = [[key, key, people] for key, people in cells.items()]
    return {"face": "shown", "invented": False, "people": sum(cells.values()), "cells": rows}
