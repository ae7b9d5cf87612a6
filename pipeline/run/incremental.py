"""Near-duplicates among files and a folder that remembers earlier ones: what `zhnews dedup --index DIR` runs.

The folder is a state like a crawl's (`pipeline.store.state`): the records, what was decided, and the index on disk. So
`report`, `status`, `explain` and `export` read it with `--data DIR`, and a killed run is simply started again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipeline.dedup.decide import DedupParams
from pipeline.errors import EXIT_OK, UsageError
from pipeline.model import Article, ArticleId, CanonicalUrl, Decision, Record
from pipeline.run.settle import check_spec, settle, update_index
from pipeline.run.tally import Tally
from pipeline.store.articles import Arrival
from pipeline.store.state import State, open_state

COMMAND: Final = "dedup"
_PURPOSE: Final = "purpose"  # the setting that tells such a folder from a crawl's
_SOURCE: Final = "files"
_PLAN: Final = "as given"  # the texts are stored as they came; no stage has touched them
_AT_ONCE: Final = 20_000  # records decided together: what is killed loses so many at most


def decide_incrementally(records: Sequence[Record], params: DedupParams, folder: Path) -> list[Decision]:
    """Return a decision for each record, in order: beside the others and all that earlier calls were given.

    A record that is known already is decided as it was; one that has changed is decided anew, in its old place, and so are
    the copies that named it. Raises StateError when the folder's signatures are of another kind, UsageError when it is a crawl's.
    """
    with open_state(folder) as state:
        _claim(state)
        check_spec(state, params.spec)
        run = state.begin_run(COMMAND, _PLAN, datetime.now(UTC))
        tally = Tally()
        for first in range(0, len(records), _AT_ONCE):
            tally = tally.merge(_settled(state, records[first : first + _AT_ONCE], params, run))
        state.end_run(run, EXIT_OK, tally.as_json(), datetime.now(UTC))
        return [_found(state, record.id) for record in records]


def _settled(state: State, records: Sequence[Record], params: DedupParams, run: int) -> Tally:
    with state.transaction():
        for article in map(_article, records):
            state.articles.put(article, Arrival(run=run, plan=_PLAN, position=0))
        tally = settle(state, params, run=run, turns={record.id: turn for turn, record in enumerate(records)})
    update_index(state, params.spec)
    return tally


def _claim(state: State) -> None:
    """Mark the folder as one that remembers files. Raises UsageError when it belongs to a crawl."""
    if state.setting(_PURPOSE) == COMMAND:
        return
    if state.runs(1):
        raise UsageError(
            f"{state.folder}: holds a crawl, and files do not belong there. Name another folder with --index"
        )
    state.keep_setting(_PURPOSE, COMMAND)


def _article(record: Record) -> Article:
    article = Article(
        id=ArticleId(record.id),
        url=None if record.url is None else CanonicalUrl(record.url),
        source=_SOURCE,
        title=record.title,
        published_at=record.published_at,
    )
    return article.with_text(record.text)


def _found(state: State, item: str) -> Decision:
    decision = state.decisions.find(item)
    assert decision is not None, "every record was settled"
    return decision
