"""The two files to double-click. `start-workshop.command` runs here for real, with a uv that plays; `start-workshop.cmd` needs a
Windows, so that only what can be read in it is checked."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CMD = ROOT / "start-workshop.cmd"

UV = f"""#!/bin/sh
echo "uv $*" >> "$(dirname "$0")/asked"
[ -e "$(dirname "$0")/offline" ] && exit 1
[ "$1" = venv ] || exit 0
mkdir -p .venv/bin
printf '#!/bin/sh\\nexec "{sys.executable}" "$@"\\n' > .venv/bin/python
chmod +x .venv/bin/python
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A downloaded folder with a space, an umlaut and an apostrophe in its name, and a uv in the path."""
    place = tmp_path / "Anna's Übung"
    place.mkdir()
    for name in ("start-workshop.command", "pyproject.toml", "requirements.txt"):
        shutil.copy2(ROOT / name, place / name)
    (place / "workshop").symlink_to(ROOT / "workshop")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").write_text(UV)
    (tmp_path / "bin" / "uv").chmod(0o755)
    return place


def started(folder: Path, path: str | None = None) -> subprocess.CompletedProcess:
    """What a double click does: from another folder, with nobody at the keyboard."""
    environment = {"HOME": str(folder.parent), "PATH": path or f"{folder.parent / 'bin'}{os.pathsep}{os.defpath}"}
    command = [str(folder / "start-workshop.command"), "--help"]
    return subprocess.run(
        command, cwd="/", env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )


def asked(folder: Path) -> list[str]:
    """What uv was asked to do."""
    return (folder.parent / "bin" / "asked").read_text().splitlines()


def test_it_installs_once_and_starts(folder: Path) -> None:
    first = started(folder)
    assert first.returncode == 0, first.stderr
    assert "Run a workshop on this computer." in first.stdout
    assert [line.split()[1] for line in asked(folder)] == ["venv", "pip"]
    again = started(folder)
    assert again.returncode == 0 and "Installing" not in again.stdout
    assert len(asked(folder)) == 2


def test_without_the_internet_it_goes_on_with_what_is_there(folder: Path) -> None:
    """The first time it can't; later it can, also when the files have changed."""
    (folder.parent / "bin" / "offline").touch()
    first = started(folder)
    assert first.returncode == 1 and "The first time, this needs the internet." in first.stdout
    (folder.parent / "bin" / "offline").unlink()
    assert started(folder).returncode == 0
    (folder.parent / "bin" / "offline").touch()
    with (folder / "pyproject.toml").open("a") as file:
        file.write("# newer\n")
    later = started(folder)
    assert later.returncode == 0 and "go on with those that are here" in later.stdout and "Run a workshop" in later.stdout


def test_without_uv_it_is_fetched(folder: Path) -> None:
    """uv's own installer, by a curl that plays; it goes into this folder."""
    played = folder.parent / "curl"
    played.mkdir()
    fetched = f'mkdir -p "$UV_INSTALL_DIR"; cp "{folder.parent / "bin" / "uv"}" "$UV_INSTALL_DIR/uv"'
    (played / "curl").write_text(f"#!/bin/sh\nprintf '%s\\n' '{fetched.replace(chr(39), chr(39) + chr(92) + chr(39) + chr(39))}'\n")
    (played / "curl").chmod(0o755)
    done = started(folder, f"{played}{os.pathsep}{os.defpath}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / ".uv" / "uv").is_file() and "Run a workshop" in done.stdout


def test_what_can_be_read_in_the_windows_file() -> None:
    """Line ends and letters as cmd.exe needs them, a label for each jump, every path in quotes."""
    content = CMD.read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n")
    text = content.decode("ascii")
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    assert set(re.findall(r"(?:goto|call) :?(\w+)", text)) <= labels
    unquoted = re.sub(r'"[^"\r\n]*"', "", text)
    assert not re.findall(r"%(?:CD|PYTHON|UV|USERPROFILE|~dp0)\b", unquoted)
    assert text.count("(") == text.count(")")


def test_both_say_and_ask_for_the_same() -> None:
    """What one system's users are told, the others' are too."""
    shell, cmd = (ROOT / "start-workshop.command").read_text("utf-8"), CMD.read_text("ascii")
    for sentence in (
        "The first time, this needs the internet.",
        "go on with those that are here.",
        "https://astral.sh/uv/install.",
        ">=3.11",
    ):
        assert sentence in shell and sentence in cmd
