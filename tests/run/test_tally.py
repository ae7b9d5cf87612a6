import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import ArticleId, Decision, Rejected
from pipeline.run.tally import Tally, merge_all, removed_characters, tally_decision, tally_outcome
from tests.builders import article, change

COUNTS = st.dictionaries(st.sampled_from(["声明", "导航", "重复"]), st.integers(1, 9))
TALLIES = st.builds(
    lambda kept, rejected, unchanged, failed, removed, rules: Tally(
        seen=kept + rejected + unchanged + failed,
        kept=kept,
        rejected=rejected,
        unchanged=unchanged,
        failed=failed,
        duplicates=rejected // 2,
        removed=removed,
        rules=rules,
    ),
    *([st.integers(0, 9)] * 4),
    COUNTS,
    COUNTS,
)


@pytest.mark.parametrize("fate", ["kept", "rejected", "unchanged", "failed"])
def test_each_fate_adds_up(fate):
    tally = Tally().plus(fate)
    tally.check()
    assert (tally.seen, getattr(tally, fate)) == (1, 1)


@pytest.mark.parametrize(("rule", "duplicates"), [("dedup.near", 1), ("extract.no_body", 0), ("", 0)])
def test_duplicates_are_rejected_by_dedup(rule, duplicates):
    tally = Tally().plus("rejected", rule=rule)
    assert (tally.rejected, tally.duplicates, dict(tally.rules)) == (1, duplicates, {rule: 1} if rule else {})


@pytest.mark.parametrize("wrong", [Tally(seen=2, kept=1), Tally(seen=1, rejected=1, duplicates=2)])
def test_a_tally_that_does_not_add_up_is_seen(wrong):
    with pytest.raises(AssertionError):
        wrong.check()


def test_removed_characters_are_counted_by_kind():
    cleaned = article("声明一二\n正文ＡＢ\n广告").changed(
        [change(0, 4, kind="disclaimer"), change(7, 9, "AB", kind="width"), change(10, 12, kind="promo")]
    )
    assert removed_characters(cleaned.edits) == {"disclaimer": 4, "promo": 2}


def test_an_outcome_is_kept_or_rejected():
    rejected = Rejected(id=ArticleId("a"), url=None, source="s", rule="extract.no_body")
    assert tally_outcome(article("热线")).kept == 1
    assert tally_outcome(rejected).rules == {"extract.no_body": 1}


def test_a_copy_counts_as_rejected_and_what_was_cut_from_it_does_not_count():
    one = article("声明\n正文").changed([change(0, 2)])
    kept = tally_decision(one, Decision(id="a1", kept=None))
    dropped = tally_decision(one, Decision(id="a1", kept="b", relation="contained"))
    assert (kept.kept, dict(kept.removed)) == (1, {"test": 2})
    assert (dropped.rejected, dropped.duplicates, dict(dropped.removed)) == (1, 1, {})
    assert dropped.rules == {"dedup.contained": 1}


@given(TALLIES, TALLIES, TALLIES)
def test_merge_does_not_care_for_order_or_grouping(a, b, c):
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c)) == merge_all([c, a, b])
    a.merge(b).check()
    assert a.merge(Tally()) == a


@given(TALLIES)
def test_json_comes_back(tally):
    assert Tally.from_json(json.loads(json.dumps(tally.as_json()))) == tally


def test_json_has_the_largest_counts_first():
    told = Tally(rules={"b": 1, "a": 1, "c": 5}).as_json()["rules"]
    assert isinstance(told, dict)
    assert list(told) == ["c", "a", "b"]
