"""Articles to files for others: JSON Lines, Parquet, CSV, plain text; kept pages to WARC. Whole or not at all."""

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Literal

from pipeline.errors import UsageError
from pipeline.model import Article, Rejected, Verdict
from pipeline.quality.params import QualityParams
from pipeline.store.arrow import arrow_row, arrow_schema, load_arrow, write_table
from pipeline.store.files import json_line, open_whole
from pipeline.store.records import Json, article_fields, article_to_json
from pipeline.store.signal_columns import SIGNALS, signal_types, spread_signals
from pipeline.store.state import State
from pipeline.store.warc import WarcRow, write_warc

_TABLE_FIELDS = (
    "id", "url", "source", "title", "authors", "outlet", "published_at", "section", "tags", "keywords", "text", "script", "relevance",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles, and what of them."""

    only: Literal["keep", "review"] | None = None  # by the topic's verdict; None: all
    sources: frozenset[str] = frozenset()  # empty: all
    required: frozenset[str] = frozenset()  # of these sources only what the topic keeps
    fields: tuple[str, ...] = ()  # empty: all of the record; in tables what fits a cell
    quality: QualityParams = field(default_factory=QualityParams)  # what is masked, and what must be met
    qualities: Mapping[str, QualityParams] = field(
        default_factory=dict
    )  # the same of sources that ask for something else

    @property
    def measures(self) -> bool:
        """Whether the records have signals: all of them, or none."""
        asked = (self.quality, *self.qualities.values())
        return SIGNALS in self.fields or any(params.measures for params in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many articles were written, and how many only the topic that their source requires, or their quality, left out."""

    articles: int
    off_topic: int
    unfit: Mapping[str, int] = field(default_factory=dict)  # by the rule that left them out: quality.light


def write_corpus(articles: Iterable[Article], target: Path, form: str, selection: Selection, *, force: bool) -> Written:
    """Write the selected articles; return how many. "-" is standard output.

    Raises OutputError when the file exists and `force` is not set, or cannot be written; UsageError for unknown fields.
    """
    _check(selection)
    chosen = _Chosen(articles, selection)
    if str(target) == "-":
        _write(chosen, sys.stdout.buffer, form, selection)
    else:
        with open_whole(target, force=force) as stream:
            _write(chosen, stream, form, selection)
    return Written(articles=chosen.n, off_topic=chosen.n_off_topic, unfit=chosen.unfit)


def write_archive(state: State, target: Path, sources: Collection[str], *, force: bool) -> int:
    """Write the bytes of the web pages that are kept (of these sources; none: of all) as WARC; return their number.

    Rejected pages are among them: an archive is what came, not what was made of it. Raises OutputError as `write_corpus`.
    """
    return write_warc(_kept_pages(state, sources), target, force=force)


def _kept_pages(state: State, sources: Collection[str]) -> Iterator[WarcRow]:
    """Yield the pages in the order in which they became known, each followed by the other pages of its article."""
    known = [
        one for one in state.addresses.visited() if one.kind == "article" and (not sources or one.source in sources)
    ]
    number = 0
    for one in known:
        first = (one.url, one.body_hash or "", one.content_type, one.fetched_at)
        others = (
            (part.url, part.body_hash, part.content_type, part.fetched_at) for part in state.parts.of(one.item_id)
        )
        for url, body_hash, content_type, at in (first, *others):
            body = state.pages.get(body_hash)
            if body is not None:
                number += 1
                yield WarcRow(number=number, url=url, body=body, content_type=content_type, at=at)


class _Chosen:
    """The selected articles, and how many have gone by."""

    def __init__(self, articles: Iterable[Article], selection: Selection) -> None:
        self._articles = articles
        self._selection = selection
        self.n = self.n_off_topic = 0
        self.unfit: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Article]:
        for article in self._articles:
            if not _is_chosen(article, self._selection):
                continue
            if article.source in self._selection.required and _verdict(article) != "keep":
                self.n_off_topic += 1
                continue
            outcome = _of_quality(article, self._selection)
            if isinstance(outcome, Rejected):
                self.unfit[outcome.rule] += 1
                continue
            self.n += 1
            yield outcome


def _of_quality(article: Article, selection: Selection) -> Article | Rejected:
    params = selection.qualities.get(article.source, selection.quality)
    if not (params.mask or params.rejects or selection.measures):
        return article
    from pipeline.quality.judge import judge  # noqa: PLC0415 - for those who ask
    from pipeline.quality.private import mask_private  # noqa: PLC0415

    return judge(mask_private(article, params.mask), replace(params, signals=selection.measures))


def _check(selection: Selection) -> None:
    known = (*article_fields(asked=True), "text")
    unknown = [name for name in selection.fields if name not in known]
    if unknown:
        raise UsageError(f"--fields: no field {', '.join(unknown)}. Known: {', '.join(known)}")


def _is_chosen(article: Article, selection: Selection) -> bool:
    if selection.sources and article.source not in selection.sources:
        return False
    wanted = {"keep": ("keep",), "review": ("keep", "review")}.get(selection.only or "")
    return wanted is None or _verdict(article) in wanted


def _verdict(article: Article) -> Verdict | None:
    return article.relevance.verdict if article.relevance is not None else None


def _write(articles: Iterable[Article], stream: IO[bytes], form: str, selection: Selection) -> None:
    fields = _fields(form, selection)
    if form == "jsonl":
        for article in articles:
            stream.write(json_line(_row(article, fields)))
    elif form == "txt":
        for article in articles:
            stream.write(_plain(article))
    elif form == "csv":
        _write_csv(articles, stream, fields)
    else:
        _write_parquet(articles, stream, fields)


def _fields(form: str, selection: Selection) -> Sequence[str]:
    ours = article_fields() if form == "jsonl" else _TABLE_FIELDS
    return selection.fields or (*ours, *((SIGNALS,) if selection.measures else ()))


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
    writer.writerow([column for name in fields for column in (signal_types() if name == SIGNALS else (name,))])
    for article in articles:
        writer.writerow([_cell(value) for value in spread_signals(_row(article, fields), paired=False).values()])
    text.detach()


def _write_parquet(articles: Iterable[Article], stream: IO[bytes], fields: Sequence[str]) -> None:
    pa, _ = load_arrow()
    write_table(stream, (arrow_row(_row(article, fields)) for article in articles), arrow_schema(pa, fields))
