"""The user's own lists: words and hosts that an article is blocked for, and those that excuse it.

    lists ── one automaton over their folded words ──▶ hits by list ── as a signal: listed.NAME
                                                                    └─ as a decision: Rejected("quality.wordlists.NAME")

A file has one entry a line; `host:example.com` is a host with all below it, `#` begins a comment. A word of an allow list that
covers a blocked one (反诈骗 covers 诈骗) takes it out of the count; a host of an allow list excuses the whole article.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from ahocorasick_rs import AhoCorasick

from pipeline.errors import ConfigError, Fault
from pipeline.fold import fold
from pipeline.model import Article, Rejected
from pipeline.text import encodable
from pipeline.urls import is_below

RULE: Final = __name__.removeprefix("pipeline.")
_HOST: Final = "host:"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """Entries under a name: what blocks an article, or what excuses it."""

    name: str  # "gambling": part of the rule that signs and of the signal
    action: Literal["block", "allow"]
    words: tuple[str, ...] = ()  # folded
    hosts: frozenset[str] = frozenset()
    min_hits: int = 1  # places of blocked words from which on an article goes; 0: it is only counted


@dataclass(frozen=True, slots=True)
class _Finder:
    automaton: AhoCorasick
    owners: tuple[tuple[str, ...], ...]  # by word: the lists that block it
    is_allowed: tuple[bool, ...]  # by word


def read_list(name: str, text: str, *, action: Literal["block", "allow"], min_hits: int = 1) -> WordList:
    """Return the list that a text holds. Raises ConfigError with all faults: a name that no expression can hold, no entries."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    entries = [line for line in lines if line]
    hosts = {entry.removeprefix(_HOST).strip().lower() for entry in entries if entry.startswith(_HOST)}
    words = dict.fromkeys(fold(entry) for entry in entries if not entry.startswith(_HOST))
    faults = []
    if not name.isidentifier():
        faults.append(Fault(name, "is no name that an expression can hold", "Use letters, digits and _"))
    if not entries:
        faults.append(Fault(name, "has no entries", "Write one word a line, or host:example.com"))
    if faults:
        raise ConfigError(*faults)
    return WordList(name=name, action=action, words=tuple(words), hosts=frozenset(hosts), min_hits=min_hits)


def listed_words(text: str, lists: Sequence[WordList]) -> Mapping[str, tuple[str, ...]]:
    """Return, by blocking list, the words that stand in the text, one entry a place, in order."""
    finder = _finder(tuple(lists))
    found: dict[str, list[str]] = {one.name: [] for one in lists if one.action == "block"}
    if finder is None:
        return dict.fromkeys(found, ())
    hits: list[tuple[int, int, int]] = finder.automaton.find_matches_as_indexes(encodable(fold(text)), overlapping=True)
    excused = [(start, end) for word, start, end in hits if finder.is_allowed[word]]
    for word, start, end in sorted(_uncovered(hits, excused), key=lambda hit: hit[1]):
        for name in finder.owners[word]:
            found[name].append(text[start:end])
    return {name: tuple(words) for name, words in found.items()}


def reject_listed(article: Article, lists: Sequence[WordList]) -> Article | Rejected:
    """Return the article, or its rejection with the list, the word or host, and how often it stands there."""
    host = article.host or ""
    if any(one.action == "allow" and is_below(host, one.hosts) for one in lists):
        return article
    blocking = [one for one in lists if one.action == "block"]
    for one in blocking:
        if is_below(host, one.hosts):
            return _rejected(article, one, f"host {host}")
    found = listed_words(f"{article.title or ''}\n{article.text}", lists)
    for one in blocking:
        words = found[one.name]
        if one.min_hits and len(words) >= one.min_hits:
            shown = ", ".join(dict.fromkeys(words))
            return _rejected(article, one, f"{len(words)} places, kept below {one.min_hits}: {shown}")
    return article


def _uncovered(
    hits: Sequence[tuple[int, int, int]], excused: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, int]]:
    """Yield the hits that do not lie inside an excused place."""
    furthest: dict[int, int] = {}  # by start of an excused place: its end
    for start, end in excused:
        furthest[start] = max(end, furthest.get(start, 0))
    starts = sorted(furthest)
    at = reach = 0
    for word, start, end in sorted(hits, key=lambda hit: hit[1]):
        while at < len(starts) and starts[at] <= start:
            reach = max(reach, furthest[starts[at]])
            at += 1
        if end > reach:
            yield word, start, end


def _rejected(article: Article, one: WordList, detail: str) -> Rejected:
    return Rejected(id=article.id, url=article.url, source=article.source, rule=f"{RULE}.{one.name}", detail=detail)


@cache
def _finder(lists: tuple[WordList, ...]) -> _Finder | None:
    owners: dict[str, list[str]] = {}
    allowed = {word for one in lists if one.action == "allow" for word in one.words}
    for one in lists:
        for word in one.words:
            names = owners.setdefault(word, [])
            if one.action == "block":
                names.append(one.name)
    if not owners:
        return None
    words = tuple(owners)
    names_of = tuple(tuple(owners[word]) for word in words)
    return _Finder(AhoCorasick(list(words)), names_of, tuple(word in allowed for word in words))
