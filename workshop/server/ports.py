"""Which port a server listens on: one that is free, and that browsers don't refuse."""

from __future__ import annotations

import errno
import os
import socket

# Browsers open none of these, whatever answers there, because they belong to other protocols: the "bad ports" of the
# Fetch standard (https://fetch.spec.whatwg.org/#port-blocking), as of 2025.
BAD = """
1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139
143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049
3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080
"""
REFUSED = frozenset(map(int, BAD.split()))


class NoPort(ValueError):
    """Nothing can listen there, or no browser would come; the message is one sentence."""


def free_port(host: str, port: int, meant: str, where: str = "--host") -> int:
    """`port`, or a free one for 0; NoPort if it's taken. `meant` and `where`: the options that chose port and host."""
    if port in REFUSED:
        raise NoPort(f"Browsers refuse to open port {port}: choose another one with {meant}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise NoPort(f"Port {port} isn't open to this user: choose one above 1023 with {meant}.") from None
        except OverflowError:
            raise NoPort(f"{port} isn't a port: choose one between 1024 and 65535 with {meant}.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise NoPort(f"Port {port} is taken by another program: choose another one with {meant}.") from None
            raise NoPort(f"This computer has no address {host}: leave {where} out, or give one of its own.") from None
        return probe.getsockname()[1]
