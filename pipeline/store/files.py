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
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

from pipeline.errors import InputError, OutputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PARTIAL = ".partial"  # the ending of a file that is not complete
GZIP_ENDINGS = frozenset({".gz", ".tgz"})
_UNPACKED_AT_ONCE = 2**17
_WRITTEN_AT_ONCE = 2**17  # at Python's own 8 kB every third row is a call of the system

_T = TypeVar("_T")


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
        with partial.open("wb", _WRITTEN_AT_ONCE) as raw:
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


_LINES = json.JSONEncoder(ensure_ascii=False)  # made once: json.dumps makes one for each row


def json_line(row: object) -> bytes:
    """Return a row as one line of UTF-8 JSON. A lone surrogate is written as its escape: JSON must stay valid UTF-8."""
    try:
        return _LINES.encode(row).encode() + b"\n"
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
        raw = path.open("rb")
    except OSError as exc:
        raise InputError(f"{path}: cannot be read ({reason_of(exc)}). Check the name and its permissions") from exc
    with raw:
        yield decompressed(raw, path.suffix)


def decompressed(stream: IO[bytes], suffix: str) -> IO[bytes]:
    """Return the stream without the compression that the last ending of its name tells (.gz, .tgz, .zst).

    Where the compression is broken or cut, reading raises OSError.
    """
    if suffix in GZIP_ENDINGS:
        plain = cast("IO[bytes]", gzip.GzipFile(fileobj=stream, mode="rb"))
    elif suffix == ".zst":
        plain = zstd_module().ZstdDecompressor().stream_reader(stream, read_across_frames=True, closefd=False)
    else:
        return stream
    return io.BufferedReader(Guarded(plain), _UNPACKED_AT_ONCE)


class Guarded(io.RawIOBase):
    """A stream whose faults are all OSError, whatever the library beneath calls them."""

    def __init__(self, source: IO[bytes], *, is_owned: bool = False) -> None:
        super().__init__()
        self.is_broken = False  # a fault was raised: nothing more will come
        self._source, self._is_owned = source, is_owned
        self._read = getattr(source, "read1", source.read)  # `read` loses what it has when it meets a fault

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._source.seekable()

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill the buffer as far as there is something."""
        view = memoryview(buffer).cast("B")
        piece = self._guarded(self._read, len(view))
        view[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._guarded(self._source.seek, offset, whence)

    def tell(self) -> int:
        return self._source.tell()

    def close(self) -> None:
        """Close it, and its source if nobody else does."""
        if self._is_owned:
            self._source.close()
        super().close()

    def _guarded(self, fn: Callable[..., _T], *args: int) -> _T:
        try:
            return fn(*args)
        except (OSError, InputError):
            self.is_broken = True
            raise
        except Exception as exc:
            self.is_broken = True
            raise OSError(_CUT if isinstance(exc, EOFError) else str(exc) or type(exc).__name__) from exc


_CUT = "the compressed file ends too early"  # what an EOFError says in many words


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
