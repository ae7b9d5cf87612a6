"""Rows of JSON, one a line, that are read again at any place: what tasks of a build leave for those that follow.

rows ── RowWriter ──▶ 00007.jsonl, and where each row stands ── RowFiles ──▶ any row of any file
"""

import json
import os
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from pipeline.store.files import json_line, open_whole
from pipeline.store.records import Json

_decoded = json.JSONDecoder().raw_decode
_MOST_OPEN = 200  # files; a process may have 1,024 by default

Places = NDArray[np.void]  # of dtype PLACE
PLACE = np.dtype([("file", "<u4"), ("start", "<u8"), ("size", "<u4")])  # number of the file, byte, bytes with line end


class RowWriter:
    """Writes rows to a stream and knows where each of them begins."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._at = 0

    def write(self, row: object) -> tuple[int, int]:
        """Write a row; return where it begins and its length in bytes."""
        line = json_line(row)
        self._stream.write(line)
        start, self._at = self._at, self._at + len(line)
        return start, len(line)


class RowFiles:
    """Some row files, open for reading at any place. Few of them are open at a time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._open: OrderedDict[int, int] = OrderedDict()  # number of the file → descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._open:
            os.close(self._open.popitem()[1])

    def line(self, place: Any) -> bytes:  # noqa: ANN401 - one row of an array of dtype PLACE
        """Return the row of a place as it stands in its file, with its line end."""
        return self.span(int(place["file"]), int(place["start"]), int(place["size"]))

    def span(self, number: int, start: int, size: int) -> bytes:
        """Return so many bytes of the file of this number: a row, or rows that stand behind one another."""
        return os.pread(self._descriptor(number), size, start)

    def row(self, place: Any) -> Any:  # noqa: ANN401 - as above; what JSON holds
        """Return the row of a place."""
        return json.loads(self.line(place))

    def _descriptor(self, number: int) -> int:
        held = self._open.get(number)
        if held is not None:
            self._open.move_to_end(number)
            return held
        if len(self._open) == _MOST_OPEN:
            os.close(self._open.popitem(last=False)[1])
        opened = self._open[number] = os.open(self._paths[number], os.O_RDONLY)
        return opened


def fields_before(line: bytes, name: str) -> Json:
    """Return the fields of a row that stand before the first one of this name, all where there is none.

    Half of an article's row may be its edits, and who compares texts has no use for them. No text can be taken for the
    field: JSON escapes every quotation mark in it.
    """
    head, found, _ = line.partition(f', "{name}": '.encode())
    row: Json = _decoded(head.decode() + "}" if found else line.decode())[0]
    return row


def text_field(line: bytes, name: str) -> str | None:
    """Return the first field of this name in a row, or in the beginning of one; None where it is no plain text there.

    Empty texts and those with escapes are no plain ones.
    """
    value, ended, _ = line.partition(f'"{name}": "'.encode())[2].partition(b'"')
    return value.decode() if value and ended and b"\\" not in value else None


def save_arrays(path: Path, **arrays: NDArray[Any]) -> None:
    """Write named arrays to one file, whole."""
    with open_whole(path) as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]  # its stub takes names for its own options


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write one array, whole."""
    with open_whole(path) as stream:
        np.save(stream, array)


def map_array(path: Path) -> NDArray[Any]:
    """Return an array whose values are read from the disk when they are asked for."""
    return np.asarray(np.load(path, mmap_mode="r"))
