"""How phones and the desk's browser reach the servers: at which names, with or without TLS. Refuses what would be unsafe."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from workshop.server.ports import REFUSED
from workshop.server.web import TlsError, tls

BASE = re.compile(r"(https?)://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?/?", re.IGNORECASE)
EVERYWHERE = ("0.0.0.0", "::", "")  # hosts that mean all of this computer's addresses


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
    """Scheme, name and port of an address, without a slash at the end; "" for none."""
    if not address:
        return ""
    if not BASE.fullmatch(address):
        raise Unsafe(f"{option} needs an address such as https://workshop.example.org, with nothing after the name.")
    if (port := urlsplit(address).port) in REFUSED:
        raise Unsafe(f"Browsers refuse to open port {port}: choose another one for {option}.")
    return address.rstrip("/")


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


def url(host: str, port: int, encrypted: bool) -> str:
    """The address of a server that has nothing in front of it."""
    return f"http{'s' if encrypted else ''}://{f'[{host}]' if ':' in host else host}:{port}"


def own_address(host: str) -> str:
    """The address at which phones reach this computer; loopback if it's in no network."""
    if host not in EVERYWHERE:
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks only which way a packet would go
            if not probe.getsockname()[0].startswith(("0.", "127.")):
                return probe.getsockname()[0]
        except OSError:
            pass
    return next(_local_addresses(), "127.0.0.1")


def stands(url: str) -> bool:
    """Whether this computer can still be reached by phones at `url`, which is one of its own addresses."""
    host = urlsplit(url).hostname or ""
    return not loopback(host) and host in _addresses()


def _addresses() -> set[str]:
    """Every address of this computer in a network that is up."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    return {one.address.partition("%")[0] for name, known in psutil.net_if_addrs().items() if name in up for one in known}


def _local_addresses() -> Iterator[str]:
    """Addresses of this computer in its networks, for when no route leads out, as with a hotspot that has no internet."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    for name, known in psutil.net_if_addrs().items():
        for one in known:
            if name in up and one.family == socket.AF_INET and not one.address.startswith(("127.", "169.254.")):
                yield one.address
