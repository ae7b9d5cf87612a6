"""Plain loops as machine code: one source serves one text, where compiling would cost more than it saves, and thousands."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

Loop: TypeAlias = Callable[..., Any]  # over numpy arrays and numbers, in the part of Python that numba knows


@cache
def compiled(loop: Loop) -> Loop:
    """Return the loop as machine code; the first call of a process costs up to seconds, later ones nothing."""
    from numba import njit  # noqa: PLC0415 - costs 0.3 s that one text must not pay

    try:
        kept: Loop = njit(cache=True, nogil=True)(loop)
    except RuntimeError:  # no folder that numba could write its cache to
        kept = njit(nogil=True)(loop)
    return kept
