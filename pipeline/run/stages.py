"""The stages of a build. A task is one pure function of its argument that writes one file, and does nothing where it stands.

parts of inputs ── process ──▶ work/process/00000.jsonl …      a row an input: article, rejected or failed
all articles    ── decide  ──▶ work/decisions.jsonl            a row an article: kept, or a copy of which
both            ── write   ──▶ OUT/corpus.jsonl duplicates.jsonl rejected.jsonl failed.jsonl manifest.json
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias, assert_never

from pipeline.dedup.decide import find_near_duplicates
from pipeline.flow import Plan, process
from pipeline.model import Article, Document, Page, Record, Rejected
from pipeline.store.files import read_jsonl, write_jsonl
from pipeline.store.inputs import InputOptions, Unreadable, read_part
from pipeline.store.listing import InputPart
from pipeline.store.records import Json, article_to_json, decision_to_json, rejected_to_json, value_to_json

Prefer: TypeAlias = Literal["first", "earliest", "longest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessTask:
    """Some files, or some lines of one, to clean."""

    number: int
    parts: tuple[InputPart, ...]
    options: InputOptions
    plan: Plan
    folder: Path

    @property
    def path(self) -> Path:
        """The file that the task writes."""
        return self.folder / f"{self.number:05d}.jsonl"


def process_task(task: ProcessTask) -> Path:
    """Write what became of each input, in order; return the file."""
    if not task.path.exists():
        write_jsonl(task.path, _processed(task))
    return task.path


def decide_task(processed: Sequence[Path], plan: Plan, prefer: Prefer, path: Path) -> Path:
    """Write which articles stay and which are copies of which; return the file."""
    if not path.exists():
        records = [_record(row) for _, row in rows_of(processed, "article")]
        decisions = find_near_duplicates(sorted(records, key=ORDERS[prefer]), plan.dedup)
        write_jsonl(path, map(decision_to_json, decisions))
    return path


def rows_of(processed: Iterable[Path], *fates: str) -> Iterator[tuple[str, Json]]:
    """Yield (fate, record) of the inputs with these fates, each id once: the first keeps it."""
    seen: set[str] = set()
    for path in processed:
        for fate, row in read_jsonl(path):
            if row["id"] in seen:
                fate, row = "rejected", _repeated(row)  # noqa: PLW2901 - what the row is from here on
            seen.add(row["id"])
            if fate in fates:
                yield fate, row


def _earliest(record: Record) -> tuple[bool, float, str]:
    """Sort as a crawl does: by date, the undated last, then by address, so that the order of the input does not matter."""
    at = record.published_at
    return (at is None, 0.0 if at is None else at.timestamp(), record.url or record.id)


ORDERS: dict[Prefer, Callable[[Record], Any]] = {
    "first": lambda _: 0,  # sorting is stable: the order of the input
    "earliest": _earliest,
    "longest": lambda record: -len(record.text),
}


def _processed(task: ProcessTask) -> Iterator[tuple[str, Json]]:
    for part in task.parts:
        for item in read_part(part, task.options):
            yield _row(item, task.plan)


def _row(item: Page | Document | Unreadable, plan: Plan) -> tuple[str, Json]:
    if isinstance(item, Unreadable):
        return "failed", value_to_json(item)
    match process(item, plan):
        case Article() as article:
            return "article", article_to_json(article)
        case Rejected() as rejected:
            return "rejected", rejected_to_json(rejected)
        case unexpected:
            assert_never(unexpected)


def _record(row: Json) -> Record:
    at = row["published_at"]
    return Record(
        id=row["id"],
        text="\n".join(row["paragraphs"]),
        title=row["title"],
        published_at=None if at is None else datetime.fromisoformat(at),
        url=row["url"],
    )


def _repeated(row: Json) -> Json:
    return {
        "id": row["id"],
        "url": row.get("url"),
        "source": row.get("source", ""),
        "rule": "run.stages.repeated_id",
        "detail": "an earlier input has the same id or url; that one was taken",
    }
