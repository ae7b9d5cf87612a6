"""The stages of a build that read its inputs. A task is a pure function that writes its files, and does nothing where they stand.

    parts of inputs ── learn ───▶ work/learn/00000.json …     what they show about hosts; merged, it is given to `process`
    parts of inputs ── process ─▶ work/process/00000.jsonl …  a row an input: article, rejected or failed
                                  work/process/00000.signed   what near-duplicate search needs of each article
                                  work/process/00000.npz      where each row stands, and what is known of it

The last file of a task is written last: where it stands the task is done.
"""

import hashlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, assert_never

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.knowledge import Knowledge, learn, merge
from pipeline.dedup.decide import sign
from pipeline.dedup.signature import SignatureSpec
from pipeline.errors import InputError
from pipeline.flow import Plan, article_of, process_all
from pipeline.model import Article, Document, Outcome, Page, Record, Rejected
from pipeline.run.settle import record_of
from pipeline.run.tally import removed_characters
from pipeline.store.files import open_whole, write_text_whole
from pipeline.store.inputs import InputOptions, Unreadable, read_part
from pipeline.store.listing import InputPart
from pipeline.store.records import Json, article_to_json, rejected_to_json, value_to_json
from pipeline.store.rowfiles import RowWriter, save_arrays

ARTICLE, REJECTED, FAILED = range(3)
NAME_BYTES = 64  # of an id, by which the output is sorted; those that go on alike stay in the order of the input
_SIGNED_CHARS = 4_000_000  # texts in memory at once

_ROWS_AT_ONCE = 50_000  # told of in a table: of inputs without texts there may be any number

NO_DIGEST = bytes(16)  # digests have 128 bits: equal for equal texts, by chance for none
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

    @property
    def signed(self) -> Path:
        """Signatures and band keys of the articles, of dtype `signed_type`."""
        return signed_path(self.path)


def signed_path(facts: Path) -> Path:
    """Return the file of signatures and band keys that stands beside a file of facts."""
    return facts.with_suffix(".signed")


def signed_type(spec: SignatureSpec) -> np.dtype[Any]:
    """Return what a file of signatures holds for each article."""
    return np.dtype([("signature", "<u4", (spec.num_perm,)), ("keys", "<u4", (spec.bands,))])


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
        with open_whole(task.rows) as rows, open_whole(task.signed) as signed:
            arrays = _processed(task, rows, signed)
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


def digest_of(text: str) -> bytes:
    """Return the digest of a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _processed(task: ProcessTask, stream: IO[bytes], signed: IO[bytes]) -> dict[str, NDArray[Any]]:
    """Write the rows of a task and the signatures of its articles; return its arrays."""
    facts = _Facts(task.plan.dedup.spec, signed)
    rows = RowWriter(stream)
    plan = _with_learned(task.plan, task.knowledge)
    for outcome in process_all(_readable(task), plan):
        facts.add(outcome, rows.write(_row_of(outcome)))
    return facts.arrays()


def _readable(task: ProcessTask) -> Iterator[Page | Document | Unreadable]:
    for item in _items(task.parts, task.options):
        if task.strict and isinstance(item, Unreadable):
            raise InputError(f"{item} (--strict)")
        yield item


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


def _row_of(outcome: Outcome | Unreadable) -> Json:
    match outcome:
        case Article():
            return article_to_json(outcome)
        case Rejected():
            return rejected_to_json(outcome)
        case Unreadable():
            row: Json = value_to_json(outcome)
            return row
        case unexpected:
            assert_never(unexpected)


class _Facts:
    """What is known of the rows of a task. Texts are signed some at a time and forgotten; signatures go to their file."""

    def __init__(self, spec: SignatureSpec, signed: IO[bytes]) -> None:
        self._spec, self._stream = spec, signed
        self._tables: list[NDArray[np.void]] = []
        self._names: list[NDArray[np.bytes_]] = []
        self._waiting: list[tuple[int, int, int, int]] = []  # fate, start, size and characters, of a row each
        self._digests: list[bytes] = []  # of the id and the url of each
        self._ids: list[bytes] = []
        self._records: list[Record] = []  # of the articles among them
        self._chars = 0
        self._n = 0
        self._removed = _Removed()

    def add(self, outcome: Outcome | Unreadable, place: tuple[int, int]) -> None:
        """Add a row, and where it stands."""
        fate = ARTICLE if isinstance(outcome, Article) else REJECTED if isinstance(outcome, Rejected) else FAILED
        chars, url = 0, NO_DIGEST
        if isinstance(outcome, Article):
            record = record_of(outcome)
            chars, url = len(record.text), digest_of(record.url) if record.url else NO_DIGEST
            self._records.append(record)
            self._removed.add(self._n, removed_characters(outcome.edits))
        self._ids.append(outcome.id.encode("utf-8", "surrogatepass")[:NAME_BYTES])
        self._digests += (digest_of(outcome.id), url)
        self._waiting.append((fate, *place, chars))
        self._n += 1
        self._chars += chars
        if self._chars >= _SIGNED_CHARS or len(self._waiting) == _ROWS_AT_ONCE:
            self._settle()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the facts of all rows, their ids, and what was removed from the articles."""
        self._settle()
        return {
            "facts": np.concatenate([np.empty(0, FACTS), *self._tables]),
            "names": np.concatenate([np.empty(0, "S1"), *self._names]),
            **self._removed.arrays(),
        }

    def _settle(self) -> None:
        """Put what is waiting into a table, and sign the texts."""
        table = np.zeros(len(self._waiting), FACTS)
        columns = np.array(self._waiting, np.int64).reshape(-1, 4)
        for n, name in enumerate(("fate", "start", "size", "chars")):
            table[name] = columns[:, n]
        digests = np.frombuffer(b"".join(self._digests), _DIGEST)
        table["id"], table["url"] = digests[::2], digests[1::2]
        if self._records:
            self._sign(table)
        self._tables.append(table)
        self._names.append(np.array(self._ids or [b""], np.bytes_)[: len(self._ids)])
        self._waiting, self._digests, self._ids, self._records, self._chars = [], [], [], [], 0

    def _sign(self, table: NDArray[np.void]) -> None:
        found = sign(self._records, self._spec)
        articles = np.flatnonzero(table["fate"] == ARTICLE)
        table["content"][articles] = np.frombuffer(b"".join(found.content_keys), _DIGEST)
        for name in ("is_blank", "has_letters"):
            table[name][articles] = getattr(found, name)
        both = np.empty(articles.size, signed_type(self._spec))
        both["signature"], both["keys"] = found.signatures, found.band_keys
        self._stream.write(both.tobytes())


class _Removed:
    """How many characters of each kind were taken out of which article."""

    def __init__(self) -> None:
        self._kinds: dict[str, int] = {}
        self._found = array("Q")  # row, number of the kind, characters …

    def add(self, row: int, removed: Mapping[str, int]) -> None:
        for kind, chars in removed.items():
            self._found.extend((row, self._kinds.setdefault(kind, len(self._kinds)), chars))

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "removed": np.array(self._found, np.uint64).reshape(-1, 3).astype(np.uint32),
            "kinds": np.array([kind.encode() for kind in self._kinds] or [b""], np.bytes_)[: len(self._kinds)],
        }
