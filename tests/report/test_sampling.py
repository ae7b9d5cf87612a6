"""Samples: bounded, spread evenly, the same every time."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.sampling import MOST_EXAMPLES, Sample, Sampling, evenly, sample, step_of


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


def letters(n):
    """Return few common traits and many rare ones, one of them twice."""
    return ["even", "even"] * (n % 2 == 0) + [f"t{n * n % 997}"] * (n % 3 == 0)


@given(
    ends=st.lists(st.integers(0, 1500), min_size=1, max_size=8).map(sorted),
    most=st.integers(1, 60),
    is_counted=st.booleans(),
)
def test_samplings_of_parts_make_the_sampling_of_all(ends, most, is_counted):
    total = ends[-1]
    whole: Sampling[int] = Sampling(most)
    for first, end in pairwise([0, *ends]):
        part: Sampling[int] = Sampling(most, first=first, step=step_of(total, most) if is_counted else 1)
        for row in range(first, end):
            part.add(row, letters(row))
        whole.merge(part)
    assert whole.taken() == sample(range(total), most, traits=letters)


@given(total=st.integers(0, 3000), most=st.integers(1, 60))
def test_every_how_many_th_is_shown_is_known_from_their_number(total, most):
    assert tuple(range(0, total, step_of(total, most))) == sample(range(total), most).shown


def test_a_sample_of_what_is_made_of_the_rows():
    found = Sample(shown=("1", "2"), total=9, pinned=frozenset({1}))
    assert found.made(int) == Sample(shown=(1, 2), total=9, pinned=frozenset({1}))
