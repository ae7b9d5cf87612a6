"""The file of labels: one JSON object a line, only ever appended to.

Each label is on the disk before the next article is shown. Who goes back and changes his mind appends the article again:
the last line of an id counts. A line that a crash cut off is removed when labelling goes on.
"""

import json
import os
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.store.files import cannot_write, json_line, open_plain
from pipeline.topics.labelled import LABELS, Labelled

_MOST_FAULTS = 20  # told at once; a file of another kind has a fault in every line


def read_labels(path: Path) -> tuple[Labelled, ...]:
    """Return the labelled articles, each once, in the order in which they came first.

    Raises InputError with the faults of all lines, each with its number.
    """
    labels: dict[str, Labelled] = {}
    faults: list[str] = []
    with open_plain(path) as stream:
        for number, line in enumerate(stream, 1):
            made = _labelled(line, number) if line.strip() else None
            if isinstance(made, str):
                faults.append(f"{path}:{number}: {made}")
            elif made is not None:
                labels[made.id] = made
    if faults:
        more = [f"… and {len(faults) - _MOST_FAULTS} lines more"] if len(faults) > _MOST_FAULTS else []
        raise InputError("\n".join([*faults[:_MOST_FAULTS], *more]))
    return tuple(labels.values())


def append_label(path: Path, labelled: Labelled, **remarks: object) -> None:
    """Append a label and flush it to the disk; `remarks` (score, topic) are for readers. Raises OutputError."""
    row = {"id": labelled.id, "label": labelled.label, **remarks, "title": labelled.title, "text": labelled.text}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            stream.write(json_line(row))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as exc:
        raise cannot_write(path, exc) from exc


def mend_labels(path: Path) -> None:
    """Remove the last line of the file if a crash cut it off. Raises OutputError."""
    try:
        if not path.exists():
            return
        with path.open("r+b") as stream:
            data = stream.read()
            last = data[data.rfind(b"\n") + 1 :]
            if last and isinstance(_labelled(last, 0), str):
                stream.truncate(len(data) - len(last))
            elif last:
                stream.write(b"\n")
    except OSError as exc:
        raise cannot_write(path, exc) from exc


def _labelled(line: bytes, number: int) -> Labelled | str:
    """Return the label of a line, or what is wrong with it."""
    try:
        row: Any = json.loads(line)
    except ValueError:  # also what is not UTF-8
        return "not JSON"
    if not isinstance(row, dict):
        return "expected a JSON object"
    text, title, label = row.get("text"), row.get("title") or "", row.get("label")
    if not isinstance(text, str) or not isinstance(title, str):
        return "no text"
    if isinstance(label, bool) or label not in LABELS:
        return f"label {label!r} is none of 0, 1, 2"
    return Labelled(id=str(row.get("id") or number), title=title, text=text, label=label)
