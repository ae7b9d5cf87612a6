"""Half-width punctuation between Chinese characters back to full width, on request.

Whoever folded a page to half-width folded every ，；：！？（） of it. A mark is put back where Chinese stands before it
and it is not part of a number, a time, an address or Latin words; brackets only as pairs.
"""

import re
from collections.abc import Iterator

from pipeline.edits import Change

RULE = __name__.removeprefix("pipeline.")

_CJK = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff”’」』）》】…\U00020000-\U0003fffd"
_FULL = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
# Behind Chinese: a space or two that Latin habit put there goes too. A ratio (比分3:2) has a digit before it.
_AFTER_CJK = re.compile(f"(?<=[{_CJK}])[,;:!?]+(?: {{0,2}}(?=[{_CJK}“‘「『（《【\\d]))?")
# Behind a digit or Latin letter only when Chinese follows: 8,999元 stays, 2010年 … P20,销量 does not.
_BEFORE_CJK = re.compile(
    f"(?<=[A-Za-z0-9%+]),(?: {{0,2}})(?=[{_CJK}“‘「『（《【])|(?<=[A-Za-z0-9%+])[;!?](?=[{_CJK}“‘「『（《【])"
)
_PAIR = re.compile(r"\(([^()\n]{1,200})\)")
_HAS_CJK = re.compile(f"[{_CJK}]")


def find_half_width(text: str) -> Iterator[Change]:
    """Yield half-width marks in Chinese surroundings as full-width ones; every bracket keeps its partner."""
    for pattern in (_AFTER_CJK, _BEFORE_CJK):
        for match in pattern.finditer(text):
            yield _change(match.start(), match.end(), "".join(_FULL[c] for c in match.group().rstrip(" ")))
    for pair in _PAIR.finditer(text):
        if _is_chinese_pair(text, pair):
            yield _change(pair.start(), pair.start() + 1, "（")
            yield _change(pair.end() - 1, pair.end(), "）")


def _is_chinese_pair(text: str, pair: re.Match[str]) -> bool:
    """Return whether Chinese stands in the brackets, or around both of them."""
    before, after = text[pair.start() - 1 : pair.start()], text[pair.end() : pair.end() + 1]
    around = _HAS_CJK.match(before) is not None and (
        not after or _HAS_CJK.match(after) is not None or after in "，。；、,;\n"
    )
    return around or _HAS_CJK.search(pair.group(1)) is not None


def _change(start: int, end: int, new: str) -> Change:
    return Change(start=start, end=end, new=new, rule=RULE, kind="width")
