"""Zip and tar archives: their files one after the other, read where they lie; nothing is unpacked to the disk.

    stream ── zip_members | tar_members ──▶ Member …   open until the next is asked for, or what is wrong with it

An archive may be made to fill the memory, or to have no end. So what it unpacks to is bounded, and so are its tables, and an
archive within it stays shut. Hidden files are left out, as in folders.
"""

import io
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Self, cast

from pipeline.errors import InputError
from pipeline.store.files import Guarded, decompressed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_RATIO = (
    250  # bytes that come out for one that is packed: weather reports 12, one text with a number 135, bombs 1,000
)
_FREE_BYTES = 16 * 2**20  # that come out whatever the ratio
_TABLE_BYTES = (
    64 * 2**20
)  # of a zip's table of files: some 900,000 with short names, which take 0.5 GB once they are read
_HEAD_BYTES = 16 * 2**20  # of all that stands in a tar between two files: long names, attributes
_PIECE = 2**18
_UTF8_NAME = 0x800  # the flag of an entry of a zip whose name is UTF-8
_AGAIN = "What came before is kept; get the file again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of an archive, or what is wrong with it."""

    name: str
    stream: IO[bytes] | None = None
    fault: str = ""
    remedy: str = ""


def zip_members(stream: IO[bytes], first: int = 0, n: int | None = None) -> Iterator[Member]:
    """Yield the files of a zip archive in its order, or `n` of them. Raises InputError when it is none, or too large."""
    budget = _Budget(_size_of(stream))
    with _opened_zip(stream) as archive:
        for info in islice(_zip_files(archive), first, None if n is None else first + n):
            member, opened = _zip_member(archive, info, budget)
            yield member
            if opened is not None:
                opened.close()
            budget.check()


def zip_sizes(stream: IO[bytes]) -> list[int]:
    """Return how many bytes the files of a zip archive unpack to, as it says. Raises InputError as `zip_members`."""
    with _opened_zip(stream) as archive:
        return [info.file_size for info in _zip_files(archive)]


def tar_members(stream: IO[bytes], packed: int) -> Iterator[Member]:
    """Yield the files of a tar archive that is decompressed already; `packed`: its size before that.

    Raises InputError or OSError where it cannot be read any further.
    """
    for info, opened in _tar_files(stream, packed):
        if _is_hidden(info.name):
            continue
        name = _name_of(info.name.encode("utf-8", "surrogateescape"))
        if opened is None:
            yield Member(name=name, fault="a link or a device, not a file", remedy="Pack the files themselves (tar -h)")
            continue
        watched = _Forward(opened)
        yield Member(name=name, stream=io.BufferedReader(watched, _PIECE))
        if watched.is_broken:
            return  # told by the reader of the file, and nothing comes behind it


def count_hidden_members(stream: IO[bytes], suffix: str, packed: int) -> int:
    """Return how many files of an archive are left out as hidden, as far as it can be read; `suffix`: of its name."""
    n = 0
    with suppress(InputError, OSError):  # told when the archive is read
        if suffix == ".zip":
            with _opened_zip(stream) as archive:
                return sum(not one.is_dir() and _is_hidden(one.filename) for one in archive.infolist())
        for info, _ in _tar_files(decompressed(stream, suffix), packed):
            n += _is_hidden(info.name)
    return n


class _Budget:
    """How much may still come out."""

    def __init__(self, packed: int) -> None:
        self._left = max(packed * MOST_RATIO, _FREE_BYTES)

    def take(self, n: int) -> None:
        self._left -= n
        self.check()

    def check(self) -> None:
        """Raise InputError when more came out than may."""
        if self._left < 0:
            raise InputError(
                f"unpacks to over {MOST_RATIO} times its size, as if made to fill a disk. Unpack it yourself if you trust it"
            )


class _Forward(Guarded):
    """What comes out of an archive: there is no way back."""

    def seekable(self) -> bool:
        return False


class _Counted(_Forward):
    """The same, held against its budgets."""

    def __init__(self, source: IO[bytes], *budgets: _Budget) -> None:
        super().__init__(source)
        self._budgets = budgets
        self.allowed: int | None = None  # bytes until it is set again; None: any number

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill the buffer as far as there is something."""
        n = super().readinto(buffer)
        try:
            for budget in self._budgets:
                budget.take(n)
        except InputError:
            self.is_broken = True
            raise
        if self.allowed is not None:
            self.allowed -= n
            if self.allowed < 0:
                raise InputError(f"over {_HEAD_BYTES // 2**20} MB stand between two of its files. {_AGAIN}")
        return n


class _Header(tarfile.TarInfo):
    """A head that is broken or missing is told, whereas tarfile takes it for the end of the archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Return the head in a block."""
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as exc:
            if len(buf) == tarfile.BLOCKSIZE and not any(buf):
                raise  # the mark of the end
            raise tarfile.ReadError("it ends too early" if len(buf) < tarfile.BLOCKSIZE else str(exc)) from exc


def _tar_files(stream: IO[bytes], packed: int) -> Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]:
    """Yield what an archive says of each file, and the file; None: a link or a device."""
    source = _Counted(stream, _Budget(packed))
    source.allowed = _HEAD_BYTES
    try:
        with tarfile.open(fileobj=cast("Any", source), mode="r|", bufsize=_PIECE, tarinfo=_Header) as archive:
            while (info := archive.next()) is not None:
                source.allowed = None
                opened = archive.extractfile(info) if info.isfile() else None
                if not info.isdir():
                    yield info, opened
                while opened is not None and opened.read(_PIECE):
                    pass  # what was not asked for
                source.allowed = _HEAD_BYTES
                archive.members.clear()  # type: ignore[attr-defined]  # it keeps all, and its stub none
    except (OSError, InputError):
        raise
    except Exception as exc:  # of tarfile, which takes numbers and names as they come
        raise InputError(f"not readable as tar ({exc}). {_AGAIN}") from exc


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> tuple[Member, IO[bytes] | None]:
    name = info.filename if info.flag_bits & _UTF8_NAME else _name_of(info.filename.encode("cp437", "replace"))
    fault, remedy = _unreadable(info)
    if not fault:
        try:
            opened = archive.open(info)
        except Exception as exc:  # noqa: BLE001 - zipfile has one for each thing that may be wrong
            fault, remedy = f"cannot be unpacked ({exc})", "Get the archive again"
        else:
            counted = _Counted(opened, _Budget(info.compress_size), budget)
            return Member(name=name, stream=io.BufferedReader(counted, _PIECE)), opened
    return Member(name=name, fault=fault, remedy=remedy), None


def _unreadable(info: zipfile.ZipInfo) -> tuple[str, str]:
    """Return why a file is not even tried, and what to do; "" for nothing."""
    if info.flag_bits & 1:
        return "locked with a password", "Unpack the archive with its password first"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"packed by method {info.compress_type}, not Deflate", "Unpack the archive first"
    return "", ""


def _zip_files(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    return (info for info in archive.infolist() if not info.is_dir() and not _is_hidden(info.filename))


def _opened_zip(stream: IO[bytes]) -> zipfile.ZipFile:
    size = _table_size(stream)
    if size > _TABLE_BYTES:
        raise InputError(
            f"its table of files has {size // 2**20} MB, up to {_TABLE_BYTES // 2**20} are read. Split the archive"
        )
    try:
        return zipfile.ZipFile(stream)
    except Exception as exc:
        raise InputError(f"not readable as zip ({exc}). Get the file again") from exc


def _table_size(stream: IO[bytes]) -> int:
    """Return how large the table at the end of a zip archive is; zipfile would read it whole, however large."""
    start = stream.seek(max(_size_of(stream) - 2**16 - 98, 0))
    tail = stream.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 16:
        return 0
    size = int(struct.unpack_from("<L", tail, at + 12)[0])
    wide = tail.rfind(b"PK\6\6", 0, at)  # of an archive with over 4 GB or 65,535 files
    is_wide = size == 0xFFFFFFFF and wide >= 0 and len(tail) >= wide + 48
    return int(struct.unpack_from("<Q", tail, wide + 40)[0]) if is_wide else min(size, start + at)


def _size_of(stream: IO[bytes]) -> int:
    return stream.seek(0, io.SEEK_END)


def _is_hidden(name: str) -> bool:
    """Return whether a file is one that folders hide, or what macOS packs beside each file."""
    return any((part.startswith(".") and part not in (".", "..")) or part == "__MACOSX" for part in name.split("/"))


def _name_of(raw: bytes) -> str:
    """Return a name that says no charset: UTF-8, else what Chinese Windows writes."""
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")
