"""The fork server: one warm process that has done nearly all of a kernel's work, and is copied for each page.

`python -m workshop.server.kernels.fork SOCKET FOLDER SERVER`, with the environment that the kernels will have. FOLDER holds the
notebooks that pages come from, SERVER is the process that the kernels belong to. Each connection sends one line of JSON,
`{"file": connection file, "cwd": folder, "env": {…}}`; the new kernel itself answers `{"pid": 123}` once it listens.
No answer means that there is no kernel.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop.server import compat

if TYPE_CHECKING:
    from workshop.server.kernels.pagekernel import PageKernelApp

REQUEST_TIMEOUT = 2.0  # s that a client may take to say what it wants: it knows that when it connects
ADOPTED = 5.0  # s until a new kernel must have become the server's own child
BACKLOG = 1024  # starts that may wait at the same time
LINUX = sys.platform == "linux"
DIE_WITH_PARENT, NAME, ARENAS = 1, 15, -8  # PR_SET_PDEATHSIG, PR_SET_NAME, M_ARENA_MAX
KERNEL_NAME = b"page-kernel"


def main() -> None:
    # Before NumPy is imported: its threads wouldn't survive a fork, and one phone's model doesn't need them.
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    compat.without_debugger()
    from workshop.server.kernels.pagekernel import warm

    path, folder, server = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    libc = ctypes.CDLL(None, use_errno=True) if LINUX else None
    if libc:
        libc.prctl(DIE_WITH_PARENT, signal.SIGKILL)
        libc.mallopt(ARENAS, 1)  # one arena for all of a kernel's threads instead of one each
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the supervisor
    app = warm(folder)
    coming = path.with_suffix(".new")
    coming.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        before = os.umask(0o177)
        listener.bind(str(coming))
        os.umask(before)
        listener.listen(BACKLOG)
        gc.collect()
        gc.freeze()  # or the collector writes into every page's memory, only to find that all of this is still needed
        coming.rename(path)  # it's there only when it listens
        answer_clients(listener, app, server, libc)


def answer_clients(listener: socket.socket, app: PageKernelApp, server: int, libc: Any) -> None:
    """Answer one client after another; a fork takes a few ms. Ends when the server has gone."""
    while True:
        if not select.select([listener], [], [], 1.0)[0]:
            if os.getppid() != server:
                return
            continue
        connection, _ = listener.accept()
        with connection, suppress(OSError, ValueError):
            connection.settimeout(REQUEST_TIMEOUT)
            with connection.makefile("rb") as stream:
                request = json.loads(stream.readline())
            middle = os.fork()
            if middle == 0:
                # The process in the middle ends at once, and the server adopts its child: the server then waits for
                # the kernel, the kernel ends with the server, and neither minds if this process dies.
                try:
                    if os.fork() == 0:
                        listener.close()
                        be_kernel(app, request, connection, server, libc)
                except BaseException:
                    traceback.print_exc(file=sys.__stderr__)
                finally:
                    os._exit(0)
            os.waitpid(middle, 0)


def be_kernel(app: PageKernelApp, request: dict[str, Any], connection: socket.socket, server: int, libc: Any) -> None:
    """What the new process does, to its end."""
    os.setsid()
    if libc:
        end = time.monotonic() + ADOPTED
        while os.getppid() != server:
            if time.monotonic() > end:
                return
            time.sleep(0.0005)
        libc.prctl(DIE_WITH_PARENT, signal.SIGKILL)
        libc.prctl(NAME, KERNEL_NAME)
        if os.getppid() != server:
            return
    if request["env"] != dict(os.environ):
        os.environ.clear()
        os.environ.update(request["env"])
    os.chdir(request["cwd"])
    reseed()
    app.become(request["file"])
    connection.sendall(json.dumps({"pid": os.getpid()}).encode() + b"\n")
    connection.close()
    app.run()


def reseed() -> None:
    """Give each page chance of its own. Python's `random` reseeds itself at a fork; NumPy's older generator doesn't."""
    if numpy_random := sys.modules.get("numpy.random"):
        numpy_random.seed()


if __name__ == "__main__":
    main()
