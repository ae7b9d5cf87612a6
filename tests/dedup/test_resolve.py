"""How much is compared, and that it does not matter how the rounds fall."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest

from pipeline.dedup.bands import Pairs
from pipeline.dedup.resolve import Claims, keep_first
from pipeline.dedup.verify import NEWS, verify_pairs
from pipeline.model import Record
from tests.dedup.stories import form, records, story

STORY = story(1)


def all_pairs(count: int) -> Pairs:
    later, earlier = np.tril_indices(count, -1)
    return Pairs(earlier.astype(np.int64), later.astype(np.int64))


def nothing(count: int) -> Claims:
    return Claims([None] * count, [None] * count)


def edited(text: str, seed: int, share: float = 0.05) -> str:
    draw = Random(seed)
    return "".join(chr(draw.randrange(0x5000, 0x8000)) if draw.random() < share else letter for letter in text)


def resolved(everyone: Sequence[Record], n_kept: int = 0) -> list[int | None]:
    causes = keep_first(everyone, nothing(len(everyone)), all_pairs(len(everyone)), n_kept, NEWS)
    return [None if cause is None else cause.place for cause in causes]


@pytest.fixture
def compared(monkeypatch):
    """Return the pairs that are verified, in rounds; the verification itself is the real one."""
    rounds: list[list[tuple[int, int]]] = []

    def watched(everyone, pairs, params):
        rounds.append(list(zip(pairs.later.tolist(), pairs.earlier.tolist(), strict=True)))
        return verify_pairs(everyone, pairs, params)

    monkeypatch.setattr("pipeline.dedup.resolve.verify_pairs", watched)
    return rounds


def test_a_hundred_copies_of_one_need_a_comparison_each_in_one_round(compared) -> None:
    assert resolved(records(STORY, *(edited(STORY, seed) for seed in range(1, 100)))) == [None] + [0] * 99
    assert [len(pairs) for pairs in compared] == [99]


def test_forms_that_all_stay_are_compared_with_so_many_kept_ones_at_most(compared) -> None:
    forms = records(*(form("长沙", 5, day % 28, (900 + 37 * day, 500 + 11 * day, 40 + day)) for day in range(70)))
    assert resolved(forms) == [None] * 70
    asked = [pair for pairs in compared for pair in pairs]
    assert len(asked) == len(set(asked))
    assert len(compared) <= 8
    most = max(sum(later == place for later, _ in asked) for place in range(70))
    assert NEWS.max_compared <= most <= 2 * NEWS.max_compared


def test_what_was_dropped_is_compared_with_nobody(compared) -> None:
    texts = [STORY, edited(STORY, 1), story(2), STORY[:400]]
    assert resolved(records(*texts)) == [None, 0, None, 0]
    assert (3, 1) not in [pair for pairs in compared for pair in pairs]


def test_those_known_to_stay_are_not_compared_with_each_other(compared) -> None:
    assert resolved(records(STORY, edited(STORY, 1), edited(STORY, 2)), n_kept=2) == [None, None, 0]
    assert {later for pairs in compared for later, _ in pairs} == {2}


def test_the_rounds_do_not_show() -> None:
    """The same as one after the other: what came before is known to stay or gone."""
    draw = Random(5)
    texts = [edited(story(draw.randrange(3)), seed, draw.choice((0.0, 0.03, 0.09, 0.14))) for seed in range(40)]
    everyone = records(*texts)
    at_once = resolved(everyone)
    kept: list[int] = []
    for place in range(len(everyone)):
        some = [everyone[other] for other in kept] + [everyone[place]]
        alone = resolved(some, n_kept=len(kept))[-1]
        assert at_once[place] == (None if alone is None else kept[alone])
        kept += [place] if alone is None else []
    assert len(set(at_once)) > 3


def test_equal_texts_fall_without_a_comparison_and_wait_for_the_first_of_them(compared) -> None:
    everyone = records(STORY, STORY[:400], STORY[:400], STORY[:400])
    claims = Claims([b"a", b"b", b"b", b"b"], [None] * 4)
    causes = keep_first(everyone, claims, all_pairs(4), 0, NEWS)
    assert [cause and (cause.place, cause.verified.relation) for cause in causes] == [None] + [(0, "contained")] * 3
    assert [len(pairs) for pairs in compared] == [1, 3]
    causes = keep_first(everyone[1:], Claims([b"b"] * 3, [None] * 3), all_pairs(3), 0, NEWS)
    assert [cause and cause.verified.relation for cause in causes] == [None, "exact", "exact"]


def test_only_who_is_compared_is_asked_for_where_the_sizes_are_known(compared) -> None:
    texts = records(STORY, STORY, story(2), STORY[:400])
    asked: list[int] = []

    class Watched(list[Record]):
        def __getitem__(self, at):
            asked.append(at)
            return super().__getitem__(at)

    claims = Claims([b"a", b"a", b"b", b"c"], [None] * 4)
    pairs = Pairs(np.array([0, 0]), np.array([1, 3]))
    causes = keep_first(Watched(texts), claims, pairs, 0, NEWS, [len(one.text) for one in texts])
    assert [cause and cause.verified.relation for cause in causes] == [None, "exact", None, "contained"]
    assert set(asked) == {0, 3}
    assert causes == keep_first(texts, claims, pairs, 0, NEWS)


def test_nobody() -> None:
    assert resolved([]) == []
