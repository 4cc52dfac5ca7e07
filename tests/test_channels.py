"""What a page's kernel gets of what its browser sends: only the reader, against everything that bytes can be."""

from __future__ import annotations

import json
import struct
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.browsing import V1, as_old_binary, as_text, as_v1, message
from workshop.server.channels import INCOMING, Unreadable, read
from workshop.server.limits import Bucket, Buckets

CONTENT = {
    "kernel_info_request": {},
    "comm_info_request": {"target_name": "jupyter.widget"},
    "comm_open": {"comm_id": "a", "target_name": "jupyter.widget.control", "data": {"x": [1, None]}},
    "comm_msg": {"comm_id": "a", "data": {"method": "custom", "content": {"ü": "\u2028"}}},
    "comm_close": {"comm_id": "a", "data": {}},
}


@pytest.mark.parametrize("kind", INCOMING)
def test_what_our_pages_send_arrives_in_both_framings(kind: str) -> None:
    said = message(kind, CONTENT[kind] | {"code": "1/0", "silent": False}, {"version": "1.0.0", "subshell_id": "x", "other": 1})
    for framed, protocol in ((as_text, None), (as_v1, V1)):
        passed = read(framed(said), protocol)
        assert passed == {"kind": kind, "id": said["header"]["msg_id"], "metadata": {"version": "1.0.0"}, "content": CONTENT[kind]}


@pytest.mark.parametrize("channel", ["control", "stdin", "iopub", "", "shell "])
def test_messages_pass_only_on_the_channel_that_pages_use(channel: str) -> None:
    assert read(as_text(message("kernel_info_request"), channel), None) is None
    assert read(as_v1(message("kernel_info_request"), channel), V1) is None


@pytest.mark.parametrize("kind", ["execute_request", "shutdown_request", "debug_request", "input_reply", "Comm_msg", "comm_msg ", ""])
def test_other_kinds_of_message_do_not_pass(kind: str) -> None:
    assert read(as_text(message(kind, {"code": "1/0"})), None) is None
    assert read(as_v1(message(kind, {"code": "1/0"})), V1) is None


def test_two_names_for_one_thing_are_read_once() -> None:
    """A header that gives two kinds: the one we looked at is the one we pass on, because we put the message together again."""
    once = '"msg_type": "comm_msg"'
    text = as_text(message("comm_msg", CONTENT["comm_msg"])).replace(once, f'{once}, "msg_type": "execute_request"')
    assert read(text, None) is None
    passed = read(text.replace('"execute_request"', '"comm_msg"'), None)
    assert passed and passed["kind"] == "comm_msg"


@pytest.mark.parametrize(
    "wrong",
    [
        as_old_binary(message("kernel_info_request")),
        json.dumps({**message("comm_msg", CONTENT["comm_msg"]), "channel": "shell", "buffers": ["x"]}),
        as_text(message("comm_msg", {"comm_id": 5})),
        as_text(message("comm_msg", {"comm_id": "a", "data": "x"})),
        as_text(message("comm_msg", {"comm_id": "a" * 65})),
        as_text({**message("comm_msg"), "header": {"msg_type": "comm_msg", "msg_id": "a" * 65}}),
        as_text({**message("comm_msg"), "header": None}),
        as_text({**message("comm_msg"), "content": []}),
    ],
)
def test_a_message_in_the_wrong_form_is_unreadable(wrong: str | bytes) -> None:
    with pytest.raises(Unreadable):
        read(wrong, None)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)), st.sampled_from([None, V1]))
def test_noise_is_refused_and_does_nothing_else(noise: str | bytes, protocol: str | None) -> None:
    try:
        passed = read(noise, protocol)
    except (ValueError, RecursionError):
        return
    assert passed is None or passed["kind"] in INCOMING


@given(st.integers(0, 2**64 - 1), st.lists(st.integers(0, 2**64 - 1), max_size=12), st.integers(0, 400))
def test_lengths_that_lie_take_no_memory(count: int, offsets: list[int], rest: int) -> None:
    """No matter how many parts a message says it has, and where it says they are."""
    said = struct.pack(f"<{len(offsets) + 1}Q", count, *offsets) + b"{}" * rest
    tracemalloc.start()
    with pytest.raises(ValueError):
        read(said, V1)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100_000


def test_buckets_refill_and_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("workshop.server.limits.time.monotonic", lambda: now)
    bucket = Bucket(2, 1)
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    now = 1.0
    assert [bucket.take() for _ in range(2)] == [True, False]
    now = 100.0
    assert bucket.left == 2 and not bucket.take(3) and bucket.take(2)
    many = Buckets(1, 1, names=3)
    assert all(many.take(name) for name in "abc") and not many.take("a")
    now = 200.0
    assert many.take("d") and len(many._kept) == 1, "buckets that are full again are forgotten"
