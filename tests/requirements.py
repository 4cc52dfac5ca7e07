"""Writes requirements.txt and environment.yml from pyproject.toml (run by `make requirements`)."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADER = "# Written by `make requirements` from pyproject.toml: one resolve for every system and every Python from 3.11 on.\n"


RUNNING = ("--extra", "hub")  # what environment.yml holds: all that running needs, on a Binder or a hub too, and nothing of the tests'


def resolve(*options: str) -> str:
    """The pins: every package, with markers, without the address of any index."""
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--universal",
        "--quiet",
        "--no-header",
        "--no-annotate",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--python-version",
        "3.11",
        *options,
        "pyproject.toml",
    ]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def environment(requirements: str) -> str:
    """environment.yml for conda and for Binder: Python from conda-forge, and these pins."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = [line for line in requirements.splitlines() if line and not line.startswith("#")]
    lines = [
        "# Written by `make requirements`: the pins are those of requirements.txt, without what only tests need.",
        f"name: {project['name']}",
        "channels: [conda-forge, nodefaults]",
        "dependencies:",
        "  - python=3.11",
        "  - pip",
        "  - pip:",
        *(f'      - "{pin}"' if ";" in pin else f"      - {pin}" for pin in pins),
        "      - --editable .[hub]",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "requirements.txt").write_text(HEADER + resolve("--all-extras"), "utf-8")
    running = resolve(*RUNNING, "--constraint", "requirements.txt")
    (ROOT / "environment.yml").write_text(environment(running), "utf-8")
