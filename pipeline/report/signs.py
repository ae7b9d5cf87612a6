"""How an edit is shown, in the report as on the terminal: what of it is marked, and signs for what has no ink.

A removed zero-width space or line break must be seen to be understood.
"""

import re
import unicodedata
from collections.abc import Iterator

from pipeline.edits import Edit

_RUN = re.compile(r"(.)\1*", re.DOTALL)
_BLANKS = {" ": "␣", "\t": "⇥", "\n": "↵", "\r": "␍", "\u3000": "□"}
_INKLESS = frozenset({"Cf", "Zs", "Zl", "Zp", "Cc"})


def signed(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text, and whether a piece is a sign: U+200B×3.

    Ordinary blanks and breaks stay as they are where there is something else to see.
    """
    if not any(map(_has_no_ink, text)):
        yield text, False
        return
    only_blank = not text.strip()
    for match in _RUN.finditer(text):
        run = match.group()
        if not _has_no_ink(run[0]) or (run[0] in _BLANKS and not only_blank):
            yield run, False
        else:
            sign = _BLANKS.get(run[0], f"U+{ord(run[0]):04X}")
            yield (f"{sign}×{len(run)}" if len(run) > 1 else sign), True


def bared(text: str) -> tuple[str, str, str]:
    r"""Return the breaks before, the text that is marked, and the breaks behind: a mark begins and ends with its words.

    Of breaks alone the marked text is all.
    """
    core = text.strip("\n")
    if not core:
        return "", text, ""
    start = text.index(core)
    return text[:start], core, text[start + len(core) :]


def laid_out(edit: Edit, length: int) -> str:
    """Return what is shown of an edit of layout, which is not marked; `length` is that of the original.

    A break that went because its line did is still one here, for here the line still stands.
    """
    is_inside = edit.start > 0 and edit.end < length
    return "\n" if is_inside and "\n" in edit.old else edit.new


def _has_no_ink(char: str) -> bool:
    return char in _BLANKS or unicodedata.category(char) in _INKLESS
