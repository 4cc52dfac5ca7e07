"""What is noted of the workshops that run, so that notebooks find them and the next start tidies up after killed ones."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from workshop.server.run import Run

SAME = 0.05  # s between two readings of the time at which one process began


def run_directory() -> Path:
    """A new directory for one run, mode 0700, with a path short enough for sockets."""
    base = tempfile.gettempdir()
    if os.name == "posix" and len(base) > 40:  # macOS: 49 letters, where a socket's path may have 104
        base = "/tmp"
    return Path(tempfile.mkdtemp(prefix="workshop-", dir=base))


def note_running(run: Run) -> None:
    """Let notebooks in JupyterLab find the desk's socket: `data_dir/running/CODE.json`, readable by this user only."""
    folder = Path(run.data_dir, "running")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    note = {"desk_socket": run.socket("desk"), "room": run.code, "mode": run.mode, "directory": str(run.directory)}
    mine = psutil.Process()
    descriptor = os.open(folder / f"{run.code}.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(note | {"pid": mine.pid, "began": _began(mine)}, file)


def forget_running(run: Run) -> None:
    """The run has ended."""
    Path(run.data_dir, "running", f"{run.code}.json").unlink(missing_ok=True)
    shutil.rmtree(run.directory, ignore_errors=True)


def running(data_dir: Path) -> dict[str, dict[str, Any]]:
    """Code -> note of the workshops that run from this data directory. Removes what killed ones have left."""
    found = {}
    for file in sorted((data_dir / "running").glob("*.json")):
        with suppress(OSError, ValueError, KeyError):
            note = json.loads(file.read_text(encoding="utf-8"))
            if _lives(note["pid"], note.get("began", ())) and Path(note["directory"]).is_dir():
                found[note["room"]] = note
                continue
            shutil.rmtree(note["directory"], ignore_errors=True)
            file.unlink()
    return found


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
