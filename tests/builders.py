"""Plain functions that build values for tests."""

from typing import Any, Final

from pipeline.edits import Change
from pipeline.model import Article, ArticleId

# CPU seconds. Hostile input takes well under one; what is quadratic takes minutes. A guard, not a speed: those are in benchmarks/.
QUADRATIC_S: Final = 20.0


def article(text: str = "", **fields: Any) -> Article:
    """Return an article with this text as received."""
    fields.setdefault("id", ArticleId("a1"))
    fields.setdefault("url", None)
    fields.setdefault("source", "test")
    return Article(**fields).with_text(text)


def change(start: int, end: int, new: str = "", *, rule: str = "test.rule", kind: str = "test") -> Change:
    return Change(start=start, end=end, new=new, rule=rule, kind=kind)
