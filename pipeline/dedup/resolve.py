"""Keep-first: which records stay, and for which kept one each of the others is dropped.

Decided in order, a record would be compared with the kept ones among its candidates, best first, until one settles it.
To compare many pairs at once the same is done in rounds: a record that cannot be decided yet says which pairs would
help, kept candidates first and then those that are still open, and more of them in each round; the pairs of a round are
verified together and the records are looked at again. What is decided does not depend on the rounds, only the time
does: 480 copies of one text of 10 kB need 479 comparisons, in one round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from pipeline.dedup.bands import Pairs
from pipeline.dedup.packed import chunks
from pipeline.dedup.verify import Verified, VerifyParams, verify_pairs
from pipeline.model import Record

_CHUNK_CHARS = 8_000_000  # texts decided together: what comes later is not compared with what they may turn out to drop
_OPEN, _KEPT, _DROPPED = range(3)
_UNSEEN: Final = Verified(relation=None)  # stands for a pair that has not been verified
_EXACT: Final = Verified(relation="exact", scores={"containment": 1.0, "similarity": 1.0, "facts": 1.0})


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a record is dropped: the place of a kept one, and what it is to that."""

    place: int
    verified: Verified


@dataclass(frozen=True, slots=True)
class Claims:
    """What ties records to earlier ones besides their candidates; one entry a record."""

    texts: Sequence[
        bytes | None
    ]  # equal: the same text as folded, dropped without a look; None: a blank text is no text
    urls: Sequence[str | None]  # equal: compared, whatever the signatures say; None: not known


def keep_first(
    records: Sequence[Record],
    claims: Claims,
    candidates: Pairs,
    n_kept: int,
    params: VerifyParams,
    sizes: Sequence[int] | None = None,
) -> list[Cause | None]:
    """Return for each record what it is dropped for; None: it stays.

    The first `n_kept` records are known to stay. `candidates` are in order of `later`, the best ones first. `sizes`: the
    characters of each record where they are known; then only those records are asked for that are compared.
    """
    state = _State(records, claims, candidates, n_kept, params)
    sizes = [len(record.text) for record in records] if sizes is None else sizes
    for first, end in chunks(sizes[n_kept:], _CHUNK_CHARS):
        state.decide(range(first + n_kept, end + n_kept))
    return state.causes


class _View(NamedTuple):  # one for each look at a record: a frozen dataclass takes twice as long to make
    """What a record's candidates say as far as they are known."""

    unseen: list[int]  # kept ones that it has not been compared with
    guesses: list[int]  # open ones that it has not been compared with, and kept ones behind too many of them
    copy_of: int | None = None  # the best kept one known to be copied; None: there is none
    is_clear: bool = True  # whether no open one could change the answer


_NOBODY: Final = _View([], [])


class _State:
    """What is decided so far. Lives as long as one call of `keep_first`."""

    def __init__(
        self, records: Sequence[Record], claims: Claims, candidates: Pairs, n_kept: int, params: VerifyParams
    ) -> None:
        self.causes: list[Cause | None] = [None] * len(records)
        self._records, self._params = records, params
        self._texts, self._urls = claims.texts, claims.urls
        self._fates = [_KEPT] * n_kept + [_OPEN] * (len(records) - n_kept)
        self._earlier: list[int] = candidates.earlier.tolist()
        self._bounds = np.searchsorted(candidates.later, np.arange(len(records) + 1)).tolist()
        self._verdicts: dict[tuple[int, int], Verified | None] = {}  # of (later, earlier); None: no copy
        self._holders: dict[bytes | str, int] = {}  # text or url → the first kept record that has it
        for place in range(n_kept):
            self._hold(place)

    def decide(self, places: Sequence[int]) -> None:
        """Decide about the records of these places; those before them are decided."""
        self._verdicts.clear()
        budget = 1  # pairs that a record may ask for in a round; doubled, so rounds are few and guesses not many
        while places:
            claimed: set[bytes | str | None] = set()  # by records that are still open
            wanted: list[tuple[int, int]] = []
            waiting: list[int] = []
            for place in places:
                asked = self._look(place, claimed, budget)
                if asked is not None:
                    wanted += [(place, other) for other in asked]
                    waiting.append(place)
            self._verify(wanted)
            places, budget = waiting, budget * 2

    def _look(self, place: int, claimed: set[bytes | str | None], budget: int) -> list[int] | None:
        """Decide about a record; or return the candidates that it should be compared with first. None: it is decided."""
        text, url = self._texts[place], self._urls[place]
        if text is not None and text in self._holders:
            self._drop(place, Cause(self._holders[text], _EXACT))
            return None
        is_awaiting = text in claimed or url in claimed
        view = self._view(place)
        if view.copy_of is not None:
            self._fates[place] = _DROPPED  # whoever it will name: nobody else is compared with it
            if view.is_clear and not is_awaiting:
                verified = self._verdicts[place, view.copy_of]
                assert verified is not None
                self._drop(place, Cause(view.copy_of, verified))
                return None
        elif view.is_clear and not is_awaiting:
            self._hold(place)
            return None
        if self._fates[place] == _DROPPED:
            return view.unseen  # only its name for the reason is missing: that of an open one can be waited for
        claimed.update(claim for claim in (text, url) if claim is not None)
        if is_awaiting and budget == 1:
            return []  # very likely dropped without a comparison
        return [*view.unseen, *sorted(view.guesses)][:budget]  # of the open ones the first is the likeliest to stay

    def _view(self, place: int) -> _View:
        candidates = self._candidates(place)
        if not candidates:
            return _NOBODY
        unseen: list[int] = []
        guesses: list[int] = []
        compared, is_clear, some_open = 0, True, False
        fates, verdicts = self._fates, self._verdicts
        for other in candidates:
            fate = fates[other]
            if fate == _DROPPED:
                continue
            compared += 1
            verdict = verdicts.get((place, other), _UNSEEN)
            if fate == _OPEN:
                some_open = True  # if it is dropped, one that is too far behind now may count
                is_clear = is_clear and verdict is None
                if verdict is _UNSEEN:
                    guesses.append(other)
            elif compared > self._params.max_compared:
                is_clear = is_clear and not some_open
                if some_open and verdict is _UNSEEN:
                    guesses.append(other)
            elif verdict is _UNSEEN:
                unseen.append(other)
            elif verdict is not None:
                return _View(unseen, guesses, other, is_clear and not unseen)
        return _View(unseen, guesses, is_clear=is_clear and not unseen)

    def _candidates(self, place: int) -> list[int]:
        """Return whom a record may be a copy of: the kept one of its address, then by the signatures, the best first."""
        found = self._earlier[self._bounds[place] : self._bounds[place + 1]]
        url = self._urls[place]
        if url is None or url not in self._holders:
            return found
        same = self._holders[url]
        return [same, *(other for other in found if other != same)]

    def _verify(self, wanted: Sequence[tuple[int, int]]) -> None:
        if not wanted:
            return
        later, earlier = np.array(wanted, np.int64).T
        found = verify_pairs(self._records, Pairs(earlier, later), self._params)
        self._verdicts.update(zip(wanted, found, strict=True))

    def _drop(self, place: int, cause: Cause) -> None:
        self._fates[place], self.causes[place] = _DROPPED, cause

    def _hold(self, place: int) -> None:
        self._fates[place] = _KEPT
        text, url = self._texts[place], self._urls[place]
        if text is not None:
            self._holders.setdefault(text, place)
        if url is not None:
            self._holders.setdefault(url, place)
