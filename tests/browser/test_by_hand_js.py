"""What the rule asks of the browser: pairs that are sent under a key of their own, totals from paper, texts that are read first."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.boards import MODULE, asked, board, staged, view
from tests.browser.stage import BET, BOX, at
from workshop.desk import Desk
from workshop.kinds.text import flags

PAIR = f"{BET}+box"
TEXTS = ["Ask, and you will be helped.", "<img src=x onerror=alert(1)>", "write to ann@example.org", "we share", "don't fuss", "no"]


@pytest.fixture
def page(phone, address) -> Page:
    page = at(phone(), address)
    page.evaluate(f"visitor.traits.pairs = {{ '{PAIR}': {{ of: ['{BET}', '{BOX}'], title: 'Guessed and chosen' }} }}")
    return page


def send(page: Page, key: str, option: str) -> None:
    page.click(f".ws-key-{key} [data-key={option}]")
    page.click(f".ws-key-{key} .ws-send")
    expect(page.locator(f".ws-key-{key}.ws-state-saved")).to_be_visible()


def pairs(page: Page) -> list[tuple]:
    """(intent, value) of each message about the pair."""
    page.wait_for_timeout(150)
    sent = page.evaluate(f"visitor.sent.filter(({{ type, question }}) => type === 'submit' && question === '{PAIR}')")
    return [(one["intent"], one["value"]) for one in sent]


def test_both_answers_go_once_more_under_a_key_of_their_own(page) -> None:
    send(page, "box_bet", "glad")
    assert pairs(page) == []
    send(page, "box", "owe")
    assert pairs(page) == [("send", ["glad", "owe"])]
    send(page, "box", "closer")
    assert pairs(page)[1:] == [("send", ["glad", "closer"])]
    keys = page.evaluate("visitor.sent.filter(({ type }) => type === 'submit').map(({ question, keys }) => [question, ...keys])")
    assert len({question for question, *_ in keys}) == 3 and len({key for _, *both in keys for key in both}) == 6


def test_skipping_one_skips_the_pair(page) -> None:
    """On the wire as well: who gave both answers and who did not send as often."""
    send(page, "box_bet", "glad")
    page.click(".ws-key-box .ws-skip")
    assert pairs(page) == [("skip", None)]
    send(page, "box", "owe")
    assert pairs(page)[1:] == [("send", ["glad", "owe"])]
    page.click(".ws-key-box .ws-undo")
    assert pairs(page)[2:] == [("skip", None)]


def test_a_pair_is_sent_after_a_reload_and_never_after_its_close(page) -> None:
    send(page, "box_bet", "glad")
    page.evaluate(f"see({{ phases: {{ '{BET}': 'open', '{BOX}': 'open', '{PAIR}': 'closed' }} }})")
    send(page, "box", "owe")
    assert pairs(page) == []


def test_the_table_stands_under_the_later_question(page) -> None:
    seen = {"phases": {BOX: "closed", BET: "closed"}, "reveals": {BOX: "shown", PAIR: "shown"}}
    page.evaluate("(seen) => see(seen)", seen)
    expect(page.locator(".ws-key-box .ws-pair .ws-bars")).to_be_visible()
    expect(page.get_by_role("heading", name="Guessed and chosen")).to_have_count(1)


def test_totals_from_paper_are_asked_for_before_the_close_only(phone, address) -> None:
    page = board(phone(width=1440, height=900).page, address, view("open"))
    row = page.locator(".ws-question-box")
    row.get_by_text("Totals from paper").click()
    row.get_by_label("Glad").fill("2")
    row.get_by_label("A little awkward").fill("1")
    row.get_by_role("button", name="Count these").click()
    cells = {"glad": 2, "owe": 0, "awkward": 1, "closer": 0, "other": 0}
    assert asked(page) == [{"type": "tally", "question": BOX, "people": None, "cells": cells}]
    assert Axe().run(page).response["violations"] == []
    page = board(phone(width=1440, height=900).page, address, view("closed"))
    expect(page.locator(".ws-question-box").get_by_text("Totals from paper")).to_be_hidden()


def test_a_total_that_cannot_be_read_counts_as_nothing_and_is_marked(phone, address) -> None:
    """ "1e" for 12: a number's own field would give it as empty, and the desk would count none."""
    page = board(phone(width=1440, height=900).page, address, view("open"))
    row = page.locator(".ws-question-box")
    row.get_by_text("Totals from paper").click()
    glad, awkward = row.get_by_label("Glad"), row.get_by_label("A little awkward")
    glad.press_sequentially("٣")
    for wrong in ("1e", "-", "l2", "1000", "2.5"):
        awkward.fill("")
        awkward.press_sequentially(wrong)
        row.get_by_role("button", name="Count these").click()
        expect(row.get_by_role("alert")).to_contain_text("can't be read")
        expect(awkward).to_have_attribute("aria-invalid", "true")
        expect(awkward).to_be_focused()
        expect(glad).to_have_attribute("aria-invalid", "false")
    assert asked(page) == []
    awkward.fill("12")
    row.get_by_role("button", name="Count these").click()
    expect(row.get_by_role("alert")).to_have_text("")
    assert [one["cells"] for one in asked(page)] == [{"glad": 3, "owe": 0, "awkward": 12, "closer": 0, "other": 0}]


def test_the_mouse_wheel_changes_no_total(phone, address) -> None:
    page = board(phone(width=1440, height=900).page, address, view("open"))
    row = page.locator(".ws-question-box")
    row.get_by_text("Totals from paper").click()
    field = row.get_by_label("Glad")
    field.fill("7")
    field.hover()
    page.evaluate("() => { window.turned = 0; addEventListener('wheel', () => setTimeout(() => turned++), { capture: true }); }")
    for _ in range(4):
        page.mouse.wheel(0, 120)
    page.wait_for_function("() => turned === 4")
    assert field.input_value() == "7"


def test_texts_are_read_and_ticked_and_nothing_is_ticked_before(phone, address) -> None:
    batch = {"texts": [{"text": text, "flags": flags(text)} for text in TEXTS], "least": 5}
    page = board(phone(width=1440, height=900).page, address, view("closed"), batches={BOX: batch})
    row = page.locator(".ws-question-box")
    boxes = row.get_by_role("checkbox")
    expect(boxes).to_have_count(6)
    assert [row.locator(".ws-one-text > span:first-of-type").nth(place).inner_text() for place in range(6)] == TEXTS
    expect(row.locator(".ws-flags").last).to_contain_text("ann@example.org")
    button = row.locator(".ws-batch .ws-button")
    expect(button).to_have_text("Show none: 5 are needed")
    for place in (0, 1, 3, 4, 5):
        boxes.nth(place).check()
    expect(button).to_have_text("Show these 5")
    button.click()
    assert asked(page) == [{"type": "approve", "question": BOX, "chosen": [0, 1, 3, 4, 5]}]
    assert Axe().run(page).response["violations"] == []


def pooled(phone, address, texts: list[str], **options) -> Page:
    """The screen with these sentences of the group, and a clock that stands still."""
    page = phone(width=1600, height=900, **options).page
    page.clock.install()
    payload = {"question": BOX, "face": "shown", "people": len(texts), "cells": [], "texts": texts, "summary": "", "invented": False}
    shown = {"view": view("closed"), "title": MODULE.title, "question": MODULE.activity("box").spec(), "reveal": payload}
    return staged(page, address, "projector.js", shown)


def test_texts_on_the_screen_are_words_and_never_markup(phone, address) -> None:
    page = pooled(phone, address, TEXTS)
    expect(page.locator(".ws-written li")).to_have_text(TEXTS)
    assert page.locator(".ws-projector img").count() == 0


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_group_sentences_come_one_by_one_and_then_all_together(phone, address, motion) -> None:
    """Each stands alone for a few seconds; people who don't see them have the whole list from the first moment on."""
    page = pooled(phone, address, TEXTS, reduced_motion=motion)
    alone = page.locator(".ws-alone")
    for text in TEXTS:
        expect(alone).to_have_text(text)
        assert page.get_by_role("listitem").count() == len(TEXTS)
        page.clock.run_for(3900)
        expect(alone).to_have_text(text)
        page.clock.run_for(55 * len(text) + 200)
    expect(alone).to_be_hidden()
    expect(page.locator(".ws-written li").last).to_be_in_viewport()
    page.clock.run_for(60_000)
    expect(alone).to_be_hidden()


def test_more_sentences_than_the_screen_holds_begin_again(phone, address) -> None:
    page = pooled(phone, address, [f"{number}: " + "we share what we have " * 8 for number in range(40)])
    page.clock.run_for(40 * 10_000 + 500)
    expect(page.locator(".ws-alone")).to_contain_text("0: we share")
    assert page.evaluate("document.documentElement.scrollHeight") <= 900


def test_a_sensitive_question_says_what_a_closed_result_would_tell_before_one_answers(phone, address) -> None:
    page = at(phone(), address)
    assert page.locator(".ws-sensitive:visible").count() == 0
    page.evaluate("models.forEach((model) => { model.traits.spec.sensitive = model.traits.spec.key === 'box'; })")
    page.evaluate("see({ module: 'arrive' })")
    expect(page.locator(".ws-sensitive:visible")).to_have_count(1)
    expect(page.locator(".ws-key-box .ws-sensitive")).to_contain_text("nearly all the answers were alike")


def test_a_small_room_is_told_beforehand(phone, address) -> None:
    declared = Desk("arrive").state()["module"]
    for question in declared["questions"]:
        question |= {"sensitive": True, "least": 8}
    for people, told in ((7, True), (8, False)):
        page = board(phone(width=1440, height=900).page, address, view("open", joined=people), module=declared)
        expect(page.locator(".ws-question-box .ws-few")).to_be_visible(visible=told)
