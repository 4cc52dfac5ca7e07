"""A browser's translator sends the text of a page away, and puts words of its own in its place."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.gallery import show
from tests.browser.stage import BET, BOX, at, stage

MINE = "quincunx"  # what the person writes everywhere

# What a translator does: each text node goes into two elements, and reads differently.
TRANSLATE = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) found.push(texts.currentNode);
  for (const text of found) {
    if (!text.data.trim() || text.parentElement.closest("script, style, textarea, [translate=no]")) continue;
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.textContent = "«" + text.data + "»";
    outer.append(inner);
    text.replaceWith(outer);
  }
  window.rewritten = new Set();
  const live = "[role=status], [role=alert], [role=timer], [aria-live], output";
  new MutationObserver((seen) => seen.forEach(({ target }) => {
    const node = target.nodeType === 1 ? target : target.parentElement;
    if (!node || node.closest("[aria-hidden=true], font")) return;
    window.rewritten.add(node.closest(live)?.className ?? "text: " + node.className + " in " + node.closest("section")?.className);
  })).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""

# Where a text or a name holds MINE although a translator may read it there.
BARE = """([mine, root]) => {
  const bare = [];
  const ask = (node, what) => {
    if (node.closest("[translate]")?.getAttribute("translate") !== "no") bare.push(what + " of " + node.outerHTML.slice(0, 140));
  };
  for (const node of (root ? new DOMParser().parseFromString(root, "text/html") : document).querySelectorAll("body, body *:not(script)")) {
    for (const child of node.childNodes) if (child.nodeType === 3 && child.data.includes(mine)) ask(node, "text");
    for (const { name, value } of node.attributes) if (value.includes(mine) && name !== "value") ask(node, name);
  }
  return bare;
}"""


@pytest.mark.parametrize("state", ["open", "saved", "closing", "revealed", "offline"])
def test_drawing_a_translated_page_again_rewrites_nothing(phone, gallery: str, state: str) -> None:
    """Every kind, in every state: where nothing has changed for the person, no text is written and no screen reader speaks."""
    page = show(phone(), f"{gallery}/{state}")
    if state in ("revealed", "withheld"):
        expect(page.locator(".ws-key-step .ws-bars").first).to_be_visible()
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    page.evaluate(TRANSLATE)
    page.evaluate(
        "import('/assets/page.js').then(({ pageOf }) => { pageOf('gallery').changed(); return new Promise(requestAnimationFrame); })"
    )
    assert page.evaluate("[...rewritten]") == []


def test_one_question_that_opens_is_one_region_that_speaks(phone) -> None:
    with stage() as address:
        page = at(phone(), address)
        page.evaluate("(id) => see({ phases: { [id]: 'waiting' } })", BOX)
        expect(page.locator(".ws-key-box")).to_contain_text("Not open yet")
        page.evaluate("(id) => see({ phases: { [id]: 'waiting' }, timer: null })", BET)
        page.evaluate(TRANSLATE)
        page.evaluate("([one, other]) => see({ phases: { [one]: 'open', [other]: 'waiting' } })", [BOX, BET])
        expect(page.locator(".ws-key-box")).to_contain_text("Open. Choose")
        assert page.evaluate("[...rewritten]") == ["ws-line"]
        assert page.locator(".ws-key-box_bet .ws-line font").count(), "and the other one still stands there in its translation"


def test_what_a_person_wrote_is_marked_wherever_it_stands(phone, gallery: str) -> None:
    """In fields, in lists, on rings and in their label, as the own answer, among what the group wrote, in a saved page."""
    page = show(phone(), f"{gallery}/open")
    for box in page.locator("input.ws-journal:not([type]), textarea").all():
        if box.is_visible() and box.get_attribute("inputmode") != "numeric":
            box.fill(MINE)
    for button in ("Now sort them", "Near"):
        for one in page.get_by_role("button", name=button, exact=True).all():
            if one.is_visible():
                one.click()
    plain = page.locator(".ws-key-plain")
    plain.locator(".ws-sorts button").first.click()
    expect(plain.locator(".ws-line-row-of").first).to_contain_text(MINE)
    expect(plain.locator(".ws-sorted-line")).to_contain_text(MINE)
    expect(page.get_by_role("img", name=MINE).first).to_be_visible()
    assert page.evaluate(BARE, [MINE, ""]) == []

    catalogue = page.evaluate(
        r"() => Object.keys(localStorage).map((name) => /^ws\.(?:own|journal)\.(.+)$|\.draft\.(.+)$/.exec(name)).filter(Boolean)"
        ".map((found) => ({ id: found[1] ?? found[2], title: 'One', words: { mine: 'In my own words:' } }))"
    )
    assert len(catalogue) > 8
    draw = """async (catalogue) => {
      const spec = { id: "gallery.met", key: "met", kind: "back", page: "gallery", title: "", text: "", words: {}, catalogue };
      const root = document.body.appendChild(document.createElement("div"));
      (await import("/assets/back.js")).default.render({ model: { get: () => spec }, el: root });
      await new Promise(requestAnimationFrame);
    }"""
    page.evaluate(draw, catalogue)
    assert page.locator(".ws-back .ws-then", has_text=MINE).count() > 8
    assert page.evaluate(BARE, [MINE, ""]) == []

    save = """(catalogue) => Promise.all([import("/assets/saved.js"), import("/assets/page.js")]).then(([{ whole }, { pageOf }]) =>
      whole(pageOf("gallery"), [{ title: "All", activities: catalogue }], { title: "My page", back: "" }))"""
    saved = page.evaluate(save, catalogue)
    assert saved.count(MINE) > 20
    assert page.evaluate(BARE, [MINE, saved]) == []


def test_what_the_group_wrote_is_marked_too(phone, gallery: str) -> None:
    page = show(phone(), f"{gallery}/revealed")
    written = page.locator(".ws-key-sentence .ws-written li")
    expect(written.first).to_be_visible()
    for text in [*written.all(), page.locator(".ws-key-sentence .ws-own .ws-bet")]:
        assert text.get_attribute("translate") == "no"
