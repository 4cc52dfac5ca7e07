"""Files whose content never changes at their address: compressed once, and phones keep them for good.

Voila's scripts are about ninety files, and each asks for the next ones: over a room's wifi that takes a minute. For the
pinned versions we know which of them a page needs (`chunks.json`, written by `make chunks`), and send them as one file,
in front of Voila's main script. With other versions nothing is put together, and phones ask for each file.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import importlib.util
import json
import mimetypes
from collections.abc import Iterable
from pathlib import Path

from jupyter_core.paths import jupyter_path
from voila.paths import collect_static_paths

from workshop import assets, script

EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget")
SUFFIXES = frozenset((".js", ".css", ".json", ".woff", ".woff2", ".ttf", ".eot", ".svg"))
HERE = Path(__file__).parent
CHUNKS = HERE / "chunks.json"
MAIN = "static/voila.js"
Item = tuple[bytes, bytes | None, str]
OWN = ("math.js",)


class Shelf:
    """Maps (digest, name) to bytes. Digests are of the content, or of the installed versions for Voila's own files."""

    def __init__(self, under: str = "/") -> None:
        """`under`: the path that browsers put before every address of this server, with a slash at both ends."""
        self._under = under
        self.assets = f"{under}assets/{assets.digest()}/"
        own = b"".join((HERE / name).read_bytes() for name in OWN)
        self.own = f"{under}assets/{_short(own)}/"
        self.script = f"{under}assets/{script.digest(script.script())}/{script.NAME}"
        self.sheets = {kind: f"{under}assets/{script.digest(script.sheet(kind))}/{kind}.css" for kind in script.SHEETS}
        self._plotly = _plotly_file()
        self.plotly = f"{under}assets/{_short(self._plotly.read_bytes())}/plotly.min.js" if self._plotly else ""
        self._roots = _library_roots()
        versions = _versions(self._roots)
        self.edition = _short(versions)
        self._chunks: list[str] = json.loads(CHUNKS.read_text(encoding="utf-8")).get(self.edition, [])
        self.library = f"{under}lib/{_short(versions + json.dumps(self._chunks).encode())}"
        self._kept: dict[str, Item] = {}

    async def take(self, path: str) -> Item | None:
        """(content, the same gzipped if that is smaller, media type) of a path on this server, or None."""
        if path not in self._kept:
            item = await asyncio.to_thread(self._prepare, self._under + path.removeprefix("/"))  # packing plotly takes a third of a second
            if item is None:
                return None
            self._kept[path] = item
        return self._kept[path]

    def _prepare(self, path: str) -> Item | None:
        content = self._read(path)
        if content is None:
            return None
        kind = "text/javascript" if path.endswith(".js") else mimetypes.guess_type(path)[0] or "application/octet-stream"
        packed = gzip.compress(content, 9, mtime=0)
        return content, packed if len(packed) < len(content) else None, kind + "; charset=utf-8" * kind.startswith("text/")

    def _read(self, path: str) -> bytes | None:
        if self._plotly and path == self.plotly:
            return self._plotly.read_bytes()
        folder, _, name = path.rpartition("/")
        if folder + "/" == self.own and name in OWN:
            return (HERE / name).read_bytes()
        if path == self.script:
            return script.script()
        if path in self.sheets.values():
            return script.sheet(name.removesuffix(".css"))
        if folder + "/" == self.assets:
            return assets.bundle().get(name)
        if path.startswith(self.library + "/"):
            name = path.removeprefix(self.library + "/")
            content = self._read_library(name)
            return self._whole(content) if name == MAIN and content else content
        return None

    def _whole(self, main: bytes) -> bytes:
        """The main script with its chunks in front: it takes those that are there already, and asks for no others.

        Each is in a function of its own, so that a "use strict" at its beginning applies to that one only.
        """
        chunks = filter(None, map(self._read_library, self._chunks))
        return b"".join(b"(function () {\n%b\n})();\n" % chunk for chunk in chunks) + main

    def _read_library(self, path: str) -> bytes | None:
        for prefix, root in self._roots:
            if not path.startswith(prefix):
                continue
            file = (root / path.removeprefix(prefix)).resolve()
            if file.suffix in SUFFIXES and file.is_relative_to(root) and file.is_file():
                return file.read_bytes()
        return None


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _plotly_file() -> Path | None:
    """plotly.min.js of the installed package, found without importing it."""
    spec = importlib.util.find_spec("plotly")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder, "package_data", "plotly.min.js")
        if file.is_file():
            return file
    return None


def _library_roots() -> list[tuple[str, Path]]:
    """Where Voila's own scripts are, and the few widget extensions that a page needs."""
    roots = [("static/", Path(p).resolve()) for p in collect_static_paths(["voila"], "base") if Path(p).is_dir()]
    places = [Path(p, "labextensions") for p in (*jupyter_path(), *jupyter_path("voila"))]
    for name in EXTENSIONS:
        found = next((place / name for place in places if (place / name / "package.json").is_file()), None)
        if found:
            roots.append((f"labextensions/{name}/", found.resolve()))
    return roots


def _versions(roots: Iterable[tuple[str, Path]]) -> bytes:
    """Something that changes whenever one of the library's packages does: the names and sizes of all its files."""
    listing = [(prefix, file.name, file.stat().st_size) for prefix, root in roots for file in sorted(root.rglob("*")) if file.is_file()]
    return json.dumps(listing).encode()
