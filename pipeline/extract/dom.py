"""HTML text to an outline: the lines that a reader sees, and the blocks that they stand in.

    text ── parsed ──▶ tree ── read_outline ──▶ Outline(lines, blocks)

A line is what stands between two block borders or `<br>`. Everything later works on the outline: the tree is walked once.
"""

import re
from dataclasses import dataclass, field
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_CHARS = 2_500_000  # longer pages are cut: parsing and reading this much takes about a second
MAX_LINES = 20_000  # of a page; the longest article has under 2,000, a page of a million `<br>` is none
MAX_TAG_CHARS = 4_096  # a longer tag loses its attributes: lexbor is quadratic in them, 10,000 take .2 s
MAX_DEPTH = 2_000  # open elements; lexbor is quadratic in them, 10,000 take .3 s, 100,000 take 43 s
_FEW_TAGS = 12_000  # fewer cannot nest so deeply that parsing takes more than .4 s: the depth is not counted

_INLINE_TAGS_TEXT = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span"
    " strike strong sub sup time tt u var wbr"
)
_INLINE_TAGS = frozenset(_INLINE_TAGS_TEXT.split())
_SKIPPED_TEXT = (
    "script style noscript template svg math select option iframe object embed canvas audio video map input textarea button"
    " head title link meta applet noframes dialog datalist progress meter"
)
_SKIPPED = frozenset(_SKIPPED_TEXT.split())
_SILENT_TAGS = frozenset(
    ("br", "img", "hr", "wbr", "source", "track", "col", "param", "area", "base", "basefont", "bgsound")
)
_BLOCK_TAGS_TEXT = (
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hgroup legend li listing main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul caption"
    " colgroup marquee"
)
_BLOCK_TAGS = frozenset(_BLOCK_TAGS_TEXT.split())
_NAMING = frozenset(("id", "class", "itemprop", "role"))
_AS_WRITTEN = frozenset(("pre", "listing"))  # line breaks in them are seen
_BOLD = frozenset(("b", "strong"))
_TEXT_ID = 2  # LXB_TAG__TEXT
_COMMENT_ID = 4  # LXB_TAG__EM_COMMENT
_UNNESTED_TEXT = (
    "p li br img input meta link hr td tr th option dd dt param area col source wbr b i u a font em strong s big small"
    " nobr code strike tt base embed track thead tbody tfoot"
)
_UNNESTED = frozenset(_UNNESTED_TEXT.split())
_LONG_TAG = re.compile(r"<([A-Za-z][\w:-]{0,40})[^>]{%d,}>?" % MAX_TAG_CHARS)  # noqa: UP031 - braces are the pattern's
_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_BREAK_IN_HAN = re.compile(
    r"(?<=[⺀-鿿，。、；：！？“”‘’（）《》])[ \t]*[\r\n]\s*(?=[⺀-鿿，。、；：！？“”‘’（）《》])"
)


@dataclass(slots=True)
class Block:
    """A block element with the half-open range of lines in it."""

    parent: int  # index of the enclosing block; -1: none
    tag: str
    names: str  # id, class, itemprop and role in the order of writing, separated by spaces
    first: int
    end: int = 0


@dataclass(slots=True)
class Line:
    """A line that a reader sees."""

    text: str
    block: int  # index of the innermost block
    linked: int  # characters that stand in links
    bold: int  # characters that stand in strong or headings' markup
    after_image: bool  # nothing but this line's start stands between it and a picture
    names: str  # class names of inline elements in it


@dataclass(slots=True)
class Outline:
    """A page as lines in blocks, in document order."""

    lines: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def ancestors(self, block: int, limit: int = MAX_DEPTH) -> list[int]:
        """Return the block and the blocks around it, from inside out, at most `limit`."""
        chain: list[int] = []
        while block >= 0 and len(chain) < limit:
            chain.append(block)
            block = self.blocks[block].parent
        return chain


def parsed(text: str) -> LexborHTMLParser | None:
    """Return the tree of a page; None when it nests deeper than any page that people read."""
    text = text[:MAX_CHARS]
    if "\0" in text:
        text = text.replace("\0", "")
    if _has_long_tag(text):
        text = _LONG_TAG.sub(r"<\1>", text)
    if text.count("<") > _FEW_TAGS and _is_too_deep(text):
        return None
    return LexborHTMLParser(text.encode("utf-8", "replace"), scripting=True)  # replace: lone surrogates


def read_outline(body: LexborNode, *, with_hidden: bool = False) -> Outline:
    """Return the outline of an element. `with_hidden`: read what `display:none` hides, too."""
    return _Reader(with_hidden=with_hidden).read(body)


def squeezed(text: str) -> str:
    """Return the text as one line; a line break between two Han characters is no space."""
    text = text.strip()
    if _SPACE.search(text) is None:
        return text
    if "\n" in text or "\r" in text:
        text = _BREAK_IN_HAN.sub("", text)
    return _SPACE.sub(" ", text)


def _has_long_tag(text: str) -> bool:
    """Return whether a tag may be longer than `MAX_TAG_CHARS`: strides from `>` to `>`, 50 times as fast as the pattern."""
    at = 0
    while at + MAX_TAG_CHARS < len(text):
        last = text.rfind(">", at, at + MAX_TAG_CHARS)
        if last < 0:
            last = text.find(">", at + MAX_TAG_CHARS)
            last = last if last >= 0 else len(text)
            if text.find("<", at, last - MAX_TAG_CHARS) >= 0:
                return True
        at = last + 1
    return False


def _is_too_deep(text: str) -> bool:
    depth = 0
    for closing, name in _TAG.findall(text):
        if name.lower() not in _UNNESTED:
            depth += -1 if closing else 1
            if depth > MAX_DEPTH:
                return True
            depth = max(depth, 0)
    return False


_TEXT, _SKIP, _SILENT, _INLINE, _BLOCK = range(5)


@cache
def _known_kinds() -> dict[int, tuple[int, str]]:
    """Return kind and name by lexbor's tag number: half the time of a walk would go into making strings of names."""
    groups = ((_SKIPPED, _SKIP), (_SILENT_TAGS, _SILENT), (_INLINE_TAGS, _INLINE), (_BLOCK_TAGS, _BLOCK))
    maker = LexborHTMLParser("")
    known = {maker.create_node(tag).tag_id: (kind, tag) for tags, kind in groups for tag in tags}
    known[_TEXT_ID] = (_TEXT, "-text")
    known[_COMMENT_ID] = (_SKIP, "")
    return known


def _kind_of(node: LexborNode) -> tuple[int, str]:
    """Return the kind of an element that HTML does not know (a block), or of a comment."""
    tag = node.tag
    if tag is None or tag[0] == "-":
        return _SKIP, ""
    return (_INLINE if ":" in tag else _BLOCK), tag  # <o:p> and its kin come from Word and stand in sentences


class _Reader:
    """Walks a tree without recursion: pages nest deeper than Python's stack."""

    def __init__(self, *, with_hidden: bool) -> None:
        self.outline = Outline()
        self.kinds = _known_kinds()
        self.with_hidden = with_hidden
        self.parts: list[str] = []
        self.names: list[str] = []
        self.block = -1
        self.in_link = self.in_bold = self.in_pre = 0
        self.linked = self.bold = 0
        self.after_image = False
        self.open: list[str] = []  # what to undo on leaving, for each open element: a, b, strong, pre, block or nothing

    def read(self, body: LexborNode) -> Outline:  # noqa: C901 - the hot loop: calls were half of its time
        node = body
        around: list[LexborNode] = []  # faster than asking each node for its parent
        kinds, parts, lines, marks = self.kinds, self.parts, self.outline.lines, self.open
        while True:
            kind, tag = kinds.get(node.tag_id) or _kind_of(node)
            if kind == _TEXT:  # two nodes of three are text, most of it white space between tags
                if not node.is_empty_text_node:
                    (self.add if self.in_pre else self.add_part)(node.text_content or "")
                elif parts:
                    parts.append(" ")
            elif kind == _SILENT:
                self.enter_silent(tag)
            elif kind != _SKIP:
                inside = node.first_child
                if inside is None:
                    if kind == _BLOCK and parts:
                        self.flush()
                elif self.enter_block(node, tag) if kind == _BLOCK else self.enter_inline(node, tag):
                    around.append(node)
                    node = inside
                    continue
            following = node.next if around else None
            while following is None and around:
                node = around.pop()
                if mark := marks.pop():
                    self.leave(mark)
                following = node.next if around else None
            if following is None or len(lines) >= MAX_LINES:
                return self.closed()
            node = following

    def closed(self) -> Outline:
        """Return the outline; what is still open when the page is cut ends here."""
        while self.open:
            if mark := self.open.pop():
                self.leave(mark)
        self.flush()
        return self.outline

    def enter_silent(self, tag: str) -> None:
        if tag == "br":
            self.flush()
        elif tag == "img" and not any(map(str.strip, self.parts)):  # a picture inside a sentence is a character
            self.after_image = True

    def enter_inline(self, node: LexborNode, tag: str) -> bool:
        if tag == "a":
            self.in_link += 1
        elif tag in _BOLD:
            self.in_bold += 1
        else:
            attributes = node.attributes
            if attributes:
                if self.is_hidden(attributes):
                    return False
                self.names.append(attributes.get("class") or "")
            tag = ""  # nothing to undo
        self.open.append(tag)
        return True

    def enter_block(self, node: LexborNode, tag: str) -> bool:
        attributes = node.attributes
        names = ""
        if attributes:
            if self.is_hidden(attributes):
                return False
            names = " ".join([value for key, value in attributes.items() if value and key in _NAMING])
        if self.parts:
            self.flush()
        blocks = self.outline.blocks
        blocks.append(Block(self.block, tag, names, len(self.outline.lines)))
        self.block = len(blocks) - 1
        if tag in _AS_WRITTEN:
            self.in_pre += 1
        self.open.append("pre" if tag in _AS_WRITTEN else "block")
        return True

    def leave(self, mark: str) -> None:
        if mark == "a":
            self.in_link -= 1
            return
        if mark in _BOLD:
            self.in_bold -= 1
            return
        if self.parts:
            self.flush()
        if mark == "pre":
            self.in_pre -= 1
        block = self.outline.blocks[self.block]
        block.end = len(self.outline.lines)
        self.block = block.parent

    def is_hidden(self, attributes: dict[str, str | None]) -> bool:
        if self.with_hidden:
            return False
        if "hidden" in attributes:
            return True
        style = attributes.get("style")
        return style is not None and _HIDDEN_STYLE.search(style) is not None

    def add(self, text: str) -> None:
        """Take in a text whose line breaks are seen."""
        *whole, text = text.split("\n")
        for line in whole:
            self.add_part(line)
            self.flush()
        self.add_part(text)

    def add_part(self, text: str) -> None:
        if self.in_link or self.in_bold:
            size = len(text.strip())
            self.linked += size if self.in_link else 0
            self.bold += size if self.in_bold else 0
        self.parts.append(text)

    def flush(self) -> None:
        if not self.parts:
            return
        text = squeezed("".join(self.parts) if len(self.parts) > 1 else self.parts[0])
        if text:
            names = " ".join(self.names) if self.names else ""
            line = Line(
                text, self.block, min(self.linked, len(text)), min(self.bold, len(text)), self.after_image, names
            )
            self.outline.lines.append(line)
            self.after_image = False
        self.parts.clear()
        self.names.clear()
        self.linked = self.bold = 0
