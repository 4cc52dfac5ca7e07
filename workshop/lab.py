"""A person's own copy of the notebooks and the guide, and JupyterLab on it.

Running a notebook changes its file, so nobody works on the files of a checkout or of an installed package. A newer version
of the workshop renews what nobody has changed, and puts its own beside what somebody has: a person's file is never written.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from workshop import __version__, shipped

NAME = "Interdependence workshop"
NOTE = ".delivered.json"  # which content each file had when it was put there
ENDING = 5.0  # s that JupyterLab may take to end
FIRST = "notebooks/00-start.ipynb"


@dataclass
class Brought:
    """What bringing a copy up to date has done: the folder, and file names relative to it."""

    folder: Path
    new: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)  # new versions of files that somebody has changed
    first: bool = False

    def sentences(self) -> list[str]:
        """What a person should know of it, if anything."""
        if self.first:
            return [f"Your own copy of the notebooks and the guide is in {self.folder}. Change whatever you like there."]
        said = []
        if self.new or self.renewed:
            said.append(f"Version {__version__} brought {_files(len(self.new) + len(self.renewed))} to {self.folder}.")
        if self.beside:
            said.append(f"You've changed {_files(len(self.beside))} there, so the new version lies beside yours: {', '.join(self.beside)}.")
        return said


def own_folder() -> Path:
    """Where a person's copy is unless they say otherwise: in their documents, or at home if there is no such folder."""
    documents = Path(platformdirs.user_documents_dir())
    return (documents if documents.is_dir() else Path.home()) / NAME


def bring(folder: Path) -> Brought:
    """Make the copy in `folder`, or bring an older one up to date. OSError if the folder can't be written."""
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / NOTE
    brought = Brought(folder, first=not note.exists())
    delivered = _read(note)
    for name, source in _sources():
        content = source.read_bytes()
        mark = hashlib.sha256(content).hexdigest()
        target = folder / name
        there = hashlib.sha256(target.read_bytes()).hexdigest() if target.is_file() else None
        if there is None or there == delivered.get(name) != mark:
            _write(target, content)
            (brought.new if there is None else brought.renewed).append(name)
        elif there != mark and delivered.get(name) != mark:
            beside = _free(target)
            _write(beside, content)
            brought.beside.append(beside.relative_to(folder).as_posix())
        delivered[name] = mark
    _write(note, json.dumps(delivered, indent=1).encode())
    return brought


def jupyterlab(folder: Path, options: Sequence[str] = ()) -> int:
    """Run JupyterLab on a copy until it ends, with these options of its own too; its status."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{FIRST}", *options]
    server = subprocess.Popen(command)

    def end(*_: object) -> None:
        server.terminate()
        late = threading.Timer(ENDING, server.kill)  # its own end may wait for a thread that never comes to one
        late.daemon = True
        late.start()

    # Ctrl-C reaches JupyterLab by itself, and it asks first. A program that ends us means JupyterLab too.
    before = signal.signal(signal.SIGINT, lambda *_: None), signal.signal(signal.SIGTERM, end)
    try:
        return server.wait()
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])


def _sources() -> Iterator[tuple[str, Path]]:
    """(name in a copy, file) of everything that a copy holds, laid out as in the repository, so that links lead somewhere."""
    for name, root in (("notebooks", shipped.notebooks()), ("facilitator-guide", shipped.guide())):
        for file in sorted(root.rglob("*")):
            inside = file.relative_to(root)
            if file.is_file() and not any(part.startswith(".") for part in inside.parts):
                yield (Path(name) / inside).as_posix(), file


def _read(note: Path) -> dict[str, str]:
    """Name -> digest as delivered. Nothing where the note is missing or broken: then every file that differs is the person's."""
    try:
        return dict(json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: a copy that was broken off must not look like somebody's change."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.part")
    partial.write_bytes(content)
    os.replace(partial, target)


def _free(target: Path) -> Path:
    """A name beside `target` that nothing has yet."""
    number, beside = 1, target.with_stem(f"{target.stem} (new in {__version__})")
    while beside.exists():
        number += 1
        beside = target.with_stem(f"{target.stem} (new in {__version__}, {number})")
    return beside


def _files(count: int) -> str:
    return "one file" if count == 1 else f"{count} files"
