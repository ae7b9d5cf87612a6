"""How the values of each signal are distributed, where conditions cut, and what stands on both sides: what a report draws.

    Measured, Measured, … ── distributions(…, conditions) ──▶ (Distribution of chars, Distribution of han_share, …)
                                                                  ├─ bins: how many articles, and how many of them go
                                                                  └─ cuts: a clause, its number, examples that stay and go

One pass in constant memory, or several over parts whose gatherings are merged. The answer does not depend on the order of
the articles.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappush, heappushpop
from itertools import pairwise
from operator import add
from typing import Final, TypeAlias, get_type_hints

from pipeline.model import Article, Rejected, Signals
from pipeline.quality.expression import Clause, Value, value_of
from pipeline.quality.language import LANGUAGES
from pipeline.quality.select import beginning, conditions_of
from pipeline.quality.signals import described, measure, names_of

EXAMPLES: Final = 4  # on each side of a cut
_SHARES = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, *(n / 10 for n in range(1, 10)), 0.95, 0.98, 0.99)
_COUNTS = (0.0, *(float(step * 10**power) for power in range(6) for step in (1, 2, 5)))
_BITS = tuple(float(n) for n in range(15))
_NO, _YES = "no", "yes"

_Near: TypeAlias = tuple[float, bytes, str, str, Value]  # how near, its lot, id, how it begins, the value of the signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An article as distributions see it; it may stay or go."""

    id: str
    begins: str  # its title, or how its text begins: what an example shows
    signals: Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """How many articles have a value from `least` up to, not including, `most`; or the value that `name` tells."""

    name: str  # "0.02–0.05", "≥ 500000", "zh", "yes"
    least: float | None = None  # None: the signal is no number
    most: float | None = None  # None: without end, or no number
    articles: int = 0
    lost: int = 0  # of these, articles that a clause over this signal lets go


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An article beside a cut."""

    id: str
    begins: str
    value: Value  # of the signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where a clause divides the values of a signal."""

    condition: str  # the preset, or "select" for an expression of the user
    clause: str  # "chars >= 20": what stays meets it
    value: float | None  # the number that the signal is compared with; None: it is no number
    lost: int  # articles that this clause alone would let go
    staying: tuple[Example, ...]  # the nearest to the value that meet the clause; of equally near ones some by lot
    going: tuple[Example, ...]  # likewise of those that do not meet it


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The values of one signal."""

    signal: str  # "chars", "removed.nav"
    meaning: str
    unit: str
    articles: int
    lost: int  # articles that a clause over this signal lets go
    bins: tuple[Bin, ...]  # of numbers: fixed by the unit, and parted where a cut lies; the same for all corpora
    cuts: tuple[Cut, ...]  # in the order of the conditions


def measured_of(outcome: Article | Rejected) -> Measured | None:
    """Return what distributions need of an outcome: of an article always, of what was rejected if its signals decided.

    An article that carries no signals is measured now.
    """
    if isinstance(outcome, Rejected):
        signals = outcome.signals
        return None if signals is None else Measured(id=outcome.id, begins=outcome.begins, signals=signals)
    return Measured(id=outcome.id, begins=beginning(outcome), signals=outcome.signals or measure(outcome))


def distributions(measured: Iterable[Measured], conditions: Sequence[str]) -> tuple[Distribution, ...]:
    """Return how the signals are distributed that the conditions look at, in the order of the reference.

    `measured`: every article that was looked at, those that went among them. `conditions`: as for `--select`, names of presets
    or expressions; of none there is nothing to show. Who has chosen none yet can ask what the presets would do: tuple(presets()).
    Raises SetupError for a condition that cannot be read.
    """
    gathering = Gathering(conditions)
    for one in measured:
        gathering.add(one)
    return gathering.distributions()


class Gathering:
    """The same, for who meets the articles one by one."""

    def __init__(self, conditions: Sequence[str]) -> None:
        self._conditions = tuple(conditions)
        clauses = conditions_of(conditions)
        wanted = {signal for _, clause in clauses for signal in clause.signals}
        order = list(described())
        names = sorted(wanted, key=lambda name: (order.index(name.partition(".")[0]), name))
        self._clauses = [clause for _, clause in clauses]
        self.columns = [_Column(name, clauses) for name in names]

    def add(self, one: Measured) -> None:
        """Count an article."""
        if not self.columns:
            return
        holds = [clause.holds(one.signals) for clause in self._clauses]
        lot = hashlib.blake2b(one.id.encode("utf-8", "replace"), digest_size=8).digest()
        for column in self.columns:
            column.add(one, holds, lot)

    def merge(self, other: "Gathering") -> None:
        """Count the articles that another has, of the same conditions."""
        for column, more in zip(self.columns, other.columns, strict=True):
            column.merge(more)

    def __getstate__(self) -> tuple[tuple[str, ...], list["_Column"]]:
        """Return what goes to another process: what was counted; clauses are functions, and are made there anew."""
        return self._conditions, self.columns

    def __setstate__(self, state: tuple[tuple[str, ...], list["_Column"]]) -> None:
        self._conditions, self.columns = state
        self._clauses = [clause for _, clause in conditions_of(self._conditions)]

    def distributions(self) -> tuple[Distribution, ...]:
        """Return the distributions of what was added."""
        return tuple(column.distribution() for column in self.columns)


class _Column:
    """The values of one signal, as they are counted."""

    def __init__(self, signal: str, clauses: Sequence[tuple[str, Clause]]) -> None:
        self._signal = signal
        self._names = _names_of(signal)
        self.cuts: list[_Cutting] = []
        for number, (condition, clause) in enumerate(clauses):
            if signal in clause.signals:
                found = sorted(value for name, value in clause.limits if name == signal)
                self.cuts += [_Cutting(condition, clause.text, number, found, value) for value in found or (None,)]
        limits = {cut.value for cut in self.cuts if cut.value is not None}
        self._edges = () if self._names else tuple(sorted({*_edges_of(signal), *limits}))
        self.articles = [0] * (len(self._names) or len(self._edges))
        self.lost = list(self.articles)

    def add(self, one: Measured, holds: Sequence[bool], lot: bytes) -> None:
        value = value_of(one.signals, self._signal)
        place = self._names.index(_told(value)) if self._names else bisect_right(self._edges, value) - 1
        self.articles[place] += 1
        self.lost[place] += not all(holds[cut.number] for cut in self.cuts)
        for cut in self.cuts:
            cut.add(one, value, lot, stays=holds[cut.number])

    def merge(self, other: "_Column") -> None:
        self.articles = list(map(add, self.articles, other.articles))
        self.lost = list(map(add, self.lost, other.lost))
        for cut, more in zip(self.cuts, other.cuts, strict=True):
            cut.merge(more)

    def distribution(self) -> Distribution:
        about = described()[self._signal.partition(".")[0]]
        return Distribution(
            signal=self._signal,
            meaning=about.meaning,
            unit=about.unit,
            articles=sum(self.articles),
            lost=sum(self.lost),
            bins=self._bins(),
            cuts=tuple(cut.cut() for cut in self.cuts),
        )

    def _bins(self) -> tuple[Bin, ...]:
        counts = zip(self.articles, self.lost, strict=True)
        if self._names:
            pairs = zip(self._names, counts, strict=True)
            return tuple(
                Bin(name=name, articles=n, lost=lost) for name, (n, lost) in pairs if n or name not in LANGUAGES
            )
        ends = pairwise((*self._edges, None))
        return tuple(
            Bin(name=_range(least, most), least=least, most=most, articles=n, lost=lost)
            for (least, most), (n, lost) in zip(ends, counts, strict=True)
            if least is not None
        )


class _Cutting:
    """One cut, with the articles that lie nearest to it so far."""

    def __init__(self, condition: str, clause: str, number: int, limits: Sequence[float], value: float | None) -> None:
        self._condition, self._clause = condition, clause
        self._limits = limits  # of the same clause: what goes is shown beside the nearest
        self.number, self.value = number, value
        self.lost = 0
        self.sides: dict[bool, list[_Near]] = {True: [], False: []}

    def add(self, one: Measured, value: Value, lot: bytes, *, stays: bool) -> None:
        self.lost += not stays
        nearness = 0.0
        if self.value is not None and not isinstance(value, str):
            nearness = -abs(value - self.value)
            if not stays and any(abs(value - limit) < -nearness for limit in self._limits):
                return
        self._show((nearness, lot, one.id, one.begins, value), stays=stays)

    def merge(self, other: "_Cutting") -> None:
        self.lost += other.lost
        for stays, side in other.sides.items():
            for near in side:
                self._show(near, stays=stays)

    def _show(self, near: _Near, *, stays: bool) -> None:
        side = self.sides[stays]
        if len(side) < EXAMPLES:
            heappush(side, near)
        elif near > side[0]:
            heappushpop(side, near)

    def cut(self) -> Cut:
        going, staying = (
            tuple(
                Example(id=near[2], begins=near[3], value=near[4]) for near in sorted(self.sides[stays], reverse=True)
            )
            for stays in (False, True)
        )
        return Cut(
            condition=self._condition,
            clause=self._clause,
            value=self.value,
            lost=self.lost,
            staying=staying,
            going=going,
        )


def _names_of(signal: str) -> tuple[str, ...]:
    """Return what a signal that is no number can be; () for a number."""
    is_flag = get_type_hints(Signals).get(signal) is bool
    return (_NO, _YES) if is_flag else names_of(signal)


def _edges_of(signal: str) -> tuple[float, ...]:
    unit = described()[signal.partition(".")[0]].unit
    if unit.startswith("share"):
        return _SHARES
    return _BITS if unit == "bits" else _COUNTS


def _told(value: Value) -> str:
    if isinstance(value, bool):
        return _YES if value else _NO
    return str(value)


def _range(least: float, most: float | None) -> str:
    return f"≥ {least:.6g}" if most is None else f"{least:.6g}–{most:.6g}"
