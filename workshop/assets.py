"""The browser's half: small ES modules and style sheets, and how a widget comes by them.

In a room a widget carries a stub that imports a file from its server, which browsers keep for good: the address holds
the digest of all files. Alone there is no such server, and a widget carries the texts themselves; they become blob
modules once a page, so that all widgets of a page share one instance of each.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from functools import cache
from pathlib import Path

from workshop.kinds import KINDS

HERE = Path(__file__).parent
_IMPORT = re.compile(r'^(?:import|export) .*from "\./([\w-]+\.js)"', re.MULTILINE)


@cache
def bundle() -> dict[str, bytes]:
    """Every file that a browser may ask for: name -> content."""
    paths = [path for folder in ("front", "kinds") for path in sorted((HERE / folder).iterdir())]
    ours = {path.name: path.read_bytes() for path in paths if path.suffix in (".js", ".css")}
    return ours | {f"{name}.js": kind.script.read_bytes() for name, kind in KINDS.items()}  # kinds from outside, too


@cache
def digest() -> str:
    """The name of this state of the bundle, 32 hex digits."""
    whole = hashlib.sha256()
    for name, content in sorted(bundle().items()):
        whole.update(f"{name} {len(content)}\n".encode() + content)
    return whole.hexdigest()[:32]


def esm(module: str, styles: tuple[str, ...] = ("activity.css",)) -> str:
    """The text of a widget's ES module; it hands everything to `module`'s default export. FileNotFoundError if unknown."""
    if module not in bundle():
        raise FileNotFoundError(f"There is no browser module '{module}' in workshop/front or workshop/kinds.")
    base = os.environ.get("WORKSHOP_ASSETS")
    return _stub(base, module, styles) if base else _inlined(module, styles)


# anywidget gives a module two seconds before it drops what the kernel says: nothing may be waited for in initialize.
_WIDGET = """
export default {
  initialize(context) { part().then((module) => module.default.initialize?.(context)); },
  async render(context) {
    const [module] = await Promise.all([part(), styled]);
    return module.default.render?.(context);
  },
};
"""

_STUB = """
const base = location.origin + %(base)s;
// A room's wifi drops requests: a few more tries, under a name that the browser has not marked as failed.
async function part(tries = 0) {
  try { return await import(base + %(module)s + (tries ? "?" + tries : "")); } catch (error) {
    if (tries > 4) throw error;
    await new Promise((wake) => setTimeout(wake, 1000 * (tries + 1)));
    return part(tries + 1);
  }
}
const styled = Promise.all(%(styles)s.map((name) => new Promise((done) => {
  const id = "ws-" + name;
  if (document.getElementById(id)) return done();
  const link = { id, rel: "stylesheet", href: base + name, onload: done, onerror: done };
  document.head.append(Object.assign(document.createElement("link"), link));
})));
"""

_INLINED = """
const TEXTS = %(texts)s;
const urls = (globalThis[%(name)s] ??= {});
for (const [file, text] of Object.entries(TEXTS)) {
  const linked = text.replace(/^((?:import|export) .*from )"\\.\\/([\\w-]+\\.js)"/gm, (_, from, name) => from + JSON.stringify(urls[name]));
  urls[file] ??= URL.createObjectURL(new Blob([linked], { type: "text/javascript" }));
}
const part = () => import(urls[%(module)s]);
const styled = Promise.resolve(Object.entries(%(styles)s).forEach(([name, text]) => {
  const id = %(name)s + " " + name;
  if (!document.getElementById(id)) document.head.append(Object.assign(document.createElement("style"), { id, textContent: text }));
}));
"""


@cache
def _stub(base: str, module: str, styles: tuple[str, ...]) -> str:
    return _STUB % {"base": json.dumps(base), "module": json.dumps(module), "styles": json.dumps(styles)} + _WIDGET


@cache
def _inlined(module: str, styles: tuple[str, ...]) -> str:
    texts = {name: bundle()[name].decode() for name in in_order(module)}
    sheets = {name: bundle()[name].decode() for name in styles}
    values = {"name": f"workshop {digest()}", "module": module, "texts": texts, "styles": sheets}
    return _INLINED % {name: json.dumps(value) for name, value in values.items()} + _WIDGET


@cache
def in_order(module: str) -> tuple[str, ...]:
    """`module` and every ES module that it needs, each after those that it imports. ValueError for a circle or an unknown name."""
    done: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"Browser modules import each other in a circle: {' > '.join([*above, name])}")
        if name not in bundle():
            raise ValueError(f"{above[-1]} imports {name}, which is not in workshop/front or workshop/kinds.")
        for needed in _IMPORT.findall(bundle()[name].decode()):
            visit(needed, (*above, name))
        if name not in done:
            done.append(name)

    visit(module, ())
    return tuple(done)
