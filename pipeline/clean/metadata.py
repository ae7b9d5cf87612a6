"""Bylines, source lines and date lines become fields of the article, where it has none yet."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from pipeline.fold import fold
from pipeline.model import Article

MAX_NAME_CHARS = 20  # of one author; longer is a sentence
MAX_OUTLET_CHARS = 30  # of an outlet
_CHINA_TIME = timezone(timedelta(hours=8))  # Beijing, Taipei, Hong Kong, Macau, Singapore alike
_BETWEEN_NAMES = r"[\s、,，;；/|&＆]+|(?<=[\u4e00-\u9fff]{2})[和与](?=[\u4e00-\u9fff]{2})"
# A full date, and perhaps the time of day: 2025-03-08 14:05, 2025/3/8, 2025年3月8日14时5分.
_DATE = (
    r"(?<!\d)((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)日?"
    r"(?:[\st]*(\d{1,2})[:时点](\d{1,2})(?::(\d{1,2}))?)?"
)


def with_metadata(article: Article, found: Mapping[str, str]) -> Article:
    """Return the article with the fields that it lacked: author, source, date, as the rules' groups name them."""
    authors = article.authors or author_names(found.get("author", ""))
    outlet = article.outlet or _outlet(found.get("source", ""))
    published_at = article.published_at or full_date(found.get("date", ""))
    if (authors, outlet, published_at) == (article.authors, article.outlet, article.published_at):
        return article
    return replace(article, authors=authors, outlet=outlet, published_at=published_at)


def author_names(text: str) -> tuple[str, ...]:
    """Return the names in "张三、李四"; none that is longer than a name can be."""
    names = (name.strip(" :：·.()（）") for name in re.split(_BETWEEN_NAMES, text))
    return tuple(dict.fromkeys(name for name in names if 1 < len(name) <= MAX_NAME_CHARS))


def full_date(text: str) -> datetime | None:
    """Return the moment in East Asian standard time (+08:00); None without year, month and day, or if there is no such day."""
    found = re.search(_DATE, fold(text))
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=_CHINA_TIME)
    except ValueError:
        return None


def _outlet(text: str) -> str | None:
    name = text.strip(" :：|-·")
    return name if 1 < len(name) <= MAX_OUTLET_CHARS else None
