"""The desk and the screen in a browser, with their kernel played: what they show at each step, and what a press asks for."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.boards import MODULE, PAYLOADS, asked, board, staged, view
from tests.browser.stage import BOX
from workshop.declaration import curriculum
from workshop.reveal import example


def screen(page: Page, address: str, seen: dict, question: bool = True, reveal: str | None = None) -> Page:
    spec = MODULE.activity("box").spec() if question else None
    shown = {"view": seen, "title": MODULE.title, "question": spec, "reveal": PAYLOADS.get(reveal)}
    return staged(page, address, "projector.js", shown)


@pytest.mark.parametrize(
    ("phase", "button", "verb"), [("waiting", "Open", "open"), ("open", "Close and reveal", "close"), ("closing", "Cancel", "cancel")]
)
def test_one_button_does_what_comes_next_and_asks_once(phone, address, phase, button, verb) -> None:
    page = board(phone(width=1440, height=900).page, address, view(phase, closing={BOX: 8.0} if phase == "closing" else {}))
    act = page.locator(".ws-question-box .ws-main")
    expect(act).to_have_text(button)
    act.dblclick(force=True)
    assert asked(page) == [{"type": verb, "question": BOX}]


def test_before_the_close_the_desk_says_how_many_are_done_and_nothing_more(phone, address) -> None:
    page = board(phone(width=1440, height=900).page, address, view("open"))
    row = page.locator(".ws-question-box")
    expect(row.locator(".ws-done")).to_have_text("11 of 12 done")
    assert not [option.text for option in MODULE.activity("box").options if row.get_by_text(option.text, exact=True).count()]


def test_a_withheld_result_keeps_its_face_until_the_example_is_asked_for(phone, address) -> None:
    page = board(phone(width=1440, height=900).page, address, view("closed"), {BOX: PAYLOADS["withheld"]})
    row = page.locator(".ws-question-box")
    expect(row.locator(".ws-withheld")).to_be_visible()
    assert row.locator(".ws-invented").count() == 0
    row.get_by_role("button", name="Show the invented group on the screen").click()
    assert asked(page) == [{"type": "arrange", "changes": {"example": BOX}}]
    page = board(page, address, view("closed", example=BOX), {BOX: PAYLOADS["withheld"]})
    expect(row.locator(".ws-invented")).to_be_visible()


def test_a_refusal_and_a_lost_room_are_said_where_one_looks(phone, address) -> None:
    page = board(phone(width=1440, height=900).page, address, view("open"))
    trouble = page.get_by_role("alert")
    page.locator(".ws-question-box .ws-main").click()
    page.evaluate("screen_.emit('msg:custom', { type: 'error', message: 'Too late to cancel.' })")
    expect(trouble).to_have_text("Too late to cancel.")
    page.evaluate("window.dispatchEvent(new CustomEvent('ws-connection', { detail: 'closed' }))")
    expect(trouble).to_contain_text("Not connected")
    page.locator(".ws-question-box .ws-main").click(force=True)
    assert len(asked(page)) == 1


def test_the_steps_lead_through_the_session(phone, address) -> None:
    """A press asks for the next step; the screen follows the room, so that every tab is at the same place."""
    page = board(phone(width=1440, height=900).page, address, view(plan={"format": "", "step": 0, "begun": False}))
    for place, step in enumerate(MODULE.steps):
        expect(page.locator("h1")).to_have_text(step.title)
        expect(page.locator(".ws-say")).to_have_text(step.say)
        assert "null" not in page.locator(".ws-now").inner_text()
        page.get_by_role("button", name="Next:").click()
        assert asked(page)[-1] == {"type": "go", "step": place + 1}
        page.evaluate("screen_.emit('msg:custom', { type: 'ok' })")
        plan = {"format": "", "step": place + 1, "begun": True}
        page.evaluate("(plan) => screen_.set('state', { ...screen_.get('state'), view: { ...screen_.get('state').view, plan } })", plan)


def test_the_room_is_arranged_by_one_press_each(phone, address) -> None:
    page = board(phone(width=1440, height=900).page, address, view(timer={"id": "ab", "seconds": 125.0}))
    for name, changes in (
        ("Phones face down", {"cover": "down"}),
        ("Pause the workshop", {"cover": "pause"}),
        ("Stop", {"timer": 0}),
    ):
        page.get_by_role("button", name=name, exact=True).click()
        assert asked(page)[-1] == {"type": "arrange", "changes": changes}
        page.evaluate("screen_.emit('msg:custom', { type: 'ok' })")
    expect(page.locator(".ws-timed")).to_have_text("2:04")


@pytest.mark.parametrize(("covered", "said"), [("down", "Phones face down. Look up."), ("pause", "A pause, for everybody.")])
def test_the_screen_says_when_heads_are_up(phone, address, covered, said) -> None:
    """No question and no option meanwhile; a result stays while phones are face down."""
    stage = {"cover": covered, "pace": "free", "fiction": False, "few": False}
    page = screen(phone(width=1600, height=900).page, address, view("open", stage=stage, timer={"id": "ab", "seconds": 60.0}))
    expect(page.locator("h1")).to_have_text(said)
    expect(page.locator(".ws-projected-timer")).to_be_visible()
    assert page.locator(".ws-choices").count() == 0
    page = screen(page, address, view("closed", stage=stage), reveal="shown")
    assert page.locator(".ws-bars").count() == (covered == "down")
    expect(page.locator(".ws-projector")).to_contain_text(said)


def test_the_screen_tells_how_to_join_until_a_question_opens(phone, address) -> None:
    page = screen(phone(width=1600, height=900).page, address, view(), question=False)
    expect(page.locator(".ws-code")).to_have_text("K7PM")
    expect(page.locator(".ws-address")).to_have_text("192.168.1.7:8000/K7PM")
    assert page.locator(".ws-qr").bounding_box()["width"] > 300


@pytest.mark.parametrize("size", [(1600, 900), (1024, 768)])
@pytest.mark.parametrize(("phase", "reveal"), [("open", None), ("closing", None), ("closed", "shown"), ("closed", "withheld")])
def test_the_screen_fits_every_size_and_can_be_read_from_afar(phone, address, phase, reveal, size) -> None:
    """Ten metres ask for letters of a fiftieth of the screen's height."""
    width, height = size
    seen = view(phase, closing={BOX: 8.0} if phase == "closing" else {}, mode="rehearsal", example=BOX)
    page = screen(phone(width=width, height=height).page, address, seen, reveal=reveal)
    expect(page.locator(".ws-rehearsal")).to_be_visible()
    expect(page.locator(".ws-choices, .ws-bars").first).to_be_visible()
    if phase == "closing":
        expect(page.locator(".ws-count-down")).to_contain_text("Ends in")
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") <= [width, height]
    letters = page.evaluate(
        "[...document.querySelectorAll('h1, li, .ws-bars span')].map((node) => parseFloat(getComputedStyle(node).fontSize))"
    )
    assert min(letters) >= height / 50


@pytest.mark.parametrize("size", [(1600, 900), (1024, 768)])
def test_the_screen_shows_a_jar_and_then_what_follows_from_the_bars(phone, address, size) -> None:
    """The drawing in place of answers, no number in words before the close; bars and lines on one screen after it, large enough."""
    width, height = size
    jar = curriculum.module("power").activity("jar")
    page = phone(width=width, height=height).page
    for phase, reveal in (("open", None), ("closed", json.loads(example(jar)))):
        seen = view(phases={jar.id: phase})
        page = staged(page, address, "projector.js", {"view": seen, "title": "", "question": jar.spec(), "reveal": reveal})
        if reveal:
            expect(page.locator(".ws-follows li")).to_have_count(4)
            expect(page.locator(".ws-bars div")).to_have_count(8)
            assert page.locator(".ws-picture").count() == 0
        else:
            expect(page.locator(".ws-picture circle")).to_have_count(248)
            assert page.locator(".ws-picture").bounding_box()["height"] > 0.45 * height
            assert page.locator(".ws-choices").count() == 0
            assert page.locator(".ws-tone-1").first.evaluate("(bead) => getComputedStyle(bead).fill") == "rgb(242, 179, 61)"
            assert not {"248", "200"} & set(page.locator(".ws-projector").inner_text().split())
        assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") <= [width, height]
        letters = "[...document.querySelectorAll('h1, li, .ws-bars span')].map((node) => parseFloat(getComputedStyle(node).fontSize))"
        assert min(page.evaluate(letters)) >= height / 50


def test_the_screen_shows_no_count_before_the_reveal(phone, address) -> None:
    page = screen(phone(width=1600, height=900).page, address, view("open"))
    text = page.locator(".ws-projector").inner_text()
    assert "12" not in text and "11" not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_screens_are_accessible(phone, address, scheme) -> None:
    page = board(phone(width=1440, height=900, color_scheme=scheme).page, address, view("closed"), {BOX: PAYLOADS["shown"]})
    expect(page.locator(".ws-bars")).to_be_visible()
    found = Axe().run(page).response["violations"]
    page = screen(page, address, view("closed"), reveal="shown")
    expect(page.locator(".ws-bars")).to_be_visible()
    found += Axe().run(page).response["violations"]
    assert not found, json.dumps([(one["id"], [node["target"] for node in one["nodes"]]) for one in found])


@pytest.mark.parametrize("question", [True, False])
def test_a_new_address_is_said_beside_its_code_and_the_screen_still_fits(phone, address, question) -> None:
    """A phone that doesn't find us any more can be scanned in again at once, whatever is on."""
    page = screen(phone(width=1024, height=768).page, address, view("open", moved=True), question=question)
    expect(page.get_by_text("Our address has changed. Please scan again.")).to_be_visible()
    code = page.locator(".ws-qr").bounding_box()
    assert code["width"] >= 100 and code["x"] + code["width"] <= 1024 and code["y"] + code["height"] <= 768
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page = board(phone(width=1200, height=800).page, address, view("open", moved=True))
    expect(page.locator(".ws-moved")).to_contain_text("have everyone scan again")
