"""A room's one script and its one sheet: every ES module of ours as a function in one classic file, which runs those that
its page needs, and the styles of phones, or of desk and screen.

There is no build step: the modules are written so plainly (named imports from "./x.js", exports at the beginning of a
line) that three patterns turn one into a function. What they don't know is an error here, and never a broken page.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from workshop import assets

NAME = "workshop.js"
SERVER = Path(__file__).parent / "server"
SHEETS = {"page": ("look.css", "page.css", "join.css", "activity.css", "kinds.css")}
SHEETS |= {kind: ("look.css", "page.css", "activity.css", "kinds.css", "board.css") for kind in ("desk", "screen")}
_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"\./([\w-]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_COMMENT = re.compile(r"^\s*(?:/\*(?:(?!\*/).)*\*/\s*$|//[^\n]*$)", re.MULTILINE | re.DOTALL)

_WHOLE = """(() => {
"use strict";
if (globalThis.workshop) return;
const made = new Map();
const modules = {
%s
};
const part = globalThis.workshop = (name) => {
  if (!made.has(name)) made.set(name, modules[name](part));
  return made.get(name);
};
part(document.currentScript.dataset.part);
})();
"""


def _modules() -> dict[str, str]:
    """Name -> text of every module that a room's page may need, each after what it imports."""
    texts = {name: content.decode() for name, content in assets.bundle().items() if name.endswith(".js")}
    order = dict.fromkeys(needed for name in texts for needed in assets.in_order(name))
    return {name: texts[name] for name in order}


def as_function(name: str, text: str) -> str:
    """`text` as a method `name($part)` that returns what it exports. ValueError where it says it in another way."""
    names = {found[2] for found in _EXPORT.finditer(text)}
    text = _IMPORT.sub(lambda found: _needed(found[1] or "", found[2]), text)
    text = _DEFAULT.sub("$out.default = ", _EXPORT.sub(r"\1 \2", text))
    text = _COMMENT.sub("", text)
    if left := _LEFT.search(text):
        raise ValueError(f"{name}: this way to import or export isn't known: {left[0]}")
    given = f"return Object.assign($out, {{ {', '.join(sorted(names))} }});"
    return f"{json.dumps(name)}($part) {{\nconst $out = {{}};\n{text.strip()}\n{given}\n}},"


def _needed(names: str, module: str) -> str:
    return f"const {{{names.replace(' as ', ': ')}}} = $part({json.dumps(module)});"


@cache
def script() -> bytes:
    """The file itself."""
    return (_WHOLE % "\n".join(as_function(name, text) for name, text in _modules().items())).encode()


@cache
def sheet(kind: str) -> bytes:
    """The one sheet of a page of that kind: page, desk, screen."""
    texts = (assets.bundle().get(name) or (SERVER / name).read_bytes() for name in SHEETS[kind])
    return b"\n".join(texts)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
