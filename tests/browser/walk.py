"""What people do with their hands: join, answer, run the desk."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Error, Locator, Page, expect

from tests.chromium import Phone
from tests.running import Workshop

SLOW = 20_000  # ms: a first page on a busy machine
BOXES = ("Glad", "Glad", "I owe something", "A little awkward", "Closer to them")  # five answers that may be shown
CLOSING = 10_000  # ms: from the facilitator's press to the count


def activity(phone: Phone, key: str) -> Locator:
    """One activity on the page that this phone has open."""
    return phone.page.locator(f".ws-activity.ws-key-{key}")


def join(phone: Phone, workshop: Workshop, *, keep: bool = False, share: bool = True) -> Phone:
    """From the printed address to the first page, through consent."""
    phone.page.goto(workshop.join_url)
    phone.page.get_by_label("I want to take part").check()
    if keep:
        phone.page.get_by_label("This phone may keep").check()
    if share:
        phone.page.get_by_label("My answers may join").check()
    phone.page.get_by_role("button", name="Come in").click()
    phone.page.wait_for_url("**/en/*")
    return phone


def go(phone: Phone, workshop: Workshop, slug: str) -> Phone:
    """Open a module's page and wait until it can be used."""
    phone.page.goto(workshop.pages[slug])
    expect(phone.page.locator(".ws-activity").last).to_be_visible(timeout=SLOW)
    return phone


def choose(phone: Phone, key: str, option: str) -> None:
    """Tap an option of a question, without sending."""
    activity(phone, key).get_by_role("radio", name=option, exact=True).click()


def send(phone: Phone, key: str, option: str) -> None:
    """Answer a question and wait until it is saved."""
    choose(phone, key, option)
    activity(phone, key).locator(".ws-send").click()
    expect(activity(phone, key)).to_have_class(state("saved"), timeout=SLOW)


def state(name: str):
    """A pattern for `to_have_class`: the activity is in this state."""
    import re

    return re.compile(rf"\bws-state-{name}\b")


def desk(phone: Phone, workshop: Workshop) -> Phone:
    """Open the facilitator's desk."""
    phone.page.goto(workshop.desk_url)
    expect(phone.page.locator(".ws-board")).to_be_visible(timeout=SLOW)
    return phone


def projector(phone: Phone, workshop: Workshop) -> Phone:
    """Open the projector page in a browser that has the desk open."""
    phone.page.goto(workshop.desk_url)
    phone.page.goto(workshop.desk_url.split("?")[0] + "projector")
    expect(phone.page.locator(".ws-projector")).to_be_visible(timeout=SLOW)
    return phone


def press(phone: Phone, name: str) -> None:
    """Press a button of the desk, once it can be pressed."""
    button = phone.page.get_by_role("button", name=name, exact=True)
    expect(button).to_have_attribute("aria-disabled", "false", timeout=SLOW)
    button.click()


def press_at(board: Phone, key: str, name: str) -> None:
    """Press the button of one question's card at the desk."""
    board.page.locator(".ws-others").evaluate("others => { others.open = true; }")  # the step's own card is in front, the rest folded
    button = board.page.locator(f".ws-question-{key}").get_by_role("button", name=name, exact=True)
    expect(button).to_have_attribute("aria-disabled", "false", timeout=SLOW)
    button.click()


def to_the_chart(board: Phone, phones: list[Phone], boxes: Sequence[str]) -> None:
    """The first module's box, from its opening at the desk to the result on each phone; `boxes`: what each of them answers."""
    press(board, "Open this module")
    press(board, "Open")
    for one, box in zip(phones, boxes, strict=True):
        expect(activity(one, "box")).to_have_class(state("open"), timeout=SLOW)
        send(one, "box", box)
    press(board, "Close and reveal")
    for one in phones:
        expect(activity(one, "box")).to_have_class(state("revealed"), timeout=SLOW + CLOSING)
        expect(activity(one, "box").locator(".ws-bars")).to_be_visible(timeout=SLOW)


def slide(phone: Phone) -> None:
    """Move the slider of `authored.SLIDER`, and see that its kernel has heard of it."""
    slider = phone.page.locator("[role=slider]").first
    expect(slider).to_be_visible(timeout=60_000)
    slider.press("ArrowRight")
    expect(phone.page.get_by_text("moved to 3")).to_be_visible(timeout=SLOW)


def tab(phone: Phone) -> Phone:
    """One more tab of the same browser."""
    return Phone(phone.context, phone.context.new_page())


def scan(one: Phone, workshop: Workshop) -> Page:
    """The join page, once it has made up its mind whether to ask who is there."""
    one.page.goto(workshop.join_url)
    expect(one.page.locator("#again:visible, #rest:visible").first).to_be_visible()
    return one.page


def kept(page: Page) -> str:
    return page.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")


def everything(page: Page) -> str:
    """All that a person could read in a tab, and all that it keeps; while it's loading it's asked again."""
    for _ in range(40):
        try:
            fields = page.evaluate("[...document.querySelectorAll('textarea, input')].map((field) => field.value).join()")
            return page.content() + fields + kept(page)
        except Error:
            page.wait_for_timeout(250)
    raise AssertionError("the tab never stopped loading")


def join_as_new(page: Page) -> None:
    page.get_by_label("I want to take part").check()
    page.get_by_label("My answers may join").check()
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url("**/en/*")
