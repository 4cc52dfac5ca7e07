"""The game in a real Chromium: five phones and a desk from the first to the last tap; a reload, a phone that is closed, one who is late."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.sync_api import expect

from tests.browser.walk import SLOW, activity, choose, desk, go, join, send, state
from tests.chromium import Phone

MOVES = [
    "0 into the pot, 20 kept",
    "5 into the pot, 15 kept",
    "10 into the pot, 10 kept",
    "10 into the pot, 10 kept",
    "20 into the pot, 0 kept",
]
CLOSING = 10_000  # ms


def press(board: Phone, key: str, name: str) -> None:
    """Press the button of one question's card at the desk."""
    board.page.locator(".ws-others").evaluate("others => { others.open = true; }")  # the step's own card is in front, the rest folded
    button = board.page.locator(f".ws-question-{key}").get_by_role("button", name=name, exact=True)
    expect(button).to_have_attribute("aria-disabled", "false", timeout=SLOW)
    button.click()


def began(board: Phone, phones: Iterable[Phone], key: str) -> None:
    """Start a round, and see it start on each phone."""
    press(board, key, "Start this round")
    for one in phones:
        expect(activity(one, key)).to_have_class(state("open"), timeout=SLOW)


def ended(board: Phone, phones: Iterable[Phone], key: str, seen: bool) -> None:
    """End a round, and see what it shows on each phone."""
    press(board, key, "End this round")
    expect(board.page.locator(f".ws-question-{key}")).to_have_attribute("data-phase", "closed", timeout=SLOW + CLOSING)
    for one in phones:
        if seen:
            expect(activity(one, key)).to_have_class(re.compile("ws-state-(revealed|late)"), timeout=SLOW)
        else:
            expect(activity(one, key)).to_be_hidden(timeout=SLOW)


def test_five_phones_and_a_desk_play_it_to_the_end(start, phone) -> None:
    """Two rounds, a rule, two rounds, the debrief: nothing of a move before its round ends, nothing of tokens before the debrief."""
    workshop = start()
    board = desk(phone(width=1440, height=900), workshop)
    board.page.locator("#ws-modules").select_option("commons")
    board.page.get_by_role("button", name="Open this module").click()
    phones = [go(join(phone(), workshop), workshop, "commons") for _ in MOVES]
    first = activity(phones[0], "before")
    expect(first).to_contain_text("who put in what. Nobody wins.")
    expect(activity(phones[0], "before_2")).to_be_hidden()

    # Round one; the desk is reloaded in the middle of it, and still knows it.
    began(board, phones, "before_1")
    for one, move in zip(phones[:3], MOVES, strict=False):
        send(one, "before_1", move)
    board.page.reload()
    expect(board.page.locator(".ws-question-before_1 .ws-done")).to_have_text(re.compile("^3 of 5 "), timeout=SLOW)
    assert board.page.locator(".ws-question-before_2 .ws-main").text_content() == "Start this round"
    press(board, "before_2", "Start this round")  # out of turn: refused with a sentence
    expect(board.page.locator(".ws-trouble")).to_contain_text("has not ended yet", timeout=SLOW)
    for one, move in zip(phones[3:], MOVES[3:], strict=True):
        send(one, "before_1", move)
    ended(board, phones, "before_1", seen=True)
    for one in phones:
        expect(activity(one, "before_1").locator(".ws-chart svg.main-svg").first).to_be_visible(timeout=SLOW)
        expect(activity(one, "before").locator(".ws-paid")).to_contain_text("is shown here at the end")
    assert not any('"payoff"' in one.sent() for one in phones)

    # Round two: one phone is closed in the middle, one comes late; nobody waits.
    began(board, phones, "before_2")
    for one, move in zip(phones[:3], MOVES, strict=False):
        send(one, "before_2", move)
    choose(phones[4], "before_2", MOVES[0])
    phones[4].page.close()
    late = go(join(phone(), workshop), workshop, "commons")
    send(late, "before_2", MOVES[2])
    rest = [*phones[:4], late]
    ended(board, rest, "before_2", seen=False)
    expect(activity(phones[0], "before")).to_contain_text("Your move: 0 into the pot, 20 kept. This round has ended")
    expect(activity(phones[3], "before")).to_contain_text("You did not move in this round.")

    # One rule.
    press(board, "rule", "Open")
    for one in rest:
        send(one, "rule", "A minute of talk before we go on")
    press(board, "rule", "Close and reveal")
    for one in rest:
        expect(activity(one, "rule")).to_have_class(state("revealed"), timeout=SLOW + CLOSING)

    # Two rounds with it; a server is killed in the middle of the last one, and every acknowledged move is counted.
    began(board, rest, "after_1")
    for one in rest:
        send(one, "after_1", MOVES[2])
    ended(board, rest, "after_1", seen=False)
    began(board, rest, "after_2")
    for one, move in zip(rest[:4], MOVES, strict=False):
        send(one, "after_2", move)
    workshop.servers()["participants"].kill()
    choose(late, "after_2", MOVES[4])
    activity(late, "after_2").locator(".ws-send").click()
    for one in rest:
        expect(activity(one, "after_2")).to_have_class(state("saved"), timeout=40_000)
    ended(board, rest, "after_2", seen=True)

    # The debrief: each their own tokens, kept over a reload.
    board.page.locator(".ws-debrief").click()
    told = []
    for one in rest:
        for game in ("before", "after"):
            expect(activity(one, game).locator(".ws-payoffs li")).to_have_count(2, timeout=SLOW)
        told.append(activity(one, "after").locator(".ws-payoffs li").nth(1).inner_text())
    assert [re.search(r"you have ([\d.]+)\.", line)[1] for line in told] == ["38", "33", "28", "28", "18"]
    assert all("a group of 5; together it put in 45" in line and "machine" not in line for line in told)
    expect(activity(late, "before").locator(".ws-payoffs li").first).to_contain_text("you have 20. You were in no group")
    expect(activity(rest[0], "before").locator(".ws-payoffs li").nth(1)).to_contain_text("The machine played 1 of its places.")
    rest[0].page.reload()
    expect(activity(rest[0], "after").locator(".ws-payoffs li").nth(1)).to_have_text(told[0], timeout=SLOW)
    expect(board.page.locator(".ws-debrief")).to_be_hidden()
