"""What the folder of a build says of one id: the article, what it is a copy of or what are its copies, or why there is none.

There is no index: the files are read through, and of lines only those are taken apart that hold the id.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from json import dumps, loads
from pathlib import Path

from pipeline.model import Article, Decision, Rejected
from pipeline.store.files import open_plain
from pipeline.store.records import Json, article_from_json, decision_from_json, rejected_from_json
from pipeline.store.shards import read_rows, shard_paths

MANIFEST = "manifest.json"  # written last: where it stands there is a build


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """What became of an input."""

    article: Article | None = None  # None: it was rejected
    is_decided: bool = True  # whether it is known which articles are copies
    decision: Decision | None = None  # of a copy; None: it stays
    original: Article | None = None  # that it is a copy of
    copies: tuple[Decision, ...] = ()  # of an article that stays
    rejected: Rejected | None = None


def find_in_build(folder: Path, key: str) -> KnownItem | None:
    """Return what became of the input with this id; None: the build knows none."""
    told = [_decision(row) for row in _naming(folder, "duplicates", key)]
    decision = next((one for one, _ in told if one.id == key), None)
    if decision is not None:
        article = next(article for one, article in told if one.id == key)
        return KnownItem(article=article, decision=decision, original=_article(folder, decision.kept or ""))
    kept = _article(folder, key)
    if kept is not None:
        return KnownItem(article=kept, copies=tuple(one for one, _ in told if one.kept == key))
    rejected = next((row for row in _naming(folder, "rejected", key) if row["id"] == key), None)
    return None if rejected is None else KnownItem(rejected=rejected_from_json(rejected))


def _article(folder: Path, key: str) -> Article | None:
    row = next((row for row in _naming(folder, "corpus", key) if row["id"] == key), None)
    return None if row is None else article_from_json(row)


def _decision(row: Json) -> tuple[Decision, Article]:
    decision = decision_from_json({name: value for name, value in row.items() if name != "article"})
    return decision, article_from_json(row["article"])


def _naming(folder: Path, kind: str, key: str) -> Iterator[Json]:
    """Yield the rows that hold a text somewhere."""
    paths = shard_paths(folder, kind)
    if any(path.suffix == ".parquet" for path in paths):
        yield from (row for row in read_rows(folder, kind) if row["id"] == key)
        return
    forms = {dumps(key, ensure_ascii=plain)[1:-1].encode("utf-8", "surrogatepass") for plain in (False, True)}
    for path in paths:
        with open_plain(path) as stream:
            yield from (loads(line) for line in stream if any(form in line for form in forms))
