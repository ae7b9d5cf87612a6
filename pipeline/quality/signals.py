"""What can be said of an article's text in numbers: one record, one pass, no judgement.

    Article ── measure ──▶ Signals ── select ──▶ kept | the clause that failed and its value

English filters count words between blanks and full stops; here everything is counted in characters, and what a filter needs to
know of Chinese (Han share, function characters, 。 at the end of a line) has a signal of its own. The fields of the record describe
themselves (`model.Signals`): docs/reference/signals.md is written from that.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Literal, get_args, get_origin, get_type_hints

import numpy as np

from pipeline.clean.spun import score_spun, spun_words
from pipeline.edits import Edit
from pipeline.fold import Codes, codes_of, text_of
from pipeline.model import About, Article, ArticleId, Script, Signals
from pipeline.normalise.script import KIND as SCRIPT_EDIT
from pipeline.normalise.script import detect_script
from pipeline.quality.betting import MIN_WORDS, betting_chars
from pipeline.quality.compiling import Loops, loops_for
from pipeline.quality.kinds import FOLDED, look_table
from pipeline.quality.language import BY_SCRIPT, LANGUAGES, language_of
from pipeline.quality.loops import MILLION, N_KINDS, N_TALLIES, SHARES, Tally
from pipeline.quality.optout import FLAG, says_no
from pipeline.quality.watch import pair_table
from pipeline.quality.wordlists import WordList, listed_words

FAMILIES = ("removed", "listed")  # signals of which there is one for each kind of edit, for each list
_SHARES = tuple(name for name, _, _ in SHARES)
_FOLDED = np.uint32(FOLDED)
# Plain numbers: an enumeration is slow to ask.
_LINES, _SENTENCES, _LONGEST, _LETTERS = map(int, (Tally.LINES, Tally.SENTENCES, Tally.LONGEST_SENTENCE, Tally.LETTERS))
_CHARS, _LINE_CHARS, _FUNCTION_KINDS = map(int, (Tally.CHARS, Tally.LINE_CHARS, Tally.FUNCTION_KINDS))
_BETTING, _REFUSAL = map(int, (Tally.BETTING, Tally.REFUSAL))


@cache
def described() -> Mapping[str, About]:
    """Return what each signal says of itself, in their order."""
    hints = get_type_hints(Signals, include_extras=True)
    return MappingProxyType({name: hint.__metadata__[0] for name, hint in hints.items()})


@cache
def names_of(signal: str) -> tuple[str, ...]:
    """Return what a signal that is a name can be; () for any other."""
    if signal == "language":
        return (*BY_SCRIPT, *LANGUAGES)
    hint = get_type_hints(Signals).get(signal)
    return get_args(hint) if get_origin(hint) is Literal else ()


def measure(article: Article, loops: Loops | None = None, lists: Sequence[WordList] = ()) -> Signals:
    """Return the signals of an article as its text stands now. `loops`: None chooses by how much was measured before.

    Shares are told to six decimals, as they stand in records: conditions decide there as they did in the run.
    """
    text = article.text
    codes = codes_of(text)
    looks = look_table().take(codes)
    tally, shares, told = _counted(looks, loops or loops_for(len(text)))
    flags = [flag.name for flag in article.flags]
    removed = _removed(article.edits, len(codes))
    copies = _copies(article.paragraphs)
    return Signals(
        **shares,
        chars=tally[_CHARS],
        lines=tally[_LINES],
        sentences=tally[_SENTENCES],
        script=_script(article),
        language=language_of(tally),
        longest_sentence=tally[_LONGEST],
        duplicate_lines=_share(len(copies), tally[_LINES]) if copies else 0.0,
        duplicate_line_chars=_share(sum(map(len, copies)), tally[_LINE_CHARS]) if copies else 0.0,
        entropy=round(math.log2(max(1, tally[_LETTERS])) - told / max(1, tally[_LETTERS]), 6),
        function_kinds=tally[_FUNCTION_KINDS],
        removed=removed,
        removed_share=round(sum(removed.values(), 0.0), 6),
        spun="spun" in flags,
        spun_score=_spun_score(looks) if "spun" in flags else 0.0,
        spam=sum([edit.kind == "spam" for edit in article.edits]) + flags.count("spam_suspect"),
        betting_share=_share(betting_chars(text_of(looks & _FOLDED)), tally[_CHARS])
        if tally[_BETTING] >= MIN_WORDS
        else 0.0,
        listed={name: len(words) for name, words in listed_words(text, lists).items()} if lists else {},
        opt_out=FLAG in flags or says_no(text_of(looks & _FOLDED) if tally[_REFUSAL] else "", article.edits),
    )


def measure_text(text: str, loops: Loops | None = None) -> Signals:
    """Return the signals of a text that has no history."""
    return measure(Article(id=ArticleId(""), url=None, source="").with_text(text), loops)


def _script(article: Article) -> Script:
    """Return the script as it was found before, unless it was unknown or has been converted since."""
    if article.script is None or any(edit.kind == SCRIPT_EDIT for edit in article.edits):
        return detect_script(article.text)
    return article.script


def _counted(looks: Codes, loops: Loops) -> tuple[Sequence[int], Mapping[str, float], float]:
    """Return the tally, the shares by name, and the sum of c log2 c of the letters' counts."""
    size = 1 << (2 * len(looks)).bit_length()
    slots, places = loops.column(np.zeros((4, size), np.int32)), loops.column(np.empty((5, len(looks)), np.int32))
    found = loops.column(np.zeros((3, N_KINDS), np.int64))
    told = loops.text(loops.column(looks), pair_table(), slots, places, found)
    tally, millionths = np.asarray(found[0][:N_TALLIES]).tolist(), np.asarray(found[2][: len(_SHARES)]).tolist()
    return tally, {name: share / MILLION for name, share in zip(_SHARES, millionths, strict=True)}, told


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6)


def _spun_score(looks: Codes) -> float:
    text = text_of(looks & _FOLDED)
    return round(score_spun(text, spun_words(text)), 6)


def _copies(paragraphs: Sequence[str]) -> list[str]:
    if len(set(paragraphs)) == len(paragraphs):
        return []
    first = {line: place for place, line in reversed(tuple(enumerate(paragraphs)))}
    return [line for place, line in enumerate(paragraphs) if first[line] != place]


def _removed(edits: Sequence[Edit], chars: int) -> dict[str, float]:
    """Return what was removed, by kind of edit, as a share of the text as received."""
    received = chars - sum(len(edit.new) - len(edit.old) for edit in edits)
    removed: dict[str, int] = {}
    for edit in edits:
        if len(edit.new) < len(edit.old):
            removed[edit.kind] = removed.get(edit.kind, 0) + len(edit.old) - len(edit.new)
    return {kind: _share(gone, received) for kind, gone in removed.items()}
