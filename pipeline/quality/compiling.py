"""The loops in their two forms: as they stand, for a few texts, and as machine code, for a batch. Both give the same answers.

As it stands a loop costs a news text some milliseconds; machine code costs its first user a second of loading.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any, TypeAlias

from numpy.typing import NDArray

from pipeline import machine
from pipeline.quality import loops
from pipeline.quality.loops import Column

Loop: TypeAlias = Callable[..., Any]

COMPILE_AFTER_CHARS = 100_000  # of this process: what plain loops read in the time that loading the machine code takes


@dataclass(frozen=True, slots=True)
class Loops:
    """The loop over a text in one of its two forms, and what it reads: lists are what plain Python is fast on."""

    text: Loop
    column: Callable[[NDArray[Any]], Column]


def _listed(column: NDArray[Any]) -> Column:
    found: list[Any] = column.tolist()
    return found


def _as_it_is(column: NDArray[Any]) -> Column:
    return column


PLAIN = Loops(loops.text_loop, _listed)
_BUILT_ON = (
    loops.split_loop, loops.line_loop, loops.sentence_loop, loops.sum_loop, loops.pair_loop, loops.char_loop,
    loops.hash_of, loops.find_gram, loops.sieve_loop, loops.gram_loop, loops.repeat_loop, loops.share_loop,
)  # fmt: skip


@cache
def compiled() -> Loops:
    """Return the loops as machine code; the first call of a process costs up to seconds, later ones nothing."""
    known: dict[str, Loop] = {}
    for loop in _BUILT_ON:
        known[loop.__name__] = machine.compiled(_calling(loop, known))
    return Loops(machine.compiled(_calling(loops.text_loop, known)), _as_it_is)


def _calling(loop: Loop, others: dict[str, Loop]) -> Loop:
    """Return the loop with what it calls replaced: a compiled loop can call only compiled ones."""
    assert isinstance(loop, FunctionType)
    return FunctionType(loop.__code__, {**vars(loops), **others}, loop.__name__)


@dataclass(slots=True)
class _Meter:
    """How much this process has measured. Only speed depends on it: both kinds of loops give the same answers."""

    chars: int = 0


@cache
def _meter() -> _Meter:
    return _Meter()


def loops_for(chars: int) -> Loops:
    """Return the loops for the next text of this process: plain ones for a few texts, machine code for a batch."""
    meter = _meter()
    is_batch = meter.chars > COMPILE_AFTER_CHARS
    meter.chars += chars
    return compiled() if is_batch else PLAIN
