"""Keep or pass in a real Chromium: five phones and a desk, a round that begins by itself, a pause, the debrief."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.sync_api import expect

from tests.browser.walk import CLOSING, SLOW, activity, desk, go, join, press_at, send, state
from tests.chromium import Phone

KEEP, PASS = "Keep it: 1 for me", "Pass it: 3 for my partner"


def began(board: Phone, phones: Iterable[Phone], key: str) -> None:
    """Start a round, and see it start on each phone."""
    press_at(board, key, "Start this round")
    for one in phones:
        expect(activity(one, key)).to_have_class(state("open"), timeout=SLOW)


def ended(board: Phone, phones: Iterable[Phone], key: str, seen: bool) -> None:
    """End a round, and see what it shows on each phone."""
    press_at(board, key, "End this round")
    expect(board.page.locator(f".ws-question-{key}")).to_have_attribute("data-phase", "closed", timeout=SLOW + CLOSING)
    for one in phones:
        if seen:
            expect(activity(one, key)).to_have_class(re.compile("ws-state-(revealed|late)"), timeout=SLOW)
        else:
            expect(activity(one, key)).to_be_hidden(timeout=SLOW)


def test_five_phones_and_a_desk_play_keep_or_pass(start, phone) -> None:
    """A picture that stays on its phone, a guess, four rounds of which the last begins by itself and waits for a pause, the
    debrief: with five people each partner is the machine, and each phone says so."""
    workshop = start()
    board = desk(phone(width=1440, height=900), workshop)
    board.page.locator("#ws-modules").select_option("trust")
    board.page.get_by_role("button", name="Open this module").click()
    phones = [go(join(phone(), workshop), workshop, "trust") for _ in range(5)]
    first = phones[0]
    lean = activity(first, "lean")
    lean.get_by_label("Soup when you're ill: I lean on").select_option("Nobody yet")
    lean.get_by_label("Soup when you're ill: Leans on me").select_option("Several")
    expect(lean.locator(".ws-end-nobody")).to_have_count(2)  # one in the picture, one in what explains it
    expect(activity(first, "tokens")).to_contain_text("if fewer than 6 people choose, everybody does")

    # Round one, with its guess.
    began(board, phones, "tokens_1")
    for one, guess, move in zip(phones, ["5 or 6", *["0 to 2"] * 4], [PASS, KEEP, PASS, KEEP, PASS], strict=True):
        send(one, "tokens_bet", guess)
        send(one, "tokens_1", move)
    ended(board, phones, "tokens_1", seen=True)
    expect(activity(first, "tokens_bet").locator(".ws-outcome-hit")).to_contain_text("“5 or 6” of ten", timeout=SLOW)
    expect(activity(phones[1], "tokens_bet").locator(".ws-outcome-miss")).to_contain_text("It was “5 or 6”")

    # Round two is shown; in round three one phone is closed; round four waits while the phones are face down, and then begins by itself.
    began(board, phones, "tokens_2")
    for one, move in zip(phones, [PASS, KEEP, PASS, KEEP, PASS], strict=True):
        send(one, "tokens_2", move)
    ended(board, phones, "tokens_2", seen=True)
    began(board, phones, "tokens_3")
    for one in phones[:4]:
        send(one, "tokens_3", PASS)
    phones[4].page.close()
    face_down = board.page.get_by_role("button", name="Phones face down")
    face_down.click()
    ended(board, [], "tokens_3", seen=False)
    board.page.wait_for_timeout(1500)  # longer than the room takes to look
    expect(board.page.locator(".ws-question-tokens_4")).to_have_attribute("data-phase", "waiting")
    board.page.get_by_role("button", name="Phones up again").click()
    for one in phones[:4]:
        expect(activity(one, "tokens_4")).to_have_class(state("open"), timeout=SLOW)
        send(one, "tokens_4", KEEP)
    expect(activity(first, "tokens")).to_contain_text(f"Your move: {PASS}. This round has ended")
    expect(board.page.locator(".ws-question-tokens_4")).to_be_visible()
    ended(board, phones[:4], "tokens_4", seen=False)

    # The debrief: each their own tokens, from the machine.
    assert not any('"payoff"' in one.sent() for one in phones)
    board.page.locator(".ws-debrief").click()
    for one in phones[:4]:
        told = activity(one, "tokens").locator(".ws-payoffs li")
        expect(told.nth(1)).to_contain_text(
            re.compile(r"you have [0134]\. Your partner's share for you: [03]\. Your partner was the machine\."), timeout=SLOW
        )
        expect(told).to_have_count(4)
    assert not re.search(r"soup\.(on|me)\W+(nobody|several)\b", first.sent())
    first.page.reload()
    expect(lean.get_by_label("Soup when you're ill: Leans on me")).to_have_value("several", timeout=SLOW)
