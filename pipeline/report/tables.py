"""Rules, rejected inputs, sources and failures, as tables that become lists on a phone."""

from collections.abc import Iterable, Sequence

from pipeline.edits import LAYOUT_KIND
from pipeline.model import Rejected
from pipeline.report.data import ReportData, RuleUse, SourceHealth, evenly
from pipeline.report.kinds import family_of, kind_name
from pipeline.report.marks import visible
from pipeline.report.markup import clipped, code, esc, isolated, link, sampled, section

_BUDGET = 500_000  # bytes of one table
_MOST_RULES = 300
_MOST_SOURCES = 500
_DETAIL_CHARS = 300


def rules_section(data: ReportData) -> str:
    """Return what each rule did to the articles that stay, and which shipped rules found nothing to do."""
    uses = data.figures.rules[:_MOST_RULES]
    head = ("规则", "类别", "文章", "处", "字", "例")
    body = _table(head, [_rule(use, data) for use in uses])
    idle = sorted(set(data.reasons) - {use.rule for use in data.figures.rules})
    if idle:
        names = "、".join(code(rule) for rule in idle)
        body += f'<details class="idle"><summary>没有用到的规则（{len(idle):,}）</summary><p>{names}</p></details>'
    note = sampled(len(uses), len(data.figures.rules)).replace("从头到尾均匀抽取", "显示用得最多的")
    return section("rules", "规则 <small>Rules</small>", body, note=note)


def rejected_section(data: ReportData) -> str:
    """Return what did not become an article, and why; near-duplicates are a section of their own."""
    rows = [_rejected(row) for row in data.rejected.shown]
    shown = evenly(rows, (sum(len(cell.encode()) for cell in row) for row in rows), _BUDGET)
    body = _table(("规则", "说明", "网址或编号", "来源"), shown)
    return section("rejected", "剔除 <small>Rejected</small>", body, note=sampled(len(shown), data.rejected.total))


def sources_section(data: ReportData) -> str:
    """Return how the sources are doing, those in trouble first."""
    ranked = sorted(data.sources, key=lambda s: s.last_error is None and s.failing_since is None)
    shown = ranked[:_MOST_SOURCES]
    head = ("名称", "种类", "在语料中", "本次新增", "剔除", "上次成功", "故障")
    body = _table(head, [_source(s, data) for s in shown])
    note = f"共 {len(ranked):,} 个来源，显示 {len(shown):,} 个，有故障的在前。" if len(ranked) > len(shown) else ""
    return section("sources", "来源 <small>Sources</small>", body, note=note)


def failed_section(data: ReportData) -> str:
    """Return what could not be read."""
    lines = [f"<li>{isolated(clipped(line, _DETAIL_CHARS))}</li>" for line in data.failed.shown]
    shown = evenly(lines, (len(line.encode()) for line in lines), _BUDGET)
    body = f'<ul class="failed">{"".join(shown)}</ul>' if shown else ""
    return section("failed", "未能读取 <small>Failed</small>", body, note=sampled(len(shown), data.failed.total))


def _rule(use: RuleUse, data: ReportData) -> tuple[str, ...]:
    reason = data.reasons.get(use.rule, "")
    told = f'<br><span class="quiet">{esc(clipped(reason, _DETAIL_CHARS))}</span>' if reason else ""
    name = code(use.rule)
    if use.kind != LAYOUT_KIND:  # layout is not marked in the texts, so there is nothing to look at
        name = f'<a class="pick" href="#articles" data-rule="{esc(use.rule)}">{name}</a>'
    kind = f'<span class="dot {family_of(use.kind)}"></span>{esc(kind_name(use.kind))}'
    return (
        name + told,
        kind,
        f"{use.articles:,}",
        f"{use.places:,}",
        f"{use.characters:,}",
        f"<bdi>{visible(use.example)}</bdi>",
    )


def _rejected(row: Rejected) -> tuple[str, ...]:
    where = link(row.url) if row.url else code(row.id)
    return code(row.rule), isolated(clipped(row.detail, _DETAIL_CHARS)), where, isolated(clipped(row.source, 80))


def _source(source: SourceHealth, data: ReportData) -> tuple[str, ...]:
    trouble = " ".join(
        filter(None, (f"自 {source.failing_since}：" if source.failing_since else "", source.last_error))
    )
    return (
        isolated(clipped(source.name, 80)),
        esc(source.kind),
        f"{data.figures.sources.get(source.name, 0):,}",
        f"{source.new_articles:,}",
        f"{data.figures.refused_sources.get(source.name, 0):,}",
        esc(source.last_success_at or "从未"),
        f'<span class="bad">✗ {isolated(clipped(trouble, _DETAIL_CHARS))}</span>' if trouble else "✓ 正常",
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; each cell knows the name of its column, for a narrow page shows rows as lists."""
    drawn = "".join(f"<tr>{''.join(map(_cell, head, row))}</tr>" for row in rows)
    names = "".join(f'<th scope="col">{name}</th>' for name in head)
    return f'<table class="rows"><thead><tr>{names}</tr></thead><tbody>{drawn}</tbody></table>' if drawn else ""


def _cell(name: str, cell: str) -> str:
    is_number = cell.replace(",", "").isdecimal()
    return f'<td data-name="{name}"{" class=num" if is_number else ""}>{cell}</td>'
