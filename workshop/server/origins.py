"""Whether two names mean the same server: a browser leaves a scheme's own port out of `Origin`, and a proxy may write it into `Host`."""

from __future__ import annotations

PORTS = {"http": ":80", "https": ":443"}


def plain(host: str, scheme: str) -> str:
    """A name with its port, without the port that goes without saying."""
    return host.lower().removesuffix(PORTS.get(scheme, ""))


def same(origin: str, host: str) -> bool:
    """Whether `origin`, as a browser gives it, is the server that a request calls `host`."""
    scheme, _, name = origin.lower().partition("://")
    return scheme in PORTS and plain(name, scheme) == plain(host, scheme)
