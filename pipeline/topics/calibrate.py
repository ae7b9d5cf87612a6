"""Labelled scores to thresholds, with how sure they are. Pure: the same labels give the same answer.

The interval is that of the bootstrap: the labels are drawn again with replacement, many times, and the middle of what
comes out is told. With few labels it is wide, and that is the point of telling it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.topics.measure import Bools, Floats, Point, average_precision, best_point, point_at, threshold_for_recall


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrateParams:
    """How thresholds are found."""

    beta: float = 1.0  # 2: to lose an article is worse than to read one too many
    review_recall: float = 0.97  # share of the relevant that the review band must not lose
    draws: int = 1000  # of the bootstrap
    confidence: float = 0.90  # share of the draws inside the interval
    seed: int = 1  # of the draws: any will do, the same gives the same answer
    least_labels: int = 50  # below, thresholds are guesses: of 20 labels the interval spans the whole band
    least_relevant: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Thresholds for a topic, what they would do, and what to be wary of."""

    labels: int
    relevant: int
    average_precision: float
    keep: Point
    keep_between: tuple[float, float]
    f_between: tuple[float, float]
    review: Point
    review_between: tuple[float, float]
    table: tuple[Point, ...]
    advice: tuple[str, ...]


def calibrate(scores: Sequence[float], relevant: Sequence[bool], params: CalibrateParams) -> Calibration:
    """Return the thresholds that fit the labels. Raises ValueError when all labels say the same."""
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(relevant, dtype=np.bool_)
    if not truth.any() or truth.all():
        raise ValueError("all labels say the same: label some articles that are relevant, and some that are not")
    keep = best_point(values, truth, params.beta)
    review_score = min(keep.threshold, threshold_for_recall(values, truth, params.review_recall))
    draws = np.array(list(_drawn(values, truth, params)))
    low, high = np.quantile(draws, [(1 - params.confidence) / 2, (1 + params.confidence) / 2], axis=0)
    return Calibration(
        labels=len(values),
        relevant=int(truth.sum()),
        average_precision=average_precision(values, truth),
        keep=keep,
        keep_between=(float(low[0]), float(high[0])),
        f_between=(float(low[1]), float(high[1])),
        review=point_at(review_score, values, truth, params.beta),
        review_between=(float(low[2]), float(high[2])),
        table=tuple(point_at(t, values, truth, params.beta) for t in _steps(values, keep.threshold)),
        advice=_advice(values, truth, (float(low[0]), float(high[0])), params),
    )


def _drawn(scores: Floats, relevant: Bools, params: CalibrateParams) -> Iterator[tuple[float, float, float]]:
    """Yield threshold, F and review threshold of labels drawn again; draws of one kind only tell nothing."""
    source = np.random.default_rng(params.seed)
    for _ in range(params.draws):
        drawn = source.integers(0, len(scores), len(scores))
        some, truth = scores[drawn], relevant[drawn]
        if truth.any() and not truth.all():
            best = best_point(some, truth, params.beta)
            review = threshold_for_recall(some, truth, params.review_recall)
            yield best.threshold, best.f, min(best.threshold, review)  # as the thresholds themselves are found


def _steps(scores: Floats, best: float, steps: int = 8) -> list[float]:
    """Return thresholds from low to high, about the best one."""
    top = max(float(np.quantile(scores, 0.95)), best * 1.5, 1.0)
    size = _round_size(top / steps)
    return [round(size * n, 3) for n in range(1, int(top / size) + 1)]


def _round_size(size: float) -> float:
    unit = 10.0 ** np.floor(np.log10(size))
    return float(next(step * unit for step in (1, 2, 2.5, 5, 10) if step * unit >= size))


def _advice(
    scores: Floats, relevant: Bools, keep_between: tuple[float, float], params: CalibrateParams
) -> tuple[str, ...]:
    n, positive = len(scores), int(relevant.sum())
    advice = []
    if n < params.least_labels or positive < params.least_relevant:
        advice.append(
            f"{n} labels, {positive} of them relevant, are few: below {params.least_labels} and {params.least_relevant} a "
            "threshold is a guess. Label more, best such as score between the two thresholds"
        )
    inside = int(((scores >= keep_between[0]) & (scores <= keep_between[1])).sum())
    if keep_between[1] > 2 * max(keep_between[0], 1e-9):
        advice.append(
            f"the threshold is not settled: {inside} labels lie inside its interval. More labels there would narrow it"
        )
    missed = int((relevant & (scores == 0)).sum())
    if missed:
        advice.append(f"{missed} relevant articles have no term at all: `zhnews topic suggest` may find words for them")
    return tuple(advice)
