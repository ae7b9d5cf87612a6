"""Near-duplicates among files: what `zhnews dedup` runs. Texts are compared as they are, not cleaned first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.dedup.decide import DedupParams, find_near_duplicates, preferred
from pipeline.extract.article import ExtractParams, extract_article
from pipeline.model import Article, Decision, Document, Page, Record, Rejected
from pipeline.run.preference import ORDERS, Prefer
from pipeline.run.settle import record_of
from pipeline.store.inputs import Item, Unreadable

Fault: TypeAlias = Unreadable | Rejected
Decide: TypeAlias = Callable[[Sequence[Record], DedupParams], list[Decision]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What was compared, and what was decided; decisions in the order in which records were preferred."""

    records: tuple[Record, ...]  # in order of the input, each id once
    decisions: tuple[Decision, ...]
    faults: tuple[Fault, ...]  # inputs that are no record

    @property
    def kept(self) -> tuple[Record, ...]:
        """The records that stay, in order of the input."""
        stay = {d.id for d in self.decisions if d.is_kept}
        return tuple(r for r in self.records if r.id in stay)

    @property
    def given(self) -> tuple[Record, ...]:
        """The same, each in the fullest form that superseded it: its own record, with its own id."""
        by_id = {record.id: record for record in self.records}
        fuller = preferred(self.decisions, {record.id: len(record.text) for record in self.records})
        return tuple(by_id[fuller.get(record.id, record.id)] for record in self.kept)


def compare_items(
    items: Iterable[Item], params: DedupParams, prefer: Prefer = "first", decide: Decide = find_near_duplicates
) -> Comparison:
    """Return what to keep of the inputs. A page is extracted first; a second record of an id is a fault.

    `decide`: who decides about the records, in the order in which they are preferred.
    """
    records: dict[str, Record] = {}
    faults: list[Fault] = []
    for item in items:
        read = _record(item)
        if isinstance(read, Record) and read.id not in records:
            records[read.id] = read
        else:
            faults.append(_repeated(item) if isinstance(read, Record) else read)
    ordered: Sequence[Record] = sorted(records.values(), key=ORDERS[prefer])
    decisions = tuple(decide(ordered, params))
    return Comparison(records=tuple(records.values()), decisions=decisions, faults=tuple(faults))


def _record(item: Item) -> Record | Fault:
    match item:
        case Document():
            return Record(id=item.id, text=item.text, title=item.title, published_at=item.published_at, url=item.url)
        case Page():
            return _from_page(item)
        case Unreadable():
            return item


def _from_page(page: Page) -> Record | Fault:
    match extract_article(page, ExtractParams()):
        case Article() as article:
            return record_of(article)
        case Rejected() as rejected:
            return rejected


def _repeated(item: Item) -> Unreadable:
    return Unreadable(id=item.id, place=item.id, what="a second record with this id", remedy="The first one was taken")
