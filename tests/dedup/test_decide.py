import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup.bands import ANCHORS, band_keys, candidate_pairs
from pipeline.dedup.decide import DedupParams, find_near_duplicates, sign
from pipeline.dedup.signature import SignatureSpec, signatures
from pipeline.dedup.verify import LM, verify_pair
from pipeline.model import Decision, Record
from tests.dedup.stories import form, records, story

STORY = story(1)


def kept(decisions: list[Decision]) -> list[str | None]:
    return [decision.kept for decision in decisions]


def test_one_record_stays() -> None:
    assert find_near_duplicates(records(STORY)) == [Decision(id="0", kept=None)]
    assert find_near_duplicates([]) == []


def test_the_first_stays_and_each_copy_names_it() -> None:
    decisions = find_near_duplicates(records(STORY, story(2), STORY + "加微信领取", STORY[:300], story(3)))
    assert kept(decisions) == [None, None, "0", "0", None]
    assert [decision.relation for decision in decisions] == [None, None, "near", "contained", None]
    assert decisions[2].scores["containment"] == 1.0
    assert 0.9 < decisions[2].scores["similarity"] < 1


def test_no_chain_is_followed() -> None:
    """The second is a part of the first, the third holds the second: it stays, for it is no copy of the first."""
    part = STORY[: len(STORY) // 2]
    third = part + story(2)[: len(part)]
    whole, half, other = records(STORY, part, third)
    assert verify_pair(other, half).relation == "contains"
    assert not verify_pair(other, whole).is_copy
    assert kept(find_near_duplicates(records(STORY, part, third))) == [None, "0", None]
    assert kept(find_near_duplicates(records(part, third))) == [None, "0"]


def test_the_best_of_several_is_named_and_of_equals_the_first() -> None:
    far, close = STORY[: len(STORY) * 6 // 10], STORY[len(STORY) * 4 // 10 :]
    decisions = find_near_duplicates(records(far, close, STORY[len(STORY) // 3 :]))
    assert kept(decisions) == [None, None, "1"]
    assert kept(find_near_duplicates(records(STORY, STORY, STORY))) == [None, "0", "0"]


def test_equal_urls_are_exact() -> None:
    url = "https://news.example/1"
    both = [
        Record(id="a", text=STORY, url=url),
        Record(id="b", text=story(2), url=url),
        Record(id="c", text="", url=url),
    ]
    assert [(d.kept, d.relation) for d in find_near_duplicates(both)] == [(None, None), ("a", "exact"), ("a", "exact")]


def test_a_url_that_was_dropped_justifies_nothing() -> None:
    url = "https://news.example/1"
    stream = [
        Record(id="a", text=STORY),
        Record(id="b", text=STORY + "完", url=url),
        Record(id="c", text=story(2), url=url),
    ]
    assert kept(find_near_duplicates(stream)) == [None, "a", None]


def test_empty_and_short_texts_stay_unless_equal() -> None:
    texts = ["", " ", "！！", "！！ ", "短讯一则", "短讯二则", "短訊一則", ""]
    assert kept(find_near_duplicates(records(*texts))) == [None, None, None, "2", None, None, "4", None]


def test_forms_stay_and_are_copies_for_a_language_model() -> None:
    forms = [form("长沙", 5, day, (900 + 37 * day, 500 + 11 * day, 40 + day)) for day in range(1, 20)]
    assert kept(find_near_duplicates(records(*forms))) == [None] * 19
    assert kept(find_near_duplicates(records(*forms), DedupParams(verify=LM)))[1:] == ["0"] * 18


def test_a_viral_text_falls_to_one_beyond_the_anchors() -> None:
    copies = [STORY + f"\n转自网友{chr(0x6000 + 7 * n)}的朋友圈" for n in range(3 * ANCHORS)]
    decisions = find_near_duplicates(records(*copies))
    assert kept(decisions) == [None] + ["0"] * (3 * ANCHORS - 1)


def test_exact_copies_of_a_dropped_text_are_compared_themselves() -> None:
    part = STORY[:400]
    decisions = find_near_duplicates(records(STORY, part, part))
    assert kept(decisions) == [None, "0", "0"]
    assert decisions[1].relation == decisions[2].relation == "contained"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=14))
def test_a_record_is_dropped_exactly_when_a_candidate_that_stays_is_a_copy(choices: list[tuple[int, int]]) -> None:
    cuts = [slice(None), slice(0, 420), slice(150, None), slice(0, 600), slice(300, None)]
    everyone = records(*(story(seed)[cuts[cut]] for seed, cut in choices))
    params = DedupParams()
    signed = signatures([record.text for record in everyone], params.spec)
    pairs = candidate_pairs(band_keys(signed, params.spec))
    candidates = set(zip(pairs.earlier.tolist(), pairs.later.tolist(), strict=True))
    decisions = find_near_duplicates(everyone)
    stays: list[int] = []
    for place, record in enumerate(everyone):
        copies = [
            (verified.scores["jaccard"], -other)
            for other in stays
            if (other, place) in candidates and (verified := verify_pair(record, everyone[other])).is_copy
        ]
        if not copies:
            stays.append(place)
        assert decisions[place].kept == (str(-max(copies)[1]) if copies else None)


def test_members_are_the_first_with_their_text() -> None:
    signed = sign(records(STORY, "", STORY, "！", story(2)), SignatureSpec())
    assert signed.members().tolist() == [True, False, False, False, True]
    assert signed.members(frozenset(signed.content_keys[:1])).tolist() == [False, False, False, False, True]
    assert signed.is_blank.tolist() == [False, True, False, False, False]


def test_decisions_are_the_same_again() -> None:
    texts = [story(seed)[: 300 + 90 * (seed % 4)] for seed in [1, 2, 1, 3, 2, 1, 4, 3, 9, 9]]
    first = find_near_duplicates(records(*texts))
    assert first == find_near_duplicates(records(*texts))
    assert sum(decision.is_kept for decision in first) == 5


@pytest.mark.parametrize("text", ["一" * 1_000_000, "重复的行\n" * 10_000], ids=["one", "lines"])
def test_hostile_texts(text: str) -> None:
    assert kept(find_near_duplicates(records(text, STORY, text, text + STORY)))[:3] == [None, None, "0"]


def test_another_spec_gives_other_candidates_but_the_same_exact_ones() -> None:
    spec = SignatureSpec(ngram=5, num_perm=64, bands=8, rows=8)
    decisions = find_near_duplicates(records(STORY, STORY.replace("，", ",")), DedupParams(spec=spec))
    assert kept(decisions) == [None, "0"]
    assert np.isclose(decisions[1].scores["containment"], 1)
