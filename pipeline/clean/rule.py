r"""One rule: what it matches in folded text, where, and what is to be done.

The pattern is folded when the rule is read, and lines are folded when they are matched: width, case and script of neither
side matter. Its literal characters are folded; escapes (`\S`, `\u4e00`) and the heads of groups are not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias, get_args

from pipeline.clean.openings import opening
from pipeline.fold import fold

Strength: TypeAlias = Literal["legal", "strong", "weak"]
Zone: TypeAlias = Literal["head", "body", "tail"]
Action: TypeAlias = Literal["drop", "drop_after", "meta:author", "meta:source", "meta:date", "flag"]
Mode: TypeAlias = Literal["on", "shadow", "off"]

ZONES: tuple[Zone, ...] = get_args(Zone)
MAX_LINE_CHARS = 420  # no longer line is ever a rule's: whole articles stand in one line; longest true notice seen: 310
META_FIELDS = ("author", "source", "date", "title")

# Marks and brackets that may stand around a line; "^责编" is meant to match "【责编：…】" too.
_AROUND = " -*•·●○▲△▼▽■□◆◇★☆※#>|_~=()[]{}<>\"'【】《》〈〉「」『』。.!,;:"
# What of a pattern is not literal text (escapes, the head of a group) and what is to be folded.
_FOLDABLE = r"\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|(?s:.))|\(\?P?[<=!:a-zA-Z]?|[A-Z]|[^\x00-\x7f]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of line that is not the article."""

    id: str
    kind: str
    why: str
    pattern: str  # as written
    folded: str  # the pattern as it matches folded text
    strength: Strength
    position: tuple[Zone, ...]
    host: str | None = None  # None: every host
    max_len: int = MAX_LINE_CHARS  # characters of the line
    action: Action = "drop"
    mode: Mode = "on"
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    origin: str = ""  # "disclaimer.toml:12"

    def matches(self, folded: str, core: str | None = None) -> bool:
        """Return whether a folded line matches, either as it stands or without the marks around it (its `core_of`)."""
        if len(folded) > self.max_len:
            return False
        regex = self.regex
        if regex.search(folded) is not None:
            return True
        core = core_of(folded) if core is None else core
        return core != folded and regex.search(core) is not None

    def named(self, line: str) -> Mapping[str, str]:
        """Return what the pattern's groups (author, source, date, title) hold in an unfolded line."""
        if not self.regex.groupindex:
            return {}
        folded = fold(line)
        core = folded.lstrip(_AROUND)
        for text, shift in ((folded, 0), (core.rstrip(_AROUND), len(folded) - len(core))):
            if found := self.regex.search(text):
                spans = {name: found.span(name) for name in found.groupdict() if found.group(name)}
                return {name: line[start + shift : end + shift].strip() for name, (start, end) in spans.items()}
        return {}

    @property
    def regex(self) -> re.Pattern[str]:
        return _compiled(self.folded)

    @property
    def cuts(self) -> bool:
        """Whether the rule cuts; else it only remarks."""
        return self.mode == "on" and self.action != "flag"

    def is_for(self, host: str | None) -> bool:
        if self.host is None:
            return True
        return host is not None and (host == self.host or host.endswith("." + self.host))


def core_of(folded: str) -> str:
    """Return a folded line without the marks around it."""
    return folded.strip(_AROUND)


def begins_of(folded: str) -> tuple[str, str]:
    """Return the `opening` of a folded line, and that of its core."""
    return opening(folded), opening(folded.lstrip(_AROUND))


def fold_pattern(pattern: str) -> str:
    """Return the pattern as it must be written to match folded text: its literal characters folded, the rest as it is."""
    folded = fold(pattern)
    return re.sub(_FOLDABLE, lambda found: _fold_piece(found.group(), folded[found.start()]), pattern)


def _fold_piece(piece: str, folded: str) -> str:
    if len(piece) > 1 or piece == "(":
        return piece
    return re.escape(folded) if piece > "\x7f" and folded < "\x80" and not folded.isspace() else folded


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern, made when first needed: one text needs few of them."""
    return re.compile(pattern)
