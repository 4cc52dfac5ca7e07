"""Two workshops on one computer, as when somebody rehearses beside the real room: one browser may be in both."""

from __future__ import annotations

from tests.browsing import Browser


def test_a_second_run_throws_nobody_out_of_the_first(start):
    """A browser has one jar of cookies for a computer, whatever the port."""
    first, second = start(), start()
    desks = [Browser(run.desk_url) for run in (first, second)]
    desks[1].cookies = desks[0].cookies
    for desk, run in zip(desks, (first, second), strict=True):
        desk.get("/?" + run.desk_url.partition("?")[2])
    assert [desk.get("/desk").status for desk in desks] == [200, 200]

    phones = [Browser(run.join_url) for run in (first, second)]
    phones[1].cookies = phones[0].cookies
    for phone, run in zip(phones, (first, second), strict=True):
        assert 'data-been=""' in str(phone.get(f"/{run.room}")), "who was in the other room hasn't been in this one"
        assert phone.join(run.room).status == 200
    for phone in phones:
        page = phone.get("/en/arrive")
        assert page.status == 200
        assert f'data-tag="{phone.named("ws-tag")}"' in str(page), "and its scripts look at the tag of this run"
