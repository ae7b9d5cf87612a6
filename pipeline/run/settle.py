"""The end of a crawl: which of its articles stay, and what each of the others is a copy of.

    undecided articles, in an order that does not depend on when they were fetched
      ─ sign ─▶ signatures ─ index ─▶ anchors among the decided ─ find_near_duplicates ─▶ decisions ─▶ state, all at once

What was decided in earlier runs stays as it is. The index is written after the state and made anew from it when it
does not match, so a crash in between changes nothing.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.bands import Pairs
from pipeline.dedup.decide import DedupParams, Earlier, Signed, find_near_duplicates, sign
from pipeline.dedup.signature import SignatureSpec
from pipeline.errors import StateError
from pipeline.model import Article, Record
from pipeline.run.tally import Tally, merge_all, tally_decision
from pipeline.store.decisions import Member, Settled
from pipeline.store.index import NearDuplicateIndex
from pipeline.store.state import State

SPEC_SETTING = "signature_spec"
INDEX_FOLDER = "index"
_AT_ONCE = 20_000  # signatures that are added to the index together: 10 MB


def settle(state: State, params: DedupParams, *, run: int, turns: Mapping[str, int] | None = None) -> Tally:
    """Decide about all articles that are not decided yet; return the tally of those that no run has counted.

    `turns`: by id, in which order new ones are decided, where it is not that of a crawl.
    Raises StateError when earlier decisions were made with other signatures.
    """
    check_spec(state, params.spec)
    waiting = state.decisions.undecided(turns or {})
    articles = [article for one in waiting if (article := state.articles.find(one.id)) is not None]
    if not articles:
        return Tally()
    records = [record_of(article) for article in articles]
    signed = sign(records, params.spec)
    earlier = _earlier(state, records, signed, params)
    decisions = find_near_duplicates(records, params, earlier=earlier, signed=signed)
    is_member = signed.members(state.decisions.known_contents(set(signed.content_keys)))
    state.decisions.decide(
        [
            Settled(
                decision=decision,
                content_key=signed.content_keys[n],
                is_member=bool(is_member[n]),
                signature=signed.signatures[n].astype("<u4").tobytes(),
            )
            for n, decision in enumerate(decisions)
        ],
        run=run,
    )
    return merge_all(
        tally_decision(article, decision)
        for one, article, decision in zip(waiting, articles, decisions, strict=True)
        if one.is_fresh
    )


def resettle(state: State, params: DedupParams, *, run: int) -> Tally:
    """Forget all decisions and make them anew, in the order of the corpus: after a change of the parameters."""
    shutil.rmtree(state.folder / INDEX_FOLDER, ignore_errors=True)  # first: it must never be newer than the state
    with state.transaction():
        state.decisions.forget()
        state.keep_setting(SPEC_SETTING, asdict(params.spec))
        tally = settle(state, params, run=run)
    update_index(state, params.spec)
    return tally


def update_index(state: State, spec: SignatureSpec) -> None:
    """Add to the index what was decided since; after the transaction that decided it."""
    with _open_index(state, spec):
        pass


def verify_index(state: State, params: DedupParams) -> list[str]:
    """Return what was wrong with the files of the index, by checksum; all of it is made again from the state.

    Damaged runs come from the index's own signatures, damaged or missing signatures from those in the state.
    """
    check_spec(state, params.spec)
    folder = state.folder / INDEX_FOLDER
    try:
        with _open_index(state, params.spec) as index:
            return index.verify()
    except StateError as exc:
        found = str(exc)
    shutil.rmtree(folder, ignore_errors=True)
    update_index(state, params.spec)
    return [found.partition(". Run:")[0]]


def check_spec(state: State, spec: SignatureSpec) -> None:
    """Raise StateError when earlier decisions were made with other signatures."""
    wanted, kept = asdict(spec), state.setting(SPEC_SETTING)
    if kept is None:
        state.keep_setting(SPEC_SETTING, wanted)
    elif kept != wanted:
        differing = ", ".join(
            f"{name} {kept.get(name)} instead of {wanted[name]}" for name in wanted if kept.get(name) != wanted[name]
        )
        raise StateError(
            f"{state.folder}: near-duplicates were decided with {differing}. Use the same settings, or: zhnews dedup --rebuild"
        )


def record_of(article: Article) -> Record:
    """Return what near-duplicate search needs to know of an article."""
    return Record(
        id=article.id, text=article.text, title=article.title, published_at=article.published_at, url=article.url
    )


def _earlier(state: State, records: Sequence[Record], signed: Signed, params: DedupParams) -> Earlier:
    """Return what the decided articles have to do with the new ones."""
    decisions = state.decisions
    with _open_index(state, params.spec) as index:
        found = index.candidates(signed.signatures, params.min_estimate)
    texts = decisions.standing_contents(set(signed.content_keys))  # of what was replaced nobody can be a copy
    kept: dict[int, Article] = {}  # by place
    stands_in: dict[int, int] = {}  # place of an anchor → place of the kept article that has its text now
    for place in dict.fromkeys(found.ordinals.tolist()):
        if (one := decisions.kept_like(place)) is not None:
            kept[one[0]], stands_in[place] = one[1], one[0]
    kept.update(one for key in texts if (one := decisions.kept_with_content(key)) is not None)
    urls = {record.url for record in records if record.url is not None}
    kept.update(one for url in urls if (one := decisions.kept_with_url(url)) is not None)
    order = sorted(kept)
    row_of = {place: row for row, place in enumerate(order)}
    return Earlier(
        records=[record_of(kept[place]) for place in order],
        pairs=_once(found.pairs({anchor: row_of[place] for anchor, place in stands_in.items()})),
        taken=found.taken,
        texts=texts,
    )


def _once(pairs: Pairs) -> Pairs:
    """Return the pairs in order, each once: two anchors may be one article now."""
    both = np.unique(np.stack((pairs.later, pairs.earlier), axis=1), axis=0)
    return Pairs(both[:, 1], both[:, 0])


@contextmanager
def _open_index(state: State, spec: SignatureSpec) -> Iterator[NearDuplicateIndex]:
    """Open the index, after adding what it lacks; it is made anew when it is not of this state."""
    with NearDuplicateIndex.open(state.folder / INDEX_FOLDER, spec) as index:
        last = -1 if index.last_ordinal is None else index.last_ordinal
        if state.decisions.count_members(last) != len(index):
            index.rebuild(())
            last = -1
        for batch in _batches(state.decisions.members(last + 1)):
            index.add([one.place for one in batch], _unpacked(batch, spec))
        yield index


def _batches(members: Iterator[Member]) -> Iterator[list[Member]]:
    while batch := list(islice(members, _AT_ONCE)):
        yield batch


def _unpacked(batch: Sequence[Member], spec: SignatureSpec) -> NDArray[np.uint32]:
    flat = np.frombuffer(b"".join(one.signature for one in batch), "<u4")
    return flat.reshape(-1, spec.num_perm).astype(np.uint32)
