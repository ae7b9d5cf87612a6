"""The one door to OpenCC: one character for one character, lone surrogates let through.

To Simplified nearly all of its work is a table; some 500 of its words are not (乾隆, 瞭解, 憑藉). So the table converts the
text, and OpenCC itself only the lines that have such a word: the same result at several times the speed, and a text
without one never loads its dictionaries.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from pipeline.fold import Codes, codes_of, text_of
from pipeline.normalise.census import script_data

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick
    from opencc import OpenCC

# Never tw2s on Simplified text (么 → 幺), never a configuration with phrases (核心 → 内核).
Config: TypeAlias = Literal["t2s", "s2t", "t2tw", "t2hk"]

_SURROGATES = re.compile("([\ud800-\udfff]+)")
_ALL_CODES = 0x110000


def convert(text: str, config: Config) -> str:
    """Return the converted text, of the same length. OpenCC refuses lone surrogates: what is between them is converted."""
    try:
        return _simplified(text) if config == "t2s" else _converted(text, config)
    except UnicodeEncodeError:
        parts = _SURROGATES.split(text)
        parts[::2] = [convert(part, config) for part in parts[::2]]
        return "".join(parts)


def _simplified(text: str) -> str:
    """Return what t2s makes of the text. Raises UnicodeEncodeError as OpenCC does."""
    new = _by_table(text)
    if new == text:  # Simplified, most likely: there OpenCC is at its fastest
        return _converted(text, "t2s")
    parts: list[str] = []
    at = 0
    for _, start, end in _exceptions().find_matches_as_indexes(text):
        if start < at:
            continue
        line_start = text.rfind("\n", at, start) + 1 or at
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        parts += (new[at:line_start], _converted(text[line_start:line_end], "t2s"))
        at = line_end
    return "".join((*parts, new[at:])) if parts else new


def _by_table(text: str) -> str:
    """Return each character as t2s converts it by itself."""
    return text_of(_simple_forms().take(codes_of(text)))


@cache
def _simple_forms() -> Codes:
    shipped = script_data()
    table = np.arange(_ALL_CODES, dtype=np.uint32)
    table[shipped["traditional"]] = shipped["simplified"]
    return table


@cache
def _exceptions() -> "AhoCorasick":
    """Return the finder of the words that are not converted character by character."""
    from ahocorasick_rs import AhoCorasick  # noqa: PLC0415 -- only a text that is converted pays for it

    words = "".join(map(chr, script_data()["exception"].tolist())).split("\0")
    return AhoCorasick(words[:-1])


def _converted(text: str, config: Config) -> str:
    new: str = _converter(config).convert(text)
    assert len(new) == len(text), f"{config} changed the length"
    return new


@cache
def _converter(config: Config) -> "OpenCC":
    """Return the converter; the first call reads its dictionaries (13 to 66 ms)."""
    from opencc import OpenCC  # noqa: PLC0415 -- a text that stays as it is never pays for it

    return OpenCC(config)
