"""What a host prints around every article: learned from many articles, then a value that a run is given.

    articles ── learn_templates ──▶ table ┐
    articles ── learn_templates ──▶ table ┴─ merge_templates ──▶ table ── strip_templates(article, table) ──▶ article

A host's table is a sample of its distinct articles (those with the smallest hashes, so that any split of the corpus and
any order give the same sample) and, for each, the hashes of its lines. What is a template is decided when it is asked:
a line, or the label of a line (责任编辑：…), that many distinct articles share. Copies of one article count as one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from types import MappingProxyType
from typing import TypeAlias

from pipeline.clean.samples import HostTable, hash_of, merged, sampled
from pipeline.edits import Change
from pipeline.fold import fold, fold_key
from pipeline.model import Article
from pipeline.text import ends_sentence

RULE = __name__.removeprefix("pipeline.")
KIND = "template"

Lines: TypeAlias = frozenset[int]  # hashes of the lines and labels of one article; odd: of a long line
Sample: TypeAlias = Mapping[int, Lines]  # hash of an article → its lines

_MAX_LINE = 420  # characters; a longer line is the article
_LONG_LINE = (
    28  # characters of a key: running text, by which copies of an article are known; measured on labelled lines
)
_LABEL = re.compile(r"\s*([^\s:,.!?\d]{2,8})\s*:")
_FIGURES = re.compile(r"\d+")
_LIST_HEAD = re.compile(
    r"\(?[一二三四五六七八九十\d]{1,3}[、.)]"
)  # 一、总体要求 heads a section of many official texts


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateParams:
    """When a line that a host repeats is its template. Until then it is only counted."""

    min_articles: int = 3  # distinct ones that have the line; two may be a series
    min_ratio: float = 0.1  # of the host's; footers change over the years, a section's footer is on a tenth
    label_articles: int = 4  # for a label, which stands for lines that are never the same
    label_chars: int = 60  # of a line that goes by its label; a longer one says something
    copy_ratio: float = 0.67  # of the long lines of two articles: so much in common, and they are one article …
    rare_copy_ratio: float = 0.5  # … or so much, where only lines count that few articles have
    min_chars: int = 4  # of a key in the head or tail; 完 or 广告 are left to the rules
    body_chars: int = 12  # of a key in the middle of the text: shorter lines there are headings


class TemplateTable(HostTable[Lines]):
    """What is known of each host's lines. Made by `learn_templates` and `merge_templates`."""

    __slots__ = ()


EMPTY = TemplateTable(MappingProxyType({}))


def learn_templates(articles: Iterable[Article]) -> TemplateTable:
    """Return what these articles show about their hosts; articles without a host show nothing."""
    return TemplateTable(sampled(_shown(articles)))


def merge_templates(a: TemplateTable, b: TemplateTable) -> TemplateTable:
    """Return what both show together; order and grouping of merges do not matter."""
    return TemplateTable(merged(a.hosts, b.hosts))


def strip_templates(article: Article, table: TemplateTable, params: TemplateParams) -> Article:
    """Return the article without the lines that its host prints around every article."""
    if article.host is None or article.host not in table.hosts:
        return article
    known = _known(table, article.host, params)
    if not known:
        return article
    hits = {at: count for at, line in enumerate(article.paragraphs) if (count := _count(line, known, params))}
    body = _body_range(article.paragraphs, hits)
    changes: list[Change] = []
    place = 0
    for at, line in enumerate(article.paragraphs):
        end = place + len(line) + 1
        if at in hits and _may_go(line, is_inside=at in body, params=params):
            reason = f"on {hits[at]} articles of {article.host}"
            last = min(end, place + len(line) + (at + 1 < len(article.paragraphs)))
            changes.append(Change(start=place, end=last, new="", rule=RULE, kind=KIND, reason=reason))
        place = end
    return article.changed(changes)


def _shown(articles: Iterable[Article]) -> Iterator[tuple[str, int, Lines]]:
    for article in articles:
        if article.host is not None and article.paragraphs:
            lines = frozenset(_line_hashes(article.paragraphs))
            yield article.host, _article_hash(lines), lines


def _line_hashes(lines: Iterable[str]) -> Iterator[int]:
    for line in lines:
        if len(line) <= _MAX_LINE:
            yield from (number for number in (_line_hash(line), _label_hash(line)) if number is not None)
        else:
            yield hash_of(fold_key(line)) | 1


def _line_hash(line: str) -> int | None:
    """Return the hash of the line with its figures masked: 阅读 123 is 阅读 456; None: it has no letters."""
    key = _FIGURES.sub("0", fold_key(line))
    if not key.strip("0"):
        return None
    return hash_of(key) & ~1 | (len(key) >= _LONG_LINE)


def _label_hash(line: str) -> int | None:
    match = _LABEL.match(fold(line))
    return None if match is None else hash_of(f"{match.group(1)}:") & ~1


def _article_hash(lines: Lines) -> int:
    return hash_of(" ".join(map(str, sorted(lines))))


@lru_cache(maxsize=256)
def _known(table: TemplateTable, host: str, params: TemplateParams) -> Mapping[int, int]:
    """Return the hashes that are templates of the host, each with the number of distinct articles that have it."""
    distinct = _distinct(table.hosts[host], params)
    counts = Counter(line for lines in distinct for line in lines)
    needed = max(params.min_articles, params.min_ratio * len(distinct))
    return {line: count for line, count in counts.items() if count >= needed}


def _distinct(sample: Sample, params: TemplateParams) -> list[Lines]:
    """Return the articles, copies of one another as one: what only copies share is their text, not a template."""
    original = {article: article for article in sample}
    for a, b in _copies(sample, params):
        original[b] = original[a]
    groups: defaultdict[int, set[int]] = defaultdict(set)
    for article, lines in sample.items():
        groups[original[article]] |= lines
    return [frozenset(lines) for _, lines in sorted(groups.items())]


def _copies(sample: Sample, params: TemplateParams) -> Iterator[tuple[int, int]]:
    """Yield the pairs that have most of their long lines in common; lines that many articles have weigh less."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for article, lines in sorted(sample.items()):
        for line in lines:
            if line & 1:
                holders[line].append(article)
    rare = max(params.min_articles + 2, params.min_ratio * len(sample))
    shared: Counter[tuple[int, int]] = Counter()
    shared_rare: Counter[tuple[int, int]] = Counter()
    for articles in holders.values():
        pairs = list(combinations(articles, 2))
        shared.update(pairs)
        shared_rare.update(pairs if len(articles) <= rare else ())
    long = {article: sum(line & 1 for line in lines) for article, lines in sample.items()}
    for (a, b), count in sorted(shared.items()):
        fewer = min(long[a], long[b])
        if count >= params.copy_ratio * fewer or shared_rare[a, b] >= params.rare_copy_ratio * fewer:
            yield a, b


def _count(line: str, known: Mapping[int, int], params: TemplateParams) -> int:
    """Return how many articles have this line, or its label; 0: it is no template."""
    if len(line) > _MAX_LINE:
        return 0
    number = _line_hash(line)
    if number is not None and number in known:
        return known[number]
    label = _label_hash(line) if len(line) <= params.label_chars else None
    count = 0 if label is None else known.get(label, 0)
    return count if count >= params.label_articles else 0


def _body_range(lines: tuple[str, ...], hits: Mapping[int, int]) -> range:
    """Return the lines from the first to the last of running text that is no template."""
    text = [at for at, line in enumerate(lines) if at not in hits and len(line) >= _LONG_LINE and ends_sentence(line)]
    return range(text[0], text[-1] + 1) if text else range(0)


def _may_go(line: str, *, is_inside: bool, params: TemplateParams) -> bool:
    """Return whether a line of the host may go here; headings and 特此公告。 stand in the articles themselves."""
    folded = fold(line)
    chars = len(fold_key(line))
    if _LIST_HEAD.match(folded) is not None:
        return False
    if is_inside or (chars < params.body_chars and ends_sentence(line)):
        return chars >= params.body_chars
    return chars >= params.min_chars
