"""Files to records: text, HTML, JSONL, JSON, CSV, Parquet and web archives, compressed or not, in folders or from a pipe.

    paths ── list_inputs ──▶ InputFile … ── read_input ──▶ Page | Document | Unreadable …

What cannot be read is a value that says where, what and what to do; the rest goes on and nothing is left out in silence.
An item is known by its url, else by the id that its record gives, else by the file's name below the path that was
named (and its line): the same folder gives the same ids wherever it lies.
"""

import io
import itertools
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, TypeAlias, cast

from pipeline.errors import InputError, UsageError
from pipeline.model import ArticleId, CanonicalUrl, Document, Flag, Page
from pipeline.store.files import open_plain, reason_of
from pipeline.store.listing import LINE_ENDINGS, STDIN, InputFile, InputPart, ending_of, list_inputs
from pipeline.store.rows import CSV_ENDINGS, TABLE_ENDINGS, Row, csv_rows, json_rows, jsonl_rows, parquet_rows
from pipeline.store.warc import WARC_ENDINGS, ArchiveFilter, WarcRow, warc_rows
from pipeline.urls import article_id, canonical_url

TEXT_ENDINGS = frozenset({".txt", ".text", ".md"})
HTML_ENDINGS = frozenset({".html", ".htm", ".shtml", ".xhtml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class InputOptions:
    """How records are read. A field named here must be there; None: the usual names are tried in order."""

    source: str = "files"  # what the records' `source` says
    text_field: str | None = None
    id_field: str | None = None
    title_field: str | None = None
    url_field: str | None = None
    date_field: str | None = None
    archives: ArchiveFilter = field(default_factory=ArchiveFilter)  # which pages of web archives are wanted
    max_bytes: int = 64 * 2**20  # of one text, page or line; the longest real news page seen has 3 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An input that could not be read."""

    id: ArticleId
    place: str  # "news/a.jsonl:7"
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f". {self.remedy}" if self.remedy else "")


Item: TypeAlias = Page | Document | Unreadable
_USUAL = {
    "id": ("id", "doc_id", "_id"),
    "url": ("url", "link", "source_url"),
    "title": ("title", "headline"),
    "text": ("text", "content", "body", "paragraphs"),
    "date": ("published_at", "date", "publish_time", "time", "datetime"),
    "authors": ("authors", "author"),
}


def read_inputs(paths: Iterable[str], options: InputOptions | None = None, *, lenient: bool = False) -> Iterator[Item]:
    """Yield what the paths hold, in order. A path that is missing raises UsageError; `lenient`: it is an Unreadable."""
    found: list[str] = []
    for path in paths:
        fault = _missing(path) if lenient else None
        if fault is None:
            found.append(path)
        else:
            yield fault
    for file in list_inputs(found):
        yield from read_input(file, options or InputOptions())


def _missing(path: str) -> Unreadable | None:
    try:
        list_inputs([path])
    except UsageError as exc:
        return Unreadable(id=article_id(path), place=path, what=str(exc).removeprefix(f"{path}: "))
    return None


def read_input(file: InputFile, options: InputOptions) -> Iterator[Item]:
    """Yield what one file holds."""
    yield from read_part(InputPart(file=file), options)


def read_part(part: InputPart, options: InputOptions) -> Iterator[Item]:
    """Yield what a part of a file holds."""
    file = part.file
    try:
        if file.name == STDIN:
            yield from _from_stream(cast("io.BufferedReader", sys.stdin.buffer), file, options)
        else:
            yield from _from_file(part, options)
    except InputError as exc:
        yield _unreadable(file.name, str(exc))
    except (OSError, EOFError) as exc:  # EOFError: a cut .gz
        reason = reason_of(exc) if isinstance(exc, OSError) else "the compressed file ends too early"
        yield _unreadable(
            file.name, f"cannot be read to its end ({reason})", "What came before is kept; get the file again"
        )


def _from_file(part: InputPart, options: InputOptions) -> Iterator[Item]:
    file = part.file
    ending = ending_of(file.path)
    if ending in TABLE_ENDINGS:
        yield from _from_rows(parquet_rows(file.path), file, options)
        return
    if ending in WARC_ENDINGS:
        yield from _from_archive(file, options)
        return
    with open_plain(file.path) as stream:
        if ending in LINE_ENDINGS:
            stream.seek(part.offset)
            rows = jsonl_rows(stream, options.max_bytes, first_line=part.first_line)
            yield from _from_rows(
                rows if part.n_lines is None else _until(rows, part.first_line + part.n_lines), file, options
            )
        elif ending in CSV_ENDINGS:
            yield from _from_rows(csv_rows(stream, options.max_bytes, CSV_ENDINGS[ending]), file, options)
        elif ending == ".json":
            yield from _from_rows(json_rows(stream, options.max_bytes), file, options)
        elif ending in TEXT_ENDINGS | HTML_ENDINGS:
            yield _from_bytes(stream, file, options, is_html=ending in HTML_ENDINGS)
        else:
            yield _unreadable(
                file.name, f"{ending or 'no ending'}: not a kind of file that is read here", _ENDINGS_HELP
            )


def _until(rows: Iterator[Row], line: int) -> Iterator[Row]:
    return itertools.takewhile(lambda row: row.line < line, rows)


_ENDINGS_HELP = "Known: .txt .md .html .htm .shtml .jsonl .json .csv .tsv .parquet .warc .wet, also with .gz or .zst"


def _from_archive(file: InputFile, options: InputOptions) -> Iterator[Item]:
    """Yield the wanted pages and texts of a web archive."""
    try:
        stream = file.path.open("rb")
    except OSError as exc:
        raise InputError(f"cannot be read ({reason_of(exc)}). Check its permissions") from exc
    with stream:
        for row in warc_rows(stream, options.max_bytes, options.archives):
            yield _from_archived(row, f"{file.name}:{row.number}", options)


def _from_archived(row: WarcRow, place: str, options: InputOptions) -> Item:
    if row.fault:
        return _unreadable(place, row.fault, row.remedy)
    try:
        url = canonical_url(row.url)
    except ValueError as exc:
        return _unreadable(place, str(exc), "Leave the record out")
    key = article_id(url)
    if row.is_text:
        text = row.body.decode("utf-8", "replace")
        return Document(id=key, source=options.source, text=text, url=url)
    return Page(id=key, url=url, source=options.source, body=row.body, content_type=row.content_type, fetched_at=row.at)


def _from_stream(stream: io.BufferedReader, file: InputFile, options: InputOptions) -> Iterator[Item]:
    if stream.peek(4096).lstrip()[:1] == b"{":
        yield from _from_rows(jsonl_rows(stream, options.max_bytes), file, options)
        return
    data = stream.read(options.max_bytes + 1)
    yield _item(data, file, options, is_html=_looks_like_html(data))


def _from_bytes(stream: IO[bytes], file: InputFile, options: InputOptions, *, is_html: bool) -> Item:
    return _item(stream.read(options.max_bytes + 1), file, options, is_html=is_html)


def _item(data: bytes, file: InputFile, options: InputOptions, *, is_html: bool) -> Item:
    if not data.strip():
        return _unreadable(file.name, "empty")
    if len(data) > options.max_bytes:
        return _unreadable(file.name, f"larger than {options.max_bytes // 2**20} MB", _TOO_LARGE_HELP)
    from pipeline.extract.encoding import looks_binary  # noqa: PLC0415 - as in _date

    if looks_binary(data):
        return _unreadable(file.name, "binary, not text", "Leave it out, or convert it to text first")
    key = article_id(file.name)
    if is_html:
        return Page(id=key, url=None, source=options.source, body=data)
    return Document(id=key, source=options.source, text=_with_bom(data))


_TOO_LARGE_HELP = "Split it, or raise the limit with --max-mb"


def _with_bom(data: bytes) -> str:
    """Return the text; a UTF-8 byte order mark stays as a character, so that the text as received is whole."""
    from pipeline.extract.encoding import decode_text  # noqa: PLC0415 - as in _date

    text = decode_text(data).text
    return "\ufeff" + text if data.startswith(b"\xef\xbb\xbf") and not text.startswith("\ufeff") else text


def _looks_like_html(data: bytes) -> bool:
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in head or b"<body" in head


def _from_rows(rows: Iterator[Row], file: InputFile, options: InputOptions) -> Iterator[Item]:
    for row in rows:
        place = f"{file.name}:{row.line}"
        if row.fault:
            yield _unreadable(place, row.fault, row.remedy)
        else:
            yield _record(row.fields, place, options)


def _record(fields: dict[str, Any], place: str, options: InputOptions) -> Item:
    wanted = {name: getattr(options, f"{name}_field", None) for name in _USUAL}
    values = {name: _field(fields, name, wanted[name]) for name in _USUAL}
    text = values["text"]
    html = fields.get("html")
    if not isinstance(text, (str, list)) and not isinstance(html, str):
        names = wanted["text"] or ", ".join((*_USUAL["text"], "html"))
        return _unreadable(
            place, f"no text in the field {names}", f"It has: {', '.join(fields)}. Name one with --text-field"
        )
    return _made(values, html if text is None else None, place, options)


def _made(values: dict[str, Any], html: str | None, place: str, options: InputOptions) -> Item:
    url, flags = _address(values["url"])
    given = values["id"]
    key = ArticleId(str(given)) if given not in (None, "") else article_id(url or place)
    if html is not None:
        body = html.encode("utf-8", "replace")
        return Page(id=key, url=url, source=options.source, body=body, content_type="text/html; charset=utf-8")
    text, authors = values["text"], values["authors"]
    return Document(
        id=key,
        source=options.source,
        text="\n".join(map(str, text)) if isinstance(text, list) else text,
        url=url,
        title=str(values["title"]).strip() or None if values["title"] is not None else None,
        authors=tuple(map(str, authors)) if isinstance(authors, list) else ((str(authors),) if authors else ()),
        published_at=_date(values["date"]),
        flags=flags,
    )


def _address(given: object) -> tuple[CanonicalUrl | None, tuple[Flag, ...]]:
    """Return the address that a record gives. A broken one is remarked and left out: the text is what counts."""
    if not given:
        return None, ()
    try:
        return canonical_url(str(given)), ()
    except ValueError as exc:
        return None, (Flag(name="broken_url", detail=str(exc)),)


def _field(fields: dict[str, Any], name: str, wanted: str | None) -> Any:  # noqa: ANN401 - whatever JSON holds
    names = (wanted,) if wanted else _USUAL[name]
    return next((fields[n] for n in names if fields.get(n) is not None), None)


def _date(value: object) -> datetime | None:
    """Return the date that a record gives. A relative one ("昨天") cannot be read: the record does not say since when."""
    from pipeline.extract.dates import CHINA, find_dates  # noqa: PLC0415 - 25 ms that a plain text need not pay

    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=CHINA)
    found = None if value is None else next(find_dates(str(value), now=None), None)
    return None if found is None else found.value


def _unreadable(place: str, what: str, remedy: str = "") -> Unreadable:
    return Unreadable(id=article_id(place), place=place, what=what, remedy=remedy)
