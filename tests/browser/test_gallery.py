"""Every kind in every state, in a real Chromium: accessible, large enough for a thumb, never sideways, and without a pointer."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import hands
from tests.browser.gallery import GALLERY, NOTEBOOKS, SETTLED, show, state_of, within
from tests.browser.hands import KINDS_BY_HAND, press, radio, tab_to
from tests.browser.walk import SLOW, go, join
from tests.chromium import Phone
from tests.gallery.states import STATES, module
from workshop.kinds import KINDS

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

TARGETS = "button, input, select, textarea, summary, a[href], [role=radio], [role=switch], [role=checkbox]"
SMALL = """targets => targets.filter(one => one.checkVisibility()).map(one => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.width < 43.9 || box.height < 43.9)
  .map(([one, box]) => `${one.closest("section")?.className} ${one.className || one.tagName} ${box.width} × ${box.height}`)"""
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll(".ws-activity")]
  .filter(one => one.scrollWidth > one.clientWidth + 1)
  .map(one => `${one.tagName} ${one.className} ${one.scrollWidth} > ${one.clientWidth}`)"""


def test_the_gallery_shows_every_kind() -> None:
    """Otherwise what is said below would not be of every kind."""
    assert {activity.kind for activity in module().activities} == set(KINDS)


@pytest.mark.parametrize("state", STATES)
def test_accessible_large_and_never_sideways(phone: Callable[..., Phone], gallery: str, state: str) -> None:
    """No violation of WCAG 2.2 A or AA, light and dark; 44 px a thumb; nothing sideways at 320 px, nor with letters twice as large."""
    one = phone(width=320, height=740, color_scheme="light", reduced_motion="reduce")
    page = show(one, f"{gallery}/{state}")
    expected = {"closing": "saved", "withheld": "revealed"}.get(state, state)
    for question in module().questions:
        expect(within(page, question.key)).to_have_class(state_of(expected), timeout=SETTLED)
    if state in ("revealed", "withheld"):
        expect(within(page, "step").locator(".ws-bars").first).to_be_visible(timeout=SETTLED)
        expect(within(page, "jar").locator(".ws-follows li")).to_have_count(4)
    if state == "open":
        for model in ("loop", "pair"):
            within(page, model).get_by_role("button", name="See what happens").click()
            expect(within(page, model).locator(".ws-chart svg.main-svg").first).to_be_visible(timeout=SLOW)  # plotly is large
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert page.locator(TARGETS).evaluate_all(SMALL) == []
    assert page.evaluate(SIDEWAYS) == []
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(SIDEWAYS) == []
    assert one.complaints == []


def violations(page: Page) -> list[tuple[str, str, str]]:
    """(rule, element, what is wrong), for everything that axe finds."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [(rule["id"], node["html"][:120], node["failureSummary"]) for rule in found for node in rule["nodes"]]


def test_these_checks_have_teeth(phone: Callable[..., Phone], gallery: str) -> None:
    """Pale letters in the dark, a field without a name, a small target and a wide word are each found."""
    page = show(phone(width=320, height=740, color_scheme="dark"), f"{gallery}/open")
    page.add_style_tag(content=".ws-key-box .ws-option { color: #3a3c45 } .ws-key-crew .ws-option { min-block-size: 0; padding-block: 0 }")
    page.evaluate("document.querySelector('.ws-key-same input').removeAttribute('aria-labelledby')")
    page.evaluate("document.querySelector('.ws-key-hard h2').textContent = 'x'.repeat(99)")
    page.add_style_tag(content=".ws-key-hard h2 { white-space: nowrap !important }")
    assert {"color-contrast", "label"} <= {rule for rule, *_ in violations(page)}
    assert len(page.locator(TARGETS).evaluate_all(SMALL)) >= 5
    assert any("ws-key-hard" in one for one in page.evaluate(SIDEWAYS))


def test_a_stroke_can_be_skipped_without_its_lines(phone: Callable[..., Phone], gallery: str) -> None:
    """Somebody who hasn't read them is still done with the room's question; there's nothing to send, and no private stroke to see."""
    one = phone()
    page = show(one, f"{gallery}/open")
    own = within(page, "portrait_own")
    expect(own).to_contain_text("You can skip it")
    expect(own.locator(".ws-send")).to_have_attribute("aria-disabled", "true")
    expect(within(page, "portrait_ties")).to_be_hidden()
    own.get_by_role("button", name="Skip").click()
    expect(own).to_have_class(state_of("skipped"))
    [sent] = [request.post_data_json for request in one.requests if request.method == "POST" and '"submit"' in request.post_data]
    assert (sent["question"], sent["value"], sent["intent"]) == ("gallery.portrait_own", None, "skip")


def test_wiped_lines_leave_nothing_that_was_drawn_of_them(phone: Callable[..., Phone], gallery: str) -> None:
    """Neither a stretch in words nor what stands out stays in the drawer that a person's own file is made of."""
    page = show(phone(), f"{gallery}/saved")
    drawer = "() => JSON.parse(localStorage.getItem('ws.own.gallery.portrait'))"
    held = page.evaluate(drawer)
    assert held["own"].startswith("Somewhere") and held["ties"].startswith("Somewhere") and "This view can't show" in held["emphasis"]
    within(page, "portrait").get_by_role("button", name="Delete these answers").click()
    held = page.evaluate(drawer)
    assert held["raw"] == {} and not [text for text in held.values() if isinstance(text, str) and text]


@pytest.mark.parametrize("how", KINDS_BY_HAND, ids=lambda how: how.__name__)
def test_answered_by_keyboard_alone(phone: Callable[..., Phone], gallery: str, how: Callable[[Page], None]) -> None:
    """Tab, arrows, Space and Enter are enough to answer every question; the answer is saved and can be taken back; only it was sent."""
    one = phone()
    page = show(one, f"{gallery}/open")
    how(page)
    activity = within(page, how.__name__)
    tab_to(page, activity.locator(".ws-send"))
    press(page, "Enter")
    expect(activity).to_have_class(state_of("saved"))
    sent = [request.post_data_json for request in one.requests if request.method == "POST" and '"submit"' in request.post_data]
    assert len(sent) == 1
    question = module().activity(how.__name__)
    assert question.check(sent[0]["value"]) == sent[0]["value"]
    assert set(sent[0]) == {"type", "id", "question", "keys", "value", "intent"} and "Friday" not in one.sent()
    assert how is not hands.jar or '"wild-low"' in one.sent()  # and with it no number: a value is one of the cells
    tab_to(page, activity.locator(".ws-undo"))
    press(page, "Enter")
    expect(activity).to_have_class(state_of("open"))


def test_the_private_ones_by_keyboard_alone(phone: Callable[..., Phone], gallery: str) -> None:
    """Switches, lines, a first tap, a dot from lists, a model, a folded box: all without a pointer, and nothing of it leaves."""
    one = phone()
    page = show(one, f"{gallery}/open")
    tab_to(page, within(page, "consents").get_by_role("switch").nth(1))
    press(page, "Space")
    expect(within(page, "consents").get_by_role("switch").nth(1)).to_have_attribute("aria-checked", "false")
    press(page, "Space")
    tab_to(page, within(page, "word").get_by_role("textbox"))
    page.keyboard.type("quincunx")
    radio(page, "begin")
    expect(within(page, "begin").locator("[aria-checked=true]")).to_have_count(1)
    radio(page, "wish")
    expect(within(page, "wish")).to_contain_text("You notice that you had not known.")
    radio(page, "log", 2)
    expect(within(page, "log").get_by_role("status").first).to_have_text("1 of 21 filled in so far.")
    tab_to(page, within(page, "here").get_by_role("textbox"))
    page.keyboard.type("marmalade")
    tab_to(page, within(page, "here").locator("summary"))
    press(page, "Enter")
    tab_to(page, within(page, "here").get_by_role("combobox").first)
    page.keyboard.type("7")
    expect(within(page, "here").get_by_role("button", name="Now")).to_contain_text("Closeness 7 of 10")
    tab_to(page, within(page, "needs").get_by_role("checkbox", name="To be asked"))
    press(page, "Space")
    expect(within(page, "needs")).to_contain_text("Jo's needs: 0 of 2 counted. Lin's needs: 1 of 2 counted.")
    tab_to(page, within(page, "choices").get_by_role("textbox"))
    page.keyboard.type("marmalade")
    for thing, zone in enumerate(("Mine", "Shared", "Not mine")):
        tab_to(page, within(page, "choices").get_by_role("radiogroup").nth(thing).locator("[role=radio][tabindex='0']"))
        press(page, *["ArrowRight"] * thing or ["Home"])
        expect(within(page, "choices").get_by_role("radio", name=zone, exact=True).nth(thing)).to_have_attribute("aria-checked", "true")
    expect(within(page, "choices")).to_contain_text("Mine: 1 · Shared: 1 · Not mine: 1. There's no right number.")
    for name, ring in (("marmalade", "Between"), ("toast", "Near")):
        tab_to(page, within(page, "circle").get_by_role("textbox"))
        page.keyboard.type(name)
        tab_to(page, within(page, "circle").get_by_role("button", name=ring, exact=True))
        press(page, "Enter")
    tab_to(page, within(page, "circle").get_by_role("button", name="marmalade"))
    press(page, "ArrowDown", "ArrowRight")
    tab_to(page, within(page, "circle").get_by_role("button", name="Gone this year"))
    press(page, "Enter")
    expect(within(page, "circle").get_by_role("button", name="marmalade")).to_contain_text("Further out · Person · Gone this year")
    expect(within(page, "circle").get_by_role("img")).to_have_accessible_name("Near: toast. Between: nothing yet. Further out: marmalade.")
    tab_to(page, within(page, "cloth").get_by_role("textbox"))
    page.keyboard.type("marmalade")
    for side in range(2):
        tab_to(page, within(page, "cloth").get_by_role("slider").nth(side))
        press(page, "Home", "ArrowRight")
    expect(within(page, "cloth").get_by_role("img", name="As I would like it: 1 of ten threads")).to_be_visible()
    tab_to(page, within(page, "loop").get_by_role("slider").first)
    press(page, "End")
    tab_to(page, within(page, "loop").get_by_role("button", name="See what happens"))
    press(page, "Enter")
    expect(within(page, "loop").locator(".ws-happened")).to_contain_text("your energy is gone")
    tab_to(page, within(page, "pair").get_by_role("combobox", name="Lin"))
    page.keyboard.type("Always")
    tab_to(page, within(page, "pair").get_by_role("button", name="Play again"))
    press(page, "Enter")
    expect(within(page, "pair").locator(".ws-happened")).to_contain_text("2 of 60 moves went wrong here. Both keep.")
    tab_to(page, within(page, "sources").locator("summary"))
    press(page, "Enter")
    expect(within(page, "sources")).to_contain_text("What it cannot tell.")
    asked = [request.post_data_json["type"] for request in one.requests if request.method == "POST"]
    assert set(asked) == {"hello", "simulate"}
    assert not [word for word in ("quincunx", "marmalade") if word in one.sent()]


def test_what_was_chosen_outlasts_a_reload(phone: Callable[..., Phone], gallery: str) -> None:
    """Drafts, taps, dots and private lines are there again; what was said to Noor is met again further down."""
    one = phone()
    page = show(one, f"{gallery}/open")
    for how in (hands.crew, hands.same, hands.moved, hands.noor, hands.dots, hands.six, hands.among, hands.step, hands.why):
        how(page)
    page.reload()
    page = show(one, f"{gallery}/open")
    expect(within(page, "crew").locator("[aria-checked=true]")).to_have_count(2)
    expect(within(page, "same").locator("output")).to_have_text("7 of ten")
    expect(within(page, "moved").locator("[aria-checked=true]")).to_have_count(2)
    expect(within(page, "dots")).to_contain_text("Closeness 8 of 10, My own say 8 of 10")
    expect(within(page, "six").locator("[aria-checked=true]")).to_have_count(5)
    expect(within(page, "among").get_by_role("button", name="With them I am a Friday guest")).to_contain_text("Where I belong")
    expect(within(page, "step").get_by_label("When?")).to_have_value("Friday")
    expect(within(page, "why").locator("[aria-checked=true]")).to_have_text(["So that there is enough money", "For the joy of it"])
    expect(within(page, "why").get_by_role("textbox")).to_have_value("Friday")
    expect(within(page, "wish").locator(".ws-again")).to_have_text("You asked Noor: help, or company?")


def test_a_dragged_slider_asks_for_few_runs_and_ends_at_the_newest(phone: Callable[..., Phone], gallery: str) -> None:
    """One run in flight at a time; while a thumb moves the settings in between are dropped, the last one is not."""
    one = phone()
    page = show(one, f"{gallery}/open")
    loop = within(page, "loop")
    loop.get_by_role("button", name="See what happens").click()
    expect(loop.locator(".ws-happened")).not_to_be_empty()
    held = []
    page.route("**/handle/open", lambda route: route.continue_() if held else held.append(route))
    slider = loop.get_by_role("slider").first
    slider.focus()
    press(page, "Home", *["ArrowRight"] * 9)
    page.wait_for_timeout(200)
    held[0].continue_()
    expect(loop.locator(".ws-happened")).to_contain_text("your energy is gone")
    runs = [
        request.post_data_json["values"]["k"] for request in one.requests if request.method == "POST" and "simulate" in request.post_data
    ]
    assert runs == [0.5, 0, 0.9]


def test_several_keeps_to_its_limit_and_the_option_that_goes_with_no_other(phone: Callable[..., Phone], gallery: str) -> None:
    """A third tap is refused in words; "nobody" takes the others away and is taken away by them; nothing chosen cannot be sent."""
    page = show(phone(), f"{gallery}/open")
    activity = within(page, "crew")
    tap = lambda name: activity.get_by_role("checkbox", name=name, exact=True).click()  # noqa: E731
    ticked = lambda: activity.locator("[aria-checked=true]").all_inner_texts()  # noqa: E731
    for name in ("Family", "A friend", "A teacher or helper"):
        tap(name)
    expect(activity).to_contain_text("That makes 2. Take one away to choose another.")
    assert ticked() == ["Family", "A friend"]
    tap("Nobody, I did it alone")
    assert ticked() == ["Nobody, I did it alone"]
    tap("Family")
    assert ticked() == ["Family"]
    tap("Family")
    expect(activity.locator(".ws-send")).to_have_attribute("aria-disabled", "true")


def test_the_notebook_on_a_phone(start, phone: Callable[..., Phone], tmp_path: Path) -> None:
    """The gallery's notebook, served by the product itself: every activity appears, a model answers, nothing is amiss in light or dark."""
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks", ignore=lambda _, names: [name for name in names if re.match(r"0[1-9]|1\d", name)])
    shutil.copy(GALLERY / "gallery.ipynb", tmp_path / "notebooks" / "99-gallery.ipynb")
    workshop = start(env={"WORKSHOP_MODULES": str(GALLERY / "modules"), "WORKSHOP_NOTEBOOKS": str(tmp_path / "notebooks")})
    one = go(join(phone(width=360, height=740, reduced_motion="reduce"), workshop), workshop, "gallery")
    page = one.page
    shown = [activity.key for activity in module().activities if activity.kind != "text"]
    for key in shown:
        expect(within(page, key)).to_be_visible(timeout=SLOW)
    loop = within(page, "loop")
    loop.get_by_role("button", name="See what happens").click()
    expect(loop.locator(".ws-happened")).to_contain_text("Noor comes to 60 %", timeout=SLOW)
    expect(loop.locator(".ws-chart svg.main-svg").first).to_be_visible(timeout=SLOW)
    assert page.locator(TARGETS).evaluate_all(SMALL) == []
    assert page.evaluate(SIDEWAYS) == []
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    assert one.complaints == [] and one.hosts == {workshop.join_url.split("/")[2]}
