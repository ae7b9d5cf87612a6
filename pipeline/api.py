"""The functions of `import pipeline`: the same flow for one text, one page or a list of records, in your own process.

Nothing here reads a file of yours, the network or the clock.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from pipeline.config.load import make_plan
from pipeline.config.topics import load_topic
from pipeline.flow import Plan, apply_steps, article_of
from pipeline.model import (
    Article,
    ArticleId,
    Decision,
    Document,
    OutputScript,
    Page,
    Record,
    Rejected,
    Relevance,
)
from pipeline.normalise.normalise import NormaliseParams
from pipeline.normalise.normalise import normalise_text as _normalise
from pipeline.normalise.regional import Terms
from pipeline.topics.score import score_text
from pipeline.topics.topic import DEFAULT_TOPIC, Topic
from pipeline.urls import article_id, canonical_url

SOURCE = "api"


def clean_text(
    text: str,
    *,
    title: str | None = None,
    host: str | None = None,
    script: OutputScript = "keep",
    terms: Terms = "keep",
) -> Article:
    """Return the clean article of a text: normalised, without boilerplate, repeats and injected strings.

    `host` is the site that the text comes from ("163.com"): its own rules then apply. `script` is that of the result,
    `terms="convert"` takes that region's words as well (hans, tw and hk have some; ConfigError for the others).
    Every change is in `edits`; `article.original` is the text as given. A text of nothing but boilerplate gives an
    article without paragraphs.
    """
    document = Document(id=article_id(text), source=SOURCE, text=text, title=title, site=host)
    return apply_steps(article_of(document), _plan(script, terms))


def extract_html(data: bytes | str, *, url: str | None = None, content_type: str | None = None) -> Article | Rejected:
    """Return the article of a page as it stands there, or why there is none; not cleaned, see `clean_text`.

    `data` is best given as received, in bytes: the charset is found out. `content_type` is the HTTP header.
    `url` must be http or https (ValueError).
    """
    from pipeline.extract.article import ExtractParams, extract_article  # noqa: PLC0415 - 0.1 s that texts need not pay

    body = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    header = "text/html; charset=utf-8" if isinstance(data, str) else content_type
    address = canonical_url(url) if url else None
    key = article_id(address) if address else ArticleId(article_id(repr(body)))
    page = Page(id=key, url=address, source=SOURCE, body=body, content_type=header)
    return extract_article(page, ExtractParams())


def normalise_text(text: str, *, script: OutputScript = "keep", terms: Terms = "keep") -> str:
    """Return the text in one spelling: entities, invisible characters, widths, and on request one script and its words."""
    return _normalise(text, NormaliseParams(script=script, terms=terms))


def find_near_duplicates(records: Iterable[Record | Mapping[str, Any]]) -> list[Decision]:
    """Return a decision for each record, in order: it stays, or it is a copy of which earlier one that stays.

    A record has id and text, and may have title, published_at (aware datetime or ISO 8601) and url; a mapping with those
    keys will do. Raises KeyError when id or text is missing.
    """
    from pipeline.dedup import decide  # noqa: PLC0415 - one text need not pay for it

    return decide.find_near_duplicates(
        [r if isinstance(r, Record) else _record(r) for r in records], decide.DedupParams()
    )


def relevance(text: str, *, title: str = "", topic: str | Topic | None = None) -> Relevance:
    """Return how far a text is about a topic, with the places that say so. None: the topic that ships, "service"."""
    return score_text(text, title=title, topic=topic if isinstance(topic, Topic) else _topic(topic or DEFAULT_TOPIC))


def _record(fields: Mapping[str, Any]) -> Record:
    known = {f.name for f in dataclasses.fields(Record)}
    values = {name: value for name, value in fields.items() if name in known}
    at = values.get("published_at")
    if isinstance(at, str):
        values["published_at"] = datetime.fromisoformat(at)
    return Record(**{**values, "id": str(fields["id"]), "text": fields["text"]})


@cache
def _plan(script: OutputScript, terms: Terms) -> Plan:
    return make_plan(script=script, terms=terms)


@cache
def _topic(name: str) -> Topic:
    return load_topic(name)
