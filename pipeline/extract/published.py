"""When the article was published: what the page prints near its headline, what its head says, what its scripts hold.

The printed date is the reader's; the head's may be UTC, a crawl's or a template's. A printed day without a time takes the
time from a declaration of the same day. Footers and sidebars are never asked, but for a labelled date (发布时间：).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from selectolax.lexbor import LexborHTMLParser

from pipeline.extract.body import Body
from pipeline.extract.dates import FoundDate, find_dates
from pipeline.extract.dom import Outline
from pipeline.extract.metadata import DATE_METAS, Head

_LINES_ABOVE = 6  # of the headline
_LINES_BELOW = 14  # of the headline, when the body does not begin before
_MAX_LINE_CHARS = 200  # of a line that may hold the date; longer ones are text
_MAX_BODY_LINE_CHARS = 40  # of a first line of the body that is the date
_MAX_DAYS_APART = 2  # days between print and head that are still one publication
# What every date has: digits near each other, or a word for a time. Asked first: one pattern in place of eighteen.
_MAY_BE_DATE = re.compile(r"\d\D{0,3}\d|[年月日号號天昨今前刚剛周週]|星期|[礼禮]拜|ago|day|now")
_LABELLED = re.compile(
    r"(?:发布|發布|发表|發表|刊登|发稿|發稿|上传|出版|时间|時間|日期|发布于|發佈|發稿)(?:时间|時間|日期)?\s?[:：]"
)
_SCRIPT_VALUE = re.compile(
    r"[:=]\s{0,8}[\"']?(\d[\d\-/: TZ+.年月日]{7,30})"
)  # rarer than names: 1.4 ms for a script of 100 kB, the names took 21
_SCRIPT_NAME = re.compile(
    r"(?:\bct|publish_?time|pub_?time|pub_?date|publish_?date|publishedAt|create_?time|ptime|datePublished|news_?time)[\"']?\s*\Z",
    re.IGNORECASE,
)
_SCRIPT_NAME_CHARS = 24  # before the value
_URL_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)")


def find_published(
    tree: LexborHTMLParser, head: Head, outline: Outline, body: Body | None, now: datetime | None, url: str | None
) -> datetime | None:
    """Return the moment of publication in China's time, at midnight when only the day is known; None: not said."""
    shown = _printed(outline, body, now)
    told = _declared(head, now)
    if shown is not None and told is not None:
        return _agreed(shown, told)
    found = (
        shown or told or _time_tag(tree, now) or _in_scripts(tree, now) or _labelled(outline, now) or _in_url(url, now)
    )
    return found.value if found is not None else None


def _agreed(shown: FoundDate, told: FoundDate) -> datetime:
    if shown.has_time or not told.has_time:
        return shown.value
    close = abs(shown.value - told.value) <= timedelta(days=_MAX_DAYS_APART)
    return told.value if close else shown.value


def _printed(outline: Outline, body: Body | None, now: datetime | None) -> FoundDate | None:
    if body is None:
        return None
    return _first_with_time(
        date
        for i in _near_headline(outline, body)
        for date in _dates_of_line(outline.lines[i].text, i >= body.first, now)
    )


def _first_with_time(dates: Iterable[FoundDate]) -> FoundDate | None:
    """Return the first date that has a time, else the first; what comes behind it is never read."""
    first: FoundDate | None = None
    for date in dates:
        if date.has_time:
            return date
        first = first or date
    return first


def _near_headline(outline: Outline, body: Body) -> list[int]:
    anchor = body.headline if body.headline is not None else max(0, body.first - _LINES_ABOVE)
    below = range(anchor, min(len(outline.lines), max(anchor + _LINES_BELOW, body.first + 2), body.first + 3))
    above = range(anchor - 1, max(-1, anchor - 1 - _LINES_ABOVE), -1)
    after = range(body.end - 1, min(body.end + 2, len(outline.lines)))
    return [*below, *above, *after]


def _dates_of_line(text: str, in_body: bool, now: datetime | None) -> Iterable[FoundDate]:  # noqa: FBT001 - a fact, not a switch
    if len(text) > (_MAX_BODY_LINE_CHARS if in_body else _MAX_LINE_CHARS) or not _MAY_BE_DATE.search(text):
        return ()
    return find_dates(text, now=now)


def _declared(head: Head, now: datetime | None) -> FoundDate | None:
    texts = [head.linked("datePublished"), *(head.metas.get(name) for name in DATE_METAS)]
    return _first_with_time(date for text in texts if text for date in islice(find_dates(text[:60], now=now), 1))


def _first_in(texts: Iterable[str], now: datetime | None) -> FoundDate | None:
    return next((date for text in texts for date in find_dates(text, now=now)), None)


def _time_tag(tree: LexborHTMLParser, now: datetime | None) -> FoundDate | None:
    nodes = tree.css("time[datetime], abbr[title], [itemprop=datePublished]")[:5]
    texts = (node.attributes.get("datetime") or node.attributes.get("title") or node.text() for node in nodes)
    return _first_in((text[:60] for text in texts), now)


def _in_scripts(tree: LexborHTMLParser, now: datetime | None) -> FoundDate | None:
    scripts = (node.text()[:100_000] for node in tree.css("script:not([src])")[:100])
    return _first_in((value for text in scripts for value in _script_values(text)), now)


def _script_values(text: str) -> Iterator[str]:
    for value in _SCRIPT_VALUE.finditer(text):
        if _SCRIPT_NAME.search(text, max(0, value.start() - _SCRIPT_NAME_CHARS), value.start()):
            yield value[1]


def _labelled(outline: Outline, now: datetime | None) -> FoundDate | None:
    texts = (line.text for line in outline.lines if len(line.text) <= _MAX_LINE_CHARS)
    labels = (found for text in texts if (found := _LABELLED.search(text)))
    return _first_in((label.string[label.end() :][:40] for label in labels), now)


def _in_url(url: str | None, now: datetime | None) -> FoundDate | None:
    match = _URL_DATE.search(url[:2_000]) if url else None
    if match is None:
        return None
    return next(find_dates("-".join(match.groups()), now=now), None)
