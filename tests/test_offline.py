"""`make` without the internet: once it has been installed, a workshop starts, whatever has changed since."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import environments

ROOT = Path(__file__).resolve().parent.parent
HERE_IS_WHAT_THERE_IS = "Newer packages couldn't be looked for, so we go on with those that are here."


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of this checkout, installed some time ago, with a newer pyproject.toml, as after `git pull`."""
    folder = tmp_path / "Kopie für unterwegs"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if not name.startswith("tests/") and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    environments.make(folder / ".venv")
    stamp = folder / ".venv" / ".installed"
    stamp.touch()
    os.utime(stamp, (1, 1))
    return folder


def make(target: str, folder: Path, arguments: str = "") -> subprocess.CompletedProcess:
    """`make TARGET` with a pip that reaches no index."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHONPATH", "MAKE"))}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    command = ["make", target, f"ARGS={arguments}"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_a_start_after_a_pull(checkout: Path) -> None:
    """It says that it couldn't look for newer packages, and runs this folder's own files."""
    done = make("lab", checkout, f"--copy-only --folder '{checkout / 'mine'}'")
    assert done.returncode == 0, done.stderr
    assert HERE_IS_WHAT_THERE_IS in done.stderr
    assert "Traceback" not in done.stdout + done.stderr and "ERROR" not in done.stderr
    assert (checkout / "mine" / "notebooks" / "00-start.ipynb").is_file()


def test_a_package_that_is_needed_and_not_there(checkout: Path) -> None:
    with (checkout / "workshop" / "server" / "desk.py").open("a") as file:
        file.write("import a_package_of_tomorrow\n")
    done = make("check", checkout)
    assert done.returncode and "connect to the internet once" in done.stderr


def test_the_first_time_needs_the_internet(checkout: Path) -> None:
    (checkout / ".venv" / ".installed").unlink()
    done = make("check", checkout)
    assert done.returncode and "The first time, this needs the internet." in done.stderr
