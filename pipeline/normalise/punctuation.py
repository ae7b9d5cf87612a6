"""Half-width punctuation between Chinese characters back to full width, on request.

Whoever folded a page to half-width folded every ，；：！？（） of it. A mark is put back where Chinese stands before it
and it is not part of a number, a time, an address or Latin words; brackets only as pairs, and both of a pair get one width.
"""

from collections.abc import Iterator

from pipeline.edits import Change
from pipeline.normalise.patterns import pattern

RULE = __name__.removeprefix("pipeline.")

_CJK = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff”’」』）》】…\U00020000-\U0003fffd"
_FULL = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
# Behind Chinese: a space or two that Latin habit put there goes too. A ratio (比分3:2) has a digit before it.
_AFTER_CJK = pattern(f"(?<=[{_CJK}])[,;:!?]+(?: {{0,2}}(?=[{_CJK}“‘「『（《【\\d]))?")
# Behind a digit or Latin letter only when Chinese follows: 8,999元 stays, 2010年 … P20,销量 does not.
_BEFORE_CJK = pattern(
    f"(?<=[A-Za-z0-9%+]),(?: {{0,2}})(?=[{_CJK}“‘「『（《【])|(?<=[A-Za-z0-9%+])[;!?](?=[{_CJK}“‘「『（《【])"
)
_BRACKET = pattern(r"[()（）\n]")
_MAX_BRACKETED = 200  # characters between two brackets that belong together
_HAS_CJK = pattern(f"[{_CJK}]")


def find_half_width(text: str) -> Iterator[Change]:
    """Yield half-width marks in Chinese surroundings as full-width ones; every bracket keeps its partner."""
    for marks in (_AFTER_CJK, _BEFORE_CJK):
        for match in marks().finditer(text):
            yield _change(match.start(), match.end(), "".join(_FULL[c] for c in match.group().rstrip(" ")))
    for start, end in _pairs(text):
        is_mixed = (text[start] in _FULL) != (text[end] in _FULL)
        for place in (start, end):
            if text[place] in _FULL and (is_mixed or _is_chinese_pair(text, start, end)):
                yield _change(place, place + 1, _FULL[text[place]])


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of brackets that belong together, the inner ones first; a line break parts them."""
    opened: list[int] = []
    for match in _BRACKET().finditer(text):
        if match.group() == "\n":
            opened.clear()
        elif match.group() in "(（":
            opened.append(match.start())
        elif opened:
            start = opened.pop()
            if match.start() - start <= _MAX_BRACKETED:
                yield start, match.start()


def _is_chinese_pair(text: str, start: int, end: int) -> bool:
    """Return whether Chinese stands in the brackets, or around both of them."""
    before, after = text[max(start - 1, 0) : start], text[end + 1 : end + 2]
    around = _HAS_CJK().match(before) is not None and (
        not after or _HAS_CJK().match(after) is not None or after in "，。；、,;\n"
    )
    return around or _HAS_CJK().search(text, start + 1, end) is not None


def _change(start: int, end: int, new: str) -> Change:
    return Change(start=start, end=end, new=new, rule=RULE, kind="width")
