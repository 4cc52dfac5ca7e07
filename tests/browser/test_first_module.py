"""The main job, in a real Chromium: six phones, a desk and a projector, from the printed address to the revealed chart."""

from __future__ import annotations

import json
import re
import time

from playwright.sync_api import expect

from tests.browser.walk import BOXES as FIVE
from tests.browser.walk import SLOW, activity, choose, desk, go, join, press, projector, send, state
from tests.running import until

CANARY = "quincunx-marmalade-7"
BOXES = [*FIVE, "Glad"]


def test_six_phones_from_the_code_to_the_chart(start, phone) -> None:
    """Consent, guess, answer, close, reveal; a reload; one who comes late; nothing private and no other host on any wire."""
    workshop = start()
    phones = [go(join(phone(), workshop), workshop, "arrive") for _ in BOXES]
    board = desk(phone(width=1440, height=900), workshop)
    screen = projector(phone(width=1600, height=900), workshop)
    expect(screen.page.locator(".ws-code")).to_have_text(workshop.room)

    press(board, "Open this module")
    row = board.page.locator(".ws-question-box")
    expect(row).to_have_attribute("data-phase", "waiting")
    press(board, "Open")
    expect(row).to_have_attribute("data-phase", "open")

    activity(phones[0], "word").locator("textarea").fill(CANARY)
    for one, box in zip(phones, BOXES, strict=True):
        expect(activity(one, "box")).to_have_class(state("open"), timeout=SLOW)
        send(one, "box_bet", "Glad")
        send(one, "box", box)

    expect(row.locator(".ws-done")).to_have_text(re.compile(r"^6 of 6 "), timeout=SLOW)
    assert not [box for box in BOXES if row.get_by_text(box, exact=True).count()], "the desk shows more than how many are done"

    phones[1].page.reload()
    expect(activity(phones[1], "box").get_by_role("radio", name="Glad", exact=True)).to_have_attribute("aria-checked", "true", timeout=SLOW)
    expect(activity(phones[1], "box")).to_have_class(state("saved"), timeout=SLOW)

    late = go(join(phone(), workshop), workshop, "arrive")
    choose(late, "box", "Something else")
    press(board, "Close and reveal")
    expect(activity(phones[2], "box").locator(".ws-closing")).to_contain_text("Ends in", timeout=SLOW)
    expect(row).to_have_attribute("data-phase", "closed", timeout=SLOW)
    shown = time.monotonic()
    for one in phones:
        expect(activity(one, "box")).to_have_class(state("revealed"), timeout=SLOW)
    print(f"all phones reveal {time.monotonic() - shown:.2f} s after the desk")

    wanted = {"Glad": "3", "I owe something": "1", "A little awkward": "1", "Closer to them": "1", "Something else": "0"}
    for one in phones:
        assert counted(one) == wanted
        expect(activity(one, "box").locator(".ws-bars")).to_be_visible(timeout=SLOW)
        expect(activity(one, "box_bet").locator(".ws-outcome-hit")).to_contain_text("you were right")
    expect(screen.page.locator("[data-shows=reveal]")).to_be_visible(timeout=SLOW)
    bars = screen.page.locator(".ws-bars > div")
    assert dict(zip(bars.locator("span:first-child").all_inner_texts(), bars.locator(".ws-count").all_inner_texts(), strict=True)) == wanted

    activity(late, "box").locator(".ws-send").click()
    expect(activity(late, "box")).to_have_class(state("late"), timeout=SLOW)
    expect(activity(late, "box")).to_contain_text("The group's result was already counted, so this answer stays here")
    assert counted(late) == wanted

    everybody = [*phones, late, board, screen]
    for one in everybody:
        assert CANARY not in one.sent()
        assert one.complaints == []
    assert {host for one in [*phones, late] for host in one.hosts} == {workshop.join_url.split("/")[2]}
    assert {host for one in [board, screen] for host in one.hosts} == {workshop.desk_url.split("/")[2]}
    written = [path for folder in (workshop.data_dir, workshop.log.parent) for path in folder.rglob("*") if path.is_file()]
    assert written and not [path for path in written if CANARY.encode() in path.read_bytes()]


def counted(phone) -> dict[str, str]:
    """The reveal's table for screen readers, as label -> people."""
    rows = activity(phone, "box").locator(".ws-table tbody tr")
    rows.first.wait_for(state="attached", timeout=SLOW)
    return dict(zip(rows.locator("th").all_text_contents(), rows.locator("td").all_text_contents(), strict=True))


def test_four_answers_stay_closed(start, phone) -> None:
    """With too few the withheld sentence stands everywhere, with an invented group that says that it is one; no count leaves the store."""
    workshop = start()
    phones = [go(join(phone(), workshop), workshop, "arrive") for _ in range(4)]
    board = desk(phone(width=1440, height=900), workshop)
    press(board, "Open this module")
    press(board, "Open")
    for one, box in zip(phones, BOXES[1:], strict=False):
        send(one, "box", box)
    press(board, "Close and reveal")
    for one in phones:
        expect(activity(one, "box").locator(".ws-withheld")).to_contain_text("keeping this result hidden", timeout=SLOW + 10_000)
        expect(activity(one, "box").locator(".ws-invented")).to_have_text("An invented group, to talk about")
    row = board.page.locator(".ws-question-box")
    expect(row.locator(".ws-withheld")).to_be_visible(timeout=SLOW)
    reveals = [request for request in phones[0].requests if "/reveals/" in request.url]
    payload = reveals[0].response().json()
    assert payload["face"] == "withheld" and not {"people", "cells"} & set(payload)
    assert json.dumps(payload).count('"invented": true') == 1


def test_a_page_opened_directly_leads_through_the_door_and_back(start, phone) -> None:
    """A link to a page asks for the code and the consents first, and then opens that page."""
    workshop = start()
    one = phone()
    one.page.goto(workshop.pages["arrive"])
    expect(one.page.get_by_label("I want to take part")).to_be_visible()
    one.page.get_by_label("code").fill(workshop.room.lower())
    one.page.get_by_label("I want to take part").check()
    one.page.get_by_role("button", name="Come in").click()
    one.page.wait_for_url("**/en/arrive")
    expect(activity(one, "box")).to_be_visible(timeout=SLOW)


def test_ten_reloads_leave_one_kernel_and_leaving_none(start, phone) -> None:
    """A page that is left ends its kernel; a reload is no second one."""
    workshop = start()
    one = go(join(phone(), workshop), workshop, "arrive")
    for _ in range(10):
        one.page.reload()
        expect(one.page.locator(".ws-activity").first).to_be_visible(timeout=SLOW)
    until(lambda: len(workshop.kernels()) == 1, what="one kernel for one page")
    one.page.goto("about:blank")
    until(lambda: not workshop.kernels(), what="no kernel for no page")


def test_a_page_whose_kernel_ends_before_it_can_listen_loads_again(start, phone) -> None:
    """While its scripts were loading, or between the answer that the kernel lives and the websocket: nobody is left waiting."""
    workshop = start()
    for known in (False, True):
        one = join(phone(), workshop)

        def kill(route, known=known) -> None:
            answer = route.fetch() if known else None
            for kernel in workshop.kernels():
                kernel.kill()
            route.fulfill(response=answer) if known else route.continue_()

        one.page.route(re.compile(r"/api/kernels/[\w-]+(\?.*)?$"), kill, times=1)
        one.page.goto(workshop.pages["arrive"])
        expect(one.page.locator(".ws-activity").last).to_be_visible(timeout=40_000)


def test_both_servers_killed_in_the_middle(start, phone) -> None:
    """Each server comes back by itself, the pages find it, what was saved is there once, and the reveal counts it."""
    workshop = start()
    phones = [go(join(phone(), workshop), workshop, "arrive") for _ in range(6)]
    board = desk(phone(width=1440, height=900), workshop)
    press(board, "Open this module")
    press(board, "Open")
    for one, box in zip(phones[:5], BOXES, strict=False):
        send(one, "box", box)
    choose(phones[5], "box", BOXES[5])

    workshop.servers()["participants"].kill()
    activity(phones[5], "box").locator(".ws-send").click()
    for one in phones:
        expect(activity(one, "box")).to_have_class(state("saved"), timeout=40_000)
    workshop.servers()["desk"].kill()
    expect(board.page.locator(".ws-question-box .ws-done")).to_have_text(re.compile(r"^6 of 6 "), timeout=40_000)
    press(board, "Close and reveal")
    for one in phones:
        expect(activity(one, "box")).to_have_class(state("revealed"), timeout=40_000)
    assert counted(phones[0])["Glad"] == "3" and sum(map(int, counted(phones[5]).values())) == 6
