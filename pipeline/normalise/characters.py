"""Hygiene of single characters: entities, invisible ones, widths, radicals, composed forms.

Never compatibility forms: NFKC would make half-width commas of Chinese ones.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from pipeline.edits import Change
from pipeline.normalise.census import WIDE_SIGNS, invisible_class, script_data
from pipeline.normalise.patterns import pattern
from pipeline.normalise.rewrite import differences

RULE = __name__.removeprefix("pipeline.")

# `&amp;amp;ldquo;`: an ampersand may have been escaped again and again.
_AMP = r"&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,5}26);)*"
_NAMED = r"(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
# Without its semicolon only what editors are known to lose, and not in an address: ?a=1&copy=2
_BARE = r"(?:nbsp|amp|lt|gt|quot|ldquo|rdquo|hellip|mdash|middot|bull)(?![a-zA-Z0-9=;])"
_ENTITY = pattern(f"{_AMP}(?:{_NAMED}|{_BARE})")
_C1_CONTROLS = "\\x80-\\x84\\x86-\\x9f"
_INVISIBLE = pattern(f"[{invisible_class()}{_C1_CONTROLS}]+")
_EMOJI = pattern(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u231a-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_EMOJI_JOINER, _VARIATION = "\u200d", "\ufe0e\ufe0f"
_KEYCAP = "\u20e3"
_BLACK_FLAG = "\U0001f3f4"  # 🏴 and tag letters: the flag of a region
_WIDE = pattern(f"[０-９Ａ-Ｚａ-ｚ{WIDE_SIGNS}]+")
_TO_NARROW = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), *map(ord, WIDE_SIGNS))
}
_BOX = pattern("囗(?![部字旁])")  # the enclosure radical typed for 口; a lesson on radicals names it


def find_entities(text: str) -> Iterator[Change]:
    """Yield each HTML character reference as what it stands for; `&amp;ldquo;` in one go."""
    for match in _ENTITY().finditer(text):
        new = _meaning(match.group())
        if new != match.group():
            yield _change(match.start(), match.end(), new, "entity")


def find_invisible(text: str) -> Iterator[Change]:
    """Yield invisible and control characters as nothing; what holds an emoji together stays."""
    for match in _INVISIBLE().finditer(text):
        kept = _emoji_glue(text, match.start(), match.end())
        if kept != match.group():
            yield _change(match.start(), match.end(), kept, "invisible")


def find_wide(text: str) -> Iterator[Change]:
    """Yield full-width letters, digits and number signs as ASCII. Punctuation stays as it is."""
    for match in _WIDE().finditer(text):
        yield _change(match.start(), match.end(), match.group().translate(_TO_NARROW), "width")


def find_radicals(text: str) -> Iterator[Change]:
    """Yield radical symbols (⼀ ⻓) as the characters that they look like."""
    radicals, to_unified = _radicals()
    for match in radicals.finditer(text):
        yield _change(match.start(), match.end(), match.group().translate(to_unified), "radical")
    for match in _BOX().finditer(text):
        yield _change(match.start(), match.end(), "口", "radical")


def find_uncomposed(text: str) -> Iterator[Change]:
    """Yield what NFC changes: composed letters, unified forms of compatibility ideographs."""
    if unicodedata.is_normalized("NFC", text):
        return
    at = 0
    for line in text.split("\n"):  # a line break never composes
        composed = unicodedata.normalize("NFC", line)
        if composed != line:
            yield from differences(line, composed, RULE, "composition", at)
        at += len(line) + 1


def _meaning(entity: str) -> str:
    """Return what the reference stands for; an unknown one without its escapes; one to no character as it is."""
    from html import unescape  # noqa: PLC0415 - 2,231 names, which a text without references does not need
    from html.entities import html5  # noqa: PLC0415

    *escapes, name = (part for part in re.split("[&;]", entity) if part)
    if not name.startswith("#"):
        return html5.get(f"{name};") or (f"&{name};" if escapes else entity)
    char = unescape(f"&{name};")
    return entity if char in {"", "\ufffd"} else char


def _emoji_glue(text: str, start: int, end: int) -> str:
    """Return of the invisible characters in text[start:end] those that belong to an emoji."""
    before, after, run = text[max(start - 1, 0) : start], text[end : end + 1], text[start:end]
    if after == _KEYCAP:
        return "".join(c for c in run if c in _VARIATION)
    if before == _BLACK_FLAG:
        return "".join(c for c in run if 0xE0020 <= ord(c) <= 0xE007F)
    if not _EMOJI().match(before):
        return ""
    wanted = _VARIATION + (_EMOJI_JOINER if _EMOJI().match(after) else "")
    return "".join(c for c in run if c in wanted)


@cache
def _radicals() -> tuple[re.Pattern[str], dict[int, int]]:
    shipped = script_data()
    to_unified = dict(zip(shipped["radical"].tolist(), shipped["unified"].tolist(), strict=True))
    return re.compile(f"[{''.join(map(chr, to_unified))}]+"), to_unified


def _change(start: int, end: int, new: str, kind: str) -> Change:
    return Change(start=start, end=end, new=new, rule=f"{RULE}.{kind}", kind=kind)
