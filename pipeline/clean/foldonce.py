"""The folded text of the article at hand: rules, strings and words ask for it one after the other, and it is made once."""

from functools import lru_cache

from pipeline.fold import fold

_TEXTS = 2  # an article's text, and its title; what comes between two questions about one article


@lru_cache(maxsize=_TEXTS)
def fold_once(text: str) -> str:
    """Return `fold(text)`."""
    return fold(text)
