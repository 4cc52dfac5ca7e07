"""How each kind is answered by keyboard alone; the functions have the names of the gallery's activities."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.gallery import within
from tests.gallery.states import module


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is on it, as somebody without a pointer would; AssertionError if it never is."""
    for _ in range(600):
        if target.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {target}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def radio(page: Page, key: str, group: int = 0) -> None:
    """Choose the second option of a group, by arrow."""
    tab_to(page, within(page, key).get_by_role("radiogroup").nth(group).locator("[role=radio][tabindex='0']"))
    press(page, "ArrowDown")


def lines(page: Page, key: str, *written: tuple[str, str]) -> None:
    """Write lines, press the button that begins the sorting, and sort each: the answers come one after the other."""
    for number, (text, _) in enumerate(written):
        tab_to(page, within(page, key).get_by_role("textbox").nth(number))
        page.keyboard.type(text)
    tab_to(page, within(page, key).get_by_role("button", name="Now sort them"))
    press(page, "Enter")
    for text, kind in written:
        expect(within(page, key).locator(".ws-sorted-line")).to_contain_text(text)
        tab_to(page, within(page, key).locator(".ws-sorter").get_by_role("button", name=kind))
        press(page, "Enter")
    expect(within(page, key).locator(".ws-sorter")).to_be_hidden()


def box(page: Page) -> None:
    radio(page, "box")


def box_bet(page: Page) -> None:
    radio(page, "box_bet")


def travel(page: Page) -> None:
    radio(page, "travel")


def crew(page: Page) -> None:
    for name in ("Family", "A friend"):
        tab_to(page, within(page, "crew").get_by_role("checkbox", name=name, exact=True))
        press(page, "Space")
    expect(within(page, "crew").locator("[aria-checked=true]")).to_have_count(2)


def hard(page: Page) -> None:
    radio(page, "hard")


def same(page: Page) -> None:
    tab_to(page, within(page, "same").get_by_role("slider"))
    press(page, "ArrowRight", "ArrowRight")
    expect(within(page, "same")).to_contain_text("The group sees only: 6 to 8")


def jar_bet(page: Page) -> None:
    radio(page, "jar_bet")


def jar(page: Page) -> None:
    tab_to(page, within(page, "jar").get_by_label("Your number"))
    page.keyboard.type("9x")
    expect(within(page, "jar")).to_contain_text("A whole number in digits, please.")
    radio(page, "jar")
    expect(within(page, "jar").locator(".ws-send")).to_have_attribute("aria-disabled", "true")
    tab_to(page, within(page, "jar").get_by_label("Your number"))
    press(page, "Backspace")
    page.keyboard.type("6")  # 96 of 120: just so that it is too low
    expect(within(page, "jar").locator(".ws-send")).to_have_attribute("aria-disabled", "false")


def moved(page: Page) -> None:
    radio(page, "moved", 0)
    tab_to(page, within(page, "moved").get_by_role("radiogroup").nth(1).locator("[role=radio][tabindex='0']"))
    press(page, "End")
    expect(within(page, "moved")).to_contain_text("The group sees only: Nearer than before")


def noor(page: Page) -> None:
    radio(page, "noor")
    expect(within(page, "noor").get_by_role("status").first).to_contain_text("You read. She writes.")


def pot_1(page: Page) -> None:
    radio(page, "pot_1")


def dots(page: Page) -> None:
    for name, keys in (("Then", ["ArrowUp"]), ("Now", ["ArrowUp"] * 4 + ["ArrowRight"] * 3)):
        tab_to(page, within(page, "dots").get_by_role("button", name=name))
        press(page, *keys)
    expect(within(page, "dots")).to_contain_text("The group sees only: More say and closer")


def six(page: Page) -> None:
    for group in range(3):
        radio(page, "six", group)
        expect(within(page, "six").locator(".ws-send")).to_have_attribute("aria-disabled", str(group < 2).lower())
    for row in ("What we eat", "What we buy"):
        tab_to(page, within(page, "six").get_by_role("checkbox", name=row))
        press(page, "Space")
    expect(within(page, "six")).to_contain_text("The group sees only: One or two")


def sentence(page: Page) -> None:
    tab_to(page, within(page, "sentence").get_by_role("textbox"))
    page.keyboard.type("We share.")


def step(page: Page) -> None:
    radio(page, "step")
    tab_to(page, within(page, "step").get_by_label("When?"))
    page.keyboard.type("Friday")


def why(page: Page) -> None:
    radio(page, "why")
    expect(within(page, "why").get_by_role("radiogroup")).to_have_count(2)
    tab_to(page, within(page, "why").get_by_role("radiogroup").nth(1).locator("[role=radio][tabindex='0']"))
    press(page, "End")
    expect(within(page, "why")).to_contain_text("The group sees only: For the joy of it")
    tab_to(page, within(page, "why").get_by_role("textbox"))
    page.keyboard.type("Friday")


def among(page: Page) -> None:
    lines(page, "plain", ("Friday", "Inside me"), ("glad", "Inside me"))
    lines(page, "among", ("a Friday guest", "Where I belong"), ("glad", "Inside me"))
    tab_to(page, within(page, "among").get_by_role("button", name="See what grew"))
    press(page, "Enter")
    expect(within(page, "among")).to_contain_text("The group sees only: Where I belong")
    expect(within(page, "among").get_by_role("img", name="Inside me: Plain 2, With them 1")).to_be_visible()


def portrait_own(page: Page) -> None:
    """Twelve lines, faster than one can read: whether to draw the picture is asked before it is."""
    portrait = within(page, "portrait")
    for line in module().activity("portrait").statements:
        expect(portrait.locator(".ws-statement")).to_have_text(line.text)
        tab_to(page, portrait.get_by_role("button", name="Not much like me" if line.turned else "Quite like me", exact=True))
        press(page, "Enter")
    expect(within(page, "portrait_own")).to_contain_text("there's nothing to send")
    expect(portrait.locator(".ws-strip").first).to_be_hidden()
    tab_to(page, portrait.get_by_role("button", name="Draw it anyway"))
    press(page, "Enter")
    tab_to(page, portrait.get_by_role("button", name="Look at the statements again"))
    press(page, "Enter")
    expect(portrait.locator(".ws-statement")).to_have_text(module().activity("portrait").statements[0].text)
    tab_to(page, portrait.get_by_role("button", name="To the picture"))
    press(page, "Enter")
    expect(within(page, "portrait_own").locator(".ws-stretch")).to_have_text("Somewhere from “In between” to “Mostly: I find my own way”.")
    expect(within(page, "portrait_own")).to_contain_text("The group sees only: Somewhat: I find my own way")
    expect(within(page, "portrait_ties")).to_contain_text("The group never sees it.")
    tab_to(page, portrait.locator("summary", has_text="which parts stand out for me?"))
    press(page, "Enter")
    expect(portrait.locator(".ws-emphasis")).to_contain_text("None stands out")
    expect(within(page, "portrait_ties").locator(".ws-send")).to_have_count(0)


KINDS_BY_HAND = [
    box_bet,
    box,
    travel,
    crew,
    hard,
    same,
    jar_bet,
    jar,
    moved,
    noor,
    sentence,
    pot_1,
    dots,
    six,
    among,
    step,
    why,
    portrait_own,
]
