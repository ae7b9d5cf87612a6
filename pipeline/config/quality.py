"""What a command line or sources.yaml asks of the quality stage becomes a value; all that is wrong in it is told before anything is read."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.config.textfile import read_text_file
from pipeline.errors import Fault, SetupError
from pipeline.quality.params import QualityParams
from pipeline.quality.private import kinds_of
from pipeline.quality.select import NONE, check_conditions
from pipeline.quality.wordlists import WordList, read_list

if TYPE_CHECKING:
    from pipeline.fetch.source import Source, Sources


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


def quality_by_source(sources: "Sources", path: Path) -> Mapping[str, QualityParams]:
    """Return what is asked of the articles of each source, by name; `path` is the file that the sources came from.

    Raises ConfigError when a list cannot be read.
    """
    block, allow = ([path.parent / name for name in names] for names in (sources.block, sources.allow))
    lists = load_quality(mask=None, select=(), block=block, allow=allow).lists
    return {source.name: _of_source(source, sources, lists) for source in sources.sources}


def find_quality_faults(sources: "Sources") -> Iterator[Fault]:
    """Yield the conditions and kinds that have no meaning, in the order of the file. `where` is the path of keys."""
    yield from _faults("", sources.select, sources.mask)
    for n, source in enumerate(sources.sources):
        yield from _faults(f"sources[{n}].", source.select or (), source.mask or ())


def _of_source(source: "Source", sources: "Sources", lists: tuple[WordList, ...]) -> QualityParams:
    select = sources.select if source.select is None else source.select
    mask = sources.mask if source.mask is None else source.mask
    return QualityParams(
        select=tuple(condition for condition in select if condition != NONE),
        mask=kinds_of(",".join(mask)) if mask else (),
        lists=lists,
    )


def _faults(before: str, select: Sequence[str], mask: Sequence[str]) -> Iterator[Fault]:
    for n, condition in enumerate(select):
        try:
            check_conditions([condition])
        except SetupError as exc:
            yield Fault(f"{before}select[{n}]", _without_option(exc))
    for n, kind in enumerate(mask):
        try:
            kinds_of(kind)
        except SetupError as exc:
            yield Fault(f"{before}mask[{n}]", _without_option(exc))


def _without_option(exc: SetupError) -> str:
    """Return the message without the name of the option that it would be about on a command line."""
    return str(exc).partition(": ")[2]


def _list(path: Path, action: Literal["block", "allow"]) -> WordList:
    return read_list(path.stem, read_text_file(path), action=action)
