"""What a command line asks of the quality stage becomes a value; all that is wrong in it is told before anything is read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pipeline.config.textfile import read_text_file
from pipeline.quality.params import QualityParams
from pipeline.quality.private import kinds_of
from pipeline.quality.select import NONE, check_conditions
from pipeline.quality.wordlists import WordList, read_list


def load_quality(
    *, mask: str | None, select: Sequence[str], block: Sequence[Path] = (), allow: Sequence[Path] = ()
) -> QualityParams:
    """Return the parameters. `mask`: "pii" or kinds with commas; lists are named by their files.

    Raises UsageError for an unknown kind, SetupError for an expression and ConfigError for a list that cannot be read.
    """
    lists = (*(_list(path, "block") for path in block), *(_list(path, "allow") for path in allow))
    conditions = tuple(condition for condition in select if condition != NONE)
    check_conditions(conditions)
    return QualityParams(mask=kinds_of(mask) if mask is not None else (), select=conditions, lists=lists)


def _list(path: Path, action: Literal["block", "allow"]) -> WordList:
    return read_list(path.stem, read_text_file(path), action=action)
