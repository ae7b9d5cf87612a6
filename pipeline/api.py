"""The functions of `import pipeline`: the same flow for one text, one page or a list of records, in your own process.

Nothing here reads a file of yours, the network or the clock.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from pipeline.config.load import DEFAULT_TOPIC, load_topic, make_plan
from pipeline.dedup.decide import DedupParams
from pipeline.dedup.decide import find_near_duplicates as _decide
from pipeline.extract.article import extract_article
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
from pipeline.topics.score import score_text
from pipeline.topics.topic import Topic
from pipeline.urls import article_id, canonical_url

SOURCE = "api"


def clean_text(
    text: str, *, title: str | None = None, host: str | None = None, script: OutputScript = "keep"
) -> Article:
    """Return the clean article of a text: normalised, without boilerplate, repeats and injected strings.

    `host` is the site that the text comes from ("163.com"): its own rules then apply. `script` is that of the result.
    Every change is in `edits`; `article.original` is the text as given. A text of nothing but boilerplate gives an
    article without paragraphs.
    """
    document = Document(id=article_id(text), source=SOURCE, text=text, title=title, site=host)
    return apply_steps(article_of(document), _plan(script))


def extract_html(data: bytes | str, *, url: str | None = None, content_type: str | None = None) -> Article | Rejected:
    """Return the article of a page as it stands there, or why there is none; not cleaned, see `clean_text`.

    `data` is best given as received, in bytes: the charset is found out. `content_type` is the HTTP header.
    `url` must be http or https (ValueError).
    """
    body = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    header = "text/html; charset=utf-8" if isinstance(data, str) else content_type
    address = canonical_url(url) if url else None
    key = article_id(address) if address else ArticleId(article_id(repr(body)))
    return extract_article(
        Page(id=key, url=address, source=SOURCE, body=body, content_type=header), _plan("keep").extract
    )


def normalise_text(text: str, *, script: OutputScript = "keep") -> str:
    """Return the text in one spelling: entities, invisible characters, widths, and on request one script."""
    return _normalise(text, NormaliseParams(script=script))


def find_near_duplicates(records: Iterable[Record | Mapping[str, Any]]) -> list[Decision]:
    """Return a decision for each record, in order: it stays, or it is a copy of which earlier one that stays.

    A record has id and text, and may have title, published_at (aware datetime or ISO 8601) and url; a mapping with those
    keys will do. Raises KeyError when id or text is missing.
    """
    return _decide([r if isinstance(r, Record) else _record(r) for r in records], DedupParams())


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
def _plan(script: OutputScript) -> Plan:
    return make_plan(script=script)


@cache
def _topic(name: str) -> Topic:
    return load_topic(name)
