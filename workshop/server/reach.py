"""How phones and the desk's browser reach the servers: at which names, with or without TLS. Refuses what would be unsafe."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from workshop.server.addresses import EVERYWHERE, Candidate, candidates, inside_windows, others
from workshop.server.ports import REFUSED
from workshop.server.run import Run
from workshop.server.web import TlsError, tls

PATH = r"(?:/[a-z0-9._~@%+-]+)*/?"
BASE = re.compile(rf"(https?)://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{{1,5}})?{PATH}", re.IGNORECASE)

OTHERS = (
    "If phones can't open that address, this computer has others: {rest}. To take one of them, start again with --host and the address."
)
IN_WINDOWS = """This is a Linux inside Windows, and phones don't reach the address that it has there. Start the workshop in Windows itself,
or let both share one network: networkingMode=mirrored in the file .wslconfig, then `wsl --shutdown`."""


class Unsafe(ValueError):
    """These options don't go together, or would let somebody in; the message is one sentence."""


def files(certfile: str, keyfile: str) -> tuple[str, str]:
    """The two files as absolute paths, checked; ("", "") without TLS."""
    if not certfile and not keyfile:
        return "", ""
    if not certfile or not keyfile:
        raise Unsafe("--certfile and --keyfile belong together: give both, or neither.")
    cert, key = (str(Path(file).expanduser().absolute()) for file in (certfile, keyfile))
    try:
        tls(cert, key)
    except TlsError as error:
        raise Unsafe(str(error)) from None
    return cert, key


def base(address: str, option: str) -> str:
    """Scheme, name, port and path of an address, without a slash at the end; "" for none."""
    if not address:
        return ""
    if not BASE.fullmatch(address):
        raise Unsafe(f"{option} needs an address such as https://workshop.example.org, with nothing but a path after the name.")
    if (port := urlsplit(address).port) in REFUSED:
        raise Unsafe(f"Browsers refuse to open port {port}: choose another one for {option}.")
    return address.rstrip("/")


def path(given: str, port: int) -> str:
    """What `--base-url` means for the server at `port`: a path without a slash at the end; "" for the top."""
    wanted = given.replace("{port}", str(port))
    if wanted and (not wanted.startswith("/") or not re.fullmatch(PATH, wanted, re.IGNORECASE)):
        raise Unsafe(f"--base-url needs a path such as /user/ana/proxy/8000/, and '{given}' isn't one.")
    return wanted.rstrip("/")


def desk(host: str, certfile: str, in_front: bool, address: str) -> None:
    """Unsafe if other computers could reach the desk in plain text, or by a name that it doesn't know."""
    if in_front and not address.startswith("https:"):
        raise Unsafe("With --i-have-tls-in-front, please give the desk's own address too: --desk-url https://desk.example.org")
    if loopback(host) or certfile or in_front:
        return
    raise Unsafe(
        f"The desk isn't opened to {host} in plain text, because others could read its token and end the room: "
        "give --certfile and --keyfile, or --i-have-tls-in-front if a proxy encrypts."
    )


def loopback(host: str) -> bool:
    """Whether only this computer can reach `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def local(url: str) -> bool:
    """The same, for an address."""
    return loopback(urlsplit(url).hostname or "")


def url(host: str, port: int, encrypted: bool, path: str = "") -> str:
    """The address of a server that has nothing in front of it; `path`: under which it answers."""
    return f"http{'s' if encrypted else ''}://{f'[{host}]' if ':' in host else host}:{port}{path}"


def about(host: str, join_url: str) -> list[str]:
    """What the facilitator should know of an address that we have chosen for the phones."""
    chosen = urlsplit(join_url).hostname or ""
    found = candidates(host)
    if host not in EVERYWHERE or chosen not in {one.address for one in found}:
        return []
    said = [IN_WINDOWS] if inside_windows(chosen) else []
    rest = [f"{one.address} ({one.kind}, {one.name})" for one in others(found, chosen)]
    return said + ([OTHERS.format(rest=", ".join(rest))] if rest else [])


def own_address(host: str) -> str:
    """The address at which phones reach this computer; loopback if it's in no network."""
    if host not in EVERYWHERE:
        return host
    return next((one.address for one in candidates(host)), "127.0.0.1")


def bases(run: Run) -> dict[str, Candidate]:
    """Where phones may find this run now, the likeliest first. Nothing where somebody has said the address, or one network."""
    if not run.follows:
        return {}
    path = run.under("participants").rstrip("/")  # the one under which a proxy shows us stays
    return {url(one.address, run.port, bool(run.certfile), path): one for one in candidates(run.host)}
