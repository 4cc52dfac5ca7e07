"""Writes requirements.txt and environment.yml from pyproject.toml (run by `make requirements`)."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADER = "# Written by `make requirements` from pyproject.toml: one resolve for every system and every Python from 3.11 on.\n"


def resolve() -> str:
    """The pins: every package of every extra, with markers, without the address of any index."""
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--universal",
        "--all-extras",
        "--quiet",
        "--no-header",
        "--no-annotate",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--python-version",
        "3.11",
        "pyproject.toml",
    ]
    return HEADER + subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def environment(requirements: str) -> str:
    """environment.yml for Binder and conda: Python from conda-forge, every package at the same pin as in requirements.txt."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = [line for line in requirements.splitlines() if line and not line.startswith("#")]
    lines = [
        "# Written by `make requirements`: the pins are those of requirements.txt.",
        f"name: {project['name']}",
        "channels: [conda-forge, nodefaults]",
        "dependencies:",
        "  - python=3.11",
        "  - pip",
        "  - pip:",
        *(f'      - "{pin}"' if ";" in pin else f"      - {pin}" for pin in pins),
        "      - --editable .",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    pins = resolve()
    (ROOT / "requirements.txt").write_text(pins, "utf-8")
    (ROOT / "environment.yml").write_text(environment(pins), "utf-8")
