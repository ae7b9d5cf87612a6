"""Lines that are not the article: notices, footers, navigation, promotions, bylines. By rule, zone and host.

    lines ─ fold ─▶ rules worth trying ─▶ zones ─▶ a verdict a line ─▶ sentences at the end ─▶ changes, metadata, flags

What decides:
* strong rules cut alone, in their zones; legal wording cuts alone behind the last body line, and in the body only when two
  different rules agree; weak rules never cut alone. A line that reports on somebody's words or on a court is not a notice.
* Never a line over 420 characters; of such a line, and of the last body line, only whole sentences at the end may go.
* Should the lines to go be more than half of the article, none goes: flag over_removal. But where no line is running text
  and each is a rule's, there is no article: all go.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.clean.headline import HeadlineParams, find_headline, find_headline_below, find_labels_above
from pipeline.clean.linerules import Asking, LineRules
from pipeline.clean.metadata import with_metadata
from pipeline.clean.rulebook import Rule, Rulebook
from pipeline.clean.zones import ZoneParams, Zones, find_zones
from pipeline.edits import Change
from pipeline.model import Article, Flag
from pipeline.text import ends_sentence, sentence_spans

RULE = __name__.removeprefix("pipeline.")
HEADLINE_RULE = f"{RULE}.headline"
CRUMB_KIND = "crumb"  # of the rules after whose lines a headline may follow

_SHOWN_CHARS = 40  # of a line in the detail of a flag
_BRACKETED_END = r"[(（\[【][^()（）\[\]【】]{2,40}[)）\]】]\s*\Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoilerplateParams:
    """How much may be cut, and what the user wants kept."""

    zones: ZoneParams = field(default_factory=ZoneParams)
    headline: HeadlineParams = field(default_factory=HeadlineParams)
    max_removed_ratio: float = (
        0.5  # of the article's characters; more than half was never boilerplate on labelled pages
    )
    body_legal_rules: int = (
        2  # different legal rules that must agree to cut a line in the body; measured on labelled lines
    )
    prose_rules: int = (
        3  # different ones that must agree to empty a text with sentences in it; one or two may be mistaken
    )
    max_end_sentences: int = 8  # sentences at the end of a line; the longest notice glued to a last sentence had five
    keep_kinds: frozenset[str] = frozenset()  # kinds of rules that the user wants kept


@dataclass(frozen=True, slots=True)
class _Cut:
    """A line that is to go."""

    rule: str
    kind: str
    reason: str = ""


def strip_boilerplate(article: Article, params: BoilerplateParams, rulebook: Rulebook) -> Article:
    """Return the article without the lines and end sentences that are not its own; bylines become metadata."""
    if not article.paragraphs:
        return article
    asking = Asking(rulebook, article.host, params.keep_kinds, params.body_legal_rules)
    lines = LineRules(article.paragraphs, asking)
    zones = find_zones(article.paragraphs, lambda line, zone: lines.verdict(line, zone) is not None, params.zones)
    if zones is None:
        return _without_all(article, lines, params)
    ruled = dict(_ruled_lines(len(article.paragraphs), lines, zones))
    article, cuts = _take_headline(article, ruled, zones, params)
    cuts = {**{line: _Cut(rule.id, rule.kind, why or rule.why) for line, (rule, why) in ruled.items()}, **cuts}
    if _removed_ratio(article.paragraphs, cuts) > params.max_removed_ratio:
        return article.flagged(Flag(name="over_removal", detail=f"{len(cuts)} of {len(article.paragraphs)} lines"))
    filled = _filled(article, ruled)
    behind = range(zones.last, len(article.paragraphs))
    open_ends = frozenset(i for i in behind if i not in cuts and lines.has_words(i))
    changes = (
        *_line_changes(article.paragraphs, cuts),
        *_end_changes(article.paragraphs, open_ends, lines, params.max_end_sentences),
    )
    return filled.changed(changes).flagged(*_flags(article.paragraphs, lines, zones, cuts))


def strip_ending(article: Article, params: BoilerplateParams, rulebook: Rulebook) -> Article:
    """Return the article without the sentences that are not its own in the line that is its last one by now.

    For when repeats have gone: a notice glued to a sentence stood in the middle as long as a copy followed.
    """
    if not article.paragraphs:
        return article
    *above, last = article.paragraphs
    asking = Asking(rulebook, article.host, params.keep_kinds, params.body_legal_rules)
    start = sum(map(len, above)) + len(above)
    lines = LineRules((last,), asking)
    if not lines.has_words(0):
        return article
    found = _end_sentences(last, lines, 0, params.max_end_sentences)
    if sum(end - at for at, end, _ in found) > params.max_removed_ratio * (start + len(last)):
        return article
    return article.changed(_sentence_changes(start, found))


def _without_all(article: Article, lines: LineRules, params: BoilerplateParams) -> Article:
    """Return the article empty if its lines are a page's frame; one with running text that a rule takes stays, flagged.

    The rules may be wrong about a notice that is itself the news, so prose needs more of them that are of one mind.
    """
    ruled = [lines.verdict(i, "tail") or lines.verdict(i, "head") for i in range(len(article.paragraphs))]
    rules = {i: rule for i, rule in enumerate(ruled) if rule is not None}
    has_prose = any(len(line) >= params.zones.min_short_chars and ends_sentence(line) for line in article.paragraphs)
    needed = params.prose_rules if has_prose else 1
    if len({rule.id for rule in rules.values()}) < needed:
        return article.flagged(Flag(name="over_removal", detail="nothing but boilerplate"))
    cuts = {i: _Cut(rule.id, rule.kind, "nothing but boilerplate") for i, rule in rules.items()}
    return article.changed(tuple(_line_changes(article.paragraphs, cuts)))


def _ruled_lines(count: int, lines: LineRules, zones: Zones) -> Iterator[tuple[int, tuple[Rule, str]]]:
    """Yield each of so many lines that a rule takes, with the rule and what there is to say about the place."""
    for i in lines.matched:
        zone = zones.of(i)
        rule = lines.verdict(i, zone)
        if rule is None:
            continue
        yield i, (rule, "")
        if rule.action == "drop_after" and zone == "tail":
            yield from ((below, (rule, f"below line {i + 1}")) for below in range(i + 1, count))
            return


def _take_headline(
    article: Article, ruled: Mapping[int, tuple[Rule, str]], zones: Zones, params: BoilerplateParams
) -> tuple[Article, dict[int, _Cut]]:
    """Return the article with its title, and the cuts of the headline and the navigation above it."""
    lines = article.paragraphs[: zones.first + 1]
    told = [rule.named(article.paragraphs[i]).get("title") for i, (rule, _) in ruled.items()]
    title = article.title or next((text for text in told if text), None)
    crumbs = [i for i, (rule, _) in ruled.items() if rule.kind == CRUMB_KIND and i < zones.first]
    place = find_headline(lines, title, params.headline) if title else None
    if title is None and crumbs:
        place = find_headline_below(lines, crumbs[-1], params.headline)
    if place is None or "title" in params.keep_kinds:
        return article, {}
    cuts = {
        i: _Cut(HEADLINE_RULE, "nav", "above the headline") for i in find_labels_above(lines, place, params.headline)
    }
    cuts[place] = _Cut(HEADLINE_RULE, "title", "the title of the article")
    return article if article.title else replace(article, title=lines[place]), cuts


def _removed_ratio(paragraphs: Sequence[str], cuts: Mapping[int, _Cut]) -> float:
    return sum(len(paragraphs[i]) for i in cuts) / sum(map(len, paragraphs)) if cuts else 0.0


def _filled(article: Article, ruled: Mapping[int, tuple[Rule, str]]) -> Article:
    for line, (rule, below) in ruled.items():
        named = {} if below else rule.named(article.paragraphs[line])
        if named:
            article = with_metadata(article, named)
    return article


def _line_changes(paragraphs: Sequence[str], cuts: Mapping[int, _Cut]) -> Iterator[Change]:
    """Yield the cuts of whole lines, each with one line break, so that the rule and not the layout signs for it."""
    if not cuts:  # most articles
        return
    kept_above = False
    chars = sum(map(len, paragraphs)) + len(paragraphs) - 1
    for i, start in enumerate(_starts(paragraphs)):
        cut = cuts.get(i)
        kept_above = kept_above or cut is None
        if cut:
            shift = 1 if kept_above else 0
            end = min(start + len(paragraphs[i]) + 1 - shift, chars)
            yield Change(start=start - shift, end=end, new="", rule=cut.rule, kind=cut.kind, reason=cut.reason)


def _end_changes(paragraphs: Sequence[str], open_ends: frozenset[int], lines: LineRules, most: int) -> Iterator[Change]:
    """Yield the cuts of whole sentences at the end of those lines."""
    if not open_ends:  # most articles
        return
    for i, line_start in enumerate(_starts(paragraphs)):
        if i in open_ends:
            yield from _sentence_changes(line_start, _end_sentences(paragraphs[i], lines, i, most))


def _sentence_changes(line_start: int, found: Iterable[tuple[int, int, Rule]]) -> Iterator[Change]:
    for start, end, rule in found:
        place = (line_start + start, line_start + end)
        yield Change(start=place[0], end=place[1], new="", rule=rule.id, kind=rule.kind, reason=rule.why)


def _end_sentences(line: str, lines: LineRules, number: int, most: int) -> tuple[tuple[int, int, Rule], ...]:
    """Return the sentences at the end of a line that are a rule's; never all of it."""
    found: list[tuple[int, int, Rule]] = []
    for start, end in reversed(_end_units(line)[1:][-most:]):  # asked one by one: mostly the last is nobody's
        rule = lines.sentence(number, start, end).verdict(0, "tail")
        if (
            rule is None or rule.action == "meta:author"
        ):  # a reporter's name behind the last sentence is part of the text
            break
        found.append((len(line[:start].rstrip()), len(line[:end].rstrip()), rule))
    return tuple(found)


def _end_units(line: str) -> tuple[tuple[int, int], ...]:
    """Return the sentences of a line; a bracketed note at its very end is one of its own."""
    spans = sentence_spans(line)
    note = re.search(_BRACKETED_END, line)
    if note is None or not spans or note.start() <= spans[-1][0]:
        return spans
    return (*spans[:-1], (spans[-1][0], note.start()), (note.start(), len(line)))


def _flags(paragraphs: Sequence[str], lines: LineRules, zones: Zones, cuts: Mapping[int, _Cut]) -> Iterator[Flag]:
    for i in lines.matched:
        if i in cuts:
            continue
        for rule in lines.remarks(i, zones.of(i)):
            name = "shadow" if rule.mode == "shadow" else rule.kind
            yield Flag(name=name, detail=f"{rule.id}: {paragraphs[i][:_SHOWN_CHARS]}")


def _starts(paragraphs: Sequence[str]) -> Iterator[int]:
    at = 0
    for line in paragraphs:
        yield at
        at += len(line) + 1
