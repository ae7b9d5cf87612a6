"""Facts about Chinese text that several stages need: Han characters and sentences. Pure; nothing is changed here."""

import re
from collections.abc import Iterator

# Han of all planes, the iteration mark 々, the number 〇 and 〆; compatibility forms too.
_HAN = "\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_IS_HAN = re.compile(f"[{_HAN}]")
_NOT_HAN = re.compile(f"[^{_HAN}]+")
_NOT_SPACE = re.compile(r"\S+")

TERMINATORS = "。！？!?｡．"
_CLOSERS = "”’」』】）〕》〉)\\]\"'"
# What may end a sentence is found first, as one set of characters, which `re` searches for in C: three times as fast as
# the alternatives at each place. Behind it the alternatives look back at it.
# A full stop of the Latin kind ends a sentence after a letter or a closing mark, not after a digit (3.5) …
_LATIN_STOP = r"(?<=[^\d\s.]\.)(?=\s|[”’」』)\"']|$)"
# … and dots in a row end one only where the quotation or the line ends: 他想……还是走了 goes on.
_DOTS = r"(?:(?<=…)(?<![….]…)…*+|(?<=\.)(?<![….]\.)\.{2,}+)(?=[”’」』\"]|\s*(?:\n|$))"
_SENTENCE_END = re.compile(
    rf"[\n{TERMINATORS}….](?:(?<=\n)\s*|(?:(?<=[{TERMINATORS}])[{TERMINATORS}]*|{_DOTS}|{_LATIN_STOP})([{_CLOSERS}]*)\s*)"
)
_LINE_END = re.compile(rf"(?:[{TERMINATORS}…]|(?<=[^\d\s])\.)[{_CLOSERS}]*\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_STRAIGHT = '"'
_TAIL_CHARS = 16  # of a line: more closing marks than this in a row are not writing


def encodable(text: str) -> str:
    """Return the text with lone surrogates replaced, one for one: what speaks UTF-8 takes it then."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def is_han(char: str) -> bool:
    """Return whether this one character is a Han character (also 々 and 〇)."""
    return _IS_HAN.match(char) is not None


def count_han(text: str) -> int:
    """Return the number of Han characters."""
    return len(_NOT_HAN.sub("", text))


def han_ratio(text: str) -> float:
    """Return the share of Han characters in what is not white space; 0 for a text of white space only."""
    solid = sum(map(len, _NOT_SPACE.findall(text)))
    return count_han(text) / solid if solid else 0.0


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the places of the sentences; together they cover the text, none is empty.

    Closing quotes and the white space behind them belong to the sentence that they close; a line break ends a sentence.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    # Without a straight quote there is nothing to tell apart, and no step of Python a sentence: most Chinese text.
    cuts = _cuts(text) if _STRAIGHT in text else map(re.Match.end, _SENTENCE_END.finditer(text))
    for cut in (*cuts, len(text)):
        if start < cut:
            spans.append((start, cut))
            start = cut
    return tuple(spans)


def ends_sentence(line: str) -> bool:
    """Return whether the line ends as a sentence does: 。！？… or a full stop, and closing marks behind it."""
    return _LINE_END.search(line.rstrip()[-_TAIL_CHARS:]) is not None


def _cuts(text: str) -> Iterator[int]:
    """Yield where a sentence ends. A straight quote may open as well as close: it closes when one stands open."""
    is_open = False
    seen = 0
    for match in _SENTENCE_END.finditer(text):
        closers = match.start(1) if match.group(1) else match.end()
        is_open ^= text.count(_STRAIGHT, seen, closers) % 2 == 1
        cut = _opening_quote(text, closers, match.end(), is_open=is_open)
        is_open ^= text.count(_STRAIGHT, closers, match.end()) % 2 == 1
        seen = match.end()
        yield cut


def _opening_quote(text: str, start: int, end: int, *, is_open: bool) -> int:
    """Return the place of the first straight quote that opens, or `end` when all of them close."""
    for place in range(start, end):
        if text[place] == _STRAIGHT:
            if not is_open:
                return place
            is_open = False
    return end
