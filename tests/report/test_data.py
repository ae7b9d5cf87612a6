"""Samples: bounded, spread evenly, the same every time."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.data import evenly, sample


@given(total=st.integers(0, 3000), most=st.integers(1, 60))
def test_a_sample_is_small_evenly_spread_and_begins_at_the_first(total, most):
    found = sample(range(total), most)
    assert found.total == total
    assert min(total, most // 2 + 1) <= len(found.shown) <= most
    gaps = {b - a for a, b in pairwise(found.shown)}
    assert len(gaps) <= 1
    assert found.shown[:1] == ((0,) if total else ())
    if gaps:
        assert total - found.shown[-1] <= gaps.pop()


def test_what_fits_is_shown_whole():
    assert sample("甲乙丙", 3).shown == ("甲", "乙", "丙")


@pytest.mark.parametrize(("budget", "rows"), [(100, (0, 1, 2, 3)), (39, (0, 2)), (20, (0, 2)), (19, (0,)), (1, (0,))])
def test_a_budget_thins_evenly_and_leaves_one(budget, rows):
    assert evenly(range(4), [10] * 4, budget) == rows
