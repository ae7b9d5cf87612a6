"""XML as it is found: bytes in any charset, broken here and there, perhaps hostile. For feeds and sitemaps."""

import re
from collections.abc import Iterator
from html.entities import html5
from io import BytesIO
from typing import Final, TypeAlias

from lxml import etree

from pipeline.extract.encoding import decode_html

Element: TypeAlias = etree._Element  # noqa: SLF001 - the only name that the class has

MAX_TEXT_CHARS: Final = 2000  # of one title, address or date that is read

# Not XML characters; one of them would end the document.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# CDATA stays as it is, whether it is closed or not; every other ampersand is looked at.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[(?:.*?\]\]>|.*)|&(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,31};)?", re.DOTALL
)
_XML_NAMES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


def read_text(data: bytes, content_type: str | None = None) -> str:
    """Return the decoded text from the first mark on, without characters that XML forbids."""
    text = decode_html(data, content_type=content_type).text
    if data[:1] == b"<" and data[1:2] != b"\0" and not text.startswith("<"):
        text = data.decode("utf-8", "replace")  # the guess for a few odd bytes swallowed the markup: no UTF-16, then
    return _ILLEGAL.sub("", text).lstrip("\ufeff \t\r\n")


def read_elements(text: str) -> Iterator[Element]:
    """Yield the elements in the order in which they end; after each, the caller may `clear` it.

    No entities but the five of XML and the names of HTML; no DTD, no network. What is broken is skipped.
    """
    events = etree.iterparse(
        BytesIO(_AMPERSAND.sub(_legal, text).encode()),
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
    )
    try:
        yield from (element for _, element in events if isinstance(element.tag, str))
    except etree.XMLSyntaxError:
        return  # beyond recovery from here on


def local_name(element: Element) -> str:
    """Return the name without its namespace, in lower case."""
    tag = str(element.tag)
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def namespace(element: Element) -> str:
    """Return the namespace, or the prefix when it was never declared; "" when there is none."""
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else tag.rpartition(":")[0]


def text_of(element: Element) -> str:
    """Return all text in the element, without outer white space, cut to a sane length."""
    return "".join(map(str, element.itertext()))[:MAX_TEXT_CHARS].strip()


def _legal(match: re.Match[str]) -> str:
    """Return CDATA and XML's own entities as they are, HTML's as characters, a bare ampersand escaped."""
    whole, name = match.group(), match.group(1)
    if whole.startswith("<") or (name is not None and (name in _XML_NAMES or name.startswith("#"))):
        return whole
    if name is not None and name in html5:
        return html5[name]
    return f"&amp;{name or ''}"
