"""Shared weather on a phone: what a study found is told where guesses stay closed, and a log needs nobody but the phone."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.walk import SLOW, activity, desk, go, join, press, projector, send

FOUND = "In the study it was: “3 to 5 of ten”."


def test_a_study_and_a_log(start, phone, tmp_path: Path) -> None:
    """One guess alone stays closed on phone and screen, and the finding stands beside it; taps without a connection stay,
    outlast a reload once the phone may keep them, are in one's own file, and in no message."""
    workshop = start()
    one = go(join(phone(accept_downloads=True), workshop), workshop, "weather")
    board = desk(phone(width=1440, height=900), workshop)
    screen = projector(phone(width=1600, height=900), workshop)
    board.page.get_by_label("Module").first.select_option("weather")
    press(board, "Open this module")
    card = board.page.locator(".ws-question-travel")
    board.page.locator(".ws-others").evaluate("others => { others.open = true; }")
    card.get_by_role("button", name="Open", exact=True).click()
    send(one, "travel", "6 to 8 of ten")
    card.get_by_role("button", name="Close and reveal", exact=True).click()

    log = activity(one, "log")
    status = log.get_by_role("status").first
    one.context.set_offline(True)
    for moment, point in ((1, 1), (3, 3)):
        log.get_by_role("radiogroup").nth(moment).get_by_role("radio").nth(point).click()
    expect(status).to_have_text("2 of 21 filled in so far.")
    expect(log.locator("svg circle")).to_have_count(2)
    one.context.set_offline(False)
    log.get_by_role("switch", name="This phone may keep").click()
    expect(log.get_by_role("switch")).to_be_hidden()

    travel = activity(one, "travel")
    expect(travel.locator(".ws-outcome")).to_contain_text("Our guesses stay hidden. In the study it was about four of ten.", timeout=SLOW)
    expect(travel.locator(".ws-withheld")).to_be_visible()
    for shown in (screen.page.locator(".ws-projector"), card):
        expect(shown.locator(".ws-withheld")).to_be_visible(timeout=SLOW)
        expect(shown.locator(".ws-finding")).to_have_text(FOUND)

    one.page.reload()
    expect(activity(one, "log").get_by_role("status").first).to_have_text("2 of 21 filled in so far.", timeout=SLOW)
    activity(one, "pairs").get_by_role("combobox").select_option("b")
    activity(one, "pairs").get_by_role("button", name="See what happens").click()
    expect(activity(one, "pairs").locator(".ws-happened")).to_contain_text("never met", timeout=SLOW)
    activity(one, "pairs").get_by_role("button", name="Four other pairs").click()
    expect(activity(one, "pairs").locator(".ws-happened")).to_contain_text("Take your time", timeout=SLOW)  # nobody judges the old choice

    go(one, workshop, "steps")
    with one.page.expect_download(timeout=SLOW) as downloading:
        activity(one, "mine").get_by_role("button", name="Save my page as a file").click()
    downloading.value.save_as(tmp_path / "my-page.html")
    assert ">Day 1: 2 · – · 4<" in (tmp_path / "my-page.html").read_text("utf-8")
    assert "2 · – · 4" not in one.sent()
    assert [complaint for complaint in one.complaints if "ERR_INTERNET_DISCONNECTED" not in complaint] == []
