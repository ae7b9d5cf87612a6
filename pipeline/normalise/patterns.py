"""Regular expressions that are compiled when first asked for.

A class of all Han takes a millisecond or two to compile and this room has dozens; a text that is kept asks for few.
"""

import re
from collections.abc import Callable
from functools import cache, partial
from typing import TypeAlias

Pattern: TypeAlias = Callable[[], re.Pattern[str]]


def pattern(expression: str) -> Pattern:
    """Return a function that returns the compiled expression, the same one each time."""
    return cache(partial(re.compile, expression))
