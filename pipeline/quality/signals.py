"""What can be said of an article's text in numbers: one record, one pass, no judgement.

    Article ── measure ──▶ Signals ── select ──▶ kept | the clause that failed and its value

English filters count words between blanks and full stops; here everything is counted in characters, and what a filter needs to
know of Chinese (Han share, function characters, 。 at the end of a line) has a signal of its own. The fields describe
themselves: docs/reference/signals.md is written from their metadata.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, Final, get_type_hints

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.spun import score_spun, spun_words
from pipeline.edits import Edit
from pipeline.fold import codes_of, match_table, text_of
from pipeline.model import Article, ArticleId, Script
from pipeline.normalise.script import KIND as SCRIPT_EDIT
from pipeline.normalise.script import detect_script
from pipeline.quality.betting import betting_chars
from pipeline.quality.kinds import Kind, Kinds, kind_table
from pipeline.quality.language import Language, language_of
from pipeline.quality.loops import Loops, Tally, loops_for
from pipeline.quality.optout import says_no
from pipeline.quality.wordlists import WordList, listed_words

_GOPHER: Final = "Gopher (Rae et al. 2021, arXiv:2112.11446, A1.1)"
_C4: Final = "C4 (Raffel et al. 2020, arXiv:1910.10683, 2.2)"
_REDPAJAMA: Final = "RedPajama-V2 (Weber et al. 2024, arXiv:2411.12372)"
_FINEWEB: Final = "FineWeb (Penedo et al. 2024, arXiv:2406.17557, 3.6)"

FAMILIES = ("removed", "listed")  # signals of which there is one for each kind of edit, for each list
SHORT_LINE = 12  # characters: entries of menus and lists; half of the lines of news have more than 80
TOP_GRAMS = (3, 5, 7)  # characters; Gopher's 2, 3 and 4 words, at 1.6 characters a word
_COUNTED = (1, *TOP_GRAMS)  # the counts of single characters tell the entropy
REPEATED_GRAMS = (8, 10, 11, 13, 14, 16)  # characters; Gopher's 5 to 10 words
_KINDS = 128  # and some: Kind.FUNCTION and what it numbers
_TOP = tuple(f"top_{n}" for n in TOP_GRAMS)
_REPEATED = tuple(f"repeated_{n}" for n in REPEATED_GRAMS)
# Plain numbers: an enumeration is slow to ask.
_BREAK, _BLANK, _OTHER, _BULLET, _BRACE, _DAMAGED = map(
    int, (Kind.BREAK, Kind.BLANK, Kind.OTHER, Kind.BULLET, Kind.BRACE, Kind.DAMAGED)
)
_LETTER, _LATIN, _DIGIT, _HAN, _FUNCTION = map(int, (Kind.LETTER, Kind.LATIN, Kind.DIGIT, Kind.HAN, Kind.FUNCTION))
_PUNCTUATION = tuple(map(int, (Kind.MARK, Kind.STOP, Kind.DOT, Kind.CLOSER, Kind.DOTS, Kind.BRACE)))


@dataclass(frozen=True, slots=True)
class About:
    """What a signal says of itself."""

    meaning: str
    unit: str
    extent: str  # the values that it can have
    source: str = "this project"  # the paper that measures so, words in the place of characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the text of an article is like, as it stands after cleaning. Shares are of its characters without blanks."""

    chars: Annotated[int, About("Length without blanks and line breaks", "characters", "0 …", _GOPHER)]
    lines: Annotated[int, About("Lines (paragraphs)", "lines", "0 …", _GOPHER)]
    sentences: Annotated[
        int, About("Sentences that hold a letter or digit; a line break ends one", "sentences", "0 …", _C4)
    ]
    han_share: Annotated[float, About("Han characters", "share", "0 … 1")]
    latin_share: Annotated[float, About("Latin letters", "share", "0 … 1")]
    digit_share: Annotated[float, About("Digits", "share", "0 … 1", _REDPAJAMA)]
    punctuation_share: Annotated[float, About("Punctuation of any width", "share", "0 … 1", _REDPAJAMA)]
    symbol_share: Annotated[float, About("Signs that are neither letters nor punctuation", "share", "0 … 1", _GOPHER)]
    damaged_share: Annotated[
        float,
        About(
            "What a wrong decoding leaves: U+FFFD, private use, controls, half a pair, 锟, and the characters that UTF-8 "
            "read as GBK is full of (鐨 銆 锛)",
            "share",
            "0 … 1",
        ),
    ]
    brace_share: Annotated[float, About("Curly brackets: code", "share", "0 … 1", _C4)]
    script: Annotated[Script, About("Script of the text as it stands", "name", "hans hant mixed ja ko none")]
    language: Annotated[
        Language, About("Language, by the scripts of its letters", "name", "zh ja ko latin other none", _C4)
    ]
    mean_sentence: Annotated[float, About("Letters and digits in a sentence, on average", "characters", "0 …", _GOPHER)]
    longest_sentence: Annotated[
        int, About("Letters and digits between two ends of a sentence, at most", "characters", "0 …")
    ]
    ended_lines: Annotated[float, About("Lines that end as a sentence does", "share of lines", "0 … 1", _C4)]
    ended_chars: Annotated[float, About("Characters in lines that end as a sentence does", "share", "0 … 1", _C4)]
    short_lines: Annotated[
        float, About(f"Lines of fewer than {SHORT_LINE} characters", "share of lines", "0 … 1", _FINEWEB)
    ]
    bullet_lines: Annotated[float, About("Lines that begin with a bullet", "share of lines", "0 … 1", _GOPHER)]
    dots_lines: Annotated[float, About("Lines that end with an ellipsis", "share of lines", "0 … 1", _GOPHER)]
    duplicate_lines: Annotated[float, About("Lines that stand earlier too", "share of lines", "0 … 1", _GOPHER)]
    duplicate_line_chars: Annotated[
        float, About("Characters in lines that stand earlier too", "share", "0 … 1", _GOPHER)
    ]
    top_3: Annotated[
        float, About("Characters in the commonest 3-gram of characters", "share of letters", "0 … 1", _GOPHER)
    ]
    top_5: Annotated[float, About("Characters in the commonest 5-gram", "share of letters", "0 … 1", _GOPHER)]
    top_7: Annotated[float, About("Characters in the commonest 7-gram", "share of letters", "0 … 1", _GOPHER)]
    repeated_8: Annotated[
        float, About("Characters in 8-grams that stand earlier too", "share of letters", "0 … 1", _GOPHER)
    ]
    repeated_10: Annotated[float, About("The same, 10-grams", "share of letters", "0 … 1", _GOPHER)]
    repeated_11: Annotated[float, About("The same, 11-grams", "share of letters", "0 … 1", _GOPHER)]
    repeated_13: Annotated[float, About("The same, 13-grams", "share of letters", "0 … 1", _GOPHER)]
    repeated_14: Annotated[float, About("The same, 14-grams", "share of letters", "0 … 1", _GOPHER)]
    repeated_16: Annotated[float, About("The same, 16-grams", "share of letters", "0 … 1", _GOPHER)]
    entropy: Annotated[float, About("Information of a letter by the text's own counts", "bits", "0 … 21", _REDPAJAMA)]
    function_share: Annotated[
        float, About("Function characters (的了是在…) among the Han", "share of Han", "0 … 1", _GOPHER)
    ]
    function_kinds: Annotated[int, About("Different function characters", "characters", "0 … 44", _GOPHER)]
    removed_share: Annotated[float, About("What cleaning removed, of the text as received", "share", "0 … 1")]
    removed: Annotated[
        Mapping[str, float],
        About(
            "The same by kind of edit: `removed.nav`, `removed.repeat` …; a kind that removed nothing is 0",
            "share",
            "0 … 1",
        ),
    ]
    spun: Annotated[bool, About("Flagged as the work of a spinner (洗稿)", "yes or no", "")]
    spun_score: Annotated[
        float,
        About("Weights of a spinner's words in a thousand characters; 0 where `spun` is not set", "weight", "0 …"),
    ]
    spam: Annotated[int, About("Injected strings that were cut or are suspect", "places", "0 …")]
    betting_share: Annotated[
        float, About("Words of betting and adult sites; 0 with fewer than five different ones", "share", "0 … 1", _C4)
    ]
    listed: Annotated[
        Mapping[str, int],
        About(
            "Words of your own lists that stand in the text: `listed.NAME`; of no list of that name 0", "places", "0 …"
        ),
    ]
    opt_out: Annotated[bool, About("The page or the text says: not for training or data mining", "yes or no", "")]


def described() -> dict[str, About]:
    """Return what each signal says of itself, in their order."""
    hints = get_type_hints(Signals, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


def measure(article: Article, loops: Loops | None = None, lists: Sequence[WordList] = ()) -> Signals:
    """Return the signals of an article as its text stands now. `loops`: None chooses by how much was measured before."""
    text = article.text
    loops = loops or loops_for(len(text))
    codes = codes_of(text)
    kinds, folded = kind_table().take(codes), match_table().take(codes)
    shown = text_of(folded)
    letters = folded[kinds >= _LETTER]
    flags = [flag.name for flag in article.flags]
    history = _history(article.edits, len(codes))
    layout = _layout(article.paragraphs, kinds, len(letters), loops)
    return Signals(
        **layout,
        **_grams(letters, loops),
        script=_script(article),
        removed=history,
        removed_share=sum(history.values()),
        spun="spun" in flags,
        spun_score=score_spun(shown, spun_words(shown)) if "spun" in flags else 0.0,
        spam=sum(edit.kind == "spam" for edit in article.edits) + flags.count("spam_suspect"),
        betting_share=betting_chars(shown) / max(1, layout["chars"]),
        listed={name: len(words) for name, words in listed_words(text, lists).items()} if lists else {},
        opt_out="opt_out" in flags or says_no(shown, article.edits),
    )


def measure_text(text: str, loops: Loops | None = None) -> Signals:
    """Return the signals of a text that has no history."""
    return measure(Article(id=ArticleId(""), url=None, source="").with_text(text), loops)


def row_of(signals: Signals) -> dict[str, bool | int | float | str]:
    """Return the signals as a flat row for a table; of a family by its members: "removed.nav", "listed.games"."""
    row = {f.name: getattr(signals, f.name) for f in fields(Signals) if f.name not in FAMILIES}
    return row | {f"{name}.{key}": value for name in FAMILIES for key, value in sorted(getattr(signals, name).items())}


def _script(article: Article) -> Script:
    """Return the script as it was found before, unless it was unknown or has been converted since."""
    if article.script is None or any(edit.kind == SCRIPT_EDIT for edit in article.edits):
        return detect_script(article.text)
    return article.script


def _layout(paragraphs: Sequence[str], kinds: Kinds, letters: int, loops: Loops) -> dict[str, Any]:
    """Return what characters, lines and sentences are like."""
    tally, counts = loops.column(np.zeros(len(Tally), np.int64)), loops.column(np.zeros(_KINDS, np.int64))
    column = loops.column(kinds)
    loops.lines(column, SHORT_LINE, tally)
    loops.sentences(column, counts, tally)
    lines, short, ended, ended_chars, bullets, dots, sentences, longest = np.asarray(tally).tolist()
    some_lines, chars = max(1, lines), max(1, len(kinds) - len(paragraphs) + 1)
    copies = _copies(paragraphs)
    return {
        **_characters(np.asarray(counts).tolist()),
        "lines": lines,
        "sentences": sentences,
        "mean_sentence": letters / max(1, sentences),
        "longest_sentence": longest,
        "ended_lines": ended / some_lines,
        "ended_chars": ended_chars / chars,
        "short_lines": short / some_lines,
        "bullet_lines": bullets / some_lines,
        "dots_lines": dots / some_lines,
        "duplicate_lines": len(copies) / some_lines,
        "duplicate_line_chars": sum(map(len, copies)) / chars,
    }


def _characters(counts: Sequence[int]) -> dict[str, Any]:
    functions = counts[_FUNCTION:]
    function_chars = sum(functions)
    chars = sum(counts) - counts[_BREAK] - counts[_BLANK]
    solid = max(1, chars)
    han = counts[_HAN] + function_chars
    return {
        "chars": chars,
        "han_share": han / solid,
        "latin_share": counts[_LATIN] / solid,
        "digit_share": counts[_DIGIT] / solid,
        "punctuation_share": sum([counts[kind] for kind in _PUNCTUATION]) / solid,
        "symbol_share": (counts[_OTHER] + counts[_BULLET]) / solid,
        "damaged_share": counts[_DAMAGED] / solid,
        "brace_share": counts[_BRACE] / solid,
        "language": language_of(counts, han),
        "function_share": function_chars / max(1, han),
        "function_kinds": len(functions) - functions.count(0),
    }


def _copies(paragraphs: Sequence[str]) -> list[str]:
    if len(set(paragraphs)) == len(paragraphs):
        return []
    first = {line: place for place, line in reversed(tuple(enumerate(paragraphs)))}
    return [line for place, line in enumerate(paragraphs) if first[line] != place]


def _grams(letters: NDArray[np.uint32], loops: Loops) -> dict[str, Any]:
    """Return what of the letters and digits is repeated, and how much each of them tells."""
    size = 1 << (2 * len(letters)).bit_length()
    total = max(1, len(letters))
    column = loops.column(letters)
    slots, counts, more_slots = map(loops.column, np.zeros((3, size), np.int32))
    places = loops.column(np.zeros((2, len(letters)), np.int32))
    most, repeated = (loops.column(np.zeros(len(lengths), np.int64)) for lengths in (_COUNTED, REPEATED_GRAMS))
    told = loops.counts(column, _COUNTED, slots, counts, places, most)
    loops.repeats(column, REPEATED_GRAMS, more_slots, places, repeated)
    tops = zip(_TOP, TOP_GRAMS, np.asarray(most).tolist()[1:], strict=True)
    return {
        "entropy": math.log2(total) - told / total,
        **{name: min(1.0, n * count / total) if count > 1 else 0.0 for name, n, count in tops},
        **{name: chars / total for name, chars in zip(_REPEATED, np.asarray(repeated).tolist(), strict=True)},
    }


def _history(edits: Sequence[Edit], chars: int) -> dict[str, float]:
    """Return what was removed, by kind of edit, as a share of the text as received."""
    received = chars - sum(len(edit.new) - len(edit.old) for edit in edits)
    removed: dict[str, float] = {}
    for edit in edits:
        if len(edit.new) < len(edit.old):
            removed[edit.kind] = removed.get(edit.kind, 0.0) + (len(edit.old) - len(edit.new)) / received
    return removed
