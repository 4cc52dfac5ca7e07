"""The step in a calendar: a file made on the phone, which another program reads, and of which nothing leaves the phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from icalendar import Calendar
from playwright.sync_api import expect

from tests.chromium import Phone
from tests.gallery.states import gallery_server

NOTE = "Soup, bread; and \\ salt\nВместе с Ноор 🥣 " + "小さな一歩、" * 20 + "\r\nend\x07" + "a" * 120


def made(phone: Phone, address: str, **given: str) -> bytes:
    """The file of an entry, as bytes."""
    phone.page.goto(address)
    text = phone.page.evaluate("(given) => import('/calendar.js').then(({ entry }) => entry(given))", given)
    return text.encode("utf-8")


def test_another_program_reads_what_was_written(phone: Callable[..., Phone], address: str) -> None:
    """Commas, semicolons, line ends and signs of several octets come back; the time is the wall clock's, in no time zone."""
    file = made(phone(), address, day="2027-03-28", time="02:30", title="A step, small; mine", note=NOTE)
    [event] = Calendar.from_ical(file).events
    assert str(event["summary"]) == "A step, small; mine"
    assert str(event["description"]) == NOTE.replace("\r\n", "\n").replace("\x07", " ")
    assert event.start == datetime(2027, 3, 28, 2, 30) and event.start.tzinfo is None  # an hour that some zones leave out that day
    assert event.end - event.start == timedelta(minutes=30)
    assert abs(event.stamp - datetime.now(UTC)) < timedelta(hours=1)
    assert event["class"] == "PRIVATE" and event["uid"]


def test_no_line_is_longer_than_the_format_allows(phone: Callable[..., Phone], address: str) -> None:
    """75 octets, each line ended by CR and LF, no sign torn in two; and no two files with one name."""
    one = phone()
    given = {"day": "2026-11-27", "time": "18:00", "title": "🥣" * 60, "note": NOTE}
    file, other = made(one, address, **given), made(one, address, **given)
    lines = file.split(b"\r\n")
    assert lines[-1] == b"" and all(len(line) <= 75 for line in lines) and b"\n" not in b"".join(lines)
    assert all(line.decode("utf-8") for line in lines[:-1])
    assert max(len(line) for line in lines) > 70, "lines are filled"
    assert Calendar.from_ical(file).events[0]["uid"] != Calendar.from_ical(other).events[0]["uid"]


def test_the_step_goes_into_the_file_only_when_asked(phone: Callable[..., Phone], tmp_path: Path) -> None:
    """In three days at six unless said otherwise; what the step is, only with the tick; nothing is fetched and nothing sent."""
    canary = "quincunx-barley-4"
    with gallery_server() as gallery:
        one = phone(accept_downloads=True)
        one.page.goto(f"{gallery}/open")
        step = one.page.locator(".ws-key-step")
        step.get_by_role("radio", name="My own").click()
        step.get_by_label("Who with?").fill(canary)
        step.get_by_text("Put it in my calendar").click()
        before = len(one.requests)

        def saved() -> Calendar:
            with one.page.expect_download() as downloading:
                step.get_by_role("button", name="Make the calendar file").click()
            downloading.value.save_as(tmp_path / "step.ics")
            assert downloading.value.suggested_filename.endswith(".ics")
            return Calendar.from_ical((tmp_path / "step.ics").read_bytes())

        [plain] = saved().events
        assert str(plain["summary"]) == "A small step" and "description" not in plain
        assert (plain.start.date() - date.today()).days in (2, 3, 4) and plain.start.hour == 18  # the browser's own day
        step.get_by_label("Day").fill("2027-01-05")
        step.get_by_label("Time").fill("07:15")
        step.get_by_role("checkbox").check()
        [told] = saved().events
        assert told.start == datetime(2027, 1, 5, 7, 15)
        assert str(told["description"]) == f"My own\nWho with? {canary}"
        expect(step).to_contain_text("If no file came")
        assert [request.url for request in one.requests[before:] if request.url.startswith("http")] == []
        assert canary not in one.sent() and one.complaints == []
