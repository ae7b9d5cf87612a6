"""What a build would cost, from a sample of its inputs."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.dedup.decide import sign
from pipeline.flow import Plan, process_all
from pipeline.model import Article, Document, Page
from pipeline.run.settle import record_of
from pipeline.store.files import json_line
from pipeline.store.inputs import InputOptions, Item, Unreadable, read_input
from pipeline.store.listing import InputFile
from pipeline.store.records import article_to_json

_SAMPLED = 200  # records, a second or so
_SAMPLED_FILES = 10  # from which they are taken
_PACKED = 5  # times larger Chinese JSON is without gzip or zstd
_PACKED_ENDINGS = frozenset({".gz", ".tgz", ".zst", ".zip", ".parquet"})
_BESIDE_TEXT = 1.2  # bytes of a record to bytes of its text
_START_S = 3.0  # of a process: modules, dictionaries, compiled loops
_FACTS_BYTES = 2 * 768  # signature and band keys, as `process` leaves them and as they are put in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What to expect. It comes from a sample: half or double is nothing unusual."""

    n_files: int
    n_bytes: int
    n_records: int
    seconds: float
    disk_bytes: int  # of the work folder and the output together

    def __str__(self) -> str:
        return (
            f"{self.n_files:,} files, {self.n_bytes / 1e6:,.1f} MB: about {self.n_records:,} records,"
            f" {_duration(self.seconds)}, {self.disk_bytes / 1e6:,.0f} MB of disk"
        )


@dataclass(slots=True)
class _Sample:
    """What was read to see what a record costs."""

    n: int = 0
    n_bytes: float = 0.0  # of the inputs that hold them
    n_written: int = 0
    seconds: float = 0.0


def estimate(files: Sequence[InputFile], plan: Plan, options: InputOptions, jobs: int) -> Estimate:
    """Return what a build of these files would cost with so many processes. Standard input is not touched."""
    known = [file for file in files if file.is_there]
    chosen = known[:: max(1, len(known) // _SAMPLED_FILES)][:_SAMPLED_FILES]
    sample = _Sample()
    for file in chosen:
        _read(file, plan, options, _SAMPLED // len(chosen), sample)
    n_records = round(sum(map(_plain_bytes, known)) * sample.n / max(sample.n_bytes, 1))
    each = max(sample.n, 1)
    return Estimate(
        n_files=len(files),
        n_bytes=sum(file.size for file in known),
        n_records=n_records,
        seconds=_START_S + sample.seconds / each * n_records / jobs,
        disk_bytes=round(n_records * (2 * sample.n_written / each + _FACTS_BYTES)),
    )


def _read(file: InputFile, plan: Plan, options: InputOptions, most: int, sample: _Sample) -> None:
    """Add some records of a file to the sample."""
    begun = time.perf_counter()
    n, in_text = 0, 0

    def noted() -> Iterator[Item]:
        nonlocal n, in_text
        for item in islice(read_input(file, options), most):
            n += 1
            in_text += _bytes_of(item)
            yield item

    articles = [outcome for outcome in process_all(noted(), plan) if isinstance(outcome, Article)]
    sign([record_of(article) for article in articles], plan.dedup.spec)
    sample.n_written += sum(len(json_line(article_to_json(article))) for article in articles)
    sample.seconds += time.perf_counter() - begun
    sample.n += n
    sample.n_bytes += _plain_bytes(file) if n < most else in_text * _BESIDE_TEXT


def _bytes_of(item: Page | Document | Unreadable) -> int:
    match item:
        case Page():
            return len(item.body)
        case Document():
            return len(item.text.encode("utf-8", "surrogatepass"))
        case Unreadable():
            return 0


def _plain_bytes(file: InputFile) -> int:
    return file.size * (_PACKED if file.path.suffix.lower() in _PACKED_ENDINGS else 1)


def _duration(seconds: float) -> str:
    return (
        f"{seconds:,.0f} s"
        if seconds < 100
        else f"{seconds / 60:,.0f} min"
        if seconds < 6000
        else f"{seconds / 3600:,.1f} h"
    )
