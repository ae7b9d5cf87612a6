"""What was dropped as a copy: under the article that stays, each as a difference to it, with scores and facts."""

from collections.abc import Iterable

from pipeline.model import Article, Decision
from pipeline.report.charts import meter
from pipeline.report.data import ReportData
from pipeline.report.difference import marked_difference
from pipeline.report.markup import chip, clipped, code, esc, isolated, language, link, sampled, section, title_of
from pipeline.report.sampling import evenly

_BUDGET = 3_000_000  # bytes of all entries
_MOST_KEPT_CHARS = 6_000  # of the text of an article that stays
_RELATIONS = {
    "exact": "相同",
    "near": "近似",
    "contained": "被包含",
    "contains": "包含",
    "quote": "引用",
    "template": "同一格式",
}
_SCORES = {
    "containment": "包含度",
    "jaccard": "重合度",
    "similarity": "相似度",
    "facts": "事实一致",
    "conflict": "事实冲突",
}
_SUPERSEDES = chip("更完整，导出时可代替保留的一篇 supersedes", "new")
_NOTE = (
    "<del>红</del> 只在保留的一篇里，<ins>绿</ins> 只在这一份里；繁简、全半角、大小写与标点的写法不算差异。"
    "包含度与重合度按三字片段计，冲突越低越好。"
)


def copies_section(data: ReportData) -> str:
    """Return the clusters; "" when there are no copies."""
    entries = [_copy(article, decision, data) for article, decision in data.copies.shown]
    rows = list(zip((decision.kept or "" for _, decision in data.copies.shown), entries, strict=True))
    wholes = (len(_text_of(data.kept.get(kept)).encode()) for kept, _ in rows)
    weights = (len(entry.encode()) + whole for entry, whole in zip(entries, wholes, strict=True))
    shown = evenly(rows, weights, _BUDGET)
    listed = {article.id for article in data.articles.shown}
    clusters = "".join(
        _cluster(kept, [e for k, e in shown if k == kept], data, is_listed=kept in listed)
        for kept in dict.fromkeys(_kept(shown))
    )
    note = f"{_NOTE} {sampled(len(shown), data.copies.total)}"
    return section("copies", "重复与近重复 <small>Copies</small>", clusters, note=note)


def _kept(rows: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (kept for kept, _ in rows)


def _cluster(kept: str, entries: list[str], data: ReportData, *, is_listed: bool) -> str:
    article = data.kept.get(kept)
    name = f"<span{language(article)}>{isolated(title_of(article))}</span>" if article else code(kept)
    to = f'<a href="#a-{esc(kept)}">看这一篇</a>' if is_listed else ""
    where = link(article.url) if article and article.url else isolated(article.source) if article else ""
    head = f'<p class="quiet">保留的一篇：{code(kept)} {where} {to}</p>'
    total = max(data.figures.copies_of.get(kept, 0), len(entries))
    count = f"{total:,} 份副本" + (f"，显示 {len(entries):,} 份" if len(entries) < total else "")
    return (
        f'<details class="cluster"><summary><span class="title">{name}</span>{chip(count)}</summary>'
        f"{head}{_text_of(article)}{''.join(entries)}</details>"
    )


def _text_of(article: Article | None) -> str:
    """Return the text of the article that stays, folded away: the differences show only what is around them."""
    if article is None:
        return ""
    text = esc(clipped(article.text, _MOST_KEPT_CHARS))
    return (
        f'<details class="whole"><summary>保留的一篇，{len(article.text):,} 字</summary>'
        f'<div class="text"{language(article)}>{text}</div></details>'
    )


def _copy(article: Article, decision: Decision, data: ReportData) -> str:
    kept = data.kept.get(decision.kept or "")
    relation = decision.relation or "near"
    difference = (
        f'<div class="text"{language(article)}>{marked_difference(kept.text, article.text)}</div>' if kept else ""
    )
    facts = (
        f'<p class="differing">不同的数字与日期：{isolated("、".join(decision.facts))}</p>' if decision.facts else ""
    )
    return (
        f'<article class="copy"><h3{language(article)}>{isolated(title_of(article))} '
        f"{chip(f'{_RELATIONS.get(relation, relation)} {relation}')}{_SUPERSEDES if decision.supersedes else ''}</h3>"
        f'<p class="quiet">{isolated(article.source)} · {code(article.id)} {link(article.url) if article.url else ""}</p>'
        f"{_scores(decision)}{facts}{difference}</article>"
    )


def _scores(decision: Decision) -> str:
    cells = "".join(
        f"<div><dt>{esc(_SCORES.get(name, name))}</dt><dd>{value:.2f}{meter(value)}</dd></div>"
        for name, value in decision.scores.items()
    )
    return f'<dl class="scores">{cells}</dl>' if cells else ""
