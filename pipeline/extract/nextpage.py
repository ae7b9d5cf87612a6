"""The other pages of an article that is printed in parts: 下一页, page numbers, 全文, and links made by scripts.

An article's pages share an address but for a page number (`c_12.html`, `c_12_2.html`; `?page=2`). That, not the word
下一页, tells them from the next article.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipeline.extract.dom import parsed, squeezed
from pipeline.urls import join_url

MAX_PAGES = 50  # of one article; what asks for more is a trap

_WHOLE = re.compile(
    r"^[\[【(（\s]*(?:显示|顯示|查看|浏览|瀏覽|阅读|閱讀|在本页(?:显示|阅读)?|在本頁(?:顯示|閱讀)?|单页(?:阅读|显示)?|單頁(?:閱讀|顯示)?|余下)?(?:全文|全部内容|全部內容|余下全文)(?:阅读|閱讀)?[\]】)）>》\s]*$"
)
_SCRIPTED = re.compile(
    r"create(?:Page|Pager|PageHTML|Page_HTML)\w*\(\s*(?P<count>\d{1,3})\s*,\s*(?P<now>\d{1,3})\s*,\s*[\"'](?P<name>[\w./-]{1,200})[\"']\s*,\s*[\"'](?P<end>[\w]{1,10})[\"']",
    re.IGNORECASE,
)
_PAGE_PARAMS = frozenset(("page", "p", "pn", "pg", "pageno", "pagenum", "currpage", "curpage", "pageindex", "cur_page"))
_PAGE_IN_NAME = re.compile(
    r"^(?P<stem>.*?)(?:[_-]p?(?P<number>\d{1,2})|\((?P<bracketed>\d{1,2})\))?(?P<end>\.\w{2,6})?$"
)
_PAGE_FOLDER = re.compile(r"^(?:p|page)?(?P<number>\d{1,2})(?:\.\w{2,6})?$")


def find_next_pages(html_text: str, url: str) -> tuple[str, ...]:
    """Return the addresses of the article's pages behind this one, in order.

    A page that has the whole text is returned alone.
    """
    tree = parsed(html_text)
    if tree is None:
        return ()
    here = _shape(url)
    if here is None:
        return ()
    scripted = _scripted(html_text, url)
    if scripted:
        return scripted
    numbered: dict[int, str] = {}
    for address, text in _links(tree, url):
        shape = _shape(address)
        if shape is None or shape[0] != here[0] or address.split("#", 1)[0] == url.split("#", 1)[0]:
            continue
        if _WHOLE.match(text):
            return (address,)
        if shape[1] > here[1]:
            numbered.setdefault(shape[1], address)
    return tuple(numbered[number] for number in sorted(numbered))[:MAX_PAGES]


def _scripted(html_text: str, url: str) -> tuple[str, ...]:
    """Return the pages that TRS's createPageHTML(count, index, name, suffix) would link: name_1.suffix and so on."""
    call = _SCRIPTED.search(html_text)
    if call is None:
        return ()
    count, now = min(int(call["count"]), MAX_PAGES), int(call["now"])
    joined = (_joined(f"{call['name']}_{number}.{call['end']}", url) for number in range(now + 1, count))
    return tuple(address for address in joined if address is not None)


def _links(tree: LexborHTMLParser, url: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for node in tree.css("a[href], link[rel=next][href]")[:5_000]:
        address = _joined(node.attributes.get("href") or "", url)
        if address is not None:
            found.append((address, squeezed(node.text()[:60])))
    return found


def _joined(href: str, url: str) -> str | None:
    if href.startswith(("#", "javascript:")):
        return None
    try:
        return join_url(href, url)
    except ValueError:
        return None


def _shape(url: str) -> tuple[tuple[str, ...], int] | None:
    """Return what all pages of an article share, and which page this is (the first: 1); None: no web address."""
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    in_query = [
        int(value) for name, value in query if name.lower() in _PAGE_PARAMS and value.isdecimal() and len(value) <= 3
    ]
    rest = urlencode([(name, value) for name, value in query if name.lower() not in _PAGE_PARAMS])
    stem, end, number = _path_shape(parts.path)
    return (parts.netloc, stem, end, rest), max([number, *in_query])


def _path_shape(path: str) -> tuple[str, str, int]:
    folder, _, name = path.rpartition("/")
    if _PAGE_FOLDER.match(name) and re.search(r"\d{4,}", folder):  # /news/20250328/123456/2.html
        found = _PAGE_FOLDER.match(name)
        assert found is not None
        return folder, "", int(found["number"])
    named = _PAGE_IN_NAME.match(name)
    assert named is not None
    number = named["number"] or named["bracketed"]
    stem = f"{folder}/{named['stem']}"
    if not re.search(r"\d{3,}|[A-Za-z]{5,}", named["stem"]):  # a_2.html may be anything
        return path, "", 1
    return stem.removesuffix("/"), named["end"] or "", int(number) if number else 1
