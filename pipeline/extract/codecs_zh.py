r"""Decoding GB18030 and Big5 the way browsers do (WHATWG Encoding Standard), on top of Python's codecs.

Python's tables differ from the standard in a few hundred pairs; `whatwg_pairs.tsv` lists them. A broken pair becomes
one U+FFFD, and an ASCII byte behind a stray lead byte survives: `\x81<` must not eat the tag.
"""

import codecs
import re
from functools import cache, partial
from importlib.resources import files
from typing import Literal

Codec = Literal["gb18030", "big5hkscs"]

_REPLACED = "\ufffd"
_MAX_BROKEN = 20_000  # places mended one by one in Python (~1 µs each); a page with more is no text
_EURO = b"\x80"  # GBK of Windows writes the euro sign as one byte
_BIG5_SLASHES = {b"\xa2\x41": "\u2215", b"\xa2\x42": "\ufe68"}  # Python reads them as A1FE and A240: no way back later
_BIG5_SLASH = re.compile(
    rb"((?:[\x00-\x80\xff]|[\x81-\xa1\xa3-\xfe][\x00-\xff]|\xa2[^\x41\x42])*+)(\xa2[\x41\x42])", re.DOTALL
)


def decode_gb18030(data: bytes) -> str:
    """Return the text of bytes in GB2312, GBK or GB18030. Never raises."""
    return _decode("gb18030", data)


def decode_big5(data: bytes) -> str:
    """Return the text of bytes in Big5 or Big5-HKSCS. Never raises."""
    if not any(pair in data for pair in _BIG5_SLASHES):
        return _decode("big5hkscs", data)
    parts: list[str] = []
    at = 0
    while found := _BIG5_SLASH.match(data, at):
        parts += (_decode("big5hkscs", found[1]), _BIG5_SLASHES[found[2]])
        at = found.end()
    return "".join((*parts, _decode("big5hkscs", data[at:])))


def _decode(codec: Codec, data: bytes) -> str:
    text = _with_replacements(codec, data)
    pattern, readings = _other_readings(codec)
    return pattern.sub(lambda found: readings[found[0]], text)  # str.translate is 30 times slower when nothing changes


def _with_replacements(codec: Codec, data: bytes) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
    if text.count(_REPLACED) > _MAX_BROKEN:
        return text
    return data.decode(codec, _mending_handler(codec))


@cache
def _mending_handler(codec: Codec) -> str:
    name = f"zhnews-{codec}"
    codecs.register_error(name, partial(_mend, codec))
    return name


def _mend(codec: Codec, error: UnicodeError) -> tuple[str, int]:
    """Return what a pair that Python does not know stands for, and where to go on."""
    assert isinstance(error, UnicodeDecodeError)
    pair = bytes(error.object[error.start : error.start + 2])
    known = _missing_pairs(codec).get(pair)
    if known is not None:
        return known, error.start + 2
    if codec == "gb18030" and pair[:1] == _EURO:
        return "€", error.start + 1
    is_lead = 0x81 <= pair[0] <= 0xFE
    takes_next = is_lead and len(pair) == 2 and pair[1] >= 0x80
    return _REPLACED, error.start + (2 if takes_next else 1)


@cache
def _missing_pairs(codec: Codec) -> dict[bytes, str]:
    return {pair: there for pair, there, here in _pairs(codec) if not here}


@cache
def _other_readings(codec: Codec) -> tuple[re.Pattern[str], dict[str, str]]:
    readings = {here: there for pair, there, here in _pairs(codec) if here and pair not in _BIG5_SLASHES}
    return re.compile("[" + "".join(readings) + "]"), readings


def _pairs(codec: Codec) -> list[tuple[bytes, str, str]]:
    table = (files("pipeline.extract") / "whatwg_pairs.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line.startswith(codec)]
    return [(bytes.fromhex(pair), _characters(there), _characters(here)) for _, pair, there, here in rows]


def _characters(points: str) -> str:
    return "".join(chr(int(point, 16)) for point in points.split("+") if point)
