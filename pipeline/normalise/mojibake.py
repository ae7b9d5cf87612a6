"""Text that was decoded wrongly: read again where that is exact, remarked upon where the bytes are lost.

UTF-8 or GBK read as Latin-1 or cp1252   ä½ å¥½ / ÄãºÃ   every byte is still there: decode it again
UTF-8 read as GBK                        浣犲ソ            exact only when no byte was replaced
the same with replacement characters     锟斤拷             lost
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.edits import Change
from pipeline.normalise.census import MISREAD_PRINTS
from pipeline.normalise.patterns import pattern

RULE = __name__.removeprefix("pipeline.")

_IS_HAN = pattern("[\u3400-\u9fff]")
_COMMON_HAN_LEADS = range(0xB0, 0xD8)  # GB 2312 level 1: the 3,755 common characters
_PRINTS = pattern(f"[{MISREAD_PRINTS}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class MojibakeParams:
    """What makes a line suspect, and what a new reading has to show. Judgement, where no figure is given."""

    min_bytes: int = 6  # suspect characters in a line: less is two Han at most, and too little to judge by
    min_suspect_ratio: float = (
        0.3  # of the line's characters without blanks: Czech and Vietnamese stay below, or fail to decode
    )
    min_han_ratio: float = 0.7  # of what is not ASCII in the new reading
    min_common_ratio: float = 0.8  # of its Han that are common; 890 real texts: least .91, first percentile .97
    min_print_ratio: float = (
        0.02  # of the characters: 鐨 锛 銆 …; 125 pages misread on purpose: .035 to .083, real text: 0
    )


def find_mojibake(text: str, params: MojibakeParams) -> Iterator[Change]:
    """Yield each line that was decoded wrongly and can be read again without loss."""
    at = 0
    for line in text.split("\n"):
        better = _read_again(line, params)
        if better is not None:
            yield Change(start=at, end=at + len(line), new=better, rule=RULE, kind="mojibake")
        at += len(line) + 1


def has_misread_line(text: str, params: MojibakeParams) -> bool:
    """Return whether a line still looks like UTF-8 read as GBK: some of its bytes are gone."""
    return any(_looks_misread(line, params) for line in text.split("\n"))


def _read_again(line: str, params: MojibakeParams) -> str | None:
    if not _IS_HAN().search(line) and _is_suspect(line, params):
        return _from_single_bytes(line, params)
    if _looks_misread(line, params):
        return _decoded(line.encode("gb18030", "surrogatepass"), "utf-8", params) if _is_encodable(line) else None
    return None


def _is_suspect(line: str, params: MojibakeParams) -> bool:
    """Return whether the line is full of what bytes look like when each is read as a character."""
    suspect = sum(1 for c in line if "\x80" <= c <= "\xff" or c in _cp1252_bytes())
    solid = len(line) - line.count(" ")
    return suspect >= max(params.min_bytes, params.min_suspect_ratio * solid)


def _from_single_bytes(line: str, params: MojibakeParams) -> str | None:
    try:
        raw = bytes(_cp1252_bytes().get(c) or _latin_byte(c) for c in line)
    except ValueError:
        return None
    if _is_european(raw):
        return None  # é é as UTF-8 would be 茅 茅 as GBK
    return next((t for name in ("utf-8", "gb18030", "big5") if (t := _decoded(raw, name, params)) is not None), None)


def _is_european(raw: bytes) -> bool:
    """Return whether the bytes are UTF-8 of Latin letters only: damaged, but not Chinese."""
    try:
        return all(char < "\u0250" for char in raw.decode())
    except UnicodeDecodeError:
        return False


def _latin_byte(char: str) -> int:
    return ord(char)  # over 255: bytes() raises ValueError


def _decoded(raw: bytes, encoding: str, params: MojibakeParams) -> str | None:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if _is_chinese(text, params) else None


def _is_chinese(text: str, params: MojibakeParams) -> bool:
    beyond_ascii = [c for c in text if c > "\x7f"]
    han = [c for c in beyond_ascii if _IS_HAN().match(c)]
    if len(han) < params.min_han_ratio * len(beyond_ascii) or not han:
        return False
    return sum(map(_is_common, han)) >= params.min_common_ratio * len(han)


def _is_common(char: str) -> bool:
    """Return whether the character or its Big5 place is among the common ones."""
    try:
        return char.encode("gb2312")[0] in _COMMON_HAN_LEADS
    except UnicodeEncodeError:
        raw = char.encode("big5", "replace")
        return 0xA4 <= raw[0] <= 0xC6  # Big5 level 1


def _looks_misread(line: str, params: MojibakeParams) -> bool:
    prints = len(_PRINTS().findall(line))
    return prints >= 2 and prints >= params.min_print_ratio * len(line)


def _is_encodable(line: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in line)


@cache
def _cp1252_bytes() -> dict[str, int]:
    """Return the 27 characters that cp1252 has where Latin-1 has control codes."""
    table: dict[str, int] = {}
    for byte in range(0x80, 0xA0):
        char = bytes([byte]).decode("cp1252", "ignore")
        if char:
            table[char] = byte
    return table
