"""Race or pot in a real Chromium: numbers in their order, a clock that ends it, nothing sent; two results side by side; and the
whole of it played by five phones and a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.walk import CLOSING, SLOW, activity, desk, go, join, press_at, projector, send, state
from tests.chromium import Phone
from tests.gallery.states import gallery_server


@pytest.fixture(scope="module")
def gallery():
    with gallery_server() as address:
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
    expect(race.locator(".ws-next-number")).to_have_text("Look for 2")  # dealt again after the eighth
    page.clock.run_for(11_000)
    expect(race.locator(".ws-happened")).to_have_text("Time's up. You found 9 numbers.")
    expect(race.locator(".ws-number-tile").first).to_be_hidden()
    race.get_by_role("button", name="Skip").click()
    assert sent() == before and one.complaints == []
    page.reload()
    expect(race.locator(".ws-happened")).to_have_text("Time's up. You found 9 numbers.")


@pytest.mark.parametrize(
    ("second", "common"),
    [
        ({"a": 6, "b": 14}, "6 in ten"),  # shares, not heads: .7 and .3 beside .3 and .7
        ({"a": 14, "b": 6}, "10 in ten"),
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
        assert f"they match for about {common} people" in said[-1] and "Race: 10 people" in said[0] and "Pot: 20 people" in said[0]


def made(cells: dict[str, int]) -> dict:
    """What was shown of a room that chose so."""
    rows = [[key, key, people] for key, people in cells.items()]
    return {"face": "shown", "invented": False, "people": sum(cells.values()), "cells": rows}


RACE, POT = [1, 2, 2, 4, 5], [2, 2, 5, 5, 4]  # how much each enjoyed it, of five
OVERLAP = "8 in ten"  # by hand: at 2 two and two, at 4 one and one, at 5 one of two; four of five


def test_five_phones_and_a_desk_play_race_or_pot(start, phone) -> None:
    """One plays both puzzles to their end; all say how it was; both results stand side by side on phones and screen."""
    workshop = start()
    board = desk(phone(width=1440, height=900), workshop)
    screen = Phone(board.context, board.context.new_page())
    projector(screen, workshop)
    board.page.locator("#ws-modules").select_option("commons")
    board.page.get_by_role("button", name="Open this module").click()
    board.page.get_by_role("button", name="Phones up again", exact=True).click()  # the plan only speaks at this step
    phones = [join(phone(), workshop) for _ in RACE]
    phones[0].page.clock.install()
    for one in phones:
        go(one, workshop, "commons")

    for key, begin, over in (
        ("race", "Start the clock", "Time's up. You found 3 numbers."),
        ("pot", "Begin", "The pot is full enough. 3 numbers went in."),
    ):
        puzzle = activity(phones[0], key)
        puzzle.get_by_role("button", name=begin).click()
        for number in (1, 2, 3):
            puzzle.get_by_role("button", name=str(number), exact=True).click()
        phones[0].page.clock.fast_forward(61_000)
        expect(puzzle.locator(".ws-happened")).to_have_text(over, timeout=SLOW)
    for key, joys in (("race_joy", RACE), ("pot_joy", POT)):
        press_at(board, key, "Open")
        for one in phones:
            expect(activity(one, key)).to_have_class(state("open"), timeout=SLOW)
        if key == "pot_joy":
            send(phones[0], "pot_bet", "7 or 8 of ten")
            send(phones[1], "pot_bet", "0 to 4 of ten")
        for one, joy in zip(phones, joys, strict=True):
            activity(one, key).get_by_role("radio").nth(joy - 1).click()
            activity(one, key).locator(".ws-send").click()
            expect(activity(one, key)).to_have_class(state("saved"), timeout=SLOW)
    for key in ("race_joy", "pot_joy"):
        press_at(board, key, "Close and reveal")
    for one in phones:
        for key in ("race_joy", "pot_joy"):
            expect(activity(one, key)).to_have_class(state("revealed"), timeout=SLOW + 2 * CLOSING)
        beside = activity(one, "pot_joy").locator(".ws-beside")
        expect(beside).to_contain_text(OVERLAP, timeout=SLOW)
        counts = [
            [beside.locator(".ws-both > div").nth(at).locator(".ws-count").nth(which).inner_text() for at in range(5)] for which in (0, 1)
        ]
        assert counts == [[str(joys.count(joy)) for joy in range(1, 6)] for joys in (RACE, POT)]
    expect(screen.page.locator("[data-shows=reveal]")).to_contain_text(OVERLAP, timeout=SLOW)
    expect(activity(phones[0], "pot_bet").locator(".ws-outcome-hit")).to_be_visible(timeout=SLOW)
    expect(activity(phones[1], "pot_bet").locator(".ws-outcome-miss")).to_be_visible(timeout=SLOW)
    for one in (*phones, board, screen):
        assert one.complaints == []
