"""Damage by earlier conversions: evidence first, then the mending.

    evidence   conflicts of single characters (conflicts.py) and prints of term-replacing converters (terms.py)
    keep       cheap evidence (evidence.py) becomes a flag; the text stays, and no word is cut
    hans       term damage is mended; wrong readings vanish by themselves, both have one Simplified form
    hant …     term damage and wrong readings are mended, as far as the evidence reaches

Healthy Traditional text has conflicts too, up to 7 % of its ambiguous characters: there OpenCC is wrong. So in a text
that is long enough to be judged as a whole, nothing is mended unless conflicts are frequent. A headline or a clause
cannot be judged so; there a conflict counts only if nothing at all speaks for what is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.edits import Change
from pipeline.model import Article, Flag, OutputScript, Script
from pipeline.normalise.conflicts import Conflict, find_conflicts
from pipeline.normalise.evidence import (
    count_differences,
    count_signs,
    has_misnamed,
    lines_with_names,
    without_simplified,
)
from pipeline.normalise.opencc import convert
from pipeline.normalise.readings import ambiguous_places
from pipeline.normalise.rewrite import applied
from pipeline.normalise.script import common_forms, detect_script
from pipeline.normalise.terms import TermParams, find_terms

RULE = __name__.removeprefix("pipeline.")
KIND = FLAG = "script_damage"

_TRADITIONAL = frozenset({"hant", "mixed"})
# Traditional characters that stand only in certain words. Where no such word is, the usual reading was meant.
_ONLY_IN_WORDS = frozenset("麵髮曆鬆鬥颱錶醜捲彆癥範於雲徵鍾複覆後裏裡幹")
# Simplified forms that are Traditional characters as well, rare ones: 皇后, 公里, 么, 于 the surname.
_LEFT_SIMPLIFIED = frozenset("后里么于余游簽丑沖")
# 隻 counts animals and ships: a number, a pronoun or a kind of animal stands before it.
_COUNTED = frozenset("一二三四五六七八九十百千萬兩几幾數每半這那哪某整多單雙隻船艦羊牛狗貓雞鴨鳥豬兔猫鸡0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairParams:
    """How much evidence the mending of a text asks for. Rates are conflicts per character with several readings."""

    min_ambiguous: int = 25  # as many such characters (some 350 of text) and the text is judged as a whole
    min_rate: float = 0.05  # strong conflicts; 29 healthy pages: median 0, most .034; two damaged ones: .12 and .17
    min_quick_rate: float = 0.03  # by OpenCC alone, before the slow look; the same healthy pages: median 0, most .06
    min_quick: int = 2  # differences by OpenCC alone: a healthy page has one
    min_rare: int = 2  # rare readings; below, text that is kept is not looked at again. 36 of 42 healthy pages: 0 or 1
    min_rare_rate: float = 0.02  # the two damaged pages: .045 and .07
    min_misread: int = 4  # differences by OpenCC alone that flag a text that is kept; healthy pages: 2 at most
    min_misread_rate: float = 0.06  # healthy: .034 in nine of ten pages; of two differences: up to .062
    # All conflicts. The same healthy pages: most .069; they helped to choose the matters of taste, so this is in-sample.
    min_weak_rate: float = 0.08
    min_weak: int = 5  # conflicts; then also those are mended that rest on frequency alone
    terms: TermParams = field(default_factory=TermParams)


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """The evidence in a text, and the changes that it justifies."""

    conflicts: int
    strong: int  # of them: nothing speaks for what is written
    ambiguous: int
    terms: tuple[Change, ...]
    characters: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.terms or self.characters)

    def __str__(self) -> str:
        found = f"{self.strong} of {self.ambiguous} ambiguous characters misread, {self.conflicts} doubtful"
        return found + (f", {len(self.terms)} replaced terms" if self.terms else "")


def repair_damage(article: Article, params: RepairParams, target: OutputScript) -> Article:
    """Return the article with the damage mended as far as the target allows, or only flagged ("keep")."""
    if target == "keep":
        return article.flagged(*_remarks(article, params))
    damage = find_damage(article.text, params, target, article.script)
    if not damage:
        return article
    evidence = str(damage)
    repaired = article.flagged(Flag(name=FLAG, detail=evidence))
    for changes in _wanted(damage, target):
        repaired = repaired.changed(replace(c, reason=f"{c.reason or 'a print'}; {evidence}") for c in changes)
    return replace(repaired, title=repair_text(article.title, params, target)) if article.title else repaired


def repair_text(text: str, params: RepairParams, target: OutputScript) -> str:
    """Return a bare text mended for the target script; "keep" changes nothing."""
    if target == "keep":
        return text
    for changes in _wanted(find_damage(text, params, target), target):
        text = applied(text, changes)
    return text


def find_damage(text: str, params: RepairParams, target: OutputScript, script: Script | None = None) -> Damage:
    """Return the evidence and what may be mended on it for this target.

    Wrong readings are looked for in Traditional text only, and only where the target will have them mended.
    """
    terms = find_terms(text, params.terms)
    nothing = Damage(conflicts=0, strong=0, ambiguous=0, terms=terms, characters=())
    if target in {"hans", "keep"} or (script or detect_script(text)) not in _TRADITIONAL:
        return nothing
    ambiguous = len(ambiguous_places(convert(text, "t2s")))
    if not _is_suspect(text, ambiguous, params):
        return nothing
    conflicts = list(find_conflicts(text))
    strong = [c for c in conflicts if _is_strong(c, text)]
    mended = _mended(conflicts, strong, ambiguous, params)
    readings = common_forms("".join(c.read for c in mended))
    return Damage(
        conflicts=len(conflicts),
        strong=len(strong),
        ambiguous=ambiguous,
        terms=terms,
        characters=tuple(
            Change(start=c.place, end=c.place + 1, new=new, rule=RULE, kind=KIND, reason=_why(c))
            for c, new in zip(mended, readings, strict=True)
        ),
    )


def _remarks(article: Article, params: RepairParams) -> Iterator[Flag]:
    """Yield the flag for a text that is kept, on cheap evidence alone."""
    text = article.text
    found: list[str] = []
    script = article.script or detect_script(text)
    if script in _TRADITIONAL:
        told = without_simplified(text) if script == "mixed" else text
        signs = count_signs(told)
        is_likely = signs.rare >= params.min_rare and signs.rare >= params.min_rare_rate * signs.ambiguous
        misread = count_differences(told) if is_likely else 0
        if misread >= params.min_misread and misread >= params.min_misread_rate * signs.ambiguous:
            found.append(f"{misread} of {signs.ambiguous} ambiguous characters misread")
        elif has_misnamed("\n".join(lines_with_names(text))):
            found.append("surnames misread")
    terms = find_terms(text, params.terms)
    if terms:
        found.append(f"{len(terms)} replaced terms")
    if found:
        yield Flag(name=FLAG, detail=", ".join(found))


def _is_suspect(text: str, ambiguous: int, params: RepairParams) -> bool:
    """Return whether it is worth the slow look: words are cut around each ambiguous character."""
    if ambiguous < params.min_ambiguous:
        return ambiguous > 0
    differences = count_differences(text)
    is_likely = differences >= params.min_quick and differences >= params.min_quick_rate * ambiguous
    return is_likely or has_misnamed(text)


def _mended(
    conflicts: Sequence[Conflict], strong: Sequence[Conflict], ambiguous: int, params: RepairParams
) -> Sequence[Conflict]:
    if ambiguous < params.min_ambiguous:
        return strong
    if len(strong) < params.min_rate * ambiguous:
        return [c for c in strong if c.is_name]
    is_ruin = len(conflicts) >= params.min_weak and len(conflicts) >= params.min_weak_rate * ambiguous
    return conflicts if is_ruin else strong


def _is_strong(conflict: Conflict, text: str) -> bool:
    """Return whether nothing speaks for what is written, and something for what the dictionaries read."""
    if conflict.has_word:
        return False
    if conflict.is_by_word:
        return True
    before = text[conflict.place - 1 : conflict.place]
    if conflict.written == "隻":
        return before not in _COUNTED
    return conflict.written in _ONLY_IN_WORDS or conflict.written in _LEFT_SIMPLIFIED


def _why(conflict: Conflict) -> str:
    if conflict.is_name:
        return "a surname"
    return "a word says so" if conflict.is_by_word else "the usual reading"


def _wanted(damage: Damage, target: OutputScript) -> Iterator[Sequence[Change]]:
    """Yield the changes for this target. Characters go first: they leave the places of the terms as they are."""
    if target != "hans":
        covered = {place for term in damage.terms for place in range(term.start, term.end)}
        yield [change for change in damage.characters if change.start not in covered]
    yield damage.terms
