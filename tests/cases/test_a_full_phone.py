"""A phone without any room left for what a page wants to keep: one can answer all the same, and it's said what is lost later."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import walk
from workshop.declaration.curriculum import words

FILL = """(name) => { const place = window[name]; let n = 0;
  for (let size = 1 << 20; size >= 1; ) { try { place.setItem(`other${n}`, "x".repeat(size)); n++; } catch { size >>= 1; } } }"""
EMPTY = "(name) => Object.keys(window[name]).filter((key) => key.startsWith('other')).forEach((key) => window[name].removeItem(key))"


def test_answers_go_out_and_private_lines_say_that_they_stay_for_now_only(start, phone):
    running = start()
    one, desk = phone(), phone(1200, 800)
    walk.join(one, running, keep=True)
    walk.go(one, running, "arrive")
    walk.desk(desk, running)
    desk.page.locator(".ws-question-box .ws-main").click()
    box, word = walk.activity(one, "box"), walk.activity(one, "word")
    expect(box.locator(".ws-line")).to_contain_text("Open", timeout=20_000)
    word.locator("textarea").fill("before")
    expect(word).to_contain_text(words()["page"]["kept"])
    for name in ("localStorage", "sessionStorage"):
        one.page.evaluate(FILL, name)
    word.locator("textarea").fill("what I really wanted to say, which is much longer")
    expect(word).to_contain_text(words()["page"]["full"])
    expect(word.locator("textarea")).to_have_value("what I really wanted to say, which is much longer")
    box.get_by_role("radio").first.click()
    expect(box.get_by_role("radio").first).to_be_checked()
    box.locator(".ws-send").click()
    expect(box).to_have_class(walk.state("saved"), timeout=20_000)
    for name in ("localStorage", "sessionStorage"):
        one.page.evaluate(EMPTY, name)
    word.locator("textarea").fill("kept again")
    one.page.reload()
    expect(word.locator("textarea")).to_have_value("kept again", timeout=20_000)
