"""The one JSON form of what flows; keys in the order of declaration.

An article's record holds its paragraphs and its edits. Together they give the text as received back
(`pipeline.edits.undo`), so the received text is not written a second time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeAlias, cast

from pipeline.edits import Edit
from pipeline.model import Article, ArticleId, CanonicalUrl, Decision, Flag, Hit, Rejected, Relevance, Signals

Json: TypeAlias = dict[str, Any]


def value_to_json(value: object) -> Any:  # noqa: ANN401 - JSON has no better type
    """Return the JSON form of a frozen value: dataclasses as objects, tuples as lists, datetimes as ISO 8601."""
    kind: Any = type(value)  # mypy takes no class for hashable
    if kind in _PLAIN:
        return value
    if kind is tuple or kind is list:
        return [one if type(one) in _PLAIN else value_to_json(one) for one in cast("Sequence[object]", value)]
    names = _names(kind)
    if names is not None:
        return _object_to_json(value, names)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): value_to_json(v) for k, v in value.items()}
    return [value_to_json(v) for v in value] if isinstance(value, (tuple, list)) else value


_PLAIN: Final = frozenset({str, int, float, bool, type(None)})  # they stand for themselves; nine of ten values


def _object_to_json(value: object, names: tuple[tuple[str, bool], ...]) -> Json:
    row: Json = {}
    for name, is_always in names:
        one = getattr(value, name)
        if is_always or one:
            row[name] = one if type(one) in _PLAIN else value_to_json(one)
    return row


@cache
def _names(kind: type[Any]) -> tuple[tuple[str, bool], ...] | None:
    """Return the fields of a dataclass, each with whether it is written always; None: it is none."""
    return tuple((f.name, not f.metadata) for f in fields(kind)) if is_dataclass(kind) else None


def article_to_json(article: Article) -> Json:
    """Return the record of an article."""
    row: Json = value_to_json(article)
    return row


def article_from_json(row: Json, *, hits: bool = True) -> Article:
    """Return the article of a record. Raises KeyError or TypeError when it is no article's record.

    `hits=False` leaves the places out that made it relevant: half of the time where a topic has many words.
    """
    relevance = row.get("relevance")
    published_at = row.get("published_at")
    return Article(
        id=ArticleId(row["id"]),
        url=None if row.get("url") is None else CanonicalUrl(row["url"]),
        source=row["source"],
        site=row.get("site"),
        title=row.get("title"),
        authors=tuple(row.get("authors", ())),
        outlet=row.get("outlet"),
        published_at=None if published_at is None else datetime.fromisoformat(published_at),
        canonical=None if row.get("canonical") is None else CanonicalUrl(row["canonical"]),
        section=row.get("section"),
        tags=tuple(row.get("tags", ())),
        keywords=tuple(row.get("keywords", ())),
        paragraphs=tuple(row["paragraphs"]),
        edits=tuple(Edit(**edit) for edit in row.get("edits", ())),
        flags=tuple(Flag(**flag) for flag in row.get("flags", ())),
        script=row.get("script"),
        encoding=row.get("encoding"),
        relevance=None if relevance is None else _relevance(relevance, hits=hits),
        signals=_signals(row.get("signals")),
    )


def rejected_to_json(rejected: Rejected) -> Json:
    """Return the record of a rejected input."""
    row: Json = value_to_json(rejected)
    return row


def rejected_from_json(row: Json) -> Rejected:
    """Return the rejected input of a record."""
    return Rejected(**{**row, "signals": _signals(row.get("signals"))})


def decision_to_json(decision: Decision) -> Json:
    """Return the record of a near-duplicate decision."""
    row: Json = value_to_json(decision)
    return row


def decision_from_json(row: Json) -> Decision:
    """Return the near-duplicate decision of a record."""
    return Decision(**{**row, "facts": tuple(row.get("facts", ()))})


def article_fields(*, asked: bool = False) -> Sequence[str]:
    """Return the keys of an article's record, in order; `asked`: with those that it has only on request."""
    return tuple(f.name for f in fields(Article) if asked or not f.metadata)


def _signals(row: Json | None) -> Signals | None:
    return None if row is None else Signals(**row)


def _relevance(row: Json, *, hits: bool) -> Relevance:
    return Relevance(**{**row, "hits": tuple(Hit(**hit) for hit in row.get("hits", ())) if hits else ()})
