"""The articles that stay, each with its text as received and every removal marked and signed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.edits import LAYOUT_KIND, Edit
from pipeline.model import Article
from pipeline.report.data import ReportData
from pipeline.report.kinds import FAMILIES, family_of, kind_name
from pipeline.report.marks import marked_original
from pipeline.report.markup import (
    chip,
    clipped,
    code,
    esc,
    isolated,
    language,
    link,
    sampled,
    section,
    title_of,
    words,
)
from pipeline.report.names import flag_name, script_name
from pipeline.report.reasons import step_reason
from pipeline.report.sampling import evenly

_BUDGET = 4_500_000  # bytes of all entries; with the other budgets the page stays below 10 MB
_MOST_AUTHORS = 12
_MOST_TERMS = 8  # of the topic
_MOST_REASONS = 6  # of one rule in one article
_FACT_CHARS = 80
_MOST_TAGS = 12
_LONG_FACTS = frozenset({"网址", "自称", "标记"})  # each has a row of its own
_WIDE = ' class="wide"'
_WITH_EXAMPLES = "另加每条规则、每种标记的首例"


@dataclass(frozen=True, slots=True)
class _Signed:
    """What one rule did to one article."""

    edit: Edit  # the first of them
    places: int
    characters: int
    reasons: tuple[str, ...]  # different ones, of the first places


def entries_within_budget(data: ReportData) -> tuple[tuple[Article, str], ...]:
    """Return the articles that the page has room for, in order, each as it is drawn."""
    articles = data.articles
    entries = [_entry(article, data.rules.reasons) for article in articles.shown]
    pairs = zip(articles.shown, entries, strict=True)
    return evenly(pairs, (len(e.encode()) for e in entries), _BUDGET, articles.pinned)


def articles_section(data: ReportData, entries: Iterable[str]) -> str:
    """Return the list with its tools, given the articles of the data as they are drawn; "" when nothing stays."""
    articles = data.articles
    listed = "".join(entries)
    body = listed and f'{_tools(articles.shown)}{_legend()}<div id="list">{listed}</div>'
    note = sampled(len(articles.shown), articles.total, also=_WITH_EXAMPLES)
    return section("articles", "保留的文章 <small>Kept</small>", body, note=note)


def traits(article: Article) -> Iterator[str]:
    """Yield what the article is an example of: the rules that changed it and the flags that it bears."""
    yield from _rules(article)
    yield from (f"⚑ {flag.name}" for flag in article.flags)


def _tools(articles: Sequence[Article]) -> str:
    """Return what the script turns on; without it the list is simply whole."""
    return (
        '<div class="tools" id="tools" hidden>'
        '<input id="query" type="search" placeholder="搜索标题、正文、编号" aria-label="搜索标题、正文、编号">'
        + _choice("source", "来源", ((a.source, a.source) for a in articles))
        + _choice("kind", "类别", ((kind, kind_name(kind)) for a in articles for kind in _kinds(a)))
        + _choice("rule", "规则", ((rule, rule) for a in articles for rule in _rules(a)))
        + _choice("flag", "标记", ((f.name, flag_name(f.name)) for a in articles for f in a.flags))
        + '<label><input id="plain" type="checkbox"> 只看留下的</label>'
        '<button id="open" type="button">展开所列</button><output id="count"></output></div>'
    )


def _choice(name: str, label: str, values: Iterable[tuple[str, str]]) -> str:
    """Return a list to choose from; "" when there is nothing to choose."""
    options = "".join(f'<option value="{esc(v)}">{esc(clipped(t, 60))}</option>' for v, t in sorted(set(values)))
    return f'<select id="{name}" aria-label="{label}"><option value="">{label}：全部</option>{options}</select>'


def _legend() -> str:
    marks = "".join(f'<del class="{family}">{name}</del> ' for family, name in FAMILIES.items())
    return (
        f'<p class="legend">删去：{marks} 换入：<ins>新的文字</ins> '
        '<span class="quiet">指向、点按或用 Tab 键选中一处，可见类别、规则与理由。</span></p>'
    )


def _entry(article: Article, reasons: Mapping[str, str]) -> str:
    told = (
        f'data-source="{esc(article.source)}" data-kind="{words(_kinds(article))}" data-rule="{words(_rules(article))}"'
        f' data-flag="{words(dict.fromkeys(f.name for f in article.flags))}"'
    )
    return (
        f'<details class="entry" id="a-{esc(article.id)}" {told}><summary><span class="title"{language(article)}>'
        f'{isolated(title_of(article))}</span>{_chips(article)}<span class="quiet">{_brief(article)}</span></summary>'
        f'<div class="facts">{_facts(article)}</div>'
        f'<div class="text"{language(article)}>{marked_original(article, reasons)}</div>'
        f"{_account(article, reasons)}</details>"
    )


def _kinds(article: Article) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.kind for e in article.edits if e.kind != LAYOUT_KIND))


def _rules(article: Article) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.rule for e in article.edits if e.kind != LAYOUT_KIND))


def _chips(article: Article) -> str:
    kinds = "".join(chip(kind_name(kind), family_of(kind)) for kind in _kinds(article))
    return kinds + "".join(
        chip(f"⚑ {flag_name(name)}", "flag") for name in dict.fromkeys(f.name for f in article.flags)
    )


def _brief(article: Article) -> str:
    gone = sum(max(0, len(e.old) - len(e.new)) for e in article.edits if e.kind != LAYOUT_KIND)
    facts = (
        clipped(article.source, _FACT_CHARS),
        article.published_at.date().isoformat() if article.published_at else "",
        f"{len(article.text):,} 字",
        f"删 {gone:,} 字" if gone else "",
    )
    return " · ".join(isolated(fact) for fact in facts if fact)


def _facts(article: Article) -> str:
    relevance = article.relevance
    terms = dict.fromkeys(hit.term for hit in relevance.hits) if relevance else {}
    rows = (
        ("编号", code(article.id)),
        ("网址", link(article.url) if article.url else ""),
        ("自称", link(article.canonical) if article.canonical and article.canonical != article.url else ""),
        ("作者", isolated("、".join(article.authors[:_MOST_AUTHORS])) if article.authors else ""),
        ("媒体", isolated(clipped(article.outlet, _FACT_CHARS)) if article.outlet else ""),
        ("频道", isolated(clipped(article.section, _FACT_CHARS)) if article.section else ""),
        ("标签", _listed(article.tags)),
        ("关键词", _listed(article.keywords)),
        ("发布", f"{article.published_at.date()} {article.published_at:%H:%M %Z}" if article.published_at else ""),
        ("字形", esc(script_name(article.script or ""))),
        ("编码", esc(article.encoding or "")),
        ("主题", f"{esc(relevance.topic)} {relevance.score:.1f}（{esc(relevance.verdict)}）" if relevance else ""),
        ("主题词", isolated("、".join(list(terms)[:_MOST_TERMS])) if terms else ""),
        (
            "标记",
            "<br>".join(f"⚑ {isolated(clipped(f'{flag_name(f.name)}：{f.detail}', 200))}" for f in article.flags[:20]),
        ),
    )
    return f"<dl>{''.join(_fact(name, told) for name, told in rows if told)}</dl>"


def _fact(name: str, told: str) -> str:
    return f"<div{_WIDE if name in _LONG_FACTS else ''}><dt>{name}</dt><dd>{told}</dd></div>"


def _listed(values: tuple[str, ...]) -> str:
    return isolated(clipped("、".join(values[:_MOST_TAGS]), 2 * _FACT_CHARS)) if values else ""


def _account(article: Article, reasons: Mapping[str, str]) -> str:
    """Return who took what: on paper and on a phone, where nothing can be pointed at."""
    rows = "".join(
        f'<li><span class="dot {family_of(s.edit.kind)}"></span>{esc(kind_name(s.edit.kind))} · {code(s.edit.rule)} · '
        f"{s.places:,} 处，{s.characters:,} 字{_because(s, reasons)}</li>"
        for s in _signed(article.edits)
    )
    return f'<ul class="account">{rows}</ul>' if rows else '<p class="account quiet">没有删改。</p>'


def _because(signed: _Signed, reasons: Mapping[str, str]) -> str:
    reason = reasons.get(signed.edit.rule) or "；".join(filter(None, signed.reasons)) or step_reason(signed.edit.rule)
    return f"：{isolated(clipped(reason, 200))}" if reason else ""


def _signed(edits: Iterable[Edit]) -> list[_Signed]:
    found: dict[tuple[str, str], _Signed] = {}
    for edit in edits:
        if edit.kind != LAYOUT_KIND:
            key = edit.rule, edit.kind
            before = found.get(key, _Signed(edit, 0, 0, ()))
            gone = max(0, len(edit.old) - len(edit.new))
            found[key] = _Signed(
                before.edit, before.places + 1, before.characters + gone, _with(before.reasons, edit.reason)
            )
    return list(found.values())


def _with(reasons: tuple[str, ...], reason: str) -> tuple[str, ...]:
    return reasons if reason in reasons or len(reasons) >= _MOST_REASONS else (*reasons, reason)
