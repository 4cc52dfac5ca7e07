"""A real PostgreSQL for the tests, in a directory and on a socket of its own; nothing of this machine's servers is touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

NAME = "workshop_tests"


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs; RuntimeError with what to do where there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(debian[-1]) if debian else shutil.which(name)
    if not found:
        raise RuntimeError(f"PostgreSQL ({name}) was not found: run `sh tests/prepare.sh`, or install the package postgresql.")
    return found


def somebody_else() -> dict[str, object]:
    """For subprocess: PostgreSQL refuses to run as root, so root starts it as another user."""
    if os.name == "nt" or os.geteuid():
        return {}
    import pwd

    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def run(folder: Path, *command: str | Path) -> None:
    """One of PostgreSQL's programs, to its end; RuntimeError with what it said."""
    # Output goes to a file: the server inherits it, and would keep a pipe open.
    with (folder / "said").open("ab") as said:
        streams = {"stdout": said, "stderr": said, "stdin": subprocess.DEVNULL}
        done = subprocess.run(command, **streams, cwd="/", timeout=60, **somebody_else())
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{(folder / 'said').read_text()}")


def control(folder: Path) -> tuple[str | Path, ...]:
    return program("pg_ctl"), "-D", folder / "data", "-w", "-l", folder / "log"


def restart(server: str) -> None:
    """Stop the server of that folder as a crash would, and start it again."""
    run(Path(server), *control(Path(server)), "-m", "immediate", "restart")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The folder of the socket at which one PostgreSQL listens for the whole run."""
    initdb = program("initdb")
    # Not pytest's folder: another user must reach it, and the path of a socket may not be long.
    folder = Path(tempfile.mkdtemp(prefix="ws-pg-"))
    user = somebody_else()
    if user:
        os.chown(folder, user["user"], user["group"])

    try:
        run(folder, initdb, "-D", folder / "data", "-U", NAME, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        run(folder, *control(folder), "-o", f"-k {folder} -h '' -F", "start")
        try:
            yield str(folder)
        finally:
            run(folder, *control(folder), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> str:
    """The address of an empty database."""
    with psycopg.connect(host=postgresql_server, user=NAME, dbname="postgres", autocommit=True) as db:
        db.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        db.execute(f"CREATE DATABASE {NAME}")
    return f"postgresql://{NAME}@/{NAME}?host={postgresql_server}"


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, of either kind."""
    return str(tmp_path / "store.sqlite") if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
