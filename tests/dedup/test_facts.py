import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedup.facts import differing_facts, fact_agreement, fact_conflict, facts_of, find_facts
from pipeline.dedup.packed import pack

CASES = {
    "date": ("会议于５月15日举行", ["5月15日"]),
    "full date": ("2026年3月1日起", ["2026年3月1日"]),
    "decimal": ("上涨3.25%后回落", ["3.25%"]),
    "thousands": ("共1,234件", ["1,234"]),
    "a list is not one number": ("1、2、3", ["1", "2", "3"]),
    "a range is one fact": ("5-8日", ["5-8日"]),
    "ordinal": ("第三次会议、第3届", ["第三次", "第3届"]),
    "Chinese number": ("二十五人到场", ["二十五"]),
    "Chinese month": ("三月开工", ["三月"]),
    "一 is a word": ("一定要一点点来，万分感谢，十分满意", []),
    "a unit alone is none": ("年底的时候", []),
    "traditional": ("第貳拾屆與五萬人次", ["五万"]),
    "end of text": ("编号7", ["7"]),
    "joiner at the end is left": ("共5.", ["5"]),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_facts_of(text: str, expected: list[str]) -> None:
    assert list(facts_of(text)[0]) == expected


@given(st.lists(st.text(alphabet="12三五第年月日.,:中\n", max_size=12), max_size=5))
def test_facts_never_reach_over_the_end_of_a_text(texts: list[str]) -> None:
    assert facts_of(*texts) == [facts_of(text)[0] for text in texts]
    together = find_facts(pack(texts))
    for row, text in enumerate(texts):
        alone = find_facts(pack([text]))
        assert np.array_equal(together.values.row(row), alone.values.row(0))
        start, end = together.slot_starts[row : row + 2]
        assert np.array_equal(together.slots[start:end], alone.slots)


def compared(first: str, second: str) -> tuple[float, float]:
    facts = find_facts(pack([first, second]))
    left, right = np.array([0]), np.array([1])
    return float(fact_agreement(facts, left, right)[0][0]), float(fact_conflict(facts, left, right)[0])


PAIRS = {
    "the same": ("5月1日来电120件", "5月1日，来电120件！", 1.0, 0.0),
    "a form filled anew": ("长沙5月1日来电120件，办结98件", "福州5月2日来电131件，办结98件", 0.25, 0.7),
    "no facts": ("没有数字", "也没有", 1.0, 0.0),
    "a fact that vanished is no conflict": ("气温28度，降水30毫米左右", "气温28度，降水不多", 1.0, 0.0),
    "moved, still agrees": ("共120件，其中8件转办", "其中8件转办；共120件", 1.0, 0.0),
}


@pytest.mark.parametrize(("first", "second", "agreement", "conflict"), PAIRS.values(), ids=PAIRS.keys())
def test_agreement_and_conflict(first: str, second: str, agreement: float, conflict: float) -> None:
    found = compared(first, second)
    assert found == compared(second, first)
    assert found[0] == pytest.approx(agreement, abs=0.15)
    assert found[1] == pytest.approx(conflict, abs=0.15)


def test_many_pairs_are_measured_as_few() -> None:
    facts = find_facts(pack(["5月1日来电120件，办结98件", "5月2日来电131件，办结98件", "8人"]))
    left, right = np.array([0, 0, 1]), np.array([1, 2, 1])
    times = 2000
    assert np.array_equal(
        fact_conflict(facts, np.tile(left, times), np.tile(right, times)),
        np.tile(fact_conflict(facts, left, right), times),
    )
    many = fact_agreement(facts, np.tile(left, times), np.tile(right, times))[0]
    assert np.array_equal(many, np.tile(fact_agreement(facts, left, right)[0], times))


def test_differing_facts_are_named_once_in_order() -> None:
    assert differing_facts(("3日", "5", "5", "8"), ("8", "9", "9")) == ("3日", "5", "9")
