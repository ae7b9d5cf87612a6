"""Which files the user means, by what names their items are known, and how they are shared out among tasks."""

import glob
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipeline.errors import UsageError

LINE_ENDINGS = frozenset({".jsonl", ".ndjson"})
STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file to read, and the name by which its items are known."""

    path: Path
    name: str  # POSIX, relative to the path that was named; "-" is standard input


@dataclass(frozen=True, slots=True, kw_only=True)
class InputPart:
    """A file, or some lines of a JSONL file: what one task reads."""

    file: InputFile
    first_line: int = 1
    n_lines: int | None = None  # None: to the end
    offset: int = 0  # bytes before the first line


def list_inputs(paths: Iterable[str]) -> tuple[InputFile, ...]:
    """Return the files that the paths name, folders and patterns ("dumps/*.gz") in order of name; hidden ones are left out.

    Raises UsageError for a path that does not exist, a pattern without a match, or a folder without any file.
    """
    found: list[InputFile] = []
    for path in paths:
        if path == STDIN:
            found.append(InputFile(path=Path(STDIN), name=STDIN))
        else:
            for one in _matching(path):
                found += _below(one)
    return _with_own_names(found)


def count_hidden(paths: Iterable[str]) -> int:
    """Return how many hidden files of the folders among the paths are left out."""
    folders = [one for path in paths if path != STDIN for one in _matching(path) if one.is_dir()]
    return sum(p.is_file() and _is_hidden(p.relative_to(folder)) for folder in folders for p in folder.rglob("*"))


def split_inputs(
    files: Iterable[InputFile], *, lines: int = 2000, files_at_once: int = 100, part_bytes: int | None = None
) -> tuple[tuple[InputPart, ...], ...]:
    """Return parts of about equal work, in order: JSONL files by lines, others some at a time.

    `part_bytes`: a part ends when it has so many, too; None: it does not matter.

    Line numbers and ids stay as if the file were read whole.
    """
    groups: list[tuple[InputPart, ...]] = []
    small: list[InputPart] = []
    n_bytes = 0
    for file in files:
        if ending_of(file.path) in LINE_ENDINGS and file.path.suffix in LINE_ENDINGS:
            groups += [tuple(small)] if small else []
            groups += [(part,) for part in _line_parts(file, lines, part_bytes)]
            small, n_bytes = [], 0
        else:
            small.append(InputPart(file=file))
            n_bytes += file.path.stat().st_size if part_bytes and file.path.is_file() else 0
        if len(small) == files_at_once or (part_bytes and n_bytes >= part_bytes):
            groups.append(tuple(small))
            small, n_bytes = [], 0
    return (*groups, tuple(small)) if small else tuple(groups)


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


def _below(path: Path) -> list[InputFile]:
    if path.is_file():
        return [InputFile(path=path, name=path.name)]
    if not path.is_dir():
        raise UsageError(f"{path}: does not exist. Check the name")
    files = sorted(p for p in path.rglob("*") if p.is_file() and not _is_hidden(p.relative_to(path)))
    if not files:
        raise UsageError(f"{path}: no files in this folder. Put .txt, .html or .jsonl files there")
    return [InputFile(path=p, name=p.relative_to(path).as_posix()) for p in files]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


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
        named.append(InputFile(path=file.path, name=name))
    return tuple(named)


def ending_of(path: Path) -> str:
    """Return the ending that says the kind: `.jsonl` of `a.jsonl.gz`."""
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] in (".gz", ".zst"):
        suffixes.pop()
    return str(suffixes[-1]) if suffixes else ""
