"""Thresholds from labels: between the kinds, with an interval that few labels widen, the same each time."""

import pytest

from pipeline.topics.calibrate import CalibrateParams, calibrate

PARAMS = CalibrateParams(draws=200)


def labels(n: int) -> tuple[list[float], list[bool]]:
    """Return n relevant of 10 and above, and n others below 8, but for one of each that went astray."""
    scores = [10 + k % 9 for k in range(n)] + [k % 8 for k in range(n)]
    scores[0], scores[n] = 5, 12
    return [float(s) for s in scores], [True] * n + [False] * n


def test_the_threshold_lies_between_the_kinds_and_inside_its_interval():
    found = calibrate(*labels(60), PARAMS)
    low, high = found.keep_between
    assert 7 < found.keep.threshold <= 10
    assert low <= found.keep.threshold <= high
    assert found.f_between[0] <= found.keep.f <= found.f_between[1] <= 1
    assert (found.labels, found.relevant, found.advice) == (120, 60, ())


def test_review_keeps_the_share_asked_for_and_is_not_above_keep():
    found = calibrate(*labels(60), CalibrateParams(draws=50, review_recall=1.0))
    assert (found.review.threshold, found.review.recall) == (5, 1)
    assert calibrate(*labels(60), CalibrateParams(draws=50, review_recall=0.1)).review.threshold <= found.keep.threshold


def test_the_interval_of_review_is_of_the_same_threshold():
    """With few of the relevant below the best cut, review is held down to keep: in the draws, too."""
    scores = [float(n % 7) for n in range(40)] + [8.0 + n % 5 for n in range(20)]
    found = calibrate(scores, [score >= 8 for score in scores], CalibrateParams(draws=200, review_recall=0.1))
    low, high = found.review_between
    assert low <= found.review.threshold <= high
    assert found.review.threshold == found.keep.threshold


def test_the_table_goes_from_loose_to_strict():
    table = calibrate(*labels(60), PARAMS).table
    assert 4 <= len(table) <= 12
    assert [p.taken for p in table] == sorted((p.taken for p in table), reverse=True)


def test_the_same_labels_give_the_same_answer():
    assert calibrate(*labels(20), PARAMS) == calibrate(*labels(20), PARAMS)


def test_few_labels_are_called_few():
    (advice, *_) = calibrate(*labels(8), PARAMS).advice
    assert "16 labels, 8 of them relevant, are few" in advice


def test_an_unsettled_threshold_and_blind_spots_are_told():
    scores = [1.0, 20.0, 2.0, 19.0, 0.0] * 20
    truth = [False, True, True, False, True] * 20
    told = " ".join(calibrate(scores, truth, PARAMS).advice)
    assert "not settled" in told
    assert "20 relevant articles have no term" in told


@pytest.mark.parametrize("truth", [[True, True], [False, False]])
def test_labels_that_all_say_the_same_are_no_ground(truth):
    with pytest.raises(ValueError, match="all labels say the same"):
        calibrate([1.0, 2.0], truth, PARAMS)
