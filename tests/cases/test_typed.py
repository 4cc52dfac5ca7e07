"""Codes, numbers and texts as people type them, on keyboards of all kinds."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import at
from tests.browsing import Browser
from tests.running import Workshop
from workshop.declaration import curriculum
from workshop.kinds.base import BadAnswer
from workshop.kinds.text import LONGEST, Text
from workshop.typed import code

JAR = curriculum.module("power").activity("jar")
SENTENCE = next(one for module in curriculum.modules() for one in module.activities if one.kind == "text")
FULL_WIDTH = {sign: chr(sign + 0xFEE0) for sign in range(0x21, 0x7F)}
NUMBERS = {
    "120": 120,
    " 120 ": 120,
    "۱۲۰": 120,
    "١٢٠": 120,
    "१२०": 120,
    "１２０": 120,
    "1 200": 1200,
    "1.200": 1200,
    "1,200": 1200,
    "1'200": 1200,
    "1’200": 1200,
    "1\u00a0200": 1200,
    "1\u202f200": 1200,
    "١٬٢٠٠": 1200,
    "1.234.567": 1234567,
    "1,00,000": 100000,
    "2000000": 2000000,
    "007": 7,
    "": None,
    "  ": None,
    **dict.fromkeys(
        ("1e", "1e3", "-", "-3", "12.5", "1.20", "1.2345", "1 200.500", "l2", "twelve", "1 2", "½", "0x10", "1,200.000"), "nan"
    ),
}


def ways(room: str) -> list[str]:
    """One code in many ways of typing it."""
    small, wide = room.lower(), room.translate(FULL_WIDTH)
    half = [f"{small[:2]}{between}{small[2:]}" for between in (" ", "-", "–", "—", ".", "·", "_", "\u00a0")]
    return [small, wide, wide.lower(), f" {room}", f"{room} ", f"{room}.", f"“{room}”", f"{small}/", *half]


def test_a_code_is_read_however_it_was_typed() -> None:
    assert {code(way) for way in ways("F3HE")} == {"F3HE"}
    assert code("۷kpm") == "7KPM", "a digit of another script is that digit"
    assert code("F3HEX") == "F3HEX" and code("F3 OE") == "F3OE", "another code stays another one"


def test_an_address_is_found_however_its_code_was_typed(workshop: Workshop) -> None:
    one = Browser(workshop.join_url)
    for way in [*ways(workshop.room), f"{workshop.room}/"]:
        answer = one.get("/" + quote(way, safe="/"))
        assert answer.status == 200 and f'value="{workshop.room}"' in str(answer), way
    for path in ("/favicon.ico", "/robots.txt", "/login", "/a", "/%00", f"/{workshop.room}/x", "/" + "A" * 41):
        assert one.get(path).status in (400, 404), path


def test_one_joins_however_the_code_was_typed(workshop: Workshop, phone) -> None:
    for way in ways(workshop.room):
        assert Browser(workshop.join_url).join(way).status == 200, way
    page = phone().page
    page.goto(workshop.join_url.rpartition("/")[0] + "/")
    page.get_by_label("I want to take part").check()
    page.get_by_label("The code on the screen").press_sequentially(" – ".join(workshop.room.lower().translate(FULL_WIDTH)))
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url("**/en/*")


def test_a_number_is_read_however_it_was_typed(phone, address) -> None:
    page = at(phone(), address)
    found = page.evaluate(
        """async (texts) => {
          const { whole } = await import("/typed.js");
          return texts.map(whole).map((one) => (Number.isNaN(one) ? "nan" : one));
        }""",
        list(NUMBERS),
    )
    assert dict(zip(NUMBERS, found, strict=True)) == NUMBERS


def draw(page: Page, activity) -> Page:
    """One more activity on the stage, open."""
    page.evaluate(
        """async (spec) => {
          const phases = { ...visitor.get("view").phases, [spec.id]: "open" };
          visitor.set("questions", { ...visitor.get("questions"), [spec.id]: "" });
          see({ phases });
          const el = document.createElement("div");
          main.append(el);
          (await import(`/${spec.kind}.js`)).default.render({ model: new Model({ spec }), el });
        }""",
        activity.spec() | {"page": "p"},
    )
    return page


def test_the_jar_takes_a_number_in_any_digits_and_says_what_is_too_much(phone, address) -> None:
    page = draw(at(phone(), address), JAR)
    jar = page.locator(".ws-key-jar")
    box, said, send = jar.get_by_label("Your number"), jar.locator("[id$=-whole]"), jar.locator(".ws-send")
    jar.get_by_role("radio", name=JAR.sure[0].text, exact=True).click()
    for text in ("١٢٠", "１２０", "1 200", "1.200"):
        box.fill(text)
        expect(send).to_have_attribute("aria-disabled", "false")
        expect(said).to_have_text("")
    for text, word in (
        ("2000000", "a million"),
        ("2 000 000", "a million"),
        ("12.5", "whole number"),
        ("0", "whole number"),
        ("1e", "whole number"),
    ):
        box.fill(text)
        expect(said).to_contain_text(word)
        expect(send).to_have_attribute("aria-disabled", "true")


# Letters that become two, or one, when they're put together, and those that a browser counts twice.
@pytest.mark.parametrize("letter", ["a", "\u09df", "\u095c", "\ufb4b", "e\u0301", "\U0001f600", "क\u200dष"])
def test_box_and_server_count_a_text_in_the_same_way(phone, address, letter: str) -> None:
    """A text that the box lets one send, the server takes; one letter more, and both say so."""
    page = draw(at(phone(), address), SENTENCE)
    card = page.locator(f".ws-key-{SENTENCE.key}")
    box, send = card.get_by_role("textbox"), card.locator(".ws-send")
    fits = LONGEST // len(unicodedata.normalize("NFC", letter))
    box.fill(letter * fits)
    expect(send).to_have_attribute("aria-disabled", "false")
    assert len(Text.check(SENTENCE, box.input_value())) <= LONGEST
    box.fill(letter * fits + "b" * (LONGEST + 1 - fits * len(unicodedata.normalize("NFC", letter))))
    expect(send).to_have_attribute("aria-disabled", "true")
    expect(card.get_by_text("Too long by 1")).to_be_visible()
    with pytest.raises(BadAnswer):
        Text.check(SENTENCE, box.input_value())
