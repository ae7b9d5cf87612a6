"""The figures are those of their definitions, by counting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.topics.measure import average_precision, best_point, point_at, threshold_for_recall

labelled = st.lists(st.tuples(st.integers(0, 9).map(float), st.booleans()), min_size=1, max_size=25)


def test_average_precision_of_a_known_ranking():
    assert average_precision([9, 8, 7, 6], [True, False, True, False]) == pytest.approx((1 + 2 / 3) / 2)


def test_nothing_relevant_is_no_precision():
    assert average_precision([1, 2], [False, False]) == 0
    assert threshold_for_recall([1, 2], [False, False], 0.9) == 0
    assert point_at(1, [1, 2], [False, False]).f == 0


def test_a_point_counts_what_is_at_or_above():
    point = point_at(5, [5, 4, 6], [True, True, False])
    assert (point.precision, point.recall, point.f, point.taken) == (0.5, 0.5, 0.5, 2)


@given(labelled)
def test_no_threshold_is_better_than_the_best(pairs):
    scores, truth = zip(*pairs, strict=True)
    best = best_point(scores, truth)
    assert best.f == pytest.approx(max(point_at(score, scores, truth).f for score in scores))


@given(labelled, st.sampled_from([0.5, 0.8, 0.97, 1.0]))
def test_the_threshold_for_a_recall_has_it_and_no_higher_one_does(pairs, recall):
    scores, truth = zip(*pairs, strict=True)
    threshold = threshold_for_recall(scores, truth, recall)
    if any(truth):
        assert point_at(threshold, scores, truth).recall >= recall - 1e-9
        higher = [s for s in scores if s > threshold]
        assert all(point_at(s, scores, truth).recall < recall for s in higher)


def test_beta_makes_recall_count_more():
    scores, truth = [9, 8, 7, 6, 5, 4, 3], [True, True, False, False, False, True, False]
    assert best_point(scores, truth, beta=3).threshold < best_point(scores, truth, beta=0.3).threshold
