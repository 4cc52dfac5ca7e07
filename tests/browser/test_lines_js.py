"""Lists of own lines in a browser: what grew, and what may be said of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

import pytest
from playwright.sync_api import expect

from tests.browser.gallery import show, state_of, within
from tests.browser.hands import lines
from tests.chromium import Phone

KINDS = ["inner", "tie", "group"]


def test_what_grew_is_a_share_and_nothing_is_said_where_nothing_did(phone: Callable[..., Phone], gallery: str) -> None:
    """Against shares as fractions, over lists of every length; a list that is twice as long has not grown by that."""
    luck = random.Random(5)
    lists = [[luck.choice(KINDS) for _ in range(luck.randint(1, 7))] for _ in range(400)]
    pairs = [*zip(lists[::2], lists[1::2], strict=True), (["tie"] * 2, ["tie"] * 5), (["tie", "inner"], ["inner", "tie"] * 3)]
    page = show(phone(), f"{gallery}/open")
    ask = "([pairs, kinds]) => import('/assets/lines.js').then(({ grown }) => pairs.map(([one, two]) => grown(one, two, kinds)))"
    for (one, two), said in zip(pairs, page.evaluate(ask, [pairs, KINDS]), strict=True):
        by = {kind: Fraction(two.count(kind), len(two)) - Fraction(one.count(kind), len(one)) for kind in KINDS}
        assert said == [kind for kind in KINDS if by[kind] == max(by.values()) > 0]


def test_a_tie_is_settled_by_its_person_and_a_changed_line_takes_the_answer_back(phone: Callable[..., Phone], gallery: str) -> None:
    """Only those that grew alike are on offer; what was worked out from lines that changed is not sent."""
    one = phone()
    page = show(one, f"{gallery}/open")
    activity = within(page, "among")
    lines(page, "among", ("the quiet one", "Somebody and me"), ("their cook", "Where I belong"))
    expect(activity).to_contain_text("write and sort the first list too")
    lines(page, "plain", ("curious", "Inside me"))
    activity.get_by_role("button", name="See what grew").click()
    expect(activity.get_by_role("radio")).to_have_text(["Somebody and me", "Where I belong"])
    activity.get_by_role("radio", name="Where I belong").click()
    expect(activity).to_contain_text("The group sees only: Where I belong")

    within(page, "plain").get_by_role("button", name="I am curious").click()
    within(page, "plain").locator(".ws-sorter").get_by_role("button", name="Where I belong").click()
    expect(activity.locator(".ws-send")).to_have_attribute("aria-disabled", "true")
    activity.get_by_role("button", name="See what grew").click()
    expect(activity).to_contain_text("The group sees only: Somebody and me")

    activity.get_by_role("button", name="With them I am the quiet one").click()
    activity.locator(".ws-sorter").get_by_role("button", name="Inside me").click()
    expect(activity.locator(".ws-send")).to_have_attribute("aria-disabled", "true")
    activity.get_by_role("button", name="See what grew").click()
    activity.locator(".ws-send").click()
    expect(activity).to_have_class(state_of("saved"))
    assert not [word for word in ("quiet", "cook", "curious") if word in one.sent()]


def test_a_dot_lies_where_its_lines_pull_it_and_the_words_say_the_same(phone: Callable[..., Phone], gallery: str) -> None:
    """Against the mean of one point a line, for every list of up to seven lines; the corner that is named is the nearest one, by
    the share of lines, and two or three level ones are named as such; with fewer than three lines there is no dot."""
    corners = [(Fraction(1, 2), Fraction(0)), (Fraction(0), Fraction(1)), (Fraction(1), Fraction(1))]
    lists = [(a, b, c) for a in range(8) for b in range(8 - a) for c in range(8 - a - b)]
    page = show(phone(), f"{gallery}/open")
    ask = """(lists) => import('/assets/listed.js').then(({ spot, whereabouts }) => lists.map((counts) => [spot(counts), whereabouts(
      "L", counts, ["A", "B", "C"].map((text) => ({ text })),
      { corner_few: "few", corner_near: "{corner}", corner_between: "{corner}{other}", corner_middle: "middle" })]))"""
    for counts, (dot, said) in zip(lists, page.evaluate(ask, lists), strict=True):
        points = [corner for corner, count in zip(corners, counts, strict=True) for _ in range(count)]
        if len(points) < 3:
            assert (dot, said) == (None, "few")
            continue
        assert dot == pytest.approx([float(sum(axis) / len(points)) for axis in zip(*points, strict=True)])
        first = [name for name, count in zip("ABC", counts, strict=True) if all(count >= other for other in counts)]
        assert said == {1: "".join(first), 2: "".join(first), 3: "middle"}[len(first)]


def test_lists_of_three_lines_lie_between_three_corners_and_do_so_after_a_reload(phone: Callable[..., Phone], gallery: str) -> None:
    """Both dots, the order, and the same in words; a list with two lines has no dot; nothing of it is sent."""
    one = phone()
    page = show(one, f"{gallery}/open")
    among = within(page, "among")
    lines(page, "plain", ("curious", "Inside me"), ("patient", "Inside me"), ("Noor's friend", "Somebody and me"))
    expect(within(page, "plain").locator(".ws-order")).to_have_accessible_name("1: Inside me, 2: Inside me, 3: Somebody and me")
    expect(within(page, "plain")).to_contain_text("“Inside me” came first, “Somebody and me” came last.")
    lines(page, "among", ("their cook", "Where I belong"), ("a bass", "Where I belong"))
    expect(among.locator(".ws-corners")).to_have_count(0)  # not before the person has asked what grew
    among.get_by_role("button", name="See what grew").click()
    expect(among.locator(".ws-corner-was")).to_have_count(1)
    expect(among.locator(".ws-corner-now, .ws-order")).to_have_count(0)
    expect(among).to_contain_text("With them: fewer than three lines belong to a corner")

    among.get_by_role("button", name="Change the lines").click()
    among.get_by_role("textbox").nth(2).fill("Lin's neighbour")
    among.get_by_role("button", name="Now sort them").click()
    among.locator(".ws-sorter").get_by_role("button", name="Somebody and me").click()
    among.get_by_role("button", name="See what grew").click()
    for _ in range(2):
        among = within(page, "among")
        expect(among.locator(".ws-corners")).to_have_accessible_name(
            "Plain: nearest to “Inside”. Inside: 2, One other: 1, Many: 0. With them: nearest to “Many”. Inside: 0, One other: 1, Many: 2."
        )
        was, now = (among.locator(f".ws-corner-{name}").bounding_box() for name in ("was", "now"))
        assert was["y"] < now["y"] and was["x"] < now["x"]  # from below the top, to the end of the base
        expect(among.locator(".ws-order")).to_have_accessible_name("1: Where I belong, 2: Where I belong, 3: Somebody and me")
        page = show(one, f"{gallery}/open")
    assert not [word for word in ("curious", "cook", "corner") if word in one.sent()] and one.complaints == []
