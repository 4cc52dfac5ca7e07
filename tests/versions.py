"""Tries the newest or the oldest versions that pyproject.toml allows, in a place that is thrown away (`make newest`, `make oldest`)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
RESOLUTIONS = {"newest": "highest", "oldest": "lowest-direct"}
# Whatever an upgrade is likely to break: names that we reach for, kernels, messages, a page in a real browser.
SMOKE = (
    "tests/test_compat.py",
    "tests/test_channels.py",
    "tests/test_fork.py",
    "tests/test_page.py",
    "tests/test_server.py::test_joining",
    "tests/test_server.py::test_headers_and_what_is_kept_for_good",
    "tests/test_server.py::test_leaving_ends_the_kernel_without_a_token",
    "tests/test_server.py::test_a_dead_kernel_is_noticed",
    "tests/test_server.py::test_reloading_and_leaving_in_a_real_browser",
    "tests/browser/test_first_module.py",
)


def resolve(resolution: str, place: Path) -> Path:
    """The workshop's own dependencies at these versions, as constraints; what only tests need may be as new as it likes."""
    pins = place / "constraints.txt"
    compile_ = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--resolution", resolution]
    subprocess.run([*compile_, "--output-file", str(pins), "pyproject.toml"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return pins


def report(pins: Path) -> None:
    """What differs from requirements.txt, among the packages that pyproject.toml names."""
    ours = {canonicalize_name(Requirement(line).name): line for line in _lines(ROOT / "requirements.txt")}
    direct = {canonicalize_name(Requirement(line.strip(' ",')).name) for line in _dependencies()}
    for line in _lines(pins):
        name = canonicalize_name(Requirement(line).name)
        if name in direct and line != ours.get(name):
            print(f"  {line}   (pinned: {ours.get(name, 'nothing')})")


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def _dependencies() -> list[str]:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    block = text[text.index("\ndependencies = [") :]
    return [line for line in block[: block.index("\n]")].splitlines() if line.startswith('  "')]


def main(which: str, *more: str) -> int:
    """Resolve, install, test; the tests' status."""
    with tempfile.TemporaryDirectory(prefix="ws-versions-") as folder:
        place = Path(folder)
        print(f"Resolving the {which} versions …", flush=True)
        pins = resolve(RESOLUTIONS[which], place)
        report(pins)
        print("Installing them …", flush=True)
        venv.create(place / "venv", with_pip=False)
        python = place / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python)]
        subprocess.run([*install, "--constraint", str(pins), "--editable", ".[test]"], cwd=ROOT, check=True)
        command = [str(python), "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider", *(more or SMOKE)]
        return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
