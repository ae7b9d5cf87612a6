"""HTML text to an outline: the lines that a reader sees, and the blocks that they stand in.

    text ── parsed ──▶ tree ── read_outline ──▶ Outline(lines, blocks)

A line is what stands between two block borders or `<br>`. Everything later works on the outline: the tree is walked once.
"""

import re
from dataclasses import dataclass, field
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_CHARS = 2_000_000  # longer pages are cut: reading this much of prose takes 1.4 s
MAX_LINES = 20_000  # of a page; 125 real pages have up to 815, a page of a million `<br>` is no article
MAX_TAG_CHARS = 4_096  # a longer tag loses its attributes: lexbor is quadratic in them, 10,000 take .2 s
MAX_DEPTH = 2_000  # open elements; lexbor is quadratic in them, 10,000 take .2 s, 40,000 take 4.6 s
_FEW_TAGS = 12_000  # fewer cannot nest so deeply that parsing takes more than .3 s: the depth is not counted

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
_OTHER_NAMING = ("id", "itemprop", "role")
_AS_WRITTEN = frozenset(("pre", "listing"))  # line breaks in them are seen
_BOLD = frozenset(("b", "strong"))
_TEXT_ID = 2  # LXB_TAG__TEXT
_COMMENT_ID = 4  # LXB_TAG__EM_COMMENT
_UNNESTED_TEXT = (
    "p li br img input meta link hr td tr th option dd dt param area col source wbr b i u a font em strong s big small"
    " nobr code strike tt base embed track thead tbody tfoot"
)
_UNNESTED = frozenset(_UNNESTED_TEXT.split())
_TAG_START = re.compile(r"<[A-Za-z][\w:-]{0,40}")
_SCRIPT_END = re.compile(r"</(?:script|style)\b", re.IGNORECASE)
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
    names: str  # class, id, itemprop and role, separated by spaces
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


def parsed(text: str, data: bytes | None = None) -> LexborHTMLParser | None:
    """Return the tree of a page; None when it nests deeper than any page that people read.

    `data`: the text in UTF-8 where the caller has it: encoding again takes a sixth of the time of parsing.
    """
    if len(text) > MAX_CHARS:
        text, data = text[:MAX_CHARS], None
    short = _without_long_tags(text)
    if short is not text:
        text, data = short, None
    if data is None:
        data = text.encode("utf-8", "replace")  # replace: lone surrogates
    if b"\0" in data:  # in bytes: looking for it in the text took .2 ms a page
        data = data.replace(b"\0", b"")
    if len(data) > 3 * _FEW_TAGS and data.count(b"<") > _FEW_TAGS and _is_too_deep(text):
        return None
    return LexborHTMLParser(data, scripting=True)


def read_outline(body: LexborNode, *, with_hidden: bool = False) -> Outline:
    """Return the outline of an element. `with_hidden`: read what `display:none` hides, too."""
    return _Reader(with_hidden=with_hidden).read(body)


def squeezed(text: str) -> str:
    """Return the text as one line; a line break between two Han characters is no space."""
    text = text.strip()
    if "\n" in text or "\r" in text:
        text = _BREAK_IN_HAN.sub("", text)
    if "\u200b" in text or "\ufeff" in text:
        return _SPACE.sub(" ", text)
    return " ".join(text.split())  # in half of the time of a pattern


def _without_long_tags(text: str) -> str:
    """Return the text with tags longer than `MAX_TAG_CHARS` cut down to their names. Strides from `>` to `>`.

    `i<n` in a script reads like a tag: what is cut ends before the script does.
    """
    pieces: list[str] = []
    done = at = 0
    while at + MAX_TAG_CHARS < len(text):
        last = text.rfind(">", at, at + MAX_TAG_CHARS)
        if last < 0:
            last = text.find(">", at + MAX_TAG_CHARS)
            last = last if last >= 0 else len(text)
            found = _TAG_START.search(text, at, last - MAX_TAG_CHARS)
            if found is not None:
                script = _SCRIPT_END.search(text, found.end(), last)
                pieces += (text[done : found.end()], ">")
                done = script.start() if script else last + 1
        at = last + 1
    return "".join((*pieces, text[done:])) if pieces else text


def _is_too_deep(text: str) -> bool:
    depth = 0
    for closing, name in _TAG.findall(text):
        if name.lower() not in _UNNESTED:
            depth += -1 if closing else 1
            if depth > MAX_DEPTH:
                return True
            depth = max(depth, 0)
    return False


def _names_in(attributes: dict[str, str | None]) -> str:
    get = attributes.get
    names = get("class") or ""
    for key in _OTHER_NAMING:
        if key in attributes and (name := get(key)):
            names = f"{names} {name}" if names else name
    return names


_SKIP, _SILENT, _INLINE, _BLOCK = range(4)


@cache
def _known_kinds() -> dict[int, tuple[int, str]]:
    """Return kind and name by lexbor's tag number, so that no walk makes a string for each name."""
    groups = ((_SKIPPED, _SKIP), (_SILENT_TAGS, _SILENT), (_INLINE_TAGS, _INLINE), (_BLOCK_TAGS, _BLOCK))
    maker = LexborHTMLParser("")
    known = {maker.create_node(tag).tag_id: (kind, tag) for tags, kind in groups for tag in tags}
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
        self.with_hidden = with_hidden
        self.parts: list[str] = []  # of the line that is being read
        self.names: list[str] = []
        self.block = -1
        self.in_link = self.in_bold = self.in_pre = 0
        self.is_plain = True  # not in any of them
        self.linked = self.bold = 0
        self.after_image = False
        self.open: list[Block | str | None] = []  # what to leave with each open element: its block, a, b, or nothing

    def read(self, body: LexborNode) -> Outline:  # noqa: C901, PLR0912 - the hot loop of a page
        node = body
        around: list[LexborNode] = []  # faster than asking each node for its parent
        kinds, parts, lines, marks = _known_kinds(), self.parts, self.outline.lines, self.open
        while True:
            number = node.tag_id
            if number == _TEXT_ID:  # half of the nodes, most of them white space between tags
                if node.is_empty_text_node:
                    if parts:
                        parts.append(" ")
                elif self.is_plain:
                    parts.append(node.text_content or "")
                else:
                    self.add(node.text_content or "")
            else:
                kind, tag = kinds.get(number) or _kind_of(node)
                inside = node.first_child if kind > _SILENT else None
                if inside is None:
                    self.pass_by(kind, tag)
                elif self.enter_block(node, tag) if kind == _BLOCK else self.enter_inline(node, tag):
                    around.append(node)
                    node = inside
                    continue
            while (following := node.next if around else None) is None:
                if not around:
                    return self.closed()
                node = around.pop()
                if (mark := marks.pop()) is not None:
                    self.leave(mark)
            if len(lines) >= MAX_LINES:
                return self.closed()
            node = following

    def closed(self) -> Outline:
        """Return the outline; what is still open when the page is cut ends here."""
        while self.open:
            if (mark := self.open.pop()) is not None:
                self.leave(mark)
        self.flush()
        return self.outline

    def pass_by(self, kind: int, tag: str) -> None:
        """Take in an element without a content."""
        if tag == "br" or kind == _BLOCK:
            self.flush()
        elif tag == "img" and not any(map(str.strip, self.parts)):  # a picture inside a sentence is a character
            self.after_image = True

    def enter_inline(self, node: LexborNode, tag: str) -> bool:
        if tag == "a":
            self.in_link += 1
        elif tag in _BOLD:
            self.in_bold += 1
        else:
            if attributes := node.attributes:
                if self.is_hidden(attributes):
                    return False
                self.names.append(attributes.get("class") or "")
            self.open.append(None)
            return True
        self.is_plain = False
        self.open.append(tag)
        return True

    def enter_block(self, node: LexborNode, tag: str) -> bool:
        names = ""
        if attributes := node.attributes:
            if self.is_hidden(attributes):
                return False
            names = _names_in(attributes)
        if self.parts:
            self.flush()
        block = Block(self.block, tag, names, len(self.outline.lines))
        blocks = self.outline.blocks
        self.block = len(blocks)
        blocks.append(block)
        self.open.append(block)
        if tag in _AS_WRITTEN:
            self.in_pre += 1
            self.is_plain = False
        return True

    def leave(self, mark: Block | str) -> None:
        if isinstance(mark, Block):
            if self.parts:
                self.flush()
            mark.end = len(self.outline.lines)
            self.block = mark.parent
            if mark.tag not in _AS_WRITTEN:
                return
            self.in_pre -= 1
        elif mark == "a":
            self.in_link -= 1
        else:
            self.in_bold -= 1
        self.is_plain = not (self.in_link or self.in_bold or self.in_pre)

    def is_hidden(self, attributes: dict[str, str | None]) -> bool:
        if self.with_hidden:
            return False
        if "hidden" in attributes:
            return True
        style = attributes.get("style")
        return style is not None and "none" in style.lower() and _HIDDEN_STYLE.search(style) is not None

    def add(self, text: str) -> None:
        """Take in a text in a link or in bold, or one whose line breaks are seen."""
        if self.in_pre:
            *whole, text = text.split("\n")
            for line in whole:
                self.add_part(line)
                self.flush()
        self.add_part(text)

    def add_part(self, text: str) -> None:
        if self.in_link:
            self.linked += len(text.strip())
        if self.in_bold:
            self.bold += len(text.strip())
        self.parts.append(text)

    def flush(self) -> None:
        parts, names = self.parts, self.names
        if not parts:
            return
        text = squeezed(parts[0] if len(parts) == 1 else "".join(parts))
        if text:
            size, linked, bold = len(text), self.linked, self.bold
            line = Line(
                text,
                self.block,
                min(size, linked),
                min(size, bold),
                self.after_image,
                " ".join(names) if names else "",
            )
            self.outline.lines.append(line)
            self.after_image = False
        parts.clear()
        names.clear()
        self.linked = self.bold = 0
