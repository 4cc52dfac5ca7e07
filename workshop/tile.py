"""A tile in JupyterLab's launcher that starts a workshop where JupyterLab runs, by jupyter-server-proxy.

Jupyter's login is in front of the desk, so the tile opens it without a token in any address: the proxy adds the token to what
it passes on. Phones have no such login. Where they find the workshop is WORKSHOP_JOIN_URL, a public way to the port named in
it ({port} stands for ours); else the hub's own address, behind its login; else this computer's, if there is no hub.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from workshop.server.addresses import PASSED, UNKNOWN

TOKEN = "WORKSHOP_DESK_TOKEN"
PEOPLE = 12  # of a rehearsal's simulated group


def workshop() -> dict[str, Any]:
    """The entry point of the tile that runs a workshop."""
    return _server("interdependence-workshop", "Interdependence workshop")


def rehearsal() -> dict[str, Any]:
    """The entry point of the tile that practises with a simulated group."""
    return _server("interdependence-rehearsal", "Practise a workshop")


def _server(name: str, title: str) -> dict[str, Any]:
    token = secrets.token_urlsafe(24)
    return {
        "command": [sys.executable, "-m", "workshop.tile", name, "{port}", "{base_url}"],
        "environment": {TOKEN: token},
        "request_headers_override": {PASSED: token},
        "timeout": 90.0,  # s: a small machine of a hub loads everything for the first time
        "launcher_entry": {"title": title, "category": "Other"},
    }


def main(name: str, desk_port: int, under: str) -> None:
    """Run a workshop whose desk Jupyter shows under `under` + `name`."""
    from workshop import launch, rehearsal
    from workshop.server.options import StartOptions
    from workshop.server.ports import free_port

    token = os.environ.pop(TOKEN)
    hub = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    port = free_port("0.0.0.0", 0, "--port")
    host = "127.0.0.1" if hub else "0.0.0.0"
    desk = f"http://127.0.0.1:{desk_port}{under.rstrip('/')}/{name}"
    options = StartOptions(host=host, port=port, desk_port=desk_port, join_base=_join_address(port), desk_base=desk, any_name=True)
    if name.endswith("workshop"):
        launch.run_workshop(replace(launch.prepare(options), token=token), browser=False)
        return
    with tempfile.TemporaryDirectory(prefix="workshop-rehearsal-") as folder:
        store = os.fspath(Path(folder, "rehearsal.sqlite"))
        run = replace(launch.prepare(replace(options, store=store, mode="rehearsal")), token=token)
        with rehearsal.simulated_group(run.store, run.room, PEOPLE, None, 1.0):
            launch.run_workshop(run, browser=False)


def _join_address(port: int) -> str:
    """Where phones find the workshop; "" for this computer's own address. A hub's may be unknown until its desk is opened."""
    if given := os.environ.get("WORKSHOP_JOIN_URL"):
        return given.replace("{port}", str(port))
    if not (prefix := os.environ.get("JUPYTERHUB_SERVICE_PREFIX")):
        return ""
    public = os.environ.get("JUPYTERHUB_PUBLIC_URL") or f"http://{UNKNOWN}{prefix}"
    return f"{public.rstrip('/')}/proxy/{port}"


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
