"""The package by itself: what pip, pipx or uvx install, without the repository, in a folder with a space and an umlaut.

The wheel is built here and installed in an environment of its own. Its dependencies are those of the tests, by one path: what
they are is asserted elsewhere (`test_every_import_is_a_declared_dependency`), and nothing has to be fetched.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests import environments
from tests.browser.walk import BOXES, desk, go, join, to_the_chart
from tests.running import gone, until, workshops

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Installed:
    """An environment that holds the wheel; commands run in `home`, which is empty at first."""

    folder: Path
    home: Path

    @property
    def program(self) -> str:
        return str(self.folder / "bin" / "workshop")

    @property
    def environment(self) -> dict[str, str]:
        """A shell of somebody who has never heard of the repository."""
        ours = ("PYTHON", "WORKSHOP_", "JUPYTER", "XDG_", "VIRTUAL_ENV")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return inherited | {"HOME": str(self.home), "WORKSHOP_DATA": str(self.home / "data")}

    @property
    def package(self) -> Path:
        return next(self.folder.glob("lib/python*/site-packages/workshop"))

    def run(self, *command: str, status: int = 0) -> str:
        """The standard output of one of the environment's commands."""
        done = subprocess.run(
            [str(self.folder / "bin" / command[0]), *command[1:]],
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == status, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    place = tmp_path_factory.mktemp("Eigene Übung")
    environment, home = place / "Umgebung für alle", place / "home"
    home.mkdir()
    environments.make(environment)
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python"), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(next(built.glob("*.whl")))], check=True)
    return Installed(environment, home)


def tracked(*folders: str) -> set[str]:
    listed = subprocess.run(["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}


def test_the_wheel_and_the_sdist_hold_everything(built: Path) -> None:
    """Every file that git knows: the wheel what a workshop needs, the sdist all of it."""
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    outside = tracked("workshop") | {f"workshop/{name}" for name in tracked("notebooks", "facilitator-guide")}
    assert outside - inside == set()
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        assert tracked() - {name.partition("/")[2] for name in sdist.getnames()} == set()


def test_check_rehearse_and_version_from_anywhere(installed: Installed) -> None:
    version = installed.run("workshop", "--version").strip()
    assert installed.run("interdependence-workshop", "--version").strip() == version
    assert f"-{version}.dist-info" in str(next(installed.package.parent.glob("interdependence_workshop-*")))
    assert "nothing is wrong" in installed.run("workshop", "check")
    (report,) = installed.run("workshop", "rehearse", "--modules", "arrive", "--people", "8", "--seed", "1", "--json").splitlines()
    assert json.loads(report)["errors"] == 0


def test_phones_and_desk(installed: Installed, phone) -> None:
    """Five phones join the installed workshop, answer, and see what the group said."""
    with workshops(installed.home, [installed.program], cwd=installed.home, env=installed.environment) as start:
        workshop = start()
        phones = [go(join(phone(), workshop), workshop, "arrive") for _ in BOXES]
        board = desk(phone(width=1440, height=900), workshop)
        to_the_chart(board, phones, BOXES)
        running = workshop.servers()["participants"]
        assert str(installed.folder) in running.cmdline()[0]
        assert not [one.complaints for one in [*phones, board] if one.complaints]


def test_lab_and_guide_work_on_a_copy(installed: Installed) -> None:
    """JupyterLab shows the copy in somebody's home, a notebook runs there, and the package's files stay as they were."""
    before = digests(installed.package)
    copy = installed.home / "Interdependence workshop"
    with laboratory(installed) as (said, server):
        assert str(copy) in said
        assert Path(server["root_dir"]) == copy
        listing = f"{server['url']}api/contents/notebooks?token={server['token']}"
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(listing, timeout=60) as answer:
            assert {"00-start.ipynb", "facilitator"} <= {one["name"] for one in json.load(answer)["content"]}
    notebook = copy / "notebooks" / "01-arrive.ipynb"
    command = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval-lax", "--nbval-current-env")
    assert "passed" in installed.run(*command, str(notebook))
    assert str(copy / "facilitator-guide" / "README.md") in installed.run("workshop", "guide")
    assert (copy / "facilitator-guide" / "README.md").is_file()
    assert digests(installed.package) == before


@contextmanager
def laboratory(installed: Installed) -> Iterator[tuple[str, dict]]:
    """`workshop lab` while it runs: the first line that it says, and the note of JupyterLab's server."""
    options = ("--no-browser", "--ServerApp.port=0", "--allow-root")
    environment = installed.environment | {"JUPYTER_RUNTIME_DIR": str(installed.home / "runtime")}
    command = [installed.program, "lab", *options]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=installed.home, env=environment, text=True, **streams)

    def note() -> dict | None:
        assert process.poll() is None, "JupyterLab ended by itself"
        for file in (installed.home / "runtime").glob("jpserver-*.json"):
            with suppress(ValueError):  # it's being written
                return json.loads(file.read_text("utf-8"))
        return None

    try:
        yield process.stdout.readline(), until(note, 60)
    finally:
        children = psutil.Process(process.pid).children()
        process.terminate()
        process.wait(60)
        assert children and all(map(gone, children)), "JupyterLab ends with it"


def digests(package: Path) -> dict[str, str]:
    """File -> digest, without what Python compiles."""
    files = [file for file in package.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
