"""Which files the user means, by what names their items are known, and how they are shared out among tasks."""

import glob
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import IO

from pipeline.errors import InputError, UsageError
from pipeline.store.files import reason_of
from pipeline.store.remote import RemoteFile, find_remote, is_remote, open_remote

LINE_ENDINGS = frozenset({".jsonl", ".ndjson"})
ARCHIVE_ENDINGS = frozenset({".zip", ".tar", ".tgz"})
STDIN = "-"
_MEMBERS_AT_ONCE = (
    5000  # files of a zip archive in a part: its table is read anew for each part, 0.1 s for 10,000 files
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file to read, and the name by which its items are known."""

    path: Path
    name: str  # POSIX, relative to the path that was named; "-" is standard input
    remote: RemoteFile | None = None  # a file in the cloud: `path` is only its name there

    @property
    def is_there(self) -> bool:
        """Whether it can be asked for its size, as a pipe cannot."""
        return self.remote is not None or self.path.is_file()

    @property
    def size(self) -> int:
        """Bytes, 0 where nobody knows."""
        if self.remote is not None:
            return self.remote.size
        try:
            found = self.path.stat()
        except OSError:
            return 0
        return found.st_size if stat.S_ISREG(found.st_mode) else 0

    def open(self) -> IO[bytes]:
        """Return the file as it stands, opened for reading at any place. Raises InputError when it cannot be opened."""
        try:
            return self.path.open("rb") if self.remote is None else open_remote(self.remote)
        except OSError as exc:
            raise InputError(f"cannot be opened ({reason_of(exc)}). Check the name and its permissions") from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class InputPart:
    """A file, some lines of a JSONL file, or some files of a zip archive: what one task reads."""

    file: InputFile
    first_line: int = 1
    n_lines: int | None = None  # None: to the end
    offset: int = 0  # bytes before the first line
    first_member: int = 0
    n_members: int | None = None  # None: all that follow


def list_inputs(paths: Iterable[str]) -> tuple[InputFile, ...]:
    """Return the files that the paths name, folders and patterns ("dumps/*.gz") in order of name; hidden ones are left out.

    A path may lie in the cloud ("s3://bucket/dumps"). Raises UsageError for a path that does not exist, a pattern without
    a match, or a folder without any file.
    """
    found: list[InputFile] = []
    for path in paths:
        if path == STDIN:
            found.append(InputFile(path=Path(STDIN), name=STDIN))
        elif is_remote(path):
            found += _remote(path)
        else:
            for one in _matching(path):
                found += _below(one)
    return _with_own_names(found)


def count_hidden(paths: Iterable[str]) -> int:
    """Return how many hidden files of the folders among the paths are left out."""
    known = [path for path in paths if path != STDIN]
    folders = [one for path in known if not is_remote(path) for one in _matching(path) if one.is_dir()]
    here = sum(_is_hidden(parts) for folder in folders for parts in _walk(folder))
    return here + sum(_is_hidden(name.split("/")) for path in known if is_remote(path) for _, name in find_remote(path))


def split_inputs(
    files: Iterable[InputFile], *, lines: int = 2000, files_at_once: int = 100, part_bytes: int | None = None
) -> tuple[tuple[InputPart, ...], ...]:
    """Return parts of about equal work, in order: JSONL files by lines, zip archives by files, others some at a time.

    `part_bytes`: a part ends when it has so many, too; None: it does not matter. What is compressed as a whole or lies in
    the cloud is not cut: it would have to be read from its begin again.

    Line numbers and ids stay as if the file were read whole.
    """
    groups: list[tuple[InputPart, ...]] = []
    small: list[InputPart] = []
    n_bytes = 0
    for file in files:
        cut = _cut(file, lines, part_bytes)
        if cut:
            groups += [tuple(small)] if small else []
            groups += [(part,) for part in cut]
            small, n_bytes = [], 0
        else:
            small.append(InputPart(file=file))
            n_bytes += file.size if part_bytes else 0
        if len(small) == files_at_once or (part_bytes and n_bytes >= part_bytes):
            groups.append(tuple(small))
            small, n_bytes = [], 0
    return (*groups, tuple(small)) if small else tuple(groups)


def _cut(file: InputFile, lines: int, part_bytes: int | None) -> list[InputPart]:
    """Return the parts of a file that can be read at any place; of others none."""
    if file.remote is not None:
        return []
    if file.path.suffix.lower() in LINE_ENDINGS:
        return list(_line_parts(file, lines, part_bytes))
    return _zip_parts(file, part_bytes) if ending_of(file.path) == ".zip" and part_bytes else []


def _zip_parts(file: InputFile, part_bytes: int) -> list[InputPart]:
    """Return the parts of a zip archive by what its files unpack to; one that cannot be read is one part."""
    from pipeline.store.archives import zip_sizes  # noqa: PLC0415 - 12 ms that others need not pay

    try:
        with file.open() as stream:
            sizes = zip_sizes(stream)
    except (InputError, OSError):
        return []  # told when it is read
    bounds, held = [0], 0
    for n, size in enumerate(sizes, 1):
        held += size
        if held >= part_bytes or n - bounds[-1] == _MEMBERS_AT_ONCE:
            bounds.append(n)
            held = 0
    bounds += [] if bounds[-1] == len(sizes) else [len(sizes)]
    return [InputPart(file=file, first_member=first, n_members=end - first) for first, end in pairwise(bounds)]


def _line_parts(file: InputFile, lines: int, part_bytes: int | None) -> Iterator[InputPart]:
    """Yield the parts of a JSONL file; the file is read once for its line ends."""
    first, offset, at = 1, 0, 0
    with file.path.open("rb") as stream:
        for number, line in enumerate(_line_lengths(stream), 1):
            at += line
            if number - first + 1 == lines or (part_bytes and at - offset >= part_bytes):
                yield InputPart(file=file, first_line=first, n_lines=number - first + 1, offset=offset)
                first, offset = number + 1, at
    if at > offset or first == 1:
        yield InputPart(file=file, first_line=first, offset=offset)


def _line_lengths(stream: IO[bytes]) -> Iterator[int]:
    """Yield the length of each line in bytes, in bounded memory however long a line is."""
    length = 0
    while piece := stream.readline(2**20):
        length += len(piece)
        if piece.endswith(b"\n"):
            yield length
            length = 0
    if length:
        yield length


def _matching(path: str) -> list[Path]:
    """Return what a pattern matches, sorted; a path that exists, or is no pattern, stands for itself."""
    if Path(path).exists() or not glob.has_magic(path):
        return [Path(path)]
    found = sorted(map(Path, glob.iglob(path, recursive=True)))  # noqa: PTH207 - Path.glob knows no absolute pattern
    if not found:
        raise UsageError(f"{path}: matches no file. Check the pattern")
    return found


def _remote(url: str) -> list[InputFile]:
    files = [(file, name) for file, name in find_remote(url) if not _is_hidden(name.split("/"))]
    if not files:
        raise UsageError(f"{url}: only hidden files there. Check the name")
    return [InputFile(path=Path(file.url.partition("://")[2]), name=name, remote=file) for file, name in files]


def _below(path: Path) -> list[InputFile]:
    if path.is_file():
        return [InputFile(path=path, name=path.name)]
    if not path.is_dir():
        raise UsageError(f"{path}: does not exist. Check the name")
    files = sorted(parts for parts in _walk(path) if not _is_hidden(parts))
    if not files:
        raise UsageError(f"{path}: no files in this folder. Put .txt, .html or .jsonl files there")
    return [InputFile(path=path.joinpath(*parts), name="/".join(parts)) for parts in files]


def _walk(folder: Path) -> Iterator[tuple[str, ...]]:
    """Yield the parts of the name of each file below a folder; folders that are links are not entered.

    A third of what `Path.rglob` costs: of 100,000 tiny files the names are a good part of the work.
    """
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        above = waiting.pop()
        with os.scandir(folder.joinpath(*above)) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((*above, entry.name))
                elif entry.is_file():
                    yield (*above, entry.name)


def _is_hidden(parts: Sequence[str]) -> bool:
    return any(part.startswith(".") for part in parts)


def _with_own_names(files: Sequence[InputFile]) -> tuple[InputFile, ...]:
    """Return the files with names that differ: one that is taken already gets its folder in front, then a number."""
    taken: set[str] = set()
    named: list[InputFile] = []
    for file in files:
        name = file.name
        if name in taken:
            name = f"{file.path.parent.name}/{file.path.name}"
        stem, n = name, 2
        while name in taken:
            name, n = f"{stem}~{n}", n + 1
        taken.add(name)
        named.append(replace(file, name=name))
    return tuple(named)


def ending_of(path: Path) -> str:
    """Return the ending that says the kind: `.jsonl` of `a.jsonl.gz`."""
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] in (".gz", ".zst"):
        suffixes.pop()
    return str(suffixes[-1]) if suffixes else ""
