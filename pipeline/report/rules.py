"""What the rules did: those that cut, with an example each; those on trial; those that found nothing."""

from collections.abc import Iterable

from pipeline.edits import LAYOUT_KIND
from pipeline.report.data import ReportData, RuleNotes, RuleUse, ShadowUse
from pipeline.report.kinds import family_of, kind_name
from pipeline.report.marks import visible
from pipeline.report.markup import chip, clipped, code, esc, section
from pipeline.report.reasons import step_reason
from pipeline.report.tables import DETAIL_CHARS, count, table

_MOST_RULES = 300
_OWN = chip("自订", "own")
_SHADOWS = "试用中的规则 <small>shadow</small>：只标出会删的行，一字未删"


def rules_section(data: ReportData) -> str:
    """Return what each rule did to the articles that stay, what those on trial would have done, and which found nothing."""
    uses = data.figures.rules[:_MOST_RULES]
    listed = _listed(data)
    head = ("规则", "类别", "文章", "处", "字", "首例")
    body = table(head, [_used(use, data.rules, listed) for use in uses]) + _shadows(data) + _idle(data)
    total = len(data.figures.rules)
    note = f"共 {total:,} 条规则动过文章，显示删字最多的 {len(uses):,} 条。" if len(uses) < total else ""
    return section("rules", "规则 <small>Rules</small>", body, note=note)


def _shadows(data: ReportData) -> str:
    """Return what the rules on trial would have cut; those that met nothing are told too."""
    met = {use.rule for use in data.figures.shadows}
    quiet = [
        ShadowUse(rule=rule, articles=0, lines=0, example="", article="") for rule in sorted(data.rules.shadow - met)
    ]
    listed = _listed(data)
    rows = [_would_cut(use, data.rules, listed) for use in (*data.figures.shadows[:_MOST_RULES], *quiet[:_MOST_RULES])]
    return table(("规则", "文章", "行", "首例"), rows, _SHADOWS)


def _idle(data: ReportData) -> str:
    """Return the rules that could have cut and found nothing: those of the user first, each with its reason."""
    idle = data.rules.cutting - {use.rule for use in data.figures.rules}
    if not idle:
        return ""
    listed = "".join(f"<li>{_named(rule, data.rules)}</li>" for rule in _own_first(idle, data.rules))
    return f'<details class="idle"><summary>没有用到的规则（{len(idle):,}）</summary><ul>{listed}</ul></details>'


def _own_first(rules: Iterable[str], notes: RuleNotes) -> list[str]:
    return sorted(rules, key=lambda rule: (rule not in notes.own, rule))


def _listed(data: ReportData) -> frozenset[str]:
    return frozenset(article.id for article in data.articles.shown)


def _used(use: RuleUse, notes: RuleNotes, listed: frozenset[str]) -> tuple[str, ...]:
    pick = use.rule if use.kind != LAYOUT_KIND else ""  # layout is not marked in the texts: there is nothing to look at
    return (
        _named(use.rule, notes, pick=pick, said=use.reason),
        f'<span class="dot {family_of(use.kind)}"></span>{esc(kind_name(use.kind))}',
        count(use.articles),
        count(use.places),
        count(use.characters),
        f"<bdi>{visible(use.example)}</bdi>{_in(use.article, listed)}",
    )


def _would_cut(use: ShadowUse, notes: RuleNotes, listed: frozenset[str]) -> tuple[str, ...]:
    example = f"<bdi>{visible(use.example)}</bdi>{_in(use.article, listed)}" if use.lines else ""
    return _named(use.rule, notes), count(use.articles), count(use.lines), example


def _in(article: str, listed: frozenset[str]) -> str:
    """Return where an example stands; an article that the page shows is a click away."""
    name = f'<a href="#a-{esc(article)}">{code(article)}</a>' if article in listed else code(article)
    return f'<br><span class="quiet">见 {name}</span>'


def _named(rule: str, notes: RuleNotes, *, pick: str = "", said: str = "") -> str:
    """Return a rule with the reason why there is such a one; `pick`: it leads to the articles that it changed."""
    name = f'<a class="pick" href="#articles" data-rule="{esc(pick)}">{code(rule)}</a>' if pick else code(rule)
    reason = notes.reasons.get(rule) or step_reason(rule) or said
    told = f'<br><span class="quiet">{esc(clipped(reason, DETAIL_CHARS))}</span>' if reason else ""
    return f"{name}{f' {_OWN}' if rule in notes.own else ''}{told}"
