"""Files to records: text, HTML, JSONL, JSON, CSV, Parquet and web archives, compressed or not, in folders, archives, the cloud or a pipe.

    paths ── list_inputs ──▶ InputFile … ── read_input ──▶ Page | Document | Unreadable …

What cannot be read is a value that says where, what and what to do; the rest goes on and nothing is left out in silence.
An item is known by its url, else by the id that its record gives, else by the file's name below the path that was
named (and its line): the same folder gives the same ids wherever it lies.
"""

import io
import itertools
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias, cast

from pipeline.errors import InputError, UsageError
from pipeline.model import ArticleId, CanonicalUrl, Document, Flag, Page
from pipeline.store.files import decompressed, reason_of
from pipeline.store.listing import ARCHIVE_ENDINGS, LINE_ENDINGS, STDIN, InputFile, InputPart, ending_of, list_inputs
from pipeline.store.rows import CSV_ENDINGS, TABLE_ENDINGS, Row, csv_rows, json_rows, jsonl_rows, parquet_rows
from pipeline.store.warc import WARC_ENDINGS, ArchiveFilter, WarcRow, warc_rows
from pipeline.urls import article_id, canonical_url

if TYPE_CHECKING:
    from pipeline.store.archives import Member

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


_MOST_FILES = 2**18  # bytes that hold most files whole

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
    with _faults(file.name) as faults:
        if file.name == STDIN:
            yield from _from_pipe(cast("io.BufferedReader", sys.stdin.buffer), file, options)
        else:
            with file.open() as stream:
                yield from _from_opened(stream, part, options)
    yield from faults


@contextmanager
def _faults(name: str) -> Iterator[list[Unreadable]]:
    """Give the list that will hold what kept a file from being read to its end."""
    faults: list[Unreadable] = []
    try:
        yield faults
    except InputError as exc:
        faults.append(_unreadable(name, str(exc)))
    except OSError as exc:
        what = f"cannot be read to its end ({reason_of(exc)})"
        faults.append(_unreadable(name, what, "What came before is kept; get the file again"))


def _from_opened(stream: IO[bytes], part: InputPart, options: InputOptions) -> Iterator[Item]:
    file = part.file
    ending = ending_of(file.path)
    if ending in ARCHIVE_ENDINGS:
        yield from _from_members(_members(stream, ending, part), file, options)
    elif ending in WARC_ENDINGS:  # its reader knows the compression of single records
        yield from _from_archive(stream, file, options)
    else:
        yield from _from_plain(decompressed(stream, file.path.suffix.lower()), part, options)


def _from_plain(stream: IO[bytes], part: InputPart, options: InputOptions) -> Iterator[Item]:
    file = part.file
    ending = ending_of(file.path)
    if ending in LINE_ENDINGS:
        if part.offset:
            stream.seek(part.offset)
        rows = jsonl_rows(stream, options.max_bytes, first_line=part.first_line)
        yield from _from_rows(
            rows if part.n_lines is None else _until(rows, part.first_line + part.n_lines), file, options
        )
    elif ending in CSV_ENDINGS:
        yield from _from_rows(csv_rows(stream, options.max_bytes, CSV_ENDINGS[ending]), file, options)
    elif ending in TABLE_ENDINGS:
        yield from _from_rows(parquet_rows(stream), file, options)
    elif ending == ".json":
        yield from _from_rows(json_rows(stream, options.max_bytes), file, options)
    elif ending in TEXT_ENDINGS | HTML_ENDINGS:
        yield _from_bytes(stream, file, options, is_html=ending in HTML_ENDINGS)
    else:
        yield _unreadable(file.name, f"{ending or 'no ending'}: not a kind of file that is read here", _ENDINGS_HELP)


def _members(stream: IO[bytes], ending: str, part: InputPart) -> "Iterator[Member]":
    from pipeline.store.archives import tar_members, zip_members  # noqa: PLC0415 - 12 ms that others need not pay

    if ending == ".zip":
        return zip_members(stream, part.first_member, part.n_members)
    return tar_members(decompressed(stream, part.file.path.suffix.lower()), part.file.size)


def _from_members(members: "Iterator[Member]", archive: InputFile, options: InputOptions) -> Iterator[Item]:
    """Yield what the files of an archive hold, each by its own ending; one that is broken is a fault of its own."""
    for member in members:
        file = InputFile(path=Path(member.name), name=f"{archive.name}!{member.name}")
        if member.stream is None:
            yield _unreadable(file.name, member.fault, member.remedy)
        elif ending_of(file.path) in ARCHIVE_ENDINGS:
            yield _unreadable(file.name, "an archive within an archive", "Unpack the outer one first")
        else:
            with _faults(file.name) as faults:
                yield from _from_opened(_at_any_place(member.stream, file, options), InputPart(file=file), options)
            yield from faults


def _at_any_place(stream: IO[bytes], file: InputFile, options: InputOptions) -> IO[bytes]:
    """Return a stream of which Parquet can be read, whose table stands at its end: it is held in memory."""
    if ending_of(file.path) not in TABLE_ENDINGS:
        return stream
    data = stream.read(options.max_bytes + 1)
    if len(data) > options.max_bytes:
        raise InputError(f"Parquet larger than {options.max_bytes // 2**20} MB in an archive. {_TABLE_HELP}")
    return io.BytesIO(data)


_TABLE_HELP = "Unpack the archive, or raise --max-mb"


def _until(rows: Iterator[Row], line: int) -> Iterator[Row]:
    return itertools.takewhile(lambda row: row.line < line, rows)


_ENDINGS_HELP = "Known: .txt .md .html .htm .shtml .jsonl .json .csv .tsv .parquet .warc .wet, also with .gz or .zst, and in .zip .tar"


def _from_archive(stream: IO[bytes], file: InputFile, options: InputOptions) -> Iterator[Item]:
    """Yield the wanted pages and texts of a web archive."""
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


def _from_pipe(stream: io.BufferedReader, file: InputFile, options: InputOptions) -> Iterator[Item]:
    if stream.peek(4096).lstrip()[:1] == b"{":
        yield from _from_rows(jsonl_rows(stream, options.max_bytes), file, options)
        return
    data = stream.read(options.max_bytes + 1)
    yield _item(data, file, options, is_html=_looks_like_html(data))


def _from_bytes(stream: IO[bytes], file: InputFile, options: InputOptions, *, is_html: bool) -> Item:
    data = stream.read(_MOST_FILES)  # asked for all that is allowed, Python takes as much memory each time
    if len(data) == _MOST_FILES:
        data += stream.read(max(options.max_bytes + 1 - _MOST_FILES, 0))
    return _item(data, file, options, is_html=is_html)


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
    wanted = _names(options)
    values = {name: _field(fields, names) for name, names in wanted.items()}
    text = values["text"]
    html = fields.get("html")
    if not isinstance(text, (str, list)) and not isinstance(html, str):
        names = ", ".join(wanted["text"] if options.text_field else (*wanted["text"], "html"))
        return _unreadable(
            place, f"no text in the field {names}", f"It has: {', '.join(fields)}. Name one with --text-field"
        )
    return _made(values, html if text is None else None, place, options)


@lru_cache(maxsize=8)
def _names(options: InputOptions) -> dict[str, tuple[str, ...]]:
    """Return the names under which each field is looked for, in order."""
    given = {name: getattr(options, f"{name}_field", None) for name in _USUAL}
    return {name: (str(given[name]),) if given[name] else usual for name, usual in _USUAL.items()}


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


def _field(fields: dict[str, Any], names: tuple[str, ...]) -> Any:  # noqa: ANN401 - whatever JSON holds
    for name in names:
        value = fields.get(name)
        if value is not None:
            return value
    return None


def _date(value: object) -> datetime | None:
    """Return the date that a record gives. A relative one ("昨天") cannot be read: the record does not say since when."""
    if value is None:
        return None
    from pipeline.extract.dates import CHINA, find_dates  # noqa: PLC0415 - 25 ms that a plain text need not pay

    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=CHINA)
    found = next(find_dates(str(value), now=None), None)
    return None if found is None else found.value


def _unreadable(place: str, what: str, remedy: str = "") -> Unreadable:
    return Unreadable(id=article_id(place), place=place, what=what, remedy=remedy)
