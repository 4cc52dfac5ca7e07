"""A cloth in a browser: as many threads are shared as were chosen, it is there after a reload, and nothing of it leaves."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from playwright.sync_api import Locator, expect

from tests.browser.gallery import show, within
from tests.chromium import Phone


def test_shared_threads_are_as_many_as_chosen_and_never_in_a_heap(phone: Callable[..., Phone], gallery: str) -> None:
    """For every number; between two shared ones there are about as many own ones everywhere."""
    page = show(phone(), f"{gallery}/open")
    ask = "() => import('/assets/weave.js').then(({ spread }) => Array.from({ length: 11 }, (_, shared) => spread(shared, 10)))"
    for shared, threads in enumerate(page.evaluate(ask)):
        assert len(threads) == 10 and sum(threads) == shared
        at = [place for place, out in enumerate(threads) if out]
        apart = {second - first for first, second in pairwise(at)}
        assert not apart or max(apart) - min(apart) <= 1


def test_a_cloth_comes_thread_by_thread_and_outlasts_a_reload(phone: Callable[..., Phone], gallery: str) -> None:
    """The wish is asked once the first is set; both say in words what they show; none of it is sent."""
    one = phone()
    page = show(one, f"{gallery}/open")
    cloth = within(page, "cloth")
    pictures = cloth.locator(".ws-cloth")
    shared: Callable[[int], Locator] = lambda side: pictures.nth(side).locator(".ws-thread-shared")  # noqa: E731
    expect(pictures.first).to_have_accessible_name("As it is: Not chosen yet. Move the dot.")
    expect(cloth.get_by_role("slider")).to_have_count(1)
    cloth.get_by_role("textbox").fill("marmalade")
    cloth.get_by_role("slider").press("Enter")  # where it stands already is a choice too
    expect(shared(0)).to_have_count(5)
    for _ in range(2):
        cloth.get_by_role("button", name="One step less").first.click()
    expect(cloth.locator(".ws-then")).to_be_hidden()
    cloth.get_by_role("slider").nth(1).press("Home")
    expect(cloth.locator(".ws-then")).to_contain_text("You'd like more threads of your own.")
    for key, said in (("End", "You'd like to share more threads."), ("Home", "more threads of your own")):
        cloth.get_by_role("slider").nth(1).press(key)
        expect(cloth.locator(".ws-then")).to_contain_text(said)

    page = show(one, f"{gallery}/open")
    cloth = within(page, "cloth")
    pictures = cloth.locator(".ws-cloth")
    expect(cloth.get_by_role("textbox")).to_have_value("marmalade")
    expect(pictures.first).to_have_accessible_name("As it is: 3 of ten threads")
    expect(pictures.nth(1)).to_have_accessible_name("As I would like it: 0 of ten threads")
    expect(shared(0)).to_have_count(3)
    expect(shared(1)).to_have_count(0)
    assert not [word for word in ("marmalade", "of ten threads") if word in one.sent()] and one.complaints == []
