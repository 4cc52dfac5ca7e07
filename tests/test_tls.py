"""TLS of our own and in front, the desk elsewhere: what works, and one sentence for what does not go together."""

from __future__ import annotations

import re
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_connection, create_server, socket

import pytest

from tests.browser.walk import go, join
from tests.browsing import Browser, Channel
from tests.running import run


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with cert.pem and key.pem for localhost, the same key locked, and another key."""
    folder = tmp_path_factory.mktemp("tls")
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:workshop.test,IP:127.0.0.1"]
    curve = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    openssl(folder, "req", "-x509", "-newkey", *curve, "-nodes", "-days", "2", *name, "-keyout", "key.pem", "-out", "cert.pem")
    openssl(folder, "pkey", "-in", "key.pem", "-aes128", "-passout", "pass:locked", "-out", "locked.pem")
    openssl(folder, "genpkey", "-algorithm", *curve, "-out", "other.pem")
    return folder


def openssl(folder: Path, *arguments: str) -> None:
    arguments = tuple("EC" if one == "ec" and arguments[0] == "genpkey" else one for one in arguments)
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def trusting(files: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(files / "cert.pem"))


def test_both_servers_speak_tls(files: Path, trusting: ssl.SSLContext, start, phone) -> None:
    workshop = start("--certfile", str(files / "cert.pem"), "--keyfile", str(files / "key.pem"))
    assert workshop.join_url.startswith("https://127.0.0.1:") and workshop.desk_url.startswith("https://127.0.0.1:")
    assert all(page.startswith("https://") for page in workshop.pages.values())
    one = Browser(workshop.join_url, trusting)
    set_cookie = one.join(workshop.room).headers["Set-Cookie"]
    assert set_cookie.startswith(f"{one.named('ws')}=") and "Secure" in set_cookie and "HttpOnly" in set_cookie
    with Channel(one, one.open("/en/arrive")) as page:
        assert page.reply({"type": "hello", "keys": {}})["type"] == "hello"
    page = one.get("/en/arrive")
    assert f"wss://{one.host}" in page.headers["Content-Security-Policy"]
    assert one.ask("POST", "/join", {"code": workshop.room}, Origin=f"http://{one.host}").status == 403, "the same name without TLS"
    desk = Browser(workshop.desk_url, trusting)
    entered = desk.get("/?" + workshop.desk_url.partition("?")[2])
    assert entered.headers["Set-Cookie"].startswith(f"{desk.named('wd')}=") and "Secure" in entered.headers["Set-Cookie"]
    assert desk.get("/desk").status == 200
    with suppress(ConnectionError), create_connection(("127.0.0.1", int(one.host.rpartition(":")[2])), 10) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"HTTP" not in plain.recv(100)
    old = ssl.create_default_context(cafile=str(files / "cert.pem"))
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        Browser(workshop.join_url, old).get("/")
    real = go(join(phone(ignore_https_errors=True), workshop), workshop, "arrive")
    assert not real.complaints
    assert "Traceback" not in workshop.log.read_text()


@contextmanager
def front(files: Path, inner: int) -> Iterator[int]:
    """A proxy that ends TLS and passes everything on as it is; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / "cert.pem", files / "key.pem")
    listening = create_server(("127.0.0.1", 0))

    def pump(source: socket, target: socket) -> None:
        with suppress(OSError, ValueError):
            while piece := source.recv(65536):
                target.sendall(piece)
        for one in (source, target):
            with suppress(OSError):
                one.close()

    def serve() -> None:
        while True:
            try:
                outer = context.wrap_socket(listening.accept()[0], server_side=True)
            except ssl.SSLError:
                continue
            except OSError:
                return
            behind = create_connection(("127.0.0.1", inner))
            for way in ((outer, behind), (behind, outer)):
                threading.Thread(target=pump, args=way, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def test_behind_a_proxy(files: Path, trusting: ssl.SSLContext, start) -> None:
    """Phones and desk come by the proxy's names; a client that goes around it gets no page."""
    from workshop.server.ports import free_port

    ports = [free_port("127.0.0.1", 0, "") for _ in range(2)]
    with front(files, ports[0]) as outer, front(files, ports[1]) as outer_desk:
        join_url, desk_url = f"https://localhost:{outer}", f"https://localhost:{outer_desk}"
        workshop = start("--port", str(ports[0]), "--desk-port", str(ports[1]), "--join-url", join_url, "--desk-url", desk_url + "/")
        assert workshop.join_url == f"{join_url}/{workshop.room}" and workshop.desk_url.startswith(f"{desk_url}/?token=")
        assert workshop.pages["arrive"] == f"{join_url}/en/arrive"
        one = Browser(join_url, trusting)
        assert "Secure" in one.join(workshop.room, X_Forwarded_For="203.0.113.9").headers["Set-Cookie"]
        with Channel(one, one.open("/en/arrive")) as page:
            assert page.reply({"type": "hello", "keys": {}})["type"] == "hello"
        desk = Browser(desk_url, trusting)
        assert desk.get("/?" + workshop.desk_url.partition("?")[2]).status == 302
        assert desk.get("/desk").status == 200
        assert desk.get("/desk", Host=f"elsewhere.test:{outer_desk}").status == 421
        past = Browser(f"http://127.0.0.1:{ports[0]}")
        assert past.join(workshop.room).status == 403


CERT = ("--certfile", "{}/cert.pem", "--keyfile", "{}/key.pem")
REFUSED = [
    (("--certfile", "{}/cert.pem"), "belong together"),
    (("--keyfile", "{}/key.pem"), "belong together"),
    (("--certfile", "{}/none.pem", "--keyfile", "{}/key.pem"), r"--certfile: .*none\.pem can't be read \(no such file or directory\)"),
    (("--certfile", "{}/cert.pem", "--keyfile", "{}"), r"--keyfile: .* can't be read \(is a directory\)"),
    (("--certfile", "{}/key.pem", "--keyfile", "{}/key.pem"), "aren't a certificate and its key in PEM form"),
    (("--certfile", "{}/cert.pem", "--keyfile", "{}/other.pem"), "doesn't belong to the certificate"),
    (("--certfile", "{}/cert.pem", "--keyfile", "{}/locked.pem"), "locked with a password"),
    (("--desk-host", "0.0.0.0"), r"isn't opened to 0\.0\.0\.0 in plain text.*--certfile and --keyfile, or --i-have-tls-in-front"),
    (("--desk-host", "::"), "isn't opened to :: in plain text"),
    (("--desk-host", "192.168.1.7", "--desk-url", "https://desk.test"), "in plain text"),
    (("--desk-host", "0.0.0.0", "--i-have-tls-in-front"), "give the desk's own address"),
    (("--desk-host", "0.0.0.0", "--i-have-tls-in-front", "--desk-url", "http://desk.test"), "give the desk's own address"),
    (("--desk-host", "192.0.2.7", *CERT), r"no address 192\.0\.2\.7: leave --desk-host out"),
    (("--join-url", "workshop.test"), "--join-url needs an address such as"),
    (("--join-url", "https://workshop.test/two rooms"), "--join-url needs an address such as"),
    (("--join-url", "https://workshop.test/?x=1"), "--join-url needs an address such as"),
    (("--desk-url", "javascript:alert(1)"), "--desk-url needs an address such as"),
]


@pytest.mark.parametrize(("options", "sentence"), REFUSED)
def test_what_does_not_go_together_is_one_sentence(files: Path, tmp_path: Path, options: tuple[str, ...], sentence: str) -> None:
    given = [option.format(files) for option in options]
    quiet = ("--no-browser", "--host", "127.0.0.1", "--port", "0", "--desk-port", "0", "--data-dir", str(tmp_path))
    done = run("start", *quiet, *given)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1 and re.search(sentence, done.stderr), done.stderr
    assert not list((tmp_path).glob("*.sqlite*")), "nothing was begun"


def test_a_desk_elsewhere_answers_to_its_names(files: Path, trusting: ssl.SSLContext, start) -> None:
    """With TLS the desk may be bound to every address; a name that is not its own is refused all the same."""
    workshop = start("--desk-host", "0.0.0.0", "--certfile", str(files / "cert.pem"), "--keyfile", str(files / "key.pem"))
    port = workshop.desk_url.partition("?")[0].rstrip("/").rpartition(":")[2]
    desk = Browser(f"https://127.0.0.1:{port}", trusting)
    assert desk.get("/?" + workshop.desk_url.partition("?")[2]).status == 302
    for host, status in ((f"127.0.0.1:{port}", 200), (f"localhost:{port}", 200), (f"192.168.1.7:{port}", 200), (f"evil.test:{port}", 421)):
        assert desk.get("/desk", Host=host).status == status, host
