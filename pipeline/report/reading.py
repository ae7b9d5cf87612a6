"""What the report of a build needs of its rows: gathered piece by piece, by whoever has time, and put together in order.

    corpus, duplicates … ── cut ──▶ ReadTask, ReadTask … ── read_part ──▶ Part, Part … ── merged ──▶ one Part for each kind

The answer depends neither on who reads nor on where the rows were cut.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias, TypeVar

from pipeline.quality.distribution import Gathering
from pipeline.report.articles import traits
from pipeline.report.sampling import Sampling, step_of
from pipeline.report.survey import Selection, Survey
from pipeline.store.records import Json, article_from_json, rejected_from_json
from pipeline.store.shards import Piece, cut_rows, read_piece

Kind: TypeAlias = Literal["corpus", "duplicates", "rejected"]

T = TypeVar("T")
R = TypeVar("R")


class Readers(Protocol):
    """Who reads: the executor of a build."""

    def map(self, fn: Callable[[T], R], tasks: Sequence[T], on_done: Callable[[T], None]) -> list[R]:
        """Return the results in the order of the tasks."""
        ...


class OneReader:
    """One piece after the other, here."""

    def map(self, fn: Callable[[T], R], tasks: Sequence[T], on_done: Callable[[T], None]) -> list[R]:  # noqa: ARG002
        """Return the results in the order of the tasks."""
        return list(map(fn, tasks))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTask:
    """A piece to read."""

    kind: Kind
    piece: Piece
    step: int  # every so many-th row is shown
    select: tuple[str, ...]  # conditions whose cuts are told
    wanted: frozenset[str]  # ids of articles that are needed


@dataclass(slots=True, kw_only=True)
class Part:
    """What was found in a piece, or in several."""

    survey: Survey
    rows: Sampling[Json] = field(default_factory=Sampling)
    kept: dict[str, Json] = field(default_factory=dict)  # what was wanted

    def merge(self, later: "Part") -> None:
        """Put what was found in the next piece behind it."""
        self.survey.merge(later.survey)
        self.rows.merge(later.rows)
        self.kept.update(later.kept)


def read_tasks(folder: Path, kind: Kind, select: Sequence[str], wanted: Iterable[str] = ()) -> list[ReadTask]:
    """Return the tasks that read the rows of a kind in a build's folder."""
    pieces = cut_rows(folder, kind)
    step = step_of(sum(piece.rows for piece in pieces))
    ids = frozenset(wanted)
    return [ReadTask(kind=kind, piece=piece, step=step, select=tuple(select), wanted=ids) for piece in pieces]


def read_part(task: ReadTask) -> Part:
    """Read a piece."""
    part = Part(survey=survey_for(task.select), rows=Sampling(first=task.piece.first, step=task.step))
    note = _NOTES[task.kind]
    for row in read_piece(task.piece):
        part.rows.add(row, note(row, part.survey))
        if row["id"] in task.wanted:
            part.kept[row["id"]] = row
    return part


def read_all(tasks: Sequence[ReadTask], select: Sequence[str], readers: Readers) -> dict[Kind, Part]:
    """Return what the pieces of each kind hold."""
    found: dict[Kind, Part] = {kind: Part(survey=survey_for(select)) for kind in _NOTES}
    for task, part in zip(tasks, readers.map(read_part, tasks, lambda _: None), strict=True):
        found[task.kind].merge(part)
    return found


def survey_for(select: Sequence[str]) -> Survey:
    """Return an empty survey that tells what the conditions cut."""
    return Survey(selections=[Selection(Gathering(select))] if select else ())


def _note_article(row: Json, survey: Survey) -> Iterator[str]:
    article = article_from_json(row, hits=False)
    survey.count_article(article)
    return traits(article)


def _note_copy(row: Json, survey: Survey) -> Iterable[str]:
    survey.count_copy(row["kept"])
    return ()


def _note_rejected(row: Json, survey: Survey) -> Iterable[str]:
    survey.count_rejected(rejected_from_json(row))
    return ()


_NOTES: Final[Mapping[Kind, Callable[[Json, Survey], Iterable[str]]]] = {
    "corpus": _note_article,
    "duplicates": _note_copy,
    "rejected": _note_rejected,
}
