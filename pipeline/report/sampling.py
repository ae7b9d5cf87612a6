"""Some of many: bounded in memory and on the page, spread evenly, and the same ones for the same input.

No chance is drawn: which rows are shown depends on their places alone, so that a reader of two reports compares like with like.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")
Row_co = TypeVar("Row_co", covariant=True)

MOST_SHOWN = 400  # articles, copies, rejections and failures each: about 4 MB of HTML at 1,500 characters an article
MOST_EXAMPLES = 200  # articles beside them, so that what a rare rule did can be looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(Generic[Row_co]):
    """Some of many, evenly spread and in order: the same input shows the same ones."""

    shown: tuple[Row_co, ...] = ()
    total: int = 0
    pinned: frozenset[int] = frozenset()  # places in `shown` of those that are there for what they are an example of

    def made(self, make: Callable[[Row_co], U]) -> "Sample[U]":
        """Return the sample of what is made of the rows."""
        return Sample(shown=tuple(map(make, self.shown)), total=self.total, pinned=self.pinned)


class Sampling(Generic[T]):
    """A sample that grows: every n-th row, n doubling as rows come, so that memory stays bounded.

    Beside them stands the first row of each trait; of MOST_EXAMPLES traits at most. Samplings of parts, each begun at the
    number of its first row, give together what one of all rows gives.
    """

    def __init__(self, most: int = MOST_SHOWN, *, first: int = 0, step: int = 1) -> None:
        """Begin. `step`: `step_of` all rows if their number is known; a part then holds no row that is not shown."""
        self._most, self.at, self.step = most, first, step
        self.spread: dict[int, T] = {}
        self.examples: dict[int, tuple[T, list[str]]] = {}
        self._known: set[str] = set()

    def add(self, row: T, traits: Iterable[str] = ()) -> None:
        """See the next row."""
        self._learn(self.at, row, traits)
        if self.at % self.step == 0:
            self.spread[self.at] = row
            self._thin()
        self.at += 1

    def merge(self, later: "Sampling[T]") -> None:
        """See the rows that come next as another has seen them."""
        for at, (row, traits) in later.examples.items():
            self._learn(at, row, traits)
        step = max(self.step, later.step)
        self.spread = {at: row for at, row in (self.spread | later.spread).items() if at % step == 0}
        self.step, self.at = step, later.at
        self._thin()

    def taken(self) -> Sample[T]:
        """Return what is shown of the rows so far."""
        places = sorted({*self.spread, *self.examples})
        shown = tuple(self.spread[at] if at in self.spread else self.examples[at][0] for at in places)
        pinned = frozenset(n for n, at in enumerate(places) if at in self.examples)
        return Sample(shown=shown, total=self.at, pinned=pinned)

    def _learn(self, at: int, row: T, traits: Iterable[str]) -> None:
        new = [trait for trait in traits if trait not in self._known] if len(self._known) < MOST_EXAMPLES else []
        if new:
            self._known.update(new)
            self.examples[at] = row, new

    def _thin(self) -> None:
        while len(self.spread) > self._most:
            self.step *= 2
            self.spread = {at: row for at, row in self.spread.items() if at % self.step == 0}


def step_of(total: int, most: int = MOST_SHOWN) -> int:
    """Return every how many-th of so many rows is shown."""
    step = 1
    while -(-total // step) > most:
        step *= 2
    return step


def _nothing_special(_: object) -> tuple[str, ...]:
    return ()


def sample(
    rows: Iterable[T], most: int = MOST_SHOWN, traits: Callable[[T], Iterable[str]] = _nothing_special
) -> Sample[T]:
    """Return at most `most` rows, evenly spread, and the first row of each trait."""
    sampling: Sampling[T] = Sampling(most)
    for row in rows:
        sampling.add(row, traits(row))
    return sampling.taken()


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
