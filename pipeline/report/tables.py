"""Tables that become lists on a phone; what was rejected and what failed are the plainest of them."""

from collections.abc import Iterable, Sequence

from pipeline.model import Rejected
from pipeline.report.data import ReportData
from pipeline.report.markup import clipped, code, esc, isolated, link, sampled, section
from pipeline.report.names import reason_name
from pipeline.report.sampling import evenly

_BUDGET = 500_000  # bytes of one table
DETAIL_CHARS = 300  # of what is said in one cell


def rejected_section(data: ReportData) -> str:
    """Return what did not become an article, and why; near-duplicates are a section of their own."""
    rows = [_rejected(row) for row in data.rejected.shown]
    shown = evenly(rows, (sum(len(cell.encode()) for cell in row) for row in rows), _BUDGET)
    body = table(("规则", "说明", "网址", "编号", "来源"), shown)
    return section("rejected", "剔除 <small>Rejected</small>", body, note=sampled(len(shown), data.rejected.total))


def failed_section(data: ReportData) -> str:
    """Return what could not be read."""
    lines = [f"<li>{isolated(clipped(line, DETAIL_CHARS))}</li>" for line in data.failed.shown]
    shown = evenly(lines, (len(line.encode()) for line in lines), _BUDGET)
    body = f'<ul class="failed">{"".join(shown)}</ul>' if shown else ""
    return section("failed", "未能读取 <small>Failed</small>", body, note=sampled(len(shown), data.failed.total))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], name: str = "") -> str:
    """Return a table; "" without rows. Each cell knows the name of its column, for a narrow page shows rows as lists."""
    drawn = [f"<tr>{''.join(map(_cell, head, row))}</tr>" for row in rows]
    if not drawn:
        return ""
    caption = f"<caption>{name}</caption>" if name else ""
    names = "".join(f'<th scope="col"{_number(column)}>{column}</th>' for column in head)
    return f'<table class="rows">{caption}<thead><tr>{names}</tr></thead><tbody>{"".join(drawn)}</tbody></table>'


def count(value: float | None) -> str:
    """Return a number as a cell shows it; "–" where it is not known."""
    return "–" if value is None else f"{value:,}"


# Columns of numbers, which stand right: names that only they have.
_NUMBERS = frozenset({"文章", "处", "字", "行", "在语料中", "本次新增", "待抓", "失败", "不许抓", "剔除数", "秒", "处理", "保留", "未变", "剔除"})  # fmt: skip


def _cell(name: str, cell: str) -> str:
    return f'<td data-name="{name}"{_number(name)}>{cell}</td>'


def _number(column: str) -> str:
    return ' class="num"' if column in _NUMBERS else ""


def _rejected(row: Rejected) -> tuple[str, ...]:
    name = reason_name(row.rule).removesuffix(row.rule).strip()
    return (
        f"{esc(name)}<br>{code(row.rule)}" if name else code(row.rule),
        isolated(clipped(row.detail, DETAIL_CHARS)),
        link(row.url) if row.url else "",
        code(row.id),
        isolated(clipped(row.source, 80)),
    )
