"""The browser's half: small ES modules and style sheets, and how a widget gets them.

In a room every page loads one script that holds all of them (see `script.py`), and a widget only names its module. Alone
there is no such server, and a widget carries the texts themselves: they become blob modules once a page, so that all
widgets of a page share one instance of each.
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
    """Every file that a browser may ask for, apart from the one that holds them all: name -> content."""
    paths = [path for folder in ("front", "kinds") for path in sorted((HERE / folder).iterdir())]
    ours = {path.name: path.read_bytes() for path in paths if path.suffix in (".js", ".css")}
    return ours | {f"{name}.js": kind.script.read_bytes() for name, kind in KINDS.items()}  # other authors' kinds too


@cache
def digest() -> str:
    """The name of this state of the bundle, 32 hex digits."""
    read = hashlib.sha256(_SHARED.encode())
    for name, content in sorted(bundle().items()):
        read.update(f"{name} {len(content)}\n".encode() + content)
    return read.hexdigest()[:32]


def esm(module: str, styles: tuple[str, ...] = ("activity.css",), live: bool = False) -> str:
    """The text of a widget's ES module; it hands everything to `module`'s default export. FileNotFoundError if unknown.

    `live`: the kernel changes the widget's state later, so that what came with the page may be old.
    """
    if module not in bundle():
        raise FileNotFoundError(f"There is no browser module '{module}' in workshop/front or workshop/kinds.")
    return _stub(module, live) if os.environ.get("WORKSHOP_ASSETS") else _inlined(module, styles)


# Nothing may be waited for in `initialize`: after two seconds anywidget drops what the kernel says (server/compat.toml).
_WIDGET = """
export default {
  initialize(context) { part().then((module) => module.default.initialize?.(context)); },
  async render(context) {
    const [module] = await Promise.all([part(), styled]);
    return module.default.render?.(context);
  },
};
"""

# In a room every page has all modules already, and its sheet: a widget only says which one it is, for `models.js` too.
_STUB = """/* workshop: %(name)s */
const part = async () => globalThis.workshop(%(module)s);
const styled = null;
"""

# Whichever widget comes first makes the blob modules; all others of its page share them.
_SHARED = """
const urls = (globalThis[%(name)s] ??= {});
for (const [file, text] of Object.entries(%(texts)s)) {
  const linked = text.replace(/^((?:import|export) .*from )"\\.\\/([\\w-]+\\.js)"/gm, (_, from, name) => from + JSON.stringify(urls[name]));
  urls[file] ??= URL.createObjectURL(new Blob([linked], { type: "text/javascript" }));
}
const sheets = %(sheets)s;
const part = (module) => import(urls[module]);
function style(names) {
  for (const name of names) {
    const id = "ws-" + name;
    if (document.getElementById(id)) continue;
    document.head.append(Object.assign(document.createElement("style"), { id, textContent: sheets[name] }));
  }
}
"""

_INLINED = """
const all = (() => {
%(shared)s
return { part, style };
})();
const part = () => all.part(%(module)s);
const styled = Promise.resolve(all.style(%(styles)s));
"""


@cache
def _stub(module: str, live: bool) -> str:
    return _STUB % {"name": module + " live" * live, "module": json.dumps(module)} + _WIDGET


@cache
def _inlined(module: str, styles: tuple[str, ...]) -> str:
    values = {"module": json.dumps(module), "styles": json.dumps(styles), "shared": _shared(in_order(module), styles)}
    return _INLINED % values + _WIDGET


def _shared(modules: tuple[str, ...], styles: tuple[str, ...]) -> str:
    texts, sheets = ({name: bundle()[name].decode() for name in names} for names in (modules, styles))
    values = {"name": f"workshop {digest()}", "texts": texts, "sheets": sheets}
    return _SHARED % {name: json.dumps(value) for name, value in values.items()}


@cache
def in_order(module: str) -> tuple[str, ...]:
    """`module` and every ES module that it needs, each after the ones it imports. ValueError for a circle or an unknown name."""
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
