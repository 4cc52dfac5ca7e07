"""Lists of own lines in a browser: what grew, and what may be said of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from playwright.sync_api import expect

from tests.browser.test_gallery import gallery, lines, show, state_of, within  # noqa: F401
from tests.chromium import Phone

KINDS = ["inner", "tie", "group"]


def test_what_grew_is_a_share_and_nothing_is_said_where_nothing_did(phone: Callable[..., Phone], gallery: str) -> None:  # noqa: F811
    """Against shares as fractions, over lists of every length; a list that is twice as long has not grown by that."""
    luck = random.Random(5)
    lists = [[luck.choice(KINDS) for _ in range(luck.randint(1, 7))] for _ in range(400)]
    pairs = [*zip(lists[::2], lists[1::2], strict=True), (["tie"] * 2, ["tie"] * 5), (["tie", "inner"], ["inner", "tie"] * 3)]
    page = show(phone(), f"{gallery}/open")
    ask = "([pairs, kinds]) => import('/assets/lines.js').then(({ grown }) => pairs.map(([one, two]) => grown(one, two, kinds)))"
    for (one, two), said in zip(pairs, page.evaluate(ask, [pairs, KINDS]), strict=True):
        by = {kind: Fraction(two.count(kind), len(two)) - Fraction(one.count(kind), len(one)) for kind in KINDS}
        assert said == [kind for kind in KINDS if by[kind] == max(by.values()) > 0]


def test_a_tie_is_settled_by_its_person_and_a_changed_line_takes_the_answer_back(phone: Callable[..., Phone], gallery: str) -> None:  # noqa: F811
    """Only those that grew alike are on offer; what was worked out from lines that changed is not sent."""
    one = phone()
    page = show(one, f"{gallery}/open")
    activity = within(page, "among")
    lines(page, "among", ("the quiet one", "Somebody and me"), ("their cook", "Where I belong"))
    expect(activity).to_contain_text("write and sort the first list too")
    lines(page, "plain", ("curious", "Inside me"))
    activity.get_by_role("button", name="See what moved").click()
    expect(activity.get_by_role("radio")).to_have_text(["Somebody and me", "Where I belong"])
    activity.get_by_role("radio", name="Where I belong").click()
    expect(activity).to_contain_text("The room sees only: Where I belong")

    within(page, "plain").get_by_role("button", name="I am curious").click()
    within(page, "plain").locator(".ws-sorter").get_by_role("button", name="Where I belong").click()
    expect(activity.locator(".ws-send")).to_have_attribute("aria-disabled", "true")
    activity.get_by_role("button", name="See what moved").click()
    expect(activity).to_contain_text("The room sees only: Somebody and me")

    activity.get_by_role("button", name="With them I am the quiet one").click()
    activity.locator(".ws-sorter").get_by_role("button", name="Inside me").click()
    expect(activity.locator(".ws-send")).to_have_attribute("aria-disabled", "true")
    activity.get_by_role("button", name="See what moved").click()
    activity.locator(".ws-send").click()
    expect(activity).to_have_class(state_of("saved"))
    assert not [word for word in ("quiet", "cook", "curious") if word in one.sent()]
