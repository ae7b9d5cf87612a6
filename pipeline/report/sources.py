"""How the sources are doing, what hinders the crawl, and how long the last runs took."""

from pipeline.errors import EXIT_INTERRUPTED
from pipeline.report.data import FATES, Hindrance, ReportData, RunRow, SourceHealth
from pipeline.report.markup import clipped, esc, isolated, link, section
from pipeline.report.tables import DETAIL_CHARS, count, table

_MOST_SOURCES = 500
_MOST_HINDRANCES = 200
_HINDRANCES = {"rest": "主机暂停访问", "stopped": "列表没有读到底"}


def sources_section(data: ReportData) -> str:
    """Return how the sources are doing, those in trouble first."""
    ranked = sorted(data.sources, key=_is_well)
    shown = ranked[:_MOST_SOURCES]
    head = ("名称", "种类", "在语料中", "本次新增", "剔除数", "不许抓", "待抓", "失败", "上次成功", "状况")
    body = table(head, [_source(s, data) for s in shown]) + _hindrances(data)
    note = f"共 {len(ranked):,} 个来源，显示 {len(shown):,} 个，有故障的在前。" if len(ranked) > len(shown) else ""
    return section("sources", "来源 <small>Sources</small>", body, note=note)


def runs_section(data: ReportData) -> str:
    """Return the last runs, the newest first."""
    head = ("运行", "开始", "秒", "处理", "保留", "剔除", "未变", "失败", "结束")
    return section("runs", "最近的运行 <small>Runs</small>", table(head, map(_run, data.runs)))


def _is_well(source: SourceHealth) -> bool:
    return source.last_error is None and source.failing_since is None


def _source(source: SourceHealth, data: ReportData) -> tuple[str, ...]:
    figures = data.figures
    return (
        isolated(clipped(source.name, 80)),
        esc(source.kind),
        count(figures.sources.get(source.name, 0)),
        count(source.new_articles),
        count(figures.refused_sources.get(source.name, 0)),
        count(figures.barred_sources.get(source.name, 0)),
        count(source.waiting),
        count(source.failed),
        esc(source.last_success_at or "从未"),
        _state(source),
    )


def _state(source: SourceHealth) -> str:
    if _is_well(source):
        return "✓ 正常"
    since = f"自 {source.failing_since}：" if source.failing_since else ""
    return f'<span class="bad">✗ {isolated(clipped(since + (source.last_error or "故障"), DETAIL_CHARS))}</span>'


def _hindrances(data: ReportData) -> str:
    return table(("受阻", "主机或列表", "说明"), map(_hindrance, data.hindrances[:_MOST_HINDRANCES]), "抓取受阻")


def _hindrance(one: Hindrance) -> tuple[str, ...]:
    return esc(_HINDRANCES.get(one.what, one.what)), link(one.where), isolated(clipped(one.detail, DETAIL_CHARS))


def _run(run: RunRow) -> tuple[str, ...]:
    seconds = "–" if run.seconds is None else f"{run.seconds:,.1f}"
    fates = (count(run.counts.get(fate)) for fate in FATES)
    return f"{run.id} {esc(run.command)}", esc(run.started_at), seconds, *fates, _ending(run)


def _ending(run: RunRow) -> str:
    if run.exit_code is None:
        return "进行中"
    if run.exit_code < 0:
        return '<span class="bad">✗ 中途死掉</span>'
    if run.exit_code == EXIT_INTERRUPTED:
        return "中断"
    return "✓ 完成" if run.exit_code == 0 else f'<span class="bad">完成，有失败（{run.exit_code}）</span>'
