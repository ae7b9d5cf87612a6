"""Content coding undone: whole, within the limit, or an error."""

import contextlib
import gzip
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.inflate import MAX_MEMBERS, MAX_STEP, InflateError, Inflater, TooLargeError, parse_coding
from tests.builders import QUADRATIC_S

PAGE = "<html><title>客服热线全年无休</title><p>接线员每天接听来电。</p></html>".encode() * 3
LIMIT = 1 << 20


def raw_deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def inflate(coding, data, *, limit=LIMIT, step=7):
    inflater = Inflater(coding, limit)
    for at in range(0, len(data), step):
        inflater.feed(data[at : at + step])
    return inflater.finish()


WHOLE = {
    "plain": ("identity", PAGE),
    "gzip": ("gzip", gzip.compress(PAGE)),
    "two members": ("gzip", gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:])),
    "padding": ("gzip", gzip.compress(PAGE) + b"\0" * 40),
    "one byte of padding like a member": ("gzip", gzip.compress(PAGE) + b"\x1f"),
    "junk": ("gzip", gzip.compress(PAGE) + b"<!-- served in 3 ms -->"),
    "label only": ("gzip", PAGE),
    "zlib": ("deflate", zlib.compress(PAGE)),
    "raw deflate": ("deflate", raw_deflate(PAGE)),
    "zlib and junk": ("deflate", zlib.compress(PAGE) + b"xx"),
}


@pytest.mark.parametrize(("coding", "data"), WHOLE.values(), ids=WHOLE.keys())
@pytest.mark.parametrize("step", [1, 2, 1000])
def test_whole_bodies(coding, data, step):
    assert inflate(coding, data, step=step) == PAGE


BROKEN = {
    "cut gzip": ("gzip", gzip.compress(PAGE)[:-12]),
    "cut in the trailer": ("gzip", gzip.compress(PAGE)[:-2]),
    "cut header": ("gzip", gzip.compress(PAGE)[:5]),
    "cut second member": ("gzip", gzip.compress(PAGE) + gzip.compress(PAGE)[:-9]),
    "cut zlib": ("deflate", zlib.compress(PAGE)[:-6]),
    "wrong checksum": ("gzip", gzip.compress(PAGE)[:-8] + b"\0" * 8),
    "no deflate": ("deflate", b"\xff\xff\xff\xff"),
    "thousands of members": ("gzip", gzip.compress(b"") * (MAX_MEMBERS + 1)),
}


@pytest.mark.parametrize(("coding", "data"), BROKEN.values(), ids=BROKEN.keys())
def test_a_cut_or_broken_body_is_an_error(coding, data):
    with pytest.raises(InflateError):
        inflate(coding, data, step=1000)


def test_short_and_empty_bodies():
    assert inflate("gzip", b"") == b""
    assert inflate("gzip", b"x") == b"x"
    assert inflate("identity", b"") == b""


def test_the_caller_may_cut():
    inflater = Inflater("gzip", LIMIT)
    inflater.feed(gzip.compress(PAGE)[:-10])
    assert PAGE.startswith(inflater.finish(may_be_cut=True))
    assert len(inflater) > 0


@pytest.mark.parametrize("coding", ["identity", "gzip", "deflate"])
def test_the_limit_holds(coding):
    data = b"a" * 5000
    packed = {"identity": data, "gzip": gzip.compress(data), "deflate": zlib.compress(data)}[coding]
    assert len(inflate(coding, packed, limit=5000)) == 5000
    with pytest.raises(TooLargeError):
        inflate(coding, packed, limit=4999)


def test_a_bomb_is_stopped_at_the_limit():
    bomb = gzip.compress(b"\0" * (64 << 20), 1)
    inflater = Inflater("gzip", LIMIT)
    started = time.process_time()
    with pytest.raises(TooLargeError):
        inflater.feed(bomb)
    assert len(inflater) == LIMIT + 1
    assert time.process_time() - started < QUADRATIC_S


CODINGS = {
    "gzip": "gzip",
    " X-GZIP ": "gzip",
    "deflate": "deflate",
    "": "identity",
    None: "identity",
    "identity": "identity",
}


@pytest.mark.parametrize(("header", "wanted"), CODINGS.items())
def test_codings_that_we_ask_for(header, wanted):
    assert parse_coding(header) == wanted


@pytest.mark.parametrize("header", ["br", "zstd", "gzip, gzip", "x-made-up", "g" * 5000])
def test_codings_that_we_do_not_ask_for(header):
    with pytest.raises(InflateError, match="was not asked for") as caught:
        parse_coding(header)
    assert len(str(caught.value)) < 100


@given(st.binary(max_size=2000), st.integers(1, 300), st.sampled_from(["gzip", "deflate", "raw"]))
def test_what_is_packed_comes_back(data, step, coding):
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "raw": raw_deflate}[coding](data)
    assert inflate("gzip" if coding == "gzip" else "deflate", packed, step=step) == data


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "identity"]))
def test_any_bytes_give_a_body_or_an_error(data, coding):
    with contextlib.suppress(InflateError, TooLargeError):
        assert len(inflate(coding, data, limit=1000)) <= 1000


@pytest.mark.parametrize("size", [MAX_STEP - 1, MAX_STEP, MAX_STEP + 1, 2 * MAX_STEP, 2 * MAX_STEP + 258])
@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, raw_deflate], ids=["gzip", "zlib", "raw"])
def test_what_is_unpacked_in_several_steps_is_whole(size, pack):
    body = b"ab" * (size // 2) + b"c" * (size % 2)
    packed = pack(body)
    assert inflate("gzip" if pack is gzip.compress else "deflate", packed, step=len(packed)) == body


def test_a_bomb_takes_little_more_than_the_limit():
    bomb = gzip.compress(bytes(40 * LIMIT))
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        inflate("gzip", bomb, limit=8 * LIMIT, step=1 << 16)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.5 * 8 * LIMIT
