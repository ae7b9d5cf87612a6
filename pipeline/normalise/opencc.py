"""The one door to OpenCC: one character for one character, lone surrogates let through."""

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from opencc import OpenCC

# Never tw2s on Simplified text (么 → 幺), never a configuration with phrases (核心 → 内核).
Config: TypeAlias = Literal["t2s", "s2t", "t2tw", "t2hk"]

_SURROGATES = re.compile("([\ud800-\udfff]+)")


def convert(text: str, config: Config) -> str:
    """Return the converted text, of the same length. OpenCC refuses lone surrogates: what is between them is converted."""
    try:
        return _converted(text, config)
    except UnicodeEncodeError:
        parts = _SURROGATES.split(text)
        parts[::2] = [_converted(part, config) for part in parts[::2]]
        return "".join(parts)


def _converted(text: str, config: Config) -> str:
    new: str = _converter(config).convert(text)
    assert len(new) == len(text), f"{config} changed the length"
    return new


@cache
def _converter(config: Config) -> "OpenCC":
    """Return the converter; the first call reads its dictionaries (13 to 66 ms)."""
    from opencc import OpenCC  # noqa: PLC0415 -- a text that stays as it is never pays for it

    return OpenCC(config)
