"""Which texts deserve a closer look: the pairs of characters that watched words begin with, as a table for the loops.

Nearly all texts hold too few of these pairs, and the search for the words themselves, which costs as much as a third of all
the signals, is left out. Other pairs may share a place in the table: then a text is looked at in vain.
"""

from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.quality.betting import betting_words
from pipeline.quality.loops import BETTING, REFUSAL, pair_number
from pipeline.quality.optout import HINTS

Pairs: TypeAlias = NDArray[np.uint8]

_SIZE = 1 << 16  # a news text has less than one pair that is there by chance


@cache
def pair_table() -> Pairs:
    """Return the bits of each pair's place: BETTING, REFUSAL. Read-only."""
    table = np.zeros(_SIZE, np.uint8)
    for bit, words in ((BETTING, betting_words()), (REFUSAL, HINTS)):
        for word in words:
            table[pair_number(word) & (_SIZE - 1)] |= bit
    table.flags.writeable = False
    return table
