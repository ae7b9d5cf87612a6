"""The stages of a build that read its inputs. A task is a pure function that writes its files, and does nothing where they stand.

    parts of inputs ── learn ───▶ work/learn/00000.json …     what they show about hosts; merged, it is given to `process`
    parts of inputs ── process ─▶ work/process/00000.jsonl …  a row an input: article, rejected or failed
                                  work/process/00000.npz      where each row stands, and what near-duplicate search needs

The second file of a task is written last: where it stands the task is done.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.knowledge import Knowledge, learn, merge
from pipeline.dedup.decide import Signed, sign
from pipeline.errors import InputError
from pipeline.flow import Plan, article_of, process
from pipeline.model import Article, Document, Page, Record, Rejected
from pipeline.run.settle import record_of
from pipeline.store.files import open_whole, write_text_whole
from pipeline.store.inputs import InputOptions, Unreadable, read_part
from pipeline.store.listing import InputPart
from pipeline.store.records import Json, article_to_json, rejected_to_json, value_to_json
from pipeline.store.rowfiles import RowWriter, save_arrays

ARTICLE, REJECTED, FAILED = range(3)
NAME_BYTES = 64  # of an id, by which the output is sorted; those that go on alike stay in the order of the input
_SIGNED_CHARS = 4_000_000  # texts in memory at once

Digest: TypeAlias = tuple[int, int]  # 128 bits: equal for equal texts, by chance for none
NO_DIGEST: Digest = (0, 0)
_DIGEST = [("high", "<u8"), ("low", "<u8")]
FACTS = np.dtype(
    [
        ("fate", "u1"),
        ("start", "<u8"),  # of the row, in bytes
        ("size", "<u4"),
        ("id", _DIGEST),
        ("url", _DIGEST),  # zeros: not known
        ("content", _DIGEST),  # of the text as folded
        ("chars", "<u4"),
        ("is_blank", "?"),
        ("has_letters", "?"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessTask:
    """Some files, or some lines of one, to clean."""

    number: int
    parts: tuple[InputPart, ...]
    options: InputOptions
    plan: Plan
    folder: Path
    knowledge: Path | None = None  # what was learned before, beside the plan's own
    strict: bool = False  # stop at an input that cannot be read

    @property
    def rows(self) -> Path:
        return self.folder / f"{self.number:05d}.jsonl"

    @property
    def path(self) -> Path:
        """The file that is written last."""
        return self.folder / f"{self.number:05d}.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnTask:
    """Some files, or some lines of one, to learn hosts from."""

    number: int
    parts: tuple[InputPart, ...]
    options: InputOptions
    plan: Plan
    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / f"{self.number:05d}.json"


def process_task(task: ProcessTask) -> Path:
    """Write what became of each input, in order, and the facts of it; return the file of facts.

    Raises InputError at an input that cannot be read, where the task is strict.
    """
    if not task.path.exists():
        with open_whole(task.rows) as stream:
            arrays = _processed(task, stream)
        save_arrays(task.path, **arrays)
    return task.path


def learn_task(task: LearnTask) -> Path:
    """Write what the articles, as received, show about their hosts; return the file."""
    if not task.path.exists():
        write_text_whole(task.path, learn(_received(task)).to_json())
    return task.path


def merged_knowledge(learned: list[Path]) -> Knowledge:
    """Return what all tasks have learned together."""
    known = Knowledge()
    for path in learned:
        known = merge(known, Knowledge.from_json(path.read_text(encoding="utf-8")))
    return known


def record_of_row(row: dict[str, Any]) -> Record:
    """Return what near-duplicate search needs to know of an article's row."""
    at = row["published_at"]
    return Record(
        id=row["id"],
        text="\n".join(row["paragraphs"]),
        title=row["title"],
        published_at=None if at is None else datetime.fromisoformat(at),
        url=row["url"],
    )


def digest_of(text: str) -> Digest:
    """Return 128 bits that stand for a text."""
    return _halves(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest())


def _halves(digest: bytes) -> Digest:
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def _processed(task: ProcessTask, stream: IO[bytes]) -> dict[str, NDArray[Any]]:
    """Write the rows of a task; return its arrays."""
    facts = _Facts(task.plan)
    rows = RowWriter(stream)
    plan = _with_learned(task.plan, task.knowledge)
    for item in _items(task.parts, task.options):
        if task.strict and isinstance(item, Unreadable):
            raise InputError(f"{item} (--strict)")
        fate, row, record = _outcome(item, plan)
        facts.add(fate, row, rows.write(row), record)
    return facts.arrays()


@lru_cache(maxsize=1)
def _learned(path: Path) -> Knowledge:
    return Knowledge.from_json(path.read_text(encoding="utf-8"))


def _with_learned(plan: Plan, path: Path | None) -> Plan:
    return plan if path is None else replace(plan, knowledge=merge(plan.knowledge, _learned(path)))


def _items(parts: tuple[InputPart, ...], options: InputOptions) -> Iterator[Page | Document | Unreadable]:
    for part in parts:
        yield from read_part(part, options)


def _received(task: LearnTask) -> Iterator[Article]:
    """Yield the inputs as articles before anything is cleaned."""
    from pipeline.extract.article import extract_article  # noqa: PLC0415 - texts need not load it

    for item in _items(task.parts, task.options):
        if isinstance(item, Document):
            yield article_of(item)
        elif isinstance(item, Page):
            extracted = extract_article(item, task.plan.extract)
            if isinstance(extracted, Article):
                yield extracted


def _outcome(item: Page | Document | Unreadable, plan: Plan) -> tuple[int, Json, Record | None]:
    if isinstance(item, Unreadable):
        return FAILED, value_to_json(item), None
    match process(item, plan):
        case Article() as article:
            return ARTICLE, article_to_json(article), record_of(article)
        case Rejected() as rejected:
            return REJECTED, rejected_to_json(rejected), None
        case unexpected:
            assert_never(unexpected)


class _Facts:
    """What is known of the rows of a task. Texts are signed some at a time and forgotten."""

    def __init__(self, plan: Plan) -> None:
        self._spec = plan.dedup.spec
        self._rows: list[tuple[object, ...]] = []
        self._names: list[bytes] = []
        self._signed: list[Signed] = []
        self._waiting: list[Record] = []
        self._chars = 0

    def add(self, fate: int, row: Json, place: tuple[int, int], record: Record | None) -> None:
        url = NO_DIGEST
        chars = 0
        if record is not None:
            url = digest_of(record.url) if record.url else NO_DIGEST
            chars = len(record.text)
            self._wait(record)
        self._names.append(row["id"].encode("utf-8", "surrogatepass")[:NAME_BYTES])
        self._rows.append((fate, *place, digest_of(row["id"]), url, NO_DIGEST, chars, False, False))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the facts of all rows, and signatures and band keys of the articles among them."""
        self._sign()
        facts = np.array(self._rows, FACTS)
        articles = np.flatnonzero(facts["fate"] == ARTICLE)
        keys = [_halves(key) for signed in self._signed for key in signed.content_keys]
        facts["content"][articles] = np.array(keys, _DIGEST)
        for name in ("is_blank", "has_letters"):
            facts[name][articles] = np.concatenate([np.empty(0, np.bool_), *(getattr(s, name) for s in self._signed)])
        spec = self._spec
        return {
            "facts": facts,
            "names": np.array(self._names, np.bytes_) if self._names else np.empty(0, "S1"),
            "signatures": np.concatenate(
                [np.empty((0, spec.num_perm), np.uint32), *(s.signatures for s in self._signed)]
            ),
            "keys": np.concatenate([np.empty((0, spec.bands), np.uint32), *(s.band_keys for s in self._signed)]),
        }

    def _wait(self, record: Record) -> None:
        self._waiting.append(record)
        self._chars += len(record.text)
        if self._chars >= _SIGNED_CHARS:
            self._sign()

    def _sign(self) -> None:
        if self._waiting:
            self._signed.append(sign(self._waiting, self._spec))
        self._waiting, self._chars = [], 0
