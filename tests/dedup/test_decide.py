from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup.bands import ANCHORS, band_keys, candidate_pairs
from pipeline.dedup.decide import DedupParams, find_near_duplicates, preferred, sign
from pipeline.dedup.signature import SignatureSpec, signatures
from pipeline.dedup.verify import LM, NEWS, verify_pair
from pipeline.model import Decision, Record
from tests.dedup.stories import form, records, story

STORY = story(1)
FORM = form("长沙", 5, 1, (1203, 871, 96))


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
    assert "similarity" not in decisions[2].scores  # the shared 3-grams were enough


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


URL = "https://news.example/1"
DAY = datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_an_equal_url_alone_is_no_copy() -> None:
    """The page of yesterday may be another article today; nothing of it is lost."""
    both = [
        Record(id="a", text=STORY, url=URL),
        Record(id="b", text=story(2), url=URL),
        Record(id="c", text="", url=URL),
    ]
    assert kept(find_near_duplicates(both)) == [None, None, None]


def test_an_updated_article_supersedes_its_earlier_version() -> None:
    """Days later and with a corrected number it would be another event at another address."""
    revised = FORM.replace("1203件", "1209件") + "热线另行提醒，节假日照常受理来电，无需预约。"
    first = Record(id="a", text=FORM, url=URL, published_at=DAY)
    for url, expected in ((URL, ["a", True]), ("https://news.example/2", [None, False])):
        second = Record(id="b", text=revised, url=url, published_at=DAY + timedelta(days=9))
        decision = find_near_duplicates([first, second])[1]
        assert [decision.kept, decision.supersedes] == expected


def test_a_form_filled_anew_at_one_address_stays() -> None:
    forms = [
        Record(id=str(day), text=form("长沙", 5, day, (900 + 37 * day, 500, 40 + day)), url=URL) for day in range(1, 5)
    ]
    assert kept(find_near_duplicates(forms)) == [None] * 4


VERSIONS = {
    "later and longer": (1, STORY + "（完）", True),
    "no later, longer": (0, STORY + "（完）", True),
    "no later, shorter": (0, STORY[:-30], False),
    "later, a little shorter": (1, STORY[:-30], True),
    "later, but only a part": (1, STORY[:300], False),
    "earlier": (-1, STORY + "全文完", False),
    "the same again": (1, STORY, False),
}


@pytest.mark.parametrize(("days", "text", "supersedes"), VERSIONS.values(), ids=VERSIONS.keys())
def test_which_version_of_a_page_is_the_newer(days: int, text: str, supersedes: bool) -> None:  # noqa: FBT001
    first = Record(id="a", text=STORY, url=URL, published_at=DAY)
    second = Record(id="b", text=text, url=URL, published_at=DAY + timedelta(days=days))
    decision = find_near_duplicates([first, second])[1]
    assert (decision.kept, decision.supersedes) == ("a", supersedes)


def test_the_one_kept_at_an_address_is_looked_at_whatever_the_signatures_say() -> None:
    spec = SignatureSpec(bands=1, rows=128)  # only equal signatures would meet
    both = [Record(id="a", text=STORY, url=URL), Record(id="b", text=STORY + story(2, 1), url=URL)]
    assert kept(find_near_duplicates(both, DedupParams(spec=spec))) == [None, "a"]
    assert kept(find_near_duplicates([replace(record, url=None) for record in both], DedupParams(spec=spec))) == [
        None,
        None,
    ]


def test_a_url_that_was_dropped_justifies_nothing() -> None:
    stream = [
        Record(id="a", text=STORY),
        Record(id="b", text=STORY + "完", url=URL),
        Record(id="c", text=story(2), url=URL),
    ]
    assert kept(find_near_duplicates(stream)) == [None, "a", None]


SUPERSEDING = {
    "a cut copy came first": (STORY[:330], STORY, True),
    "the first page of two came first": (STORY[:430], STORY, True),
    "hardly longer": (STORY, STORY + "责任编辑另发。", False),
    "a roundup that has it further down": (STORY[:330], story(2, 4) + STORY[:330], False),
    "the cut one came later": (STORY, STORY[:330], False),
}


@pytest.mark.parametrize(("first", "second", "supersedes"), SUPERSEDING.values(), ids=SUPERSEDING.keys())
def test_a_fuller_text_supersedes_the_cut_one_that_came_first(first: str, second: str, supersedes: bool) -> None:  # noqa: FBT001
    decision = find_near_duplicates(records(first, second))[1]
    assert (decision.kept, decision.supersedes) == ("0", supersedes)


def test_the_longest_that_supersedes_is_preferred_and_of_equals_the_first() -> None:
    texts = [STORY[:330], STORY[:500], STORY[:620], story(2), STORY[:620] + "！"]
    decisions = find_near_duplicates(records(*texts))
    assert preferred(decisions, {d.id: len(texts[int(d.id)]) for d in decisions}) == {"0": "4"}
    assert preferred(decisions, dict.fromkeys("01234", 9)) == {"0": "1"}
    assert preferred(decisions[3:4], {}) == {}


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


def in_order(everyone: list[Record], params: DedupParams) -> list[str | None]:
    """The definition: each is compared with the kept ones among its candidates, the likest first."""
    signed = signatures([record.text for record in everyone], params.spec)
    pairs = candidate_pairs(band_keys(signed, params.spec))
    found: list[str | None] = []
    for place, record in enumerate(everyone):
        others = pairs.earlier[pairs.later == place].tolist()
        likeness = {other: int((signed[other] == signed[place]).sum()) for other in others if found[other] is None}
        least = params.min_estimate * params.spec.num_perm
        best = sorted((other for other in likeness if likeness[other] >= least), key=lambda o: (-likeness[o], o))
        copied = (
            o for o in best[: params.verify.max_compared] if verify_pair(record, everyone[o], params.verify).is_copy
        )
        first = next(copied, None)
        found.append(None if first is None else str(first))
    return found


@pytest.mark.parametrize("limit", [1, 3, 32])
@settings(max_examples=30, deadline=None)
@given(choices=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6)), max_size=16))
def test_a_record_is_dropped_for_the_likest_that_stays(choices: list[tuple[int, int]], limit: int) -> None:
    cuts = [slice(a, b) for a, b in ((0, None), (0, 420), (150, None), (0, 600), (300, None), (100, 500), (200, 640))]
    everyone = records(*(story(seed)[cuts[cut]] for seed, cut in choices))
    params = DedupParams(verify=replace(NEWS, max_compared=limit))
    assert kept(find_near_duplicates(everyone, params)) == in_order(everyone, params)


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
