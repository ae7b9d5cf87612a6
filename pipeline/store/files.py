"""How files are written and opened: whole or not at all, compressed or not.

A file appears under its name only when it is complete: it is written under a temporary name beside it, flushed to the
disk (`fsync`), and renamed. A crash or a full disk leaves the old file as it was.
"""

import errno
import gzip
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, Any, cast

from pipeline.errors import InputError, OutputError

PARTIAL = ".partial"  # the ending of a file that is not complete


@contextmanager
def open_whole(path: Path, *, force: bool = True, is_packed: bool = False) -> Iterator[IO[bytes]]:
    """Open for writing; the file stands under its name when the block ends well, else nothing of it stays.

    A name ending in .gz or .zst is compressed, unless `is_packed`: what is written is compressed already. Raises OutputError when it exists and `force` is not set, or on a full
    disk or missing permission.
    """
    if path.exists() and not force:
        raise OutputError(f"{path}: exists already. Give another name, or --force to replace it")
    partial = path.with_name(f".{path.name}.{os.getpid()}{PARTIAL}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as raw:
            with nullcontext(raw) if is_packed else _compressor(path, raw) as stream:
                yield stream
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except OSError as exc:
        _remove(partial)
        raise cannot_write(path, exc) from exc
    except BaseException:
        _remove(partial)
        raise


def write_text_whole(path: Path, text: str, *, force: bool = True) -> None:
    """Write a text file whole, as UTF-8; lone surrogates survive."""
    with open_whole(path, force=force) as stream:
        stream.write(text.encode("utf-8", "surrogatepass"))


def json_line(row: object) -> bytes:
    """Return a row as one line of UTF-8 JSON. A lone surrogate is written as its escape: JSON must stay valid UTF-8."""
    text = json.dumps(row, ensure_ascii=False, separators=(", ", ": "))
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"


def write_jsonl(path: Path, rows: Iterable[object], *, force: bool = True) -> int:
    """Write one JSON object a line; return their number."""
    n = 0
    with open_whole(path, force=force) as stream:
        for row in rows:
            stream.write(json_line(row))
            n += 1
    return n


def read_jsonl(path: Path) -> Iterator[Any]:
    """Yield the rows of a file that we wrote ourselves."""
    with open_plain(path) as stream:
        for line in stream:
            yield json.loads(line)


@contextmanager
def open_plain(path: Path) -> Iterator[IO[bytes]]:
    """Open for reading, decompressed by its name (.gz, .zst). Raises InputError when it cannot be opened."""
    try:
        stream = _opener(path)()
    except OSError as exc:
        raise InputError(f"{path}: cannot be read ({reason_of(exc)}). Check the name and its permissions") from exc
    with stream:
        yield stream


def reason_of(exc: OSError) -> str:
    """Return the system's words for what went wrong, without the number and the name."""
    return exc.strerror or str(exc)


def cannot_write(path: Path, exc: OSError) -> OutputError:
    """Return the error for a failed write, with the remedy that fits."""
    remedy = "Check the folder and its permissions"
    if exc.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        remedy = "Free some space and run again: what was finished before stands"
    return OutputError(f"{path}: cannot be written ({reason_of(exc)}). {remedy}")


def remove_partial(folder: Path) -> int:
    """Remove what crashed runs left half-written in a folder; return how many files."""
    left = [p for p in folder.glob(f".*{PARTIAL}") if p.is_file()] if folder.is_dir() else []
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def zstd_module() -> Any:  # noqa: ANN401 - an optional module
    """Return the zstandard module. Raises InputError when the extra is not installed."""
    try:
        import zstandard  # noqa: PLC0415 - optional
    except ImportError as exc:
        raise InputError(".zst needs the extra: pip install 'zhnews[zstd]'") from exc
    return zstandard


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    if path.suffix == ".gz":
        return lambda: cast("IO[bytes]", gzip.open(path, "rb"))
    if path.suffix == ".zst":
        zstd = zstd_module()
        return lambda: io.BufferedReader(
            zstd.ZstdDecompressor().stream_reader(path.open("rb"), read_across_frames=True)
        )
    return lambda: path.open("rb")


@contextmanager
def _compressor(path: Path, raw: IO[bytes]) -> Iterator[IO[bytes]]:
    if path.suffix == ".gz":
        # A fixed time and no name: the same rows give the same bytes.
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as stream:
            yield cast("IO[bytes]", stream)
    elif path.suffix == ".zst":
        with zstd_module().ZstdCompressor(level=6).stream_writer(raw, closefd=False) as stream:
            yield stream
    else:
        yield raw


def _remove(partial: Path) -> None:
    with suppress(OSError):  # the first error is the one to tell
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
