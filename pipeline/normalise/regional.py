"""Words that regions have for one thing: 软件 and 軟體, 激光 and 雷射. Changed only when `terms="convert"` asks for it.

    hans   lines that were Traditional: words of Taiwan and Hong Kong → the mainland's
    tw     lines that were Simplified: the mainland's words → Taiwan's
    hk     lines that were Simplified: the mainland's words → Hong Kong's

The script that a line was written in says where its words are from; a line that has the script asked for stays as it is.
The pairs are OpenCC's (those behind s2twp, tw2sp and s2hkp) without the words that both regions have, see
scripts/regional_arrays.py. A word is changed only between the borders of the likeliest cut into words, and never in the
name of a work or of a person: 《…》 stays as it is printed on the cover.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from pipeline.edits import Change
from pipeline.fold import text_of
from pipeline.model import Article, OutputScript, Script
from pipeline.normalise.opencc import convert
from pipeline.normalise.patterns import pattern
from pipeline.normalise.rewrite import applied
from pipeline.normalise.script import detect_script, line_scripts
from pipeline.normalise.surnames import keep_surnames
from pipeline.normalise.words import cut_words

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

RULE = __name__.removeprefix("pipeline.")
KIND = "term"

Terms: TypeAlias = Literal["keep", "convert"]

# Output script → the scripts of lines that have another region's words, and whose words it has itself.
_REGIONS: dict[OutputScript, tuple[frozenset[Script], str]] = {
    "hans": (frozenset({"hant", "mixed"}), "the mainland's word"),
    "tw": (frozenset({"hans", "mixed"}), "Taiwan's word"),
    "hk": (frozenset({"hans", "mixed"}), "Hong Kong's word"),
}
_REACH = 8  # characters on each side that are cut into words: the longest word that may cross a border
_WORKS = pattern("《[^《》\n]{1,60}》|〈[^〈〉\n]{1,60}〉")  # longer ones are brackets that were never closed
_SURROGATES = re.compile("[\ud800-\udfff]")  # the finder takes none


def has_region(target: OutputScript) -> bool:
    """Return whether an output script has words of its own: "hant" is written in more than one region."""
    return target in _REGIONS


def convert_article_terms(article: Article, received: Article, target: OutputScript) -> Article:
    """Return the article, title too, with the words of the target's region; `received` is it before any conversion."""
    scripts = line_scripts(received.text)
    converted = article.changed(find_regional(article.text, scripts, target))
    if not article.title:
        return converted
    own = detect_script(received.title or "")
    script = scripts[0] if own == "none" else own
    return replace(converted, title=applied(article.title, find_regional(article.title, [script], target)))


def convert_terms(text: str, received: str, target: OutputScript) -> str:
    """Return a bare text with the words of the target's region; `received` is it before any conversion."""
    return applied(text, find_regional(text, line_scripts(received), target))


def find_regional(text: str, scripts: Sequence[Script], target: OutputScript) -> Iterator[Change]:
    """Yield a change for each word of another region. `text` is in the target script, `scripts` those its lines had."""
    wanted, reason = _REGIONS[target]
    start = 0
    for line, script in zip(text.split("\n"), scripts, strict=True):
        if script in wanted:
            for at, end, said in _found(line, target):
                yield Change(start=start + at, end=start + end, new=said, rule=RULE, kind=KIND, reason=reason)
        start += len(line) + 1


def _found(line: str, target: OutputScript) -> Iterator[tuple[int, int, str]]:
    """Yield where the words stand and what is said for them."""
    simple = _SURROGATES.sub("\ufffd", convert(line, "t2s"))
    finder, meant = _words(target)
    found = [(start, end, meant[i]) for i, start, end in finder.find_matches_as_indexes(simple) if meant[i]]
    if not found:
        return
    is_name = _name_places(simple)
    for start, end, said in found:
        if not any(is_name[start:end]) and _is_whole(simple, start, end):
            yield start, end, said


def _name_places(simple: str) -> bytearray:
    """Return 1 for each character that belongs to the name of a work or of a person."""
    places = bytearray(len(simple))
    for names in (_WORKS(), keep_surnames(simple)):
        for match in names.finditer(simple) if names else ():
            places[match.start() : match.end()] = b"\1" * len(match.group())
    return places


def _is_whole(simple: str, start: int, end: int) -> bool:
    """Return whether no word crosses a border of this place: in 三|位|数|位于 there is no 数位, in 信息化 there is 信息."""
    first = max(start - _REACH, 0)
    at = first
    for word in cut_words(simple[first : end + _REACH]):
        behind = at + len(word)
        if at < start < behind < end or start < at < end < behind:
            return False
        at = behind
    return not (_is_latin(simple[start - 1 : start + 1]) or _is_latin(simple[end - 1 : end + 1]))


def _is_latin(pair: str) -> bool:
    """Return whether two characters belong to one Latin word: A肝 is not in HLA肝."""
    return len(pair) == 2 and pair.isascii() and pair.isalnum()


@cache
def _words(target: OutputScript) -> tuple["AhoCorasick", tuple[str, ...]]:
    """Return the finder of words, in Simplified characters and the longest from the left, and what each is changed to."""
    from ahocorasick_rs import AhoCorasick, MatchKind  # noqa: PLC0415 -- only who asks for terms pays for it

    path = resources.files("pipeline.normalise").joinpath("regional_table.npz")
    with path.open("rb") as file, np.load(file) as stored:
        terms, meant = (tuple(text_of(stored[f"{target}_{name}"]).split("\0")[:-1]) for name in ("term", "meant"))
    return AhoCorasick(terms, matchkind=MatchKind.LeftmostLongest), meant
