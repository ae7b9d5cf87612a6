"""Near-duplicates among files and an index that several machines share: what `zhnews dedup --backend redis` runs."""

from collections.abc import Sequence

from pipeline.dedup.decide import DedupParams, find_near_duplicates, sign
from pipeline.model import Decision, Record
from pipeline.store.shared_index import SharedIndex

_AT_ONCE = 2_000  # records decided together; what is kept of them is in the index before the next ones are looked at


def decide_shared(records: Sequence[Record], params: DedupParams, index: SharedIndex) -> list[Decision]:
    """Return a decision for each record, in order, and add what stays to the index.

    Those whose id the index knows already are decided as they were: they stay, and nothing is added.
    """
    decisions: list[Decision] = []
    for first in range(0, len(records), _AT_ONCE):
        some = records[first : first + _AT_ONCE]
        signed = sign(some, params.spec)
        found = find_near_duplicates(some, params, earlier=index.earlier(some, signed), signed=signed)
        found = [Decision(id=one.id, kept=None) if one.kept == one.id else one for one in found]
        index.add(some, signed, [row for row, one in enumerate(found) if one.is_kept])
        decisions += found
    return decisions
