"""The table of learned words: text that a person can read, sort and prune, and back.

    # word   weight   relevant   others
    退款     1.42     31         2

Columns are separated by tabs; lines that begin with # are remarks. Pure.
"""

import math
from collections.abc import Iterable

from pipeline.errors import ConfigError, Fault
from pipeline.fold import fold
from pipeline.topics.topic import LearnedWord

_HEAD = "# word\tweight\trelevant\tothers"
_COLUMNS = 4


def write_table(words: Iterable[LearnedWord], remarks: Iterable[str] = ()) -> str:
    """Return the table as text, the weightiest words first, behind the remarks."""
    ordered = sorted(words, key=lambda w: (-w.weight, w.word))
    rows = [f"{w.word}\t{w.weight:.2f}\t{w.relevant}\t{w.others}" for w in ordered]
    return "\n".join([*(f"# {remark}" for remark in remarks), _HEAD, *rows, ""])


def read_table(text: str, name: str) -> tuple[LearnedWord, ...]:
    """Return the words of a table; `name` is what faults call it. Raises ConfigError with all faults."""
    words: dict[str, LearnedWord] = {}
    faults: list[Fault] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#") or not line.strip():
            continue
        found = _row(line.rstrip("\r").split("\t"))
        if isinstance(found, str):
            faults.append(Fault(f"{name}:{number}", found, _HELP))
        elif found.word in words:
            faults.append(Fault(f"{name}:{number}", f"{found.word}: said twice", "Keep one of the lines"))
        else:
            words[found.word] = found
    if faults:
        raise ConfigError(*faults)
    return tuple(words.values())


_HELP = "A line is a word, its weight, and in how many relevant and other articles it stands, with tabs between"


def _row(cells: list[str]) -> LearnedWord | str:
    """Return the word of a line, or what is wrong with it."""
    if len(cells) != _COLUMNS:
        return f"expected {_COLUMNS} columns, got {len(cells)}"
    word, weight, relevant, others = cells
    try:
        made = LearnedWord(word=fold(word), weight=float(weight), relevant=int(relevant), others=int(others))
    except ValueError:
        return f"no numbers: {weight!r}, {relevant!r}, {others!r}"
    return made if made.word.strip() and math.isfinite(made.weight) and made.weight else f"{word!r}: no word or weight"
