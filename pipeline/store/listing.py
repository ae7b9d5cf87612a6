"""Which files the user means, by what names their items are known, and how they are shared out among tasks."""

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
    """Return the files that the paths name, folders in order of name; hidden files are left out.

    Raises UsageError for a path that does not exist, or a folder without any file.
    """
    found: list[InputFile] = []
    for path in paths:
        found += [InputFile(path=Path(STDIN), name=STDIN)] if path == STDIN else _below(Path(path))
    return _with_own_names(found)


def split_inputs(
    files: Iterable[InputFile], *, lines: int = 2000, files_at_once: int = 100
) -> tuple[tuple[InputPart, ...], ...]:
    """Return parts of about equal work, in order: JSONL files by lines, others some at a time.

    Line numbers and ids stay as if the file were read whole.
    """
    groups: list[tuple[InputPart, ...]] = []
    small: list[InputPart] = []
    for file in files:
        if ending_of(file.path) in LINE_ENDINGS and file.path.suffix in LINE_ENDINGS:
            groups += [tuple(small)] if small else []
            groups += [(part,) for part in _line_parts(file, lines)]
            small = []
        else:
            small.append(InputPart(file=file))
        if len(small) == files_at_once:
            groups.append(tuple(small))
            small = []
    return (*groups, tuple(small)) if small else tuple(groups)


def _line_parts(file: InputFile, lines: int) -> Iterator[InputPart]:
    """Yield the parts of a JSONL file; the file is read once for its line ends."""
    first, offset, at = 1, 0, 0
    with file.path.open("rb") as stream:
        for number, line in enumerate(_line_lengths(stream), 1):
            at += line
            if number - first + 1 == lines:
                yield InputPart(file=file, first_line=first, n_lines=lines, offset=offset)
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
