"""What was dropped as a copy: under the article that stays, each as a difference to it, with scores and facts."""

from collections.abc import Iterable

from pipeline.model import Article, Decision
from pipeline.report.charts import meter
from pipeline.report.data import ReportData, evenly
from pipeline.report.difference import marked_difference
from pipeline.report.markup import chip, code, esc, isolated, language, link, sampled, section, title_of

_BUDGET = 3_000_000  # bytes of all entries
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
_NOTE = (
    "<del>红</del> 只在保留的一篇里，<ins>绿</ins> 只在这一份里；繁简、全半角、大小写与标点的写法不算差异。"
    "包含度与重合度按三字片段计，冲突越低越好。"
)


def copies_section(data: ReportData) -> str:
    """Return the clusters; "" when there are no copies."""
    entries = [_copy(article, decision, data) for article, decision in data.copies.shown]
    rows = list(zip((decision.kept or "" for _, decision in data.copies.shown), entries, strict=True))
    shown = evenly(rows, (len(entry.encode()) for entry in entries), _BUDGET)
    clusters = "".join(_cluster(kept, [e for k, e in shown if k == kept], data) for kept in dict.fromkeys(_kept(shown)))
    note = f"{_NOTE} {sampled(len(shown), data.copies.total)}"
    return section("copies", "重复与近重复 <small>Copies</small>", clusters, note=note)


def _kept(rows: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (kept for kept, _ in rows)


def _cluster(kept: str, entries: list[str], data: ReportData) -> str:
    article = data.kept.get(kept)
    name = f"<span{language(article)}>{isolated(title_of(article))}</span>" if article else code(kept)
    known = any(a.id == kept for a in data.articles.shown)
    to = f'<a href="#a-{esc(kept)}">看这一篇</a>' if known else ""
    where = link(article.url) if article and article.url else isolated(article.source) if article else ""
    head = f'<p class="quiet">保留的一篇：{code(kept)} {where} {to}</p>'
    return (
        f'<details class="cluster"><summary><span class="title">{name}</span>'
        f"{chip(f'{len(entries):,} 份副本')}</summary>{head}{''.join(entries)}</details>"
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
        f"{chip(f'{_RELATIONS.get(relation, relation)} {relation}')}</h3>"
        f'<p class="quiet">{isolated(article.source)} · {code(article.id)} {link(article.url) if article.url else ""}</p>'
        f"{_scores(decision)}{facts}{difference}</article>"
    )


def _scores(decision: Decision) -> str:
    cells = "".join(
        f"<div><dt>{esc(_SCORES.get(name, name))}</dt><dd>{value:.2f}{meter(value)}</dd></div>"
        for name, value in decision.scores.items()
    )
    return f'<dl class="scores">{cells}</dl>' if cells else ""
