"""A run's files: where they lie, how the next start and notebooks find them, and that they come back when they're cleaned away.

What the servers keep lies in the data directory, where nothing cleans. What kernels may see lies where temporary things do:
there nothing leads to the store, and sockets have the short path that they need. On many computers that's cleaned after some
days, so it's looked after.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from workshop.server import pages
from workshop.server.run import Run, Settings, write_kernel_profile, write_private

SAME = 0.05  # s between two readings of the time at which one process began


def short_directory() -> Path:
    """A new directory with a path short enough for sockets, which may have 104 bytes; mode 0700."""
    base = tempfile.gettempdir()
    if os.name == "posix" and len(base) > 40:  # macOS: 49 letters
        base = "/tmp"
    return Path(tempfile.mkdtemp(prefix="workshop-", dir=base))


def lasting_directory(data_dir: Path) -> Path:
    """A new directory for what only the servers of one run read, mode 0700."""
    _notes(data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="run-", dir=_notes(data_dir)))


def running(data_dir: Path) -> dict[str, dict[str, Any]]:
    """Code -> note of the workshops that run from this data directory. Removes what killed ones have left."""
    found = {}
    for file in sorted(_notes(data_dir).glob("*.json")):
        with suppress(OSError, ValueError, KeyError):
            note = json.loads(file.read_text(encoding="utf-8"))
            if _lives(note["pid"], note.get("began", ())):
                found[note["room"]] = note
                continue
            for left in (note["directory"], note.get("open_directory", "")):
                shutil.rmtree(left, ignore_errors=True)
            file.unlink()
    return found


def last_address(data_dir: Path, code: str) -> str:
    """Where phones reached this room when it ran last, or ""."""
    try:
        return _last(data_dir, code).read_text(encoding="utf-8")
    except OSError:
        return ""


def forget_address(data_dir: Path, code: str) -> None:
    """The room won't run again."""
    _last(data_dir, code).unlink(missing_ok=True)


class RunFiles:
    """The files of `run`, whose open directory is another one after that has gone."""

    def __init__(self, run: Run) -> None:
        self._settings = Settings(run)
        self._written: list[Path] = []

    @property
    def run(self) -> Run:
        """As its settings are now: at the desk somebody may have chosen another address."""
        return self._settings.look()

    def write(self) -> None:
        """Everything that the servers read; and a note `data_dir/running/CODE.json`, by which notebooks in JupyterLab find
        the desk's socket, readable by this user only."""
        run = self.run
        if not run.open_directory.is_dir():  # never one that somebody else may have put there in the meantime
            run = replace(run, open_directory=short_directory())
        run.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        pages.build_participants(run.site("participants"))
        pages.build_desk(run.site("desk"))
        write_kernel_profile(run)
        self._settings.save(run)
        self._note()
        places = [run.site("participants"), run.site("desk"), run.ipython]
        self._written = [file for place in places for file in place.rglob("*") if file.is_file()] + [run.settings, self._note_file]

    def lost(self) -> bool:
        """Whether any of it has gone."""
        return not all(file.exists() for file in self._written)

    def move(self, join_base: str, lately: bool) -> None:
        """Phones reach this computer at another address from now on. The servers look at the settings, and see it."""
        self._settings.save(replace(self.run, join_base=join_base, moved=lately))

    def forget(self) -> None:
        """The run has ended. Where phones reached it is kept, for the day on which the room goes on."""
        run = self.run
        if run.mode == "room":
            with suppress(OSError):
                file = _last(Path(run.data_dir), run.code)
                file.parent.mkdir(mode=0o700, exist_ok=True)
                file.write_text(run.join_base, encoding="utf-8")
        self._note_file.unlink(missing_ok=True)
        for left in (run.directory, run.open_directory):
            shutil.rmtree(left, ignore_errors=True)

    @property
    def _note_file(self) -> Path:
        return _notes(Path(self.run.data_dir)) / f"{self.run.code}.json"

    def _note(self) -> None:
        run, mine = self.run, psutil.Process()
        where = {"desk_socket": run.socket("desk"), "directory": str(run.directory), "open_directory": str(run.open_directory)}
        note = {"room": run.code, "mode": run.mode, "pid": mine.pid, "began": _began(mine)} | where
        write_private(self._note_file, json.dumps(note))


def _notes(data_dir: Path) -> Path:
    return data_dir / "running"


def _last(data_dir: Path, code: str) -> Path:
    return data_dir / "addresses" / code


def _began(process: psutil.Process) -> tuple[float, float]:
    """When a process began, by the clock and since the computer started: setting the clock moves one of the two."""
    return process.create_time(), process.create_time() - psutil.boot_time()


def _lives(pid: int, began: Sequence[float]) -> bool:
    """Whether the process that wrote a note still runs: after a power cut another program may have its number."""
    try:
        now = _began(psutil.Process(pid))
    except psutil.Error:
        return False
    return any(abs(one - other) < SAME for one, other in zip(began, now, strict=False))
