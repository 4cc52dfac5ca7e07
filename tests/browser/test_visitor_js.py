"""Who a visitor is: the secret, its keys, and where a browser keeps what."""

from __future__ import annotations

import hashlib
import hmac
import json
import re

from playwright.sync_api import Page

from tests.browser.stage import BOX, ROOM, at

# RFC 4231: key, message, HMAC-SHA-256
VECTORS = [
    ("0b" * 20, b"Hi There".hex(), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe".hex(), b"what do ya want for nothing?".hex(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    ("aa" * 20, "dd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (bytes(range(1, 26)).hex(), "cd" * 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    (
        "aa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First".hex(),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        "aa" * 131,
        b"This is a test using a larger than block-size key and a larger than block-size data. "
        b"The key needs to be hashed before being used by the HMAC algorithm.".hex(),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
]


def visitor(page: Page, call: str):
    """What a function of visitor.js returns."""
    return page.evaluate(f"import('/visitor.js').then((visitor) => visitor.{call})")


def kept(page: Page) -> dict[str, dict[str, str]]:
    """Everything of ours in the two storages of this tab."""
    return page.evaluate(
        """() => Object.fromEntries(["localStorage", "sessionStorage"].map((name) =>
             [name, Object.fromEntries(Object.entries(window[name]).filter(([key]) => key.startsWith("ws.")))]))"""
    )


def test_hmac_against_published_vectors(phone, address) -> None:
    page = at(phone(), address)
    for key, message, digest in VECTORS:
        made = page.evaluate("([key, text]) => import('/hash.js').then((h) => h.hex(h.hmac(h.unhex(key), h.unhex(text))))", [key, message])
        assert made == digest


def test_sha256_at_every_length_around_its_blocks(phone, address) -> None:
    """Padding goes wrong at 55, 56, 63, 64 bytes and nowhere else."""
    page = at(phone(), address)
    made = page.evaluate(
        """() => import("/hash.js").then((h) =>
             Array.from({ length: 200 }, (_, length) => h.hex(h.sha256(Uint8Array.from({ length }, (_, i) => (i * 7) & 255)))))"""
    )
    assert made == [hashlib.sha256(bytes((i * 7) & 255 for i in range(length))).hexdigest() for length in range(200)]


def test_a_question_has_two_keys_that_only_the_secret_can_join(phone, address) -> None:
    page = at(phone(), address)
    secret = kept(page)["sessionStorage"]["ws.secret"]
    assert re.fullmatch(r"[0-9a-f]{32}", secret)

    def key(*parts: str) -> str:
        return hmac.new(bytes.fromhex(secret), "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()

    assert visitor(page, f"keys('{ROOM}', '{BOX}')") == [key(ROOM, BOX), key(ROOM, BOX, "done")]
    assert page.evaluate("visitor.sent.find(({ type }) => type === 'hello').keys")[BOX] == [key(ROOM, BOX), key(ROOM, BOX, "done")]


def test_the_secret_is_in_no_message_and_no_trait(phone, address) -> None:
    one = phone()
    page = at(one, address)
    page.click(".ws-key-box [data-key=owe]")
    page.click(".ws-key-box .ws-send")
    page.wait_for_selector(".ws-key-box.ws-state-saved")
    secret = kept(page)["sessionStorage"]["ws.secret"]
    said = page.evaluate("JSON.stringify([visitor.sent, visitor.traits, models.map((model) => [model.sent, model.traits])])")
    assert "submit" in said and secret not in said and secret not in one.sent()


def test_all_consents_are_off_at_first_and_nothing_outlives_the_tab(phone, address) -> None:
    page = at(phone(), address, share=False)
    assert visitor(page, "consent()") == {"part": False, "keep": False, "share": False}
    page.click(".ws-key-box [data-key=glad]")
    assert kept(page)["localStorage"] == {}
    assert {"ws.secret", f"ws.{ROOM}.draft.{BOX}"} <= set(kept(page)["sessionStorage"])


def test_what_is_kept_moves_with_the_switch_both_ways(phone, address) -> None:
    page = at(phone(), address)
    page.click(".ws-key-box [data-key=glad]")
    page.fill(".ws-journal", "mine")
    before = kept(page)["sessionStorage"]
    keep = page.locator(".ws-switch[data-key=keep]")
    keep.click()
    moved = kept(page)
    assert keep.get_attribute("aria-checked") == "true"
    assert moved["sessionStorage"] == {} and {**before, "ws.consent": moved["localStorage"]["ws.consent"]} == moved["localStorage"]
    keep.click()
    back = kept(page)
    assert back["localStorage"] == {} and back["sessionStorage"] == before


def test_a_second_tab_is_the_same_visitor(phone, address) -> None:
    """Without this one person could answer twice by opening the page twice."""
    one = phone()
    first = at(one, address)
    second = one.context.new_page()
    second.goto(address)
    second.wait_for_function("window.set && sessionStorage.getItem('ws.secret')")
    assert kept(second)["sessionStorage"]["ws.secret"] == kept(first)["sessionStorage"]["ws.secret"]
    assert visitor(second, "consent()") == visitor(first, "consent()")


def test_another_phone_is_another_visitor(phone, address) -> None:
    assert kept(at(phone(), address))["sessionStorage"]["ws.secret"] != kept(at(phone(), address))["sessionStorage"]["ws.secret"]


def test_forget_me_wipes_everything_of_ours_in_every_tab_and_nothing_else(phone, address) -> None:
    one = phone()
    page = at(one, address)
    other = one.context.new_page()
    other.goto(address)
    other.wait_for_function("window.set && sessionStorage.getItem('ws.secret')")
    old = kept(page)["sessionStorage"]["ws.secret"]
    page.evaluate("localStorage.setItem('another.site', 'stays')")
    for tab in (page, other):
        tab.fill(".ws-journal", "quincunx")
        tab.click(".ws-key-box [data-key=glad]")
    page.evaluate("import('/visitor.js').then((visitor) => { visitor.forget(); })")
    for tab in (page, other):
        tab.wait_for_function("!JSON.stringify(sessionStorage).includes('quincunx') && document.querySelector('.ws-journal').value === ''")
        assert old not in json.dumps(kept(tab))
        assert tab.locator(".ws-key-box [aria-checked=true]").count() == 0
    assert page.evaluate("localStorage.getItem('another.site')") == "stays"


def test_somebody_else_on_the_same_phone_is_new_and_finds_nothing(phone, address) -> None:
    page = at(phone(), address)
    page.click(".ws-key-box [data-key=owe]")
    page.fill(".ws-journal", "quincunx")
    old = kept(page)["sessionStorage"]["ws.secret"]
    assert visitor(page, "met()") is not None
    page.evaluate("import('/visitor.js').then((visitor) => { visitor.somebodyElse(); return visitor.ready(); })")
    after = kept(page)
    assert re.fullmatch(r"[0-9a-f]{32}", after["sessionStorage"]["ws.secret"]) and after["sessionStorage"]["ws.secret"] != old
    assert "quincunx" not in json.dumps(after)
    assert visitor(page, "consent()") == {"part": False, "keep": False, "share": False}


def test_a_tab_that_was_left_open_gives_way_when_the_cookie_says_so(phone, address) -> None:
    """It may have slept and heard nothing: it hands nothing over, keeps nothing, and takes nothing from the new person."""
    one = phone()
    page = at(one, address)
    page.evaluate("document.cookie = 'ws-tag=aaaa'; import('/visitor.js').then((visitor) => visitor.setConsent({ part: true }))")
    page.fill(".ws-journal", "quincunx")
    old = kept(page)["sessionStorage"]["ws.secret"]
    page.evaluate("document.cookie = 'ws-tag=bbbb'; localStorage.setItem('ws.tag', 'bbbb'); localStorage.setItem('ws.journal.x', 'new')")
    other = one.context.new_page()
    other.goto(address)
    other.wait_for_function("window.set && sessionStorage.getItem('ws.secret')")
    assert kept(other)["sessionStorage"]["ws.secret"] != old
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    assert "quincunx" not in json.dumps(kept(page)) and old not in json.dumps(kept(page))
    assert kept(page)["localStorage"]["ws.journal.x"] == "new"


def test_the_same_person_keeps_everything_under_a_new_cookie(phone, address) -> None:
    """A session cookie ends with the browser; what was kept for next week stays."""
    page = at(phone(), address)
    page.evaluate("document.cookie = 'ws-tag=aaaa'; import('/visitor.js').then((visitor) => visitor.setConsent({ keep: true }))")
    page.fill(".ws-journal", "quincunx")
    secret = kept(page)["localStorage"]["ws.secret"]
    page.evaluate("import('/visitor.js').then((v) => { v.samePerson(); document.cookie = 'ws-tag=bbbb'; v.setConsent({ keep: true }); })")
    page.reload()
    page.wait_for_function("window.set")
    assert kept(page)["localStorage"]["ws.secret"] == secret
    assert page.locator(".ws-journal").input_value() == "quincunx"


def test_a_browser_that_refuses_storage_can_take_part(phone, address) -> None:
    one = phone()
    one.page.add_init_script("for (const name of ['setItem', 'getItem']) Storage.prototype[name] = () => { throw new Error('refused'); };")
    one.page.add_init_script("Object.defineProperty(window, 'stored', { value: {}, writable: true })")
    one.page.route(
        "**/",
        lambda route: route.fulfill(
            body=route.fetch()
            .text()
            .replace('sessionStorage.getItem("stored") ?? ', "")
            .replace('sessionStorage.setItem("stored", JSON.stringify(stored));', ""),
            content_type="text/html",
        ),
    )
    page = at(one, address)
    page.click(".ws-key-box [data-key=owe]")
    page.click(".ws-key-box .ws-send")
    page.wait_for_selector(".ws-key-box.ws-state-saved")


def test_alone_there_is_nobody_else_so_it_is_kept(phone, address) -> None:
    page = at(phone(), address + "?mode=alone", share=False)
    page.wait_for_function("localStorage.getItem('ws.secret')")
    assert kept(page)["sessionStorage"] == {}
    assert page.locator(".ws-switch:visible").count() == 1, "alone there is nobody to share with"


def test_the_journal_never_leaves(phone, address) -> None:
    """Typed, reloaded, kept, with everything else sent: it is in this browser's storage and in nothing that is said."""
    canary = "quincunx-marmalade-7"
    one = phone()
    page = at(one, address)
    box = page.locator(".ws-journal")
    box.press_sequentially(canary)
    for key in ("box_bet", "box"):
        page.click(f".ws-key-{key} [data-key=owe]")
        page.click(f".ws-key-{key} .ws-send")
        page.wait_for_selector(f".ws-key-{key}.ws-state-saved")
    said = page.evaluate("JSON.stringify([visitor.sent, visitor.traits, models.map((model) => [model.sent, model.traits])])")
    page.click(".ws-switch[data-key=keep]")
    assert canary in kept(page)["localStorage"]["ws.journal.arrive.word"]
    page.reload()
    page.wait_for_function("window.set")
    assert box.input_value() == canary
    said += page.evaluate("JSON.stringify([visitor.sent, visitor.traits])")
    assert "submit" in said and canary not in said and canary not in one.sent()
    assert box.get_attribute("spellcheck") == "false"
