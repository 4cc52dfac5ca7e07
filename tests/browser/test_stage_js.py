"""How the room stands, on a phone: face down, a pause, the timer, where a page ends while everybody goes together."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.stage import BET, BOX, at, payloads
from workshop.declaration import curriculum
from workshop.room.front import on_now, until

ARRIVE = curriculum.module("arrive")
FREE = {"cover": "", "pace": "free", "fiction": False, "few": False}


def see(page: Page, **change) -> None:
    """The room changes: parts of its stage, or of its view."""
    standing = {name: change.pop(name) for name in FREE if name in change}
    if "phases" in change:
        change |= {"on": on_now(ARRIVE, change["phases"]), "until": until(ARRIVE, change["phases"])}
    page.evaluate("(change) => see(change)", {"stage": FREE | standing, **change})


@pytest.mark.parametrize(("covered", "words"), [("down", "Phones face down. Look up."), ("pause", "A pause, for everybody.")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_calm_screen_covers_the_page_and_nothing_is_lost(phone, address, covered, words, scheme) -> None:
    """What was chosen and typed is there again afterwards, and meanwhile nothing under it can be pressed."""
    page = at(phone(color_scheme=scheme), address)
    page.evaluate("document.querySelector('main').id = 'ws-cells'")
    page.locator(".ws-key-box").get_by_role("radio", name="Glad", exact=True).click()
    page.locator(".ws-key-word textarea").fill("tired")
    see(page, cover=covered)
    cover = page.locator(".ws-cover")
    expect(cover).to_be_visible()
    expect(cover.locator(".ws-cover-title")).to_have_text(words)
    assert page.evaluate("document.querySelector('main').inert")
    found = [one["id"] for one in Axe().run(page).response["violations"] if one["id"] != "page-has-heading-one"]
    assert not found
    see(page)
    expect(cover).to_be_hidden()
    expect(page.locator(".ws-key-box").get_by_role("radio", name="Glad", exact=True)).to_have_attribute("aria-checked", "true")
    expect(page.locator(".ws-key-word textarea")).to_have_value("tired")


def test_the_timer_counts_down_from_the_seconds_left(phone, address) -> None:
    page = at(phone(), address)
    see(page, timer={"id": "ab", "seconds": 61.0})
    timer = page.locator(".ws-timer")
    expect(timer).to_have_text("1:00")
    see(page, timer={"id": "cd", "seconds": 0.3})
    expect(timer).to_have_text("Time's up. Finish your sentence.")
    see(page, timer=None)
    expect(timer).to_be_hidden()


def test_together_the_page_ends_at_the_question_until_it_is_revealed(phone, address) -> None:
    """The guess and its question are there; what comes after is not, and comes with the close. Free pace shows everything."""
    page = at(phone(), address)
    page.evaluate("document.querySelector('main').id = 'ws-cells'")
    after = page.locator(".ws-key-keep")
    expect(after).to_be_visible()
    see(page, pace="together")
    expect(page.locator(".ws-key-box_bet")).to_be_visible()
    expect(page.locator(".ws-key-box")).to_be_visible()
    expect(after).to_be_hidden()
    expect(page.locator(".ws-held")).to_be_visible()
    content = json.loads(payloads()["shown"])
    assert content["face"] == "shown"
    see(page, pace="together", phases={BOX: "closed", BET: "closed"}, reveals={BOX: "shown"})
    expect(after).to_be_visible()
    expect(page.locator(".ws-held")).to_be_hidden()
    see(page, pace="together", phases={BOX: "open", BET: "open"})
    expect(after).to_be_hidden()
    see(page, pace="free")
    expect(after).to_be_visible()


def test_people_on_an_earlier_page_are_led_on(phone, address) -> None:
    page = at(phone(), address)
    page.evaluate("document.querySelector('main').id = 'ws-cells'")
    see(page, pace="together", module="map")
    expect(page.locator(".ws-along")).to_have_attribute("href", "map")
    expect(page.locator(".ws-key-keep")).to_be_visible()


def test_people_elsewhere_on_the_page_find_the_open_question(phone, address) -> None:
    """A way to it while it is open, not done and out of sight; none where it is seen, done or closed."""
    page = at(phone(height=300), address)
    page.evaluate("document.querySelector('main').id = 'ws-cells'")
    see(page, phases={BOX: "waiting", BET: "waiting"})
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    here = page.locator(".ws-here")
    expect(here).to_be_hidden()
    see(page, phases={BOX: "open", BET: "open"})
    expect(here).to_be_visible()
    here.click()
    expect(page.locator(".ws-key-box_bet")).to_be_in_viewport()
    expect(here).to_be_hidden()
    page.locator(".ws-key-box .ws-send").scroll_into_view_if_needed()  # the guess is out of sight, its question is not
    page.wait_for_timeout(300)
    expect(here).to_be_hidden()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(here).to_be_visible()
    see(page, phases={BOX: "closed", BET: "closed"})
    expect(here).to_be_hidden()


def test_careful_modes_leave_out_what_they_promise(phone, address) -> None:
    """Own lives in a room of people who live together; sensitive questions in a room of six."""
    page = at(phone(), address)
    page.evaluate(
        """async () => {
          const spec = { ...models.find((one) => one.get("spec").key === "box").get("spec"), key: "own", id: "arrive.own", own_life: true };
          const sensitive = { ...spec, key: "sensitive", id: "arrive.sensitive", own_life: false, sensitive: true };
          for (const one of [spec, sensitive]) {
            const el = document.createElement("div");
            main.append(el);
            (await import("/choice.js")).default.render({ model: new Model({ spec: one }), el });
          }
        }"""
    )
    own, sensitive = page.locator(".ws-key-own"), page.locator(".ws-key-sensitive")
    expect(own).to_be_visible()
    see(page, fiction=True, few=True)
    expect(own).to_be_hidden()
    expect(sensitive).to_contain_text("only a few of us")
    expect(sensitive.locator(".ws-send")).to_be_hidden()
    expect(sensitive.get_by_role("radio").first).to_be_hidden()
