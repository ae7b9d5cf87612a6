"""What private data is found as, and what its neighbours say: shared by the files that look for it."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

PrivateKind: TypeAlias = Literal["mobile", "landline", "identity", "card", "mail", "wechat", "qq", "plate", "address"]

BEFORE = 24  # characters: the clause that a number stands in
AFTER = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A place that looks like private data: it is, or a rule keeps it."""

    start: int
    end: int
    kind: PrivateKind
    rule: str  # "mobile", "kept.published_line": the end of the id that edits and flags carry
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The folded text of an article and the text as it is written; of equal length."""

    folded: str
    text: str

    def before(self, place: int, chars: int = BEFORE) -> str:
        """Return what stands before a place, in its line."""
        return self.folded[max(0, place - chars) : place].rpartition("\n")[2]

    def after(self, place: int, chars: int = AFTER) -> str:
        """Return what stands behind a place, in its line."""
        return self.folded[place : place + chars].partition("\n")[0]

    def is_apart(self, start: int, end: int) -> bool:
        """Return whether no digit, letter of the Latin script or decimal point touches the place."""
        return not _TOUCHES_LEFT.search(self.folded[max(0, start - 2) : start]) and not _TOUCHES_RIGHT.match(
            self.folded[end : end + 2]
        )


_TOUCHES_LEFT = re.compile(r"(?:[0-9a-z_@]|[0-9][.\-/]|[¥$#])\Z")
_TOUCHES_RIGHT = re.compile(r"[0-9a-z_%‰@]|[.\-/][0-9]")
