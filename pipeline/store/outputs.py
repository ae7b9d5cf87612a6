"""Articles to files for others: JSON Lines, Parquet, CSV, plain text; whole or not at all."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from pipeline.errors import InputError, UsageError
from pipeline.model import Article
from pipeline.store.files import json_line, open_whole
from pipeline.store.records import Json, article_fields, article_to_json

_TABLE_FIELDS = (
    "id", "url", "source", "title", "authors", "outlet", "published_at", "section", "tags", "keywords", "text", "script", "relevance",
)  # fmt: skip
_LIST_FIELDS = frozenset({"authors", "tags", "keywords", "paragraphs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles, and what of them."""

    only: Literal["keep", "review"] | None = None  # by the topic's verdict; None: all
    sources: frozenset[str] = frozenset()  # empty: all
    fields: tuple[str, ...] = ()  # empty: all of the record; in tables what fits a cell


def write_corpus(articles: Iterable[Article], target: Path, form: str, selection: Selection, *, force: bool) -> int:
    """Write the selected articles; return their number. "-" is standard output.

    Raises OutputError when the file exists and `force` is not set, or cannot be written; UsageError for unknown fields.
    """
    _check(selection)
    chosen = (a for a in articles if _is_chosen(a, selection))
    counted = _Counted(chosen)
    if str(target) == "-":
        _write(counted, sys.stdout.buffer, form, selection)
    else:
        with open_whole(target, force=force) as stream:
            _write(counted, stream, form, selection)
    return counted.n


class _Counted:
    """An iteration that knows how far it came."""

    def __init__(self, articles: Iterator[Article]) -> None:
        self._articles = articles
        self.n = 0

    def __iter__(self) -> Iterator[Article]:
        for article in self._articles:
            self.n += 1
            yield article


def _check(selection: Selection) -> None:
    known = (*article_fields(), "text")
    unknown = [name for name in selection.fields if name not in known]
    if unknown:
        raise UsageError(f"--fields: no field {', '.join(unknown)}. Known: {', '.join(known)}")


def _is_chosen(article: Article, selection: Selection) -> bool:
    if selection.sources and article.source not in selection.sources:
        return False
    wanted = {"keep": ("keep",), "review": ("keep", "review")}.get(selection.only or "")
    return wanted is None or (article.relevance is not None and article.relevance.verdict in wanted)


def _write(articles: Iterable[Article], stream: IO[bytes], form: str, selection: Selection) -> None:
    if form == "jsonl":
        for article in articles:
            stream.write(json_line(_row(article, selection.fields or article_fields())))
    elif form == "txt":
        for article in articles:
            stream.write(_plain(article))
    elif form == "csv":
        _write_csv(articles, stream, selection.fields or _TABLE_FIELDS)
    else:
        _write_parquet(articles, stream, selection.fields or _TABLE_FIELDS)


def _row(article: Article, fields: Sequence[str]) -> Json:
    row = {**article_to_json(article), "text": article.text}
    return {name: row[name] for name in fields}


def _plain(article: Article) -> bytes:
    lines = [article.title] if article.title else []
    return ("\n".join((*lines, *article.paragraphs)) + "\n\n").encode("utf-8", "replace")


def _cell(value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def _write_csv(articles: Iterable[Article], stream: IO[bytes], fields: Sequence[str]) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(fields)
    for article in articles:
        writer.writerow([_cell(value) for value in _row(article, fields).values()])
    text.detach()


def _write_parquet(articles: Iterable[Article], stream: IO[bytes], fields: Sequence[str]) -> None:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as exc:
        raise InputError("Parquet needs the extra: pip install 'zhnews[parquet]'") from exc
    schema = pa.schema([(name, pa.list_(pa.string()) if name in _LIST_FIELDS else pa.string()) for name in fields])
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for rows in _batches(articles, fields):
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))


def _batches(articles: Iterable[Article], fields: Sequence[str], size: int = 1000) -> Iterator[list[Json]]:
    batch: list[Json] = []
    for article in articles:
        row = _row(article, fields)
        batch.append({k: v if k in _LIST_FIELDS else _cell(v) for k, v in row.items()})
        if len(batch) == size:
            yield batch
            batch = []
    yield batch
