"""A news site of any size, made by a generator that knows what should come out of it.

    python -m benchmarks.bigsite --pages 5000            crawl it and hold the corpus against the truth
    python -m benchmarks.bigsite --pages 3000 --serve    serve it on 127.0.0.1 and print the port

Sites in GBK, Big5 and UTF-8. Each page is shown by one of feeds (in parts), sitemaps (an index, packed and plain), lists and
the site's search (both over many pages); some by two of them, under an address with tracking marks, or by way of a redirect.
Between them stand things that are no article: dead links, notices with status 200, files. Every text is drawn from our own
phrases by a seed, so the truth is known to the character.
"""

import argparse
import asyncio
import gzip
import hashlib
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import quote

from pipeline.fetch.source import Source, Sources
from pipeline.flow import Plan
from pipeline.run.crawl import crawl
from pipeline.run.world import CrawlOptions, World
from pipeline.store.state import open_state

Charset: TypeAlias = Literal["gbk", "big5", "utf-8"]
CHARSETS: tuple[Charset, ...] = ("gbk", "big5", "utf-8")
QUERIES = ("热线", "回访")
IN_A_LIST = 20  # links on one list, feed or result page
IN_A_MAP = 500  # addresses of one sitemap
FIRST_DAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

PLACES = (
    "清河",
    "柳园",
    "东亭",
    "石桥",
    "南湾",
    "槐树岭",
    "望江",
    "白塔",
    "新坪",
    "古渡",
    "松林",
    "观音寺",
    "北站",
    "桃花溪",
    "银杏",
    "双井",
)
OFFICES = (
    "供水所",
    "便民中心",
    "图书馆",
    "公交车队",
    "维修站",
    "卫生院",
    "菜市场",
    "邮政所",
    "供热站",
    "体育馆",
    "敬老院",
    "车管所",
    "环卫站",
    "电影院",
)
PEOPLE = (
    "值班员",
    "老站长",
    "调度员",
    "窗口负责人",
    "新来的学徒",
    "志愿者",
    "退休教师",
    "巡线工",
    "图书管理员",
    "班长",
)
DEEDS = (
    "把等候的时间从四十分钟缩短到一刻钟",
    "在门口添了一排带扶手的长椅",
    "请住户代表逐条核对收费单",
    "给每一件来电编号并在三天内回访",
    "把用了二十年的旧阀门换成可以远程关闭的",
    "在周末延长开放到晚上九点",
    "将表格由五页减为一页",
    "为听不清的老人准备了写字板",
    "用半个月重新排了夜班",
    "同邻近三个街道合开一辆流动服务车",
    "试着先修理后付费",
    "把停水的消息提前两天贴到每个单元",
    "为轮椅留出了一条没有台阶的路",
    "把失物登记簿搬到了网上",
    "每月公布一次没有办成的事和原因",
    "给外来的学生补办了借阅证",
)
WORDS = (
    "一位常来的住户说如今不必再跑第二趟",
    "账本摊开在柜台上谁都可以翻看",
    "雨后的巷子里第一次没有积水",
    "冬天最冷的那几天暖气也没有断过",
    "有人提出夜里的灯还是太暗",
    "这笔钱来自去年节省下来的电费",
    "办法先在两个小区试用一个季度",
    "也有人担心人手不够会难以持久",
    "隔壁的商户已经照着样子做起来",
    "孩子们放学以后就坐在那里写作业",
    "意见箱里的纸条由专人每天下班前取出",
    "他们约定下个月再坐到一起算一次账",
)
TIMES = (
    "入冬以来",
    "上个月起",
    "清明过后",
    "从本周一开始",
    "雨季来临之前",
    "新学期开学时",
    "设备更新之后",
    "年中检查以后",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What an article page says, and what should come out."""

    url: str
    title: str
    paragraphs: tuple[str, ...]
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a path gives."""

    body: bytes
    content_type: str = "text/html"
    status: int = 200
    location: str | None = None


@dataclass(slots=True)
class Site:
    """All hosts together: what they answer, the truth, and the sources that read them."""

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    truth: list[Story] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

    def sources_at(self, port: int) -> Sources:
        """Return the sources with the port at which the site is served."""
        at = [replaced(source, connect_to=f"127.0.0.1:{port}") for source in self.sources]
        return Sources(sources=tuple(at), contact="crawl@example.org", delay_s=0.0)


def replaced(source: Source, **fields: object) -> Source:
    """Return the source with other values."""
    return Source(**{name: getattr(source, name) for name in Source.__slots__} | fields)


# ---- the texts


@cache
def _traditional() -> object:
    import opencc  # noqa: PLC0415 - only Big5 pages need it

    return opencc.OpenCC("s2tw")  # the spelling that Big5 has characters for


def written(text: str, charset: Charset) -> str:
    """Return the text in the script of the site."""
    return str(_traditional().convert(text)) if charset == "big5" else text  # type: ignore[attr-defined]


def story(number: int, host: str, charset: Charset) -> Story:
    """Return the article of this number; each is made of its own seed."""
    draw = random.Random(number)
    place, office = draw.choice(PLACES), draw.choice(OFFICES)
    title = f"{place}{office}{draw.choice(DEEDS)}（之{number}）"
    paragraphs = tuple(_paragraph(draw) for _ in range(draw.randrange(3, 7)))
    published_at = FIRST_DAY + timedelta(minutes=17 * number)
    return Story(
        url=f"http://{host}/{published_at:%Y/%m%d}/{number}.html",
        title=written(title, charset),
        paragraphs=tuple(written(text, charset) for text in paragraphs),
        published_at=published_at,
    )


def _paragraph(draw: random.Random) -> str:
    return "".join(_sentence(draw) for _ in range(draw.randrange(2, 5)))


def _sentence(draw: random.Random) -> str:
    place, office, person = draw.choice(PLACES), draw.choice(OFFICES), draw.choice(PEOPLE)
    deed, word = draw.choice(DEEDS), draw.choice(WORDS)
    number = draw.randrange(1000, 999_999)
    return draw.choice(
        (
            f"{draw.choice(TIMES)}，{place}{office}的{person}{deed}，{word}。",
            f"{place}的{person}统计了{number}件来信，{word}，于是{office}{deed}。",
            f"按照第{number}号办法，{place}{office}{deed}；{word}。",
        )
    )


# ---- the pages


def _page(told: Story, charset: Charset, *, is_heavy: bool) -> str:
    links = _links(charset)
    body = "".join(f"<p>　　{text}</p>\n" for text in told.paragraphs)
    local = told.published_at + timedelta(hours=8)
    around = _around(charset) if is_heavy else ""
    return (
        f'<!doctype html><html><head><meta charset="{charset}"><title>{told.title}</title>'
        f"<style>{_STYLE * (16 if is_heavy else 1)}</style><script>{_SCRIPT * (12 if is_heavy else 1)}</script></head><body>"
        f'<div class="nav"><ul>{links}</ul></div><div class="main"><h1>{told.title}</h1>'
        f'<div class="info"><span class="date">{local:%Y-%m-%d %H:%M}</span></div>'
        f'<div class="content">\n{body}</div></div><div class="side">{around}<ul>{links}</ul></div>'
        f'<div class="foot"><p>Copyright 2026</p></div></body></html>'
    )


_STYLE = ".c{margin:0;padding:2px 4px;color:#333}" * 60
_SCRIPT = "var seen={};function mark(k){seen[k]=(seen[k]||0)+1;return seen[k]};" * 28


@cache
def _links(charset: Charset) -> str:
    names = [written(f"{name}{PLACES[n % 16]}", charset) for n, name in enumerate(OFFICES * 2)]
    return "".join(f'<li><a href="/channel/{n}/">{name}</a></li>' for n, name in enumerate(names))


@cache
def _around(charset: Charset) -> str:
    """Return what fills a page up to what real ones have: about 100 kB, 770 tags, 180 links.

    The medians of 125 labelled Chinese news pages are 131 kB, 835 tags, 181 links.
    """
    draw = random.Random(charset)
    blocks = []
    for n in range(12):
        rows = "".join(
            f'<li class="row row-{k}"><span class="no">{k}</span><a class="link" href="/2026/0{n % 9 + 1}01/{n}{k}.html" '
            f'target="_blank" title="{(name := written(f"{draw.choice(PLACES)}{draw.choice(DEEDS)}", charset))}">{name}</a>'
            f'<em class="when">03-{k + 10}</em><i class="icon"></i></li>'
            for k in range(10)
        )
        blocks.append(
            f'<div class="box box-{n}"><h3>{written(OFFICES[n], charset)}</h3><ul class="rows">{rows}</ul></div>'
        )
    return "".join(blocks)


def _list_page(links: Sequence[tuple[str, str]], next_path: str | None, charset: Charset) -> str:
    rows = "".join(f'<li><a href="{url}">{title}</a></li>' for url, title in links)
    more = f'<a href="{next_path}">{written("下一页", charset)}</a>' if next_path else ""
    return f'<html><head><meta charset="{charset}"></head><body><ul class="news">{rows}</ul>{more}</body></html>'


def _feed(links: Sequence[tuple[str, str]], next_url: str | None, charset: Charset) -> str:
    items = "".join(f"<item><title>{title}</title><link>{url}</link></item>" for url, title in links)
    more = f'<link rel="next" href="{next_url}"/>' if next_url else ""
    return f'<?xml version="1.0" encoding="{charset}"?><rss version="2.0"><channel>{more}{items}</channel></rss>'


# ---- the hosts


class _Host:
    """One site while it is built."""

    def __init__(self, site: Site, name: str, charset: Charset, *, is_heavy: bool) -> None:
        self.site = site
        self.name = name
        self.is_heavy = is_heavy
        self.charset: Charset = charset

    def put(self, path: str, text: str | bytes, content_type: str = "text/html", **fields: object) -> None:
        body = text if isinstance(text, bytes) else text.encode(self.charset)
        self.site.answers[self.name, path] = Answer(body=body, content_type=content_type, **fields)  # type: ignore[arg-type]  # of Answer

    def add(self, kind: str, path: str, **fields: object) -> None:
        values = {"name": f"{self.name} {kind}", "kind": kind, "url": f"http://{self.name}{path}", "limit": 10**6}
        self.site.sources.append(Source(**values, max_pages=10**4, **fields))  # type: ignore[arg-type]  # of Source

    def fill(self, stories: Sequence[Story]) -> None:
        """Put the pages, and show each at one of four places."""
        for told in stories:
            self.put(told.url.removeprefix(f"http://{self.name}"), _page(told, self.charset, is_heavy=self.is_heavy))
        quarter = -(-len(stories) // 4)
        shares = [stories[at : at + quarter] for at in range(0, len(stories), quarter)]
        for share, show in zip(shares, (self._feeds, self._maps, self._lists, self._search), strict=False):
            show([(told.url, told.title) for told in share])

    def _feeds(self, links: list[tuple[str, str]]) -> None:
        """Feeds in parts; every tenth address with a mark of where it was shown, every twelfth by way of a redirect."""
        shown = [(self._by_way(url, n), title) for n, (url, title) in enumerate(links)]
        for n, part in enumerate(parts := _parts(shown, IN_A_LIST), 1):
            more = f"http://{self.name}/feed{n + 1}.xml" if n < len(parts) else None
            self.put(f"/feed{n}.xml", _feed(part, more, self.charset), "application/rss+xml")
        self.add("feed", "/feed1.xml")

    def _by_way(self, url: str, n: int) -> str:
        if n % 12 == 5:
            self.put(f"/go/{n}", b"", status=301, location=url)
            return f"http://{self.name}/go/{n}"
        return f"{url}?utm_source=feed" if n % 10 == 3 else url

    def _maps(self, links: list[tuple[str, str]]) -> None:
        names = []
        for n, part in enumerate(_parts(links, IN_A_MAP)):
            urls = "".join(f"<url><loc>{url}</loc></url>" for url, _ in part)
            text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
            names.append(f"/map{n}.xml" + ("" if n % 2 else ".gz"))
            self.put(names[-1], text if n % 2 else gzip.compress(text, mtime=0), "application/xml")
        index = "".join(f"<sitemap><loc>http://{self.name}{name}</loc></sitemap>" for name in names)
        self.put("/sitemap.xml", f"<sitemapindex>{index}</sitemapindex>", "application/xml")
        self.add("sitemap", "/sitemap.xml")

    def _lists(self, links: list[tuple[str, str]]) -> None:
        """List pages; between their links some that lead to no article."""
        self.put("/notice.html", written(_NOTICE, self.charset))
        self.put("/table.html", b"%PDF-1.7\n" + bytes(range(256)) * 8, "application/pdf")
        blind = [(f"/{name}.html", f"{PLACES[0]}{OFFICES[n]}") for n, name in enumerate(("gone", "notice", "table"))]
        blind = [(url, written(title, self.charset)) for url, title in blind]
        for n, part in enumerate(parts := _parts(links, IN_A_LIST), 1):
            more = f"/list_{n + 1}.html" if n < len(parts) else None
            self.put(f"/list_{n}.html", _list_page([*part, *blind], more, self.charset))
        self.add("list", "/list_1.html", selector=".news")

    def _search(self, links: list[tuple[str, str]]) -> None:
        """Two words, with a tenth of the answers in common, asked in the charset of the site."""
        middle, common = len(links) // 2, len(links) // 20
        queries = tuple(written(query, self.charset) for query in QUERIES)
        for query, found in zip(queries, (links[: middle + common], links[middle - common :]), strict=True):
            for n, part in enumerate([*_parts(found, IN_A_LIST), []], 1):
                self.put(f"/so?q={quote(query.encode(self.charset))}&p={n}", _list_page(part, None, self.charset))
        where = {"query_encoding": self.charset, "selector": ".news"}
        self.add("search", "/so?q={query}&p={page}", queries=queries, **where)


_NOTICE = "<title>404</title><body><p>抱歉，您要找的页面不存在或已经删除</p></body>"


def _parts(links: Sequence[tuple[str, str]], size: int) -> list[Sequence[tuple[str, str]]]:
    return [links[at : at + size] for at in range(0, len(links), size)] or [[]]


def build(pages: int, hosts_each: int = 1, *, is_heavy: bool = False) -> Site:
    """Return a site of so many articles, over `hosts_each` hosts in each charset; heavy pages are as large as real ones."""
    site = Site()
    hosts = [(f"{charset.replace('-', '')}{n}.example", charset) for n in range(hosts_each) for charset in CHARSETS]
    for place, (name, charset) in enumerate(hosts):
        stories = [story(number, name, charset) for number in range(place, pages, len(hosts))]
        site.truth += stories
        _Host(site, name, charset, is_heavy=is_heavy).fill(stories)
    return site


# ---- the server


class _Line(asyncio.Protocol):
    """One connection: requests one after the other, each answered in one write."""

    def __init__(self, replies: Mapping[tuple[bytes, bytes], tuple[bytes, bytes]]) -> None:
        self._replies = replies
        self._waiting = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._waiting += data
        while b"\r\n\r\n" in self._waiting:
            head, _, self._waiting = self._waiting.partition(b"\r\n\r\n")
            self._transport.write(self._reply(head))

    def _reply(self, head: bytes) -> bytes:
        line, *headers = head.split(b"\r\n")
        asked = {name.lower(): value.strip() for name, _, value in (header.partition(b":") for header in headers)}
        host, path = asked.get(b"host", b"").partition(b":")[0], line.split(b" ")[1]
        if path.startswith(b"/@"):  # for clients that cannot be told where a host lives: /@host/path
            host, _, rest = path[2:].partition(b"/")
            path = b"/" + rest
        tag, reply = self._replies.get((host, path), (b"", _NOT_THERE))
        if tag and asked.get(b"if-none-match") == tag:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n"
        return reply


_NOT_THERE = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nnot here\n"


def _packed(answer: Answer) -> tuple[bytes, bytes]:
    """Return the ETag and the whole response of an answer."""
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"' if answer.status == 200 else ""
    lines = [f"HTTP/1.1 {answer.status} So", f"Content-Type: {answer.content_type}"]
    lines += [f"Location: {answer.location}"] if answer.location else []
    lines += [f"ETag: {tag}"] if tag else []
    lines += [f"Content-Length: {len(answer.body)}", "", ""]
    return tag.encode(), "\r\n".join(lines).encode() + answer.body


@contextmanager
def serving(site: Site, port: int = 0) -> Iterator[int]:
    """Serve the site on 127.0.0.1, from a thread; give the port."""
    replies = {(host.encode(), path.encode()): _packed(answer) for (host, path), answer in site.answers.items()}
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: _Line(replies), "127.0.0.1", port))
    thread = threading.Thread(target=loop.run_forever, name="bigsite", daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


# ---- the proof


def no_wait_world() -> World:
    """Return a world in which nobody waits: pages are made for this, no site is harmed."""
    return World(sleep=lambda _: asyncio.sleep(0))


def differences(site: Site, data: Path) -> list[str]:
    """Return where the corpus is not the truth: one line each."""
    with open_state(data, read_only=True) as state:
        corpus = {a.url: a for a in state.articles.corpus()}
        rules = {r.url: r.rule for r in state.articles.rejections()}
        copies = {copy.url: decision.kept for copy, decision in state.articles.copies()}
    found = [f"{url}: is no article of the site" for url in corpus if url not in {told.url for told in site.truth}]
    for told in site.truth:
        article = corpus.get(told.url)  # type: ignore[call-overload]  # canonical by construction
        if article is None:
            found.append(f"{told.url}: missing ({rules.get(told.url) or copies.get(told.url)})")  # type: ignore[call-overload]  # as above
            continue
        have = (article.title, article.paragraphs, article.published_at)
        want = (told.title, told.paragraphs, told.published_at)
        found += [f"{told.url}: {h!r} is not {w!r}" for h, w in zip(have, want, strict=True) if h != w]
    return found


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=5000, help="articles")
    parser.add_argument("--hosts-each", type=int, default=1, help="hosts in each charset")
    parser.add_argument("--heavy", action="store_true", help="pages as large as real ones")
    parser.add_argument("--serve", action="store_true", help="serve the site until the input ends")
    options = parser.parse_args(argv)
    site = build(options.pages, options.hosts_each, is_heavy=options.heavy)
    with serving(site) as port:
        if options.serve:
            print(port, flush=True)
            sys.stdin.read()
            return 0
        with tempfile.TemporaryDirectory() as folder:
            return _check(site, port, Path(folder))


def _check(site: Site, port: int, data: Path) -> int:
    started = time.perf_counter()
    result = crawl(site.sources_at(port), Plan(), data, CrawlOptions(), world=no_wait_world())
    wrong = differences(site, data)
    print("".join(f"{line}\n" for line in wrong[:20]), end="")
    print(
        f"{len(site.truth)} articles made, {result.tally.kept} kept, {result.n_requests} requests, "
        f"{len(wrong)} differences, {time.perf_counter() - started:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
