"""What is said to be saved is there, and what was hidden stays hidden."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.walk import SLOW, activity, go, join
from tests.running import until

MINE = "quincunx-marmalade"
# The browser inside another app: a link to a file of the page's own does nothing, and nobody is told.
SWALLOWED = "HTMLAnchorElement.prototype.click = function () { window.swallowed = this.download; };"


def test_where_no_file_can_be_saved_there_is_another_way_and_deleting_asks(start, phone) -> None:
    """Nothing claims that the file is there; its text can be copied instead; and before it's all deleted one is asked to look."""
    running = start()
    one = phone()
    one.context.add_init_script(SWALLOWED)
    go(join(one, running), running, "steps")
    activity(one, "crew").locator("input").first.fill(MINE)
    mine = activity(one, "mine")
    mine.get_by_role("button", name="Save my page as a file").click()
    expect(mine).to_contain_text("If no file came")
    assert one.page.evaluate("window.swallowed") == "my-page.html"
    assert "Saved" not in mine.inner_text()

    mine.get_by_role("button", name="Copy my page as text").click()
    expect(mine).to_contain_text("Copied.")
    text = mine.get_by_label("My page as text").input_value()
    assert MINE in text and "<" not in text and "Not therapy" not in text.splitlines()[1]
    crew = activity(one, "crew").locator("input").nth(1)
    crew.click()
    one.page.keyboard.press("Control+v")
    assert MINE in crew.input_value(), "it's on the clipboard"
    assert MINE not in one.sent()

    mine.locator(".ws-forget summary").click()
    expect(mine).to_contain_text("Have you looked whether your file is there?")
    mine.get_by_role("button", name="Back", exact=True).click()
    expect(mine.locator(".ws-wipe")).to_be_hidden()
    assert MINE in one.page.evaluate("JSON.stringify({ ...sessionStorage })")


def test_where_the_phone_can_hand_a_file_over_it_gets_the_file(start, phone) -> None:
    running = start()
    one = phone()
    one.context.add_init_script(
        f"{SWALLOWED} navigator.canShare = ({{ files }}) => files.length === 1;"
        "navigator.share = async ({ files: [file] }) => { window.shared = [file.name, file.type, await file.text()]; };"
    )
    go(join(one, running), running, "steps")
    activity(one, "crew").locator("input").first.fill(MINE)
    activity(one, "mine").get_by_role("button", name="Save my page as a file").click()
    activity(one, "mine").get_by_role("button", name="Hand the file to another app").click()
    name, kind, text = until(lambda: one.page.evaluate("window.shared"))
    assert (name, kind) == ("my-page.html", "text/html") and MINE in text and text.startswith("<!doctype html>")


def test_after_hide_back_shows_nothing_of_the_page_before(start, phone) -> None:
    """Somebody takes the phone and presses Back: the calm page again, whatever the page before held; a reload brings it back."""
    running = start()
    one = phone()
    # Whatever is drawn, however briefly, in any page of this tab after it was hidden.
    one.context.add_init_script(
        f"""if (sessionStorage.getItem("ws.hidden")) new MutationObserver(() => {{
          if ([...document.querySelectorAll("textarea")].some((box) => box.value.includes("{MINE}"))) localStorage.setItem("seen", "1");
        }}).observe(document, {{ subtree: true, childList: true, attributes: true }});"""
    )
    go(join(one, running), running, "arrive")
    activity(one, "word").locator("textarea").fill(MINE)
    go(one, running, "steps")
    one.page.locator("#ws-hide").click()
    expect(one.page.locator(".ws-hidden-page")).to_be_visible()
    kernels = len(running.kernels())
    one.page.go_back()
    expect(one.page.locator(".ws-hidden-page")).to_be_visible(timeout=SLOW)
    assert one.page.url.endswith("/arrive") and one.page.title() == "Notes"
    one.page.wait_for_load_state("load")
    assert one.page.locator("body").is_hidden() and one.page.inner_text("body").strip() == ""
    assert one.page.evaluate("localStorage.getItem('seen')") is None
    until(lambda: len(running.kernels()) <= kernels, what="a hidden page holds no kernel")

    one.page.go_forward()
    expect(one.page.locator(".ws-hidden-page")).to_be_visible(timeout=SLOW)
    one.page.go_back()
    one.page.reload()
    expect(activity(one, "word").locator("textarea")).to_have_value(MINE, timeout=SLOW)
