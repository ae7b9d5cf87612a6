"""Some of many: bounded in memory and on the page, spread evenly, and the same ones for the same input.

No chance is drawn: which rows are shown depends on their places alone, so that a reader of two reports compares like with like.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
Row_co = TypeVar("Row_co", covariant=True)

MOST_SHOWN = 400  # articles, copies, rejections and failures each: about 4 MB of HTML at 1,500 characters an article
MOST_EXAMPLES = 200  # articles beside them, so that what a rare rule did can be looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(Generic[Row_co]):
    """Some of many, evenly spread and in order: the same input shows the same ones."""

    shown: tuple[Row_co, ...] = ()
    total: int = 0
    pinned: frozenset[int] = frozenset()  # places in `shown` of those that are there for what they are an example of


def _nothing_special(_: object) -> tuple[str, ...]:
    return ()


def sample(
    rows: Iterable[T], most: int = MOST_SHOWN, traits: Callable[[T], Iterable[str]] = _nothing_special
) -> Sample[T]:
    """Return at most `most` rows, evenly spread: every n-th, n doubling as rows come, so that memory stays bounded.

    Beside them stands the first row of each trait; of MOST_EXAMPLES traits at most.
    """
    spread: dict[int, T] = {}
    examples: dict[int, T] = {}
    known: set[str] = set()
    step, total = 1, 0
    for row in rows:
        new = [trait for trait in traits(row) if trait not in known] if len(known) < MOST_EXAMPLES else []
        if new:
            known.update(new)
            examples[total] = row
        if total % step == 0:
            spread[total] = row
        if len(spread) > most:
            step *= 2
            spread = {at: one for at, one in spread.items() if at % step == 0}
        total += 1
    places = sorted({*spread, *examples})
    shown = tuple(spread[at] if at in spread else examples[at] for at in places)
    return Sample(shown=shown, total=total, pinned=frozenset(n for n, at in enumerate(places) if at in examples))


def evenly(rows: Iterable[T], sizes: Iterable[int], budget: int, pinned: Collection[int] = ()) -> tuple[T, ...]:
    """Return rows whose sizes sum up to the budget or less, at least one: every n-th, n a power of two as small as can be.

    Those at pinned places stay as long as they fit into half of the budget.
    """
    kept, weights = tuple(rows), tuple(sizes)
    first = _thinned(sorted(pinned), weights, budget / 2)
    left = budget - sum(weights[place] for place in first)
    others = _thinned([place for place in range(len(kept)) if place not in pinned], weights, left)
    if len(others) == 1 and first and weights[others[0]] > left:
        others = []
    return tuple(kept[place] for place in sorted((*first, *others)))


def _thinned(places: Sequence[int], weights: Sequence[int], budget: float) -> Sequence[int]:
    while len(places) > 1 and sum(weights[place] for place in places) > budget:
        places = places[::2]
    return places
