"""Under a path: two workshops on one host beside each other, behind a proxy that takes the path away, and one that leaves it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import expect

from tests.authored import SLIDER, author
from tests.browser.walk import BOXES, SLOW, desk, go, join, projector, scan, slide, tab, to_the_chart
from tests.prefix import Proxy
from tests.running import Workshop
from workshop.declaration.curriculum import words


@pytest.fixture(params=["strips", "keeps"] if os.environ.get("WORKSHOP_LONG") else ["strips"])
def proxy(request: pytest.FixtureRequest) -> Iterator[Proxy]:
    one = Proxy(strips=request.param == "strips")
    yield one
    one.close()


@pytest.fixture
def beside(proxy: Proxy, start: Callable[..., Workshop]) -> Callable[..., Workshop]:
    """`beside("ana")`: a workshop that the proxy shows under this name."""

    def go_under(name: str, **more: dict[str, str]) -> Workshop:
        phones, desk = f"/user/{name}/proxy/8000", f"/user/{name}/proxy/8001"
        workshop = start("--join-url", proxy.address(phones), "--desk-url", f"{proxy.address(desk)}/", **more)
        for path, role in ((phones, "participants"), (desk, "desk")):
            (port,) = {one.laddr.port for one in workshop.servers()[role].net_connections("tcp") if one.status == psutil.CONN_LISTEN}
            proxy.show(path, port)
        return workshop

    return go_under


def test_from_the_code_to_the_chart(proxy: Proxy, beside, phone) -> None:
    """Nothing is asked for outside the path, cookies stay inside it, and a result reaches every phone."""
    workshop = beside("ana")
    assert workshop.join_url == proxy.address(f"/user/ana/proxy/8000/{workshop.room}")
    phones = [go(join(phone(), workshop), workshop, "arrive") for _ in BOXES]
    board = desk(phone(width=1440, height=900), workshop)
    screen = projector(tab(board), workshop)
    to_the_chart(board, phones, BOXES)
    expect(screen.page.locator("[data-shows=reveal]")).to_be_visible(timeout=SLOW)
    for one, path in [(one, "/user/ana/proxy/8000/") for one in phones] + [(board, "/user/ana/proxy/8001/")]:
        assert {cookie["path"] for cookie in one.context.cookies()} == {path}
        asked = {urlsplit(request.url).path for request in one.requests if request.url.startswith("http")}
        assert {where for where in asked if not where.startswith(path)} == set()
        assert not one.complaints
    assert proxy.asked == []


@pytest.mark.parametrize("proxy", ["keeps"], indirect=True)
def test_a_page_on_voilas_bundle(proxy: Proxy, beside, phone, tmp_path: Path) -> None:
    """Voila's own files and websocket are found under the path too, and so are the door and the way back from an error."""
    workshop = beside("ana", env=author(tmp_path, sliders=[SLIDER]))
    one = join(phone(), workshop)
    one.page.goto(workshop.pages["sliders"])
    slide(one)
    one.page.goto(workshop.pages["sliders"].replace("/sliders", "/nowhere"))
    one.page.get_by_role("link").click()
    expect(one.page.locator("#form")).to_be_visible()
    stranger = phone()
    stranger.page.goto(workshop.pages["arrive"])
    stranger.page.wait_for_url("**/user/ana/proxy/8000/?next=/en/arrive")
    assert proxy.asked == [] and not [line for line in one.complaints if "404" not in line]


@pytest.mark.parametrize("proxy", ["strips"], indirect=True)
def test_one_browser_in_two_workshops(proxy: Proxy, beside, phone) -> None:
    """Each has its own cookie: coming into the second doesn't throw anybody out of the first.

    A browser keeps what it keeps for the whole name, so that the second door asks who is there.
    """
    first, second = beside("ana"), beside("bea")
    one = join(phone(), first, keep=True)
    other = tab(one)
    scan(other, second).get_by_role("button", name=words()["buttons"]["same_person"]).click()
    other.page.wait_for_url("**/user/bea/proxy/8000/en/*")
    for tab_of, workshop in ((one, first), (other, second)):
        go(tab_of, workshop, "arrive")
    assert {cookie["path"] for cookie in one.context.cookies()} == {"/user/ana/proxy/8000/", "/user/bea/proxy/8000/"}
