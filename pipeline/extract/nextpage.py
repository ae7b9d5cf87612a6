"""The other pages of an article that is printed in parts: 下一页, page numbers, 全文, and links made by scripts.

    Page ─ does it speak of pages? ─▶ calls of createPageHTML ─▶ else its links ─▶ addresses in order

An article's pages share an address but for a page number (`c_12.html`, `c_12_2.html`; `?page=2`). That, not the word
下一页, tells them from the next article, from the pages of a list and from those of the comments.
"""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from selectolax.lexbor import LexborNode

from pipeline.extract.dom import parsed, squeezed
from pipeline.extract.encoding import decode_html
from pipeline.extract.join import MAX_PAGES
from pipeline.extract.linekinds import is_ending_name
from pipeline.model import CanonicalUrl, Page
from pipeline.urls import canonical_url

_MAX_BYTES = 5_000_000  # of a page that is looked at; articles in parts are printed on small ones
_MAX_LINKS = 5_000
_MAX_LABEL_CHARS = 48  # of a link to a page: 第3页：小标题
_MAX_BOXES = 8  # elements around a link that are asked for their names
_WORDS = ("下一页", "下一頁", "下页", "下頁", "余下全文", "阅读全文", "閱讀全文")
_CODECS = ("utf-8", "gb18030", "big5hkscs")
_UTF8_SIGN = "的".encode()  # on every Chinese page in UTF-8, on next to none in GBK or Big5
_WHOLE = re.compile(
    r"^\W*(?:显示|顯示|查看|浏览|瀏覽|阅读|閱讀|在本页(?:显示|阅读)?|在本頁(?:顯示|閱讀)?|单页(?:阅读|显示)?|單頁(?:閱讀|顯示)?|余下|餘下)?"
    r"(?:全文|全部内容|全部內容|余下全文|餘下全文)(?:阅读|閱讀)?\W*$"
)
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_LABEL = re.compile(
    rf"^\W*(?:下一?[页頁]|[后後]一[页頁]|next(?: ?page)?|(?:第\s?)?{_NUMBER}(?:\s?[页頁])?|[末尾][页頁]|最[后後]一?[页頁])\W*$"
    rf"|^\W*(?:第\s?{_NUMBER}\s?[页頁]|下一[页頁])\s?[:：\s].",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^\W*(?:第\s?)?[1一](?:\s?[页頁])?\W*$")
_SCRIPTED = re.compile(
    rb"create(?:Page|Pager|PageHTML|Page_HTML)\w*\(\s*(?P<count>\d{1,3})\s*,\s*(?P<now>\d{1,3})\s*,\s*[\"'](?P<name>[\w./-]{1,200})[\"']\s*,\s*[\"'](?P<end>[\w]{1,10})[\"']",
    re.IGNORECASE,
)
_COUNT = re.compile(rb"\bcountPage\s{0,4}=\s{0,4}(\d{1,3})\b")
_NOW = re.compile(rb"\bcurrentPage\s{0,4}=\s{0,4}(\d{1,3})\b")
_PAGE_PARAMS = frozenset(("page", "p", "pn", "pg", "pageno", "pagenum", "currpage", "curpage", "pageindex", "cur_page"))
_SECOND = b"age=2"  # a pager of numbers in queries; others print 下一页 as well
_PAGE_IN_NAME = re.compile(
    r"^(?P<stem>.*?)(?:[_-]p?(?P<number>\d{1,2})|[_-](?P<all>all|full)|\((?P<bracketed>\d{1,2})\))?(?P<end>\.\w{2,6})?$"
)
_PAGE_FOLDER = re.compile(r"^(?:p|page)?(?P<number>\d{1,2})?(?:\.\w{2,6})?$")
_ARTICLE_FOLDER = re.compile(r"(?!.*/(?:19|20)\d{6}$).*/\w*\d{5}\w*$")  # a day is a folder of many articles
_ARTICLE_NAME = re.compile(r"\d{3}|[A-Za-z][A-Za-z-]{11}|(?:%[0-9A-F]{2}){6}", re.IGNORECASE)  # index, list, a_2: lists


@dataclass(frozen=True, slots=True)
class _Shape:
    """An address, taken apart: what all pages of one article share, and which page this is."""

    shared: tuple[str, ...]
    number: int | None  # None: the address says none, as that of a first page does


def find_next_pages(page: Page) -> tuple[CanonicalUrl, ...]:
    """Return the addresses of the article's pages behind this one, in order, as far as they follow one another.

    A page that has the whole text is returned alone. Never raises; ask for articles only: lists are printed in pages, too.
    """
    here = _shape(page.url) if page.url is not None else None
    if page.url is None or here is None or len(page.body) > _MAX_BYTES:
        return ()
    scripted = _scripted(page.body, page.url, here)
    if scripted is not None:
        return scripted
    return _linked(page, page.url, here) if _may_go_on(page.body, page.url) else ()


def _may_go_on(body: bytes, url: str) -> bool:
    """Return whether the bytes speak of a next page: four of five pages do not, and are not parsed for it."""
    name = _PAGE_IN_NAME.match(url.partition("?")[0].rpartition("/")[2])
    stem = name["stem"].encode("utf-8", "replace") if name is not None else b""
    numbered = bool(stem) and re.search(re.escape(stem) + rb"[_(-]p?[1-9]", body) is not None
    return numbered or _SECOND in body or any(word in body for word in _words(is_utf8=_UTF8_SIGN in body))


@cache
def _words(*, is_utf8: bool) -> tuple[bytes, ...]:
    """Return how the words are written; looking for one takes .1 ms in 200 kB, one pattern for all took 1.7."""
    spelled = [word.encode(codec, "ignore") for word in _WORDS for codec in (_CODECS[:1] if is_utf8 else _CODECS)]
    return tuple(word for word in dict.fromkeys(spelled) if len(word) >= 4)


def _scripted(body: bytes, url: CanonicalUrl, here: _Shape) -> tuple[CanonicalUrl, ...] | None:
    """Return the pages that a script would link: TRS counts from 0, its second page is name_1. None: no script does."""
    if b"reatePage" not in body and b"countPage" not in body:  # most pages; a pattern takes 2 ms
        return None
    call = _SCRIPTED.search(body)
    if call is not None:
        count, now, stem, end = int(call["count"]), int(call["now"]), call["name"].decode(), call["end"].decode()
    else:
        counted, current = _COUNT.search(body), _NOW.search(body)
        name, dot, end = url.partition("?")[0].rpartition("/")[2].rpartition(".")
        if counted is None or current is None or not dot:
            return None
        count, now = int(counted[1]), int(current[1])
        stem = name.removesuffix(f"_{now}") if now else name
        if f'"{stem}"'.encode() not in body and f'"{stem}_'.encode() not in body:
            return None
    joined = (_joined(f"{stem}_{number}.{end}", url) for number in range(now + 1, min(count, MAX_PAGES)))
    return tuple(address for address in joined if address is not None and _is_of(address, here, url))


def _is_of(address: str, here: _Shape, url: str) -> bool:
    """Return whether an address is of the same article, also when the article's own name ends in a number: c_1, c_1_1."""
    shape = _shape(address)
    own = url.partition("?")[0].rpartition(".")[0]
    return shape is not None and (shape.shared == here.shared or address.startswith(f"{own}_"))


def _linked(page: Page, url: CanonicalUrl, here: _Shape) -> tuple[CanonicalUrl, ...]:
    tree = parsed(decode_html(page.body, content_type=page.content_type).text)
    numbered: dict[int, CanonicalUrl] = {}
    for node in tree.css("a[href], link[rel=next][href]")[:_MAX_LINKS] if tree is not None else ():
        address = _joined(node.attributes.get("href") or "", url)
        shape = _shape(address) if address is not None else None
        if address is None or shape is None or shape.shared != here.shared or address == url:
            continue
        label = squeezed(node.text()[:_MAX_LABEL_CHARS])
        if _is_in_comments(node):
            continue
        if _WHOLE.match(label):
            return (address,)
        if shape.number is not None and _leads_on(node, label, shape.number):
            numbered.setdefault(shape.number, address)
    return _consecutive(numbered, here.number)


def _leads_on(node: LexborNode, label: str, number: int) -> bool:
    """Return whether a link is one of a pager, and not its link to the first page."""
    if node.tag == "link":
        return True
    return _LABEL.match(label) is not None and not (number == 1 and _FIRST.match(label))


def _consecutive(numbered: dict[int, CanonicalUrl], here: int | None) -> tuple[CanonicalUrl, ...]:
    """Return the addresses from the next number on, up to the first gap. Behind a page without a number comes 1 or 2."""
    at = here + 1 if here is not None else 1 if 1 in numbered else 2
    found: list[CanonicalUrl] = []
    while at in numbered and len(found) < MAX_PAGES:
        found.append(numbered[at])
        at += 1
    return tuple(found)


def _is_in_comments(node: LexborNode) -> bool:
    """Return whether a link stands in the comments, or in a list of other articles: they have pages of their own."""
    around = node.parent
    for _ in range(_MAX_BOXES):
        if around is None:
            return False
        names = " ".join(filter(None, (around.attributes.get("id"), around.attributes.get("class"))))
        if names and is_ending_name(names):
            return True
        around = around.parent
    return False


def _joined(href: str, url: CanonicalUrl) -> CanonicalUrl | None:
    if not href or href[0] == "#" or href[:11].lower() == "javascript:":
        return None
    try:
        return canonical_url(href, base=url)
    except ValueError:
        return None


def _shape(url: str) -> _Shape | None:
    """Return an address taken apart; None: it is not that of an article."""
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return None
    numbers = [
        int(value) for name, value in query if name.lower() in _PAGE_PARAMS and re.fullmatch("[0-9]{1,3}", value)
    ]
    rest = urlencode([(name, value) for name, value in query if name.lower() not in _PAGE_PARAMS])
    stem, end, number = _path_shape(parts.path)
    if not _ARTICLE_NAME.search(stem.rpartition("/")[2]) and not re.search("[0-9]{3}", rest):
        return None
    return _Shape((parts.netloc, stem, end, rest), max(numbers) if numbers else number)


def _path_shape(path: str) -> tuple[str, str, int | None]:
    """Return a path without its page number, the ending of its name, and the number."""
    folder, _, name = path.rpartition("/")
    in_folder = _PAGE_FOLDER.match(name)
    if in_folder is not None and _ARTICLE_FOLDER.match(folder):  # /news/20250328/c123456/2.html
        return folder, "", int(in_folder["number"]) if in_folder["number"] else None
    named = _PAGE_IN_NAME.match(name)
    if named is None or not _ARTICLE_NAME.search(named["stem"]):
        return path, "", None
    number = named["number"] or named["bracketed"]
    return f"{folder}/{named['stem']}", named["end"] or "", int(number) if number else None
