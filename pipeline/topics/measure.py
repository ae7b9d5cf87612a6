"""How well scores tell what people called relevant: precision and recall, the best threshold, words that tell. Pure.

A label is 0 (not about the topic), 1 (in a substantial part) or 2 (mainly). From 1 on an article is relevant.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What a threshold would do to the labelled articles."""

    threshold: float
    precision: float
    recall: float
    f: float  # the harmonic mean of both, recall counting beta times as much
    taken: int  # articles at or above the threshold


def average_precision(scores: Sequence[float] | Floats, relevant: Sequence[bool] | Bools) -> float:
    """Return the mean of the precision at each relevant place of the ranking; 0 when nothing is relevant."""
    order = np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")
    right = np.asarray(relevant, dtype=np.bool_)[order]
    if not right.any():
        return 0.0
    return float((np.cumsum(right) / np.arange(1, len(right) + 1))[right].mean())


def point_at(
    threshold: float, scores: Sequence[float] | Floats, relevant: Sequence[bool] | Bools, beta: float = 1.0
) -> Point:
    """Return precision and recall of "at or above the threshold"."""
    said = np.asarray(scores, dtype=np.float64) >= threshold
    truth = np.asarray(relevant, dtype=np.bool_)
    right = int((said & truth).sum())
    precision = right / max(1, int(said.sum()))
    recall = right / max(1, int(truth.sum()))
    f = (1 + beta**2) * precision * recall / (beta**2 * precision + recall) if right else 0.0
    return Point(threshold=threshold, precision=precision, recall=recall, f=f, taken=int(said.sum()))


def best_point(scores: Sequence[float] | Floats, relevant: Sequence[bool] | Bools, beta: float = 1.0) -> Point:
    """Return the threshold with the highest F: halfway between two scores, the lower one of two equally good.

    Raises ValueError without scores.
    """
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(relevant, dtype=np.bool_)
    distinct = np.unique(values)
    between = np.concatenate([distinct[:1], (distinct[:-1] + distinct[1:]) / 2])
    f = _f_of_each(between, values, truth, beta)
    return point_at(float(between[int(f.argmax())]), values, truth, beta)


def _f_of_each(thresholds: Floats, scores: Floats, relevant: Bools, beta: float) -> Floats:
    """Return the F of each threshold; by sorting, as the bootstrap asks for thousands."""
    wanted = np.sort(scores[relevant])
    taken = len(scores) - np.searchsorted(np.sort(scores), thresholds)
    right = len(wanted) - np.searchsorted(wanted, thresholds)
    return np.asarray((1 + beta**2) * right / np.maximum(1, taken + beta**2 * len(wanted)))


def threshold_for_recall(scores: Sequence[float] | Floats, relevant: Sequence[bool] | Bools, recall: float) -> float:
    """Return the highest threshold that takes at least this share of the relevant; 0 when nothing is relevant."""
    wanted = np.sort(np.asarray(scores, dtype=np.float64)[np.asarray(relevant, dtype=np.bool_)])
    if not len(wanted):
        return 0.0
    missed = int(np.floor((1 - recall) * len(wanted) + 1e-9))
    return float(wanted[min(missed, len(wanted) - 1)])
