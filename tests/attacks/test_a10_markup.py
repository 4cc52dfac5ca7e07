"""A10: markup in every text that reaches another screen, and the policy under which all our pages work."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.attacks.served import ROOT, Breach, Served, served
from tests.browser.walk import SLOW, desk, go, join, projector, send
from tests.browsing import Browser
from tests.chromium import Phone
from tests.contracts.authoring import BOX, HEAD, write
from tests.running import until

LONG = bool(os.environ.get("WORKSHOP_LONG"))
TEXTS = [
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=1</script> one",
    "<svg onload=window.hit=1></svg> two",
    "[three](javascript:window.hit=1)",
    "<a href=javascript:window.hit=1 class=hit>four</a>",
    "{{constructor.constructor('window.hit=1')()}} five",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<style>@import 'http://evil.example/x'</style><b class=hit>six</b>",
]
POOL = """
[[activities]]
key = "sentence"
kind = "text"
text = "A sentence for the room."
example = ["One.", "Two.", "Three.", "Four.", "Five."]
"""
VIOLATIONS = """() => { window.violations = [];
  document.addEventListener("securitypolicyviolation",
    (event) => window.violations.push(`${event.effectiveDirective}: ${event.blockedURI}`)); }"""
PROBE = """async () => {
  document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror='window.hit=1'>");
  const inline = document.createElement("script"); inline.textContent = "window.hit=2"; document.body.append(inline);
  const link = document.createElement("a"); link.href = "javascript:window.hit=3"; document.body.append(link); link.click();
  setTimeout("window.hit=4", 0);
  const other = document.createElement("script"); other.src = "data:text/javascript,window.hit=5"; document.body.append(other);
  try { await fetch("http://127.0.0.1:9/steal"); window.hit = 6; } catch {}
  await new Promise((done) => setTimeout(done, 500));
  return window.hit ?? null;
}"""


def author(folder: Path) -> dict[str, str]:
    """A small workshop of an author's, in which people write a sentence for the room."""
    (folder / "modules").mkdir(parents=True)
    write(folder / "modules", HEAD.replace('slug = "small"', 'slug = "steps"\npools_text = true') + BOX + POOL, "01-steps.toml")
    books = folder / "notebooks"
    (books / "facilitator").mkdir(parents=True)
    for name in ("00-start.ipynb", "facilitator/desk.ipynb", "facilitator/projector.ipynb"):
        (books / name).write_bytes((ROOT / "notebooks" / name).read_bytes())
    page = json.loads((books / "00-start.ipynb").read_text("utf-8"))
    lines = ["# Steps", 'from workshop import Page\npage = Page("steps")', 'page.activity("box")', 'page.activity("sentence")']
    page["cells"] = [
        {"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": line, "outputs": [], "execution_count": None}
        if number
        else {"cell_type": "markdown", "id": "c0", "metadata": {}, "source": line}
        for number, line in enumerate(lines)
    ]
    (books / "01-steps.ipynb").write_text(json.dumps(page), "utf-8")
    return {"WORKSHOP_MODULES": str(folder / "modules"), "WORKSHOP_NOTEBOOKS": str(books)}


def say_them(place: Served) -> None:
    """Eight people, each with one of the texts, past every script of ours."""
    with place.control() as control:
        control.open_module("steps")
        control.open("steps.sentence")
        until(lambda: control.view()["phases"].get("steps.sentence") == "open", 10)
        for text in TEXTS:  # by the desk's socket: the participants' own asks which browser speaks
            keys = [uuid.uuid4().hex * 2, uuid.uuid4().hex * 2]
            assert control.submit("a" * 32, "steps.sentence", keys, text, "send")["result"] == "saved"


def attack(place: Served, phone: Callable[..., Phone]) -> list[Phone]:
    """Raises Breach where a text became markup on the desk, a phone, or the screen; the three screens, with the texts on them."""
    board = desk(phone(width=1440, height=900), place)
    board.page.wait_for_selector(".ws-board")
    say_them(place)
    mine = go(join(phone(), place), place, "steps")
    screen = projector(phone(width=1600, height=900), place)
    with place.control() as control:
        control.close("steps.sentence")
        until(lambda: control.view()["phases"]["steps.sentence"] == "closed", 30)
    row = board.page.locator(".ws-question-sentence")
    try:
        expect(row.locator(".ws-batch input")).to_have_count(len(TEXTS), timeout=SLOW)
    except AssertionError:
        look(board, "the desk")
        raise
    look(board, "the desk, before anybody has chosen")
    board.page.evaluate("document.querySelectorAll('details').forEach((node) => { node.open = true; })")
    for box in row.locator(".ws-batch input").all():
        box.check()
    row.locator(".ws-batch button").click()
    for one, name in ((board, "the desk"), (mine, "a phone"), (screen, "the screen")):
        try:
            expect(one.page.get_by_text("two", exact=False).first).to_be_attached(timeout=SLOW)
        finally:
            look(one, name)
    return [board, mine, screen]


def look(one: Phone, name: str) -> None:
    became = one.page.locator("img[src=x], .hit, iframe, body svg[onload], body script:not([src]):not([type])").count()
    if became:
        one.page.wait_for_timeout(1000)  # until what it would do is done
    if one.page.evaluate("window.hit ?? null") is not None:
        raise Breach(f"a script of somebody's ran on {name}")
    if became:
        raise Breach(f"a text became markup on {name}")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(env=author(tmp_path_factory.mktemp("author"))) as running:
        yield running


def test_texts_stay_texts(place: Served, phone: Callable[..., Phone]) -> None:
    for one in attack(place, phone):
        for text in TEXTS[:3]:
            expect(one.page.get_by_text(text, exact=False).first).to_be_attached()
        assert one.hosts <= {f"127.0.0.1:{place.run.port}", f"127.0.0.1:{place.run.desk_port}"}


def test_what_an_address_says_stays_in_it(place: Served) -> None:
    """The join page repeats a code and where to go on; the others repeat nothing."""
    one = Browser(place.join_url)
    mark = "%22%3E%3Cscript%3Ehit%3C/script%3E"
    for path in (f"/?next={mark}", f"/{mark}", f"/?next=/en/{mark}", f"/en/{mark}", f"/ABCD?next={mark}", f"/join?x={mark}", f"/x?{mark}"):
        assert "hit" not in str(one.get(path))
    assert "hit" not in str(one.ask("POST", "/join", {"code": "<script>hit", "next": "<script>hit"}))
    assert "hit" not in str(one.get("/", Host='"><script>hit')) and "hit" not in str(
        one.get("/", Referer="<script>hit", User_Agent="<script>hit")
    )


def test_every_page_works_under_the_policy(phone: Callable[..., Phone]) -> None:
    """No page needs what the policy refuses, also with a chart in it; a script that got in would not run."""
    with served() as place:
        people = [phone(), phone(), phone(width=1440, height=900), phone(width=1600, height=900)]
        for one in people:
            one.context.add_init_script(f"({VIOLATIONS})()")
        mine, other, board, screen = people
        join(mine, place)
        seen = []
        for slug in place.pages:
            mine.page.goto(place.pages[slug])
            mine.page.wait_for_load_state("networkidle")
            expect(mine.page.locator(".ws-awaited:empty, .ws-frame")).to_have_count(0, timeout=SLOW)
            mine.page.click("#ws-help")
            seen += mine.page.evaluate("window.violations")
        desk(board, place)
        with place.control() as control:
            control.open_module("arrive")
            control.open("arrive.box")
            until(lambda: control.view()["phases"].get("arrive.box") == "open", 10)
            for value in ("glad", "glad", "owe", "owe", "awkward", "closer", "other"):
                control.submit("a" * 32, "arrive.box", [uuid.uuid4().hex * 2, uuid.uuid4().hex * 2], value, "send")
            go(join(other, place), place, "arrive")
            send(other, "box", "Glad")
            projector(screen, place)
            control.close("arrive.box")
        for one in (other, board):
            expect(one.page.locator(".ws-bars").first).to_be_visible(timeout=2 * SLOW)
        expect(screen.page.locator("[data-shows=reveal]")).to_be_visible(timeout=2 * SLOW)
        for slug in place.pages:
            if slug != "start":
                board.page.goto(place.desk_url.split("?")[0] + f"module/{slug}")
                expect(board.page.locator(".ws-awaited:empty, .ws-frame")).to_have_count(0, timeout=SLOW)
                seen += board.page.evaluate("window.violations")
        for one in people:
            seen += one.page.evaluate("window.violations")
            assert not [said for said in one.complaints if "Content Security" in said], one.complaints
        assert not seen
        for one in (mine, board, screen):
            assert one.page.evaluate(PROBE) is None, "a script that got in would run"
        policy = mine.page.request.get(place.pages["arrive"]).headers["content-security-policy"]
        scripts = policy.partition("script-src ")[2].partition(";")[0]
        assert scripts in ("'self' blob:", "'self'") and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy


HOLES = [("words_are_markup", "markup"), ("words_are_scripts", "script of somebody's ran")]


@pytest.mark.parametrize(("hole", "finding"), HOLES if LONG else HOLES[:1])
def test_the_same_attack_finds(hole: str, finding: str, tmp_path: Path, phone: Callable[..., Phone]) -> None:
    with served(hole, env=author(tmp_path)) as weaker, pytest.raises(Breach, match=finding):
        attack(weaker, phone)
