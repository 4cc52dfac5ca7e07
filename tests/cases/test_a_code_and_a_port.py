"""What is chosen before anybody comes: a code that is no word, and a port that browsers open."""

from __future__ import annotations

import pytest

from tests.running import run
from workshop.server import reach
from workshop.server.ports import REFUSED
from workshop.store import store

HURTING = ("RAPE", "R4P3", "FUCK", "FCK", "CUNT", "DEAD", "D34D", "HATE", "H4T3", "KKK", "NAZI", "SS")


def test_no_code_is_a_word_that_hurts(monkeypatch):
    for word in HURTING:
        assert not set(word) <= set(store.ALPHABET) or word in store.UNWELCOME, word
    letters = iter("KKK2" + "2FCK" + "X88X" + "K7PM")
    monkeypatch.setattr(store.secrets, "choice", lambda _: next(letters))
    assert store._code() == "K7PM"


def test_there_are_codes_enough_to_make_guessing_useless():
    assert len(set(store.ALPHABET)) ** store.CODE_LENGTH > 300_000


@pytest.mark.parametrize("option", ["--port", "--desk-port"])
def test_a_port_that_browsers_refuse_is_refused_with_a_sentence(tmp_path, option):
    done = run(
        "start", "--no-browser", "--host", "127.0.0.1", "--port", "0", "--desk-port", "0", option, "6000", "--data-dir", str(tmp_path)
    )
    assert done.returncode == 2
    assert done.stderr == f"Browsers refuse to open port 6000: choose another one with {option}.\n"


def test_an_address_with_such_a_port_is_refused_too():
    with pytest.raises(reach.Unsafe, match="refuse to open port 10080"):
        reach.base("https://workshop.example.org:10080", "--join-url")
    assert reach.base("https://workshop.example.org:8443", "--join-url")


def test_browsers_really_refuse_the_ports_of_our_list_and_no_port_of_ours(phone):
    """The list may grow: a port that Chromium refuses and we don't know would strand a whole group."""
    page = phone().page

    def refuses(port: int) -> bool:
        try:
            page.goto(f"http://127.0.0.1:{port}/", timeout=5000)
        except Exception as error:
            return "ERR_UNSAFE_PORT" in str(error)
        return False

    assert all(refuses(port) for port in (1, 2049, 5060, 6000, 6667, 10080))
    assert not any(refuses(port) for port in (8000, 8001))
    assert not {8000, 8001, 8080, 8443, 8888, 80, 443} & REFUSED
