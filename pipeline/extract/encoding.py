"""Bytes to text: which encoding a Chinese page or file really is in.

    BOM ─▶ strict UTF-8 ─▶ candidates: header, meta, UTF-8, GB18030, Big5-HKSCS, UTF-16 ─▶ the one that reads as Chinese
                                                     none does ─▶ what was declared ─▶ charset-normalizer

Servers and templates lie about the charset, so a declaration is a vote and the text itself is the judge: right decodings
of Chinese are full of the few hundred commonest characters, wrong ones hold almost none.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.extract.codecs_zh import decode_big5, decode_gb18030


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text of some bytes, and how we know."""

    text: str
    encoding: str  # Python's name of the codec: "utf-8", "gb18030", "big5hkscs", "utf-16-le" …
    reason: str  # "bom", "valid utf-8", "header", "meta", "statistics", "guess", "empty"


_REPLACED = "\ufffd"
_META_WINDOW = 16_384  # bytes; real pages put the meta up to 8 kB deep, behind inline scripts
_SAMPLE_BYTES = 1 << 20  # what the statistics look at, from the first byte that is not ASCII
_SAMPLE_CHARS = 4_000  # non-ASCII characters; the means stand still after about 2,000
_CONVINCING = 0.25  # mean points per character of a right decoding are .4 to 1.6, of a wrong one below 0
_CLEAR = 0.8  # a declared codec that reads so well needs no comparison
_HEADER_BONUS = 0.10  # breaks ties between decodings that read equally well: a title of five characters
_META_BONUS = 0.05
_MAX_BROKEN_RATIO = 0.02  # broken characters that a declared foreign codec may show

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(
    rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_NON_ASCII = re.compile(rb"[\x80-\xff]")
_ASCII = re.compile(r"[\x00-\x7f]+")
_BAD_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x80-\x9f]")
_GB_LABEL = re.compile(r"gb|chinese|euc-?cn|cp936|ms936|windows-936|iso-ir-58|hz")
_BIG5_LABEL = re.compile(r"big-?5|cp950|x-x-big5|cn-big5|windows-950")
_UTF8_LABEL = re.compile(r"utf-?8|unicode-1-1-utf-8|x-unicode20utf8")
_UTF16_LABEL = re.compile(r"u(?:tf|cs)-?(?:16|2)-?(le|be)?")
_FOREIGN_LABEL = re.compile(
    r"(?:iso-?8859-\d+|windows-(?:874|125\d)|cp125\d|latin-?1|koi8-[ru]|macintosh|shift[-_]jis|sjis|x-sjis|windows-31j"
    r"|cp932|euc-?jp|iso-2022-jp|euc-?kr|ks_c_5601-1987|ksc5601|cp949|johab|tis-620|us-ascii|ascii)$"
)
_PYTHON_NAMES = {"ks_c_5601-1987": "cp949", "euc-kr": "cp949", "euckr": "cp949", "ksc5601": "cp949", "x-sjis": "cp932",
                 "shift_jis": "cp932", "sjis": "cp932", "windows-31j": "cp932", "macintosh": "mac-roman", "windows-874": "cp874"}  # fmt: skip
# The commonest characters of Chinese news in either script: about 40 % of any running text.
_COMMON = frozenset(
    "的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們生到作地于於出就分对對成会會可主发發年动動同工也能下过過子说說产產种種面而方后後"
    "多定行学學法所民得经經十三之进進着著等部度家电電力里裡裏如水化高自二理起小物现現实實加量都两兩体體制机機当當使点點从從业業本去把性好应應开開"
    "它合还還因由其些然前外天政四日那社义義事平形相全表间間样樣与與关關各重新线線内內数數正心反你明看原又么麼利比或但质質气氣第向道命此变變条條"
    "只没沒结結解问問意建月公无無系军軍很情者最立代想已通并並提直题題党黨程展五果料象员員革位入常文总總次品式活设設及管特件长長求老头頭基资資"
    "边邊流路级級少图圖山统統接知较較将將组組见見计計别別她手角期根论論运運农農指几幾九区區强強放决決西被干做必战戰先回则則任取据據处處府理"
    "市报報记記者京服务務客户戶新闻聞网網站信息今昨号號元万萬亿億称稱名案院局安香港台臺湾灣北南东東省县縣委书書表示让讓给給再更每将其中请請"
)
_PUNCTUATION = frozenset("，。、：；！？“”‘’（）《》「」『』【】—…·　％")
_MAGIC = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"Rar!", b"7z\xbc\xaf", b"BZh",
          b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"\x7fELF", b"MZ\x90", b"\xd0\xcf\x11\xe0", b"SQLite format 3", b"PAR1", b"OggS", b"ID3",
          b"wOFF", b"wOF2", b"\x00\x00\x01\x00", b"FWS", b"CWS", b"FLV")  # fmt: skip
_BINARY_WINDOW = 8_192  # bytes; control characters of a binary file show in its first pages
_BINARY_RATIO = 0.05  # control bytes in text are a stray NUL or two; in images and archives 10 % and more


def decode_html(data: bytes, *, content_type: str | None = None) -> Decoded:
    """Return the text of a web page. `content_type` is the header as received. Never raises.

    A byte that fits no character becomes U+FFFD; a few of them do not change the codec.
    """
    header = _label_in(content_type)
    return _decode(data, header, _meta_label)


def decode_text(data: bytes) -> Decoded:
    """Return the text of a plain text file; UTF-16 is known with and without a byte order mark. Never raises."""
    return _decode(data, None, lambda _: None)


def looks_binary(data: bytes) -> bool:
    """Return whether this is an image, an archive, an office document … rather than text in any encoding."""
    if data.startswith(_MAGIC) or data[4:8] == b"ftyp":
        return True
    window = data[:_BINARY_WINDOW]
    if not window or data.startswith((b"\xff\xfe", b"\xfe\xff")) or _utf16_by_nul(window) is not None:
        return False
    controls = len(window) - len(window.translate(None, _CONTROL_BYTES))
    if controls <= len(window) * _BINARY_RATIO:
        return False
    return not any(_convinces(data, codec) for codec in ("utf-16-le", "utf-16-be"))


_CONTROL_BYTES = bytes((*range(9), *range(14, 27), *range(28, 32)))


def _decode(data: bytes, header: str | None, find_meta: Callable[[bytes], str | None]) -> Decoded:
    """Return the text; the meta is only looked for in bytes that are no UTF-8: it costs more than reading those that are."""
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return Decoded(text=_read(codec, data[len(mark) :]), encoding=codec, reason="bom")
    if not data:
        return Decoded(text="", encoding="utf-8", reason="empty")
    wide = _utf16_by_nul(data[:_BINARY_WINDOW])
    if wide is not None:
        return Decoded(text=_read(wide, data), encoding=wide, reason="header" if header == wide else "statistics")
    try:
        return Decoded(text=data.decode("utf-8"), encoding="utf-8", reason="valid utf-8")
    except UnicodeDecodeError:
        return _judged(data, header, find_meta(data))


def _judged(data: bytes, header: str | None, meta: str | None) -> Decoded:
    sample = _sample(data)
    bonus = {meta: _META_BONUS, header: _HEADER_BONUS}
    for codec in filter(None, (header, meta)):
        if _points(sample.decode(codec, "replace")) >= _CLEAR:
            return Decoded(text=_read(codec, data), encoding=codec, reason="header" if codec == header else "meta")
    for candidates in ((header, meta, "utf-8", "gb18030", "big5hkscs"), ("utf-16-le", "utf-16-be")):
        points = {
            codec: _points(sample.decode(codec, "replace")) + bonus.get(codec, 0.0) for codec in candidates if codec
        }
        best = max(points, key=points.__getitem__)
        if points[best] >= _CONVINCING:
            reason = "header" if best == header else "meta" if best == meta else "statistics"
            return Decoded(text=_read(best, data), encoding=best, reason=reason)
    return _declared(data, header, meta) or _guessed(data, sample)


def _declared(data: bytes, header: str | None, meta: str | None) -> Decoded | None:
    """Return the text by the declaration, when the bytes are not Chinese and fit it."""
    for reason, codec in (("header", header), ("meta", meta)):
        if codec is not None:
            text = _read(codec, data)
            if text.count(_REPLACED) <= len(_ASCII.sub("", text)) * _MAX_BROKEN_RATIO:
                return Decoded(text=text, encoding=codec, reason=reason)
    return None


def _guessed(data: bytes, sample: bytes) -> Decoded:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 60 ms to import, wanted by one page in a thousand

    match = from_bytes(sample[:65_536]).best()
    codec = match.encoding if match is not None else "utf-8"
    return Decoded(text=_read(codec, data), encoding=codec, reason="guess")


def _points(text: str) -> float:
    """Return how much a text reads like Chinese, as the mean over its characters that are not ASCII.

    A NUL or another control character counts as non-ASCII: bytes read as the wrong UTF-16 are full of them.
    """
    controls = len(_BAD_CONTROL.findall(text))
    characters = _ASCII.sub("", text)[:_SAMPLE_CHARS]
    if not characters:
        return -1.0
    total = sum(_points_of(ch) for ch in characters)
    return (total - 2.0 * controls) / (len(characters) + controls)


@lru_cache(maxsize=1 << 16)
def _points_of(ch: str) -> float:
    if ch in _COMMON or ch in _PUNCTUATION:
        return 2.0
    if "一" <= ch <= "鿿":
        return 0.0 if _is_basic(ch) else -1.0
    if ch == _REPLACED or "\ue000" <= ch <= "\uf8ff":
        return -3.0
    if "\uff00" <= ch <= "\uff5e" or "\u2010" <= ch <= "\u2027":
        return 0.5
    return -1.0


def _is_basic(ch: str) -> bool:
    """Return whether it is in the first, everyday level of GB 2312 or of Big5."""
    gb = ch.encode("gb2312", "ignore")
    big5 = ch.encode("big5", "ignore")
    return b"\xb0" <= gb[:1] <= b"\xd7" or b"\xa4" <= big5[:1] <= b"\xc6"


def _sample(data: bytes) -> bytes:
    first = _NON_ASCII.search(data)
    start = max(0, first.start() - 2) & ~1 if first else 0  # even: UTF-16 must stay in step
    return data[start : start + _SAMPLE_BYTES]


def _convinces(data: bytes, codec: str) -> bool:
    return _points(_sample(data).decode(codec, "replace")) >= _CONVINCING


def _utf16_by_nul(window: bytes) -> str | None:
    """Return the byte order of UTF-16 whose ASCII characters show as NULs on one side only; None: no such pattern."""
    pairs = len(window) // 2
    if b"\0" not in window:
        return None
    even, odd = window[0 : pairs * 2 : 2].count(0), window[1 : pairs * 2 : 2].count(0)
    if odd * 5 > pairs and odd > 3 * even:
        return "utf-16-le"
    if even * 5 > pairs and even > 3 * odd:
        return "utf-16-be"
    return None


def _read(codec: str, data: bytes) -> str:
    reader = _READERS.get(codec)
    return reader(data) if reader is not None else data.decode(codec, "replace")


_READERS: dict[str, Callable[[bytes], str]] = {"gb18030": decode_gb18030, "big5hkscs": decode_big5}


def _label_in(content_type: str | None) -> str | None:
    found = _CHARSET.search(content_type[:1_000]) if content_type else None
    return _codec_of(found[1]) if found else None


def _meta_label(data: bytes) -> str | None:
    """Return the codec that the first usable declaration names. UTF-16 in readable ASCII is a lie: that means UTF-8."""
    for label in _labels(data[:_META_WINDOW]):
        codec = _codec_of(label)
        if codec is not None:
            return "utf-8" if codec.startswith("utf-16") else codec
    return None


def _labels(head: bytes) -> Iterator[str]:
    for found in _META.finditer(head):
        yield (found[1] or found[2]).decode("ascii", "replace")


def _codec_of(label: str) -> str | None:
    """Return Python's name for a declared charset; None: unknown, so it has no vote."""
    label = label.strip().lower()
    if _UTF8_LABEL.match(label):
        return "utf-8"
    if wide := _UTF16_LABEL.match(label):
        return f"utf-16-{wide[1] or 'le'}"
    if _BIG5_LABEL.search(label):
        return "big5hkscs"
    if _FOREIGN_LABEL.match(label):
        return _PYTHON_NAMES.get(
            label, "cp1252" if label in {"iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii"} else label
        )
    return "gb18030" if _GB_LABEL.search(label) else None
