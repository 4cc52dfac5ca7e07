"""Environments of their own that hold nothing but what a workshop depends on, without fetching anything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path


def make(environment: Path) -> Path:
    """A virtual environment that sees the packages of the tests' own by one path; its folder for packages.

    A path that is added like this brings no editable installation with it: the checkout isn't seen.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    for shared in ("share", "etc"):  # Voila's templates and the kernel's description lie beside the packages
        if (there := Path(sys.prefix, shared)).is_dir():
            shutil.copytree(there, environment / shared, copy_function=_link)
    return packages


def _link(source: str, target: str) -> None:
    """A file's second name, where the file system can give one. A linked folder would let an installation write through it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
