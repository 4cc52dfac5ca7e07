"""My page: made in the browser, with what is private in it; it opens without a network, and a fresh phone goes on from it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.walk import SLOW, activity, desk, go, join, press, press_at, send, state
from tests.running import until

CANARY = "quincunx-marmalade-9"


def test_a_page_is_saved_opened_offline_and_brought_back(start, phone, tmp_path: Path) -> None:
    """The journal's words are in the file and in nothing that left the phone; a phone restored from it has answer, words and secret."""
    workshop = start()
    one = go(join(phone(accept_downloads=True), workshop), workshop, "arrive")
    board = desk(phone(width=1440, height=900), workshop)
    press(board, "Open this module")
    press(board, "Open")
    activity(one, "word").locator("textarea").fill(CANARY)
    send(one, "box", "Glad")
    secret = one.page.evaluate("sessionStorage.getItem('ws.secret')")

    go(one, workshop, "steps")
    activity(one, "crew").locator("input").first.fill(f"the truth: {CANARY} </script><b>")
    with one.page.expect_download(timeout=SLOW) as downloading:
        activity(one, "mine").get_by_role("button", name="Save my page as a file").click()
    saved = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(saved)
    text = saved.read_text("utf-8")
    assert text.count(CANARY) == 4 and secret in text  # a journal's and a card's line, each to read and as data
    assert CANARY not in one.sent() and secret not in one.sent() and one.complaints == []
    written = [
        path for folder in (workshop.data_dir, workshop.log.parent) for path in folder.rglob("*") if path.is_file() and path != saved
    ]
    assert written and not [path for path in written if CANARY.encode() in path.read_bytes()]

    reader = phone(offline=True, java_script_enabled=False)
    reader.page.goto(saved.as_uri())
    expect(reader.page.locator("p").first).to_contain_text("It isn't therapy")
    expect(reader.page.locator("body")).to_contain_text(CANARY)
    expect(reader.page.locator("body")).to_contain_text("Glad")
    assert [request.url for request in reader.requests] == [saved.as_uri()]

    other = go(join(phone(), workshop), workshop, "steps")
    activity(other, "mine").locator("input[type=file]").set_input_files(saved)
    expect(activity(other, "mine")).to_contain_text("It's back")
    expect(activity(other, "crew").locator("input").first).to_have_value(f"the truth: {CANARY} </script><b>")
    go(other, workshop, "arrive")
    expect(activity(other, "box")).to_have_class(state("saved"), timeout=SLOW)
    expect(activity(other, "box").get_by_role("radio", name="Glad", exact=True)).to_have_attribute("aria-checked", "true")
    expect(activity(other, "word").locator("textarea")).to_have_value(CANARY)
    assert CANARY not in other.sent()

    go(other, workshop, "steps")
    activity(other, "mine").locator(".ws-forget summary").click()
    activity(other, "mine").locator(".ws-wipe").click()
    other.page.wait_for_url(lambda url: "/en/" not in url)
    assert (
        other.page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((name) => name.startsWith('ws.'))") == []
    )


def test_a_file_that_isnt_ours_changes_nothing(start, phone, tmp_path: Path) -> None:
    workshop = start()
    one = go(join(phone(), workshop), workshop, "steps")
    activity(one, "crew").locator("input").first.fill("Noor")
    until(lambda: one.page.evaluate("sessionStorage.getItem('ws.secret')"), what="its secret")  # drawn a moment after the page has come
    before = one.page.evaluate("JSON.stringify({ ...sessionStorage })")
    wrong = tmp_path / "wrong.html"
    for text in ("", "<p>hello", '<script type="application/json" id="ws-saved">{"kept": 7}</script>'):
        wrong.write_text(text)
        activity(one, "mine").locator("input[type=file]").set_input_files(wrong)
        expect(activity(one, "mine")).to_contain_text("isn't a saved page")
    assert one.page.evaluate("JSON.stringify({ ...sessionStorage })") == before


def test_a_later_room_meets_the_guess_of_then_and_only_the_way_leaves_the_phone(start, phone, tmp_path: Path) -> None:
    """Step and guess come from the file of another room; two taps stay, and what is sent is which way they went."""
    workshop = start()
    one = go(join(phone(accept_downloads=True), workshop), workshop, "steps")
    activity(one, "step").get_by_role("radio", name="My own").click()
    activity(one, "step").get_by_label("In my own words").fill(CANARY)
    activity(one, "hard").get_by_role("radio", name="Fairly").click()
    with one.page.expect_download(timeout=SLOW) as downloading:
        activity(one, "mine").get_by_role("button", name="Save my page as a file").click()
    room = one.page.evaluate("Object.keys(sessionStorage).find((name) => name.includes('.draft.')).split('.')[1]")
    saved = tmp_path / "of-then.html"
    saved.write_text(Path(downloading.value.path()).read_text("utf-8").replace(room, "f" * 32), "utf-8")

    other = go(join(phone(), workshop), workshop, "again")
    board = desk(phone(width=1440, height=900), workshop)
    board.page.locator("#ws-modules").select_option("again")
    press(board, "Open this module")
    press_at(board, "felt", "Open")
    expect(activity(other, "back")).to_contain_text("There is nothing from last time")
    activity(other, "back").locator("input[type=file]").set_input_files(saved)
    for words in ("My own", CANARY, "Fairly"):
        expect(activity(other, "back").locator(".ws-back")).to_contain_text(words)
    felt = activity(other, "felt")
    first, second = felt.get_by_role("radiogroup").nth(0), felt.get_by_role("radiogroup").nth(1)
    expect(first.locator("[data-key='3']")).to_have_attribute("aria-checked", "true")
    second.locator("[data-key='1']").click()
    felt.get_by_role("button", name="Send").click()
    expect(felt).to_have_class(state("saved"), timeout=SLOW)
    sent = other.sent()
    assert CANARY not in sent and other.complaints == []
    assert re.findall(r'"question": ?"again.felt"[^{}]*"value": ?("?[^",}]+)', sent) == ['"down']
