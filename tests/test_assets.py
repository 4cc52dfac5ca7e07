"""The browser's half as files: what they may hold, how they refer to each other, how a widget gets them."""

from __future__ import annotations

import re

import pytest

from workshop import assets
from workshop.declaration import curriculum
from workshop.page import front_words

SCRIPTS = {name: text.decode() for name, text in assets.bundle().items() if name.endswith(".js")}
SHEETS = {name: text.decode() for name, text in assets.bundle().items() if name.endswith(".css")}


@pytest.fixture
def bundle(monkeypatch):
    """Another bundle: `bundle({"a.js": "…"})`."""

    def use(files: dict[str, str]) -> None:
        for cached in (assets.in_order, assets._inlined, assets.digest):
            cached.cache_clear()
        monkeypatch.setattr(assets, "bundle", lambda: {name: text.encode() for name, text in files.items()})

    yield use
    for cached in (assets.in_order, assets._inlined, assets.digest):
        cached.cache_clear()


def test_every_kind_has_its_module() -> None:
    kinds = {activity.kind for module in curriculum.modules() for activity in module.activities}
    assert {f"{kind}.js" for kind in kinds} <= set(SCRIPTS)


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_that_plain_http_lacks_no_markup_from_data_and_no_other_host(name: str) -> None:
    """On a LAN address there is no secure context; texts of people reach the page as text only; nothing is fetched from elsewhere."""
    text = SCRIPTS[name]
    lacking = ("crypto.subtle", "randomUUID", "serviceWorker", "navigator.clipboard")
    markup = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc")
    assert not [word for word in lacking + markup if word in text]
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)[\w.-]+", text)
    assert not re.search(r"^await |^const \w+ = await ", text, re.MULTILINE), "top-level await"


@pytest.mark.parametrize("name", SHEETS)
def test_sheets_fetch_nothing(name: str) -> None:
    assert "url(" not in SHEETS[name] and "@import" not in SHEETS[name]


def test_sheets_that_reach_jupyterlab_touch_only_our_own_classes() -> None:
    """Every selector of them names a class of ours, or would dress JupyterLab's own parts."""
    for name in set(SHEETS) - {"look.css"}:  # look.css is for pages that are wholly ours
        bare = re.sub(r"/\*.*?\*/", "", SHEETS[name], flags=re.DOTALL)
        for selector in re.findall(r"([^{};]+)\{", bare):
            if not selector.strip().startswith("@"):
                parts = re.split(r",(?![^(]*\))", selector)
                assert all(".ws-" in part or "[data-phase=" in part for part in parts), f"{name}: {selector.strip()}"


def test_every_word_that_a_script_says_is_declared() -> None:
    """A missing word is an empty button."""
    known = {f"{section}.{name}" for section, words in front_words().items() for name in words}
    sections = "|".join(front_words())
    for name, text in SCRIPTS.items():
        used = set(re.findall(rf'"((?:{sections})\.[a-z_]+)"', text))
        assert used <= known, f"{name}: {used - known}"


def test_a_module_comes_after_what_it_imports() -> None:
    order = assets.in_order("bet.js")
    assert order[-1] == "bet.js"
    assert order.index("hash.js") < order.index("visitor.js") < order.index("page.js") < order.index("frame.js")
    assert len(set(order)) == len(order)


def test_only_a_model_brings_plotly() -> None:
    """A reveal is drawn without it, on phone, desk and screen; so a page without a model never fetches its 1.5 MB."""
    assert {name for name in SCRIPTS if "plotly.js" in assets.in_order(name)} == {"plotly.js", "simulation.js"}


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a.js": 'import { b } from "./b.js";', "b.js": 'import { a } from "./a.js";'}, "circle: a.js > b.js > a.js"),
        ({"a.js": 'import { b } from "./gone.js";'}, "a.js imports gone.js"),
    ],
)
def test_a_wrong_import_is_said_by_name(bundle, files: dict[str, str], sentence: str) -> None:
    bundle(files)
    with pytest.raises(ValueError, match=re.escape(sentence)):
        assets.in_order("a.js")


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_import_is_found(name: str) -> None:
    """One that a formatter has broken over two lines would be missed, and the module would fail in the browser."""
    said = re.findall(r'^[^\s/*].*from "\./([\w-]+\.js)";$', SCRIPTS[name], re.MULTILINE)
    assert assets._IMPORT.findall(SCRIPTS[name]) == said


def test_an_example_in_a_comment_isnt_an_import(bundle) -> None:
    bundle({"a.js": '/* so:\n    import { a } from "./a.js"; */\nexport default {};'})
    assert assets.in_order("a.js") == ("a.js",)


def test_the_digest_follows_content_and_names(bundle) -> None:
    seen = set()
    for files in ({"a.js": "1"}, {"a.js": "2"}, {"b.js": "1"}, {"a.js": "1", "b.js": ""}):
        bundle(files)
        seen.add(assets.digest())
    assert len(seen) == 4 and all(re.fullmatch(r"[0-9a-f]{32}", one) for one in seen)


def test_in_a_room_a_widget_only_names_its_module(monkeypatch) -> None:
    """anywidget syncs the whole text with every instance, so it must be small; the server and `models.js` read the name."""
    monkeypatch.setenv("WORKSHOP_ASSETS", "/assets/abc/")
    stub = assets.esm("choice.js")
    assert len(stub) < 600
    assert stub.startswith("/* workshop: choice.js */") and 'globalThis.workshop("choice.js")' in stub


def test_alone_a_widget_carries_all_that_it_needs(monkeypatch) -> None:
    monkeypatch.delenv("WORKSHOP_ASSETS", raising=False)
    text = assets.esm("choice.js")
    for name in assets.in_order("choice.js"):
        assert f'"{name}": ' in text
    assert "location.origin" not in text.split("const part")[-1]


def test_an_unknown_module_is_said_by_name() -> None:
    with pytest.raises(FileNotFoundError, match=r"'nope\.js'"):
        assets.esm("nope.js")
