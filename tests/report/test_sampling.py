"""Samples: bounded, spread evenly, the same every time."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.sampling import MOST_EXAMPLES, evenly, sample


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


def test_the_first_of_each_trait_is_shown_beside_the_others_and_pinned():
    found = sample(range(1000), 10, traits=lambda n: {333: ["rare"], 334: ["rare"], 801: ["other", "rare"]}.get(n, []))
    assert {333, 801} <= set(found.shown)
    assert 334 not in found.shown
    assert [found.shown[place] for place in sorted(found.pinned)] == [333, 801]
    assert list(found.shown) == sorted(set(found.shown))


def test_there_are_never_too_many_examples():
    found = sample(range(10_000), 10, traits=lambda n: [str(n)])
    assert len(found.pinned) == MOST_EXAMPLES
    assert len(found.shown) <= 10 + MOST_EXAMPLES


PINNED = {
    "all fit": (100, {3}, (0, 1, 2, 3, 4, 5, 6, 7)),
    "the rest is thinned": (40, {3}, (0, 3, 5)),
    "too many pins are thinned too": (40, {0, 1, 2, 3, 4, 5}, (0, 4, 6, 7)),
    "no room but for one": (10, {3}, (3,)),
}


@pytest.mark.parametrize(("budget", "pinned", "rows"), PINNED.values(), ids=PINNED)
def test_what_is_pinned_stays_as_long_as_it_fits(budget, pinned, rows):
    assert evenly(range(8), [10] * 8, budget, pinned) == rows


@given(
    weights=st.lists(st.integers(1, 50), max_size=60),
    budget=st.integers(1, 500),
    pinned=st.sets(st.integers(0, 59), max_size=20),
)
def test_a_budget_is_kept_wherever_two_fit(weights, budget, pinned):
    rows = evenly(range(len(weights)), weights, budget, {place for place in pinned if place < len(weights)})
    assert bool(rows) == bool(weights)
    assert len(rows) == 1 or sum(weights[row] for row in rows) <= budget or len(rows) == 2
