"""The top of the page: the sums that must add up, and the pictures."""

from collections.abc import Iterable, Mapping

from pipeline.report.charts import Bar, bars, by_range, by_time, columns, stack
from pipeline.report.data import Figures, ReportData
from pipeline.report.kinds import family_of, kind_name
from pipeline.report.markup import esc

_FATES = (
    ("kept", "保留", "kept"),
    ("rejected", "剔除", "rejected"),
    ("unchanged", "未变", "unchanged"),
    ("failed", "失败", "failed"),
)
_SCRIPTS = {
    "hans": "简体 hans",
    "hant": "繁體 hant",
    "mixed": "混用 mixed",
    "ja": "日文 ja",
    "ko": "韩文 ko",
    "none": "无汉字 none",
    "unknown": "未判定",
}
_VERDICTS = {"keep": ("相关 keep", "good"), "review": ("待看 review", "unsure"), "drop": ("无关 drop", "poor")}
_SCORE_WIDTH, _MOST_SCORE = 5, 60  # points of relevance in one column; more share the last
_MOST_COPIES = 12  # in the picture of cluster sizes; more share the last bar


def overview(data: ReportData) -> str:
    """Return sums and pictures."""
    return f'<section id="overview">{_tally(data)}{_corpus(data)}{_pictures(data)}</section>'


def _tally(data: ReportData) -> str:
    """Return seen = kept + rejected + unchanged + failed; "" when no run has ended."""
    if not data.tally:
        return ""
    cells = "".join(
        f'<div class="{key}"><dt>{label} <small>{key}</small></dt><dd>{_count(data, key):,}{_copies(data, key)}</dd></div>'
        for key, label, _ in _FATES
    )
    parts = stack([(_count(data, key), name) for key, _, name in _FATES])
    about = f'<p class="quiet">{esc(data.about)}</p>' if data.about else ""
    seen = f"<div><dt>处理 <small>seen</small></dt><dd>{_count(data, 'seen'):,}</dd></div>"
    return f'{about}<dl class="tally">{seen}{cells}</dl>{parts}'


def _copies(data: ReportData, fate: str) -> str:
    n = _count(data, "duplicates")
    return f"<small>其中重复 {n:,}</small>" if fate == "rejected" and n else ""


def _count(data: ReportData, key: str) -> int:
    value = data.tally.get(key, 0)
    return value if isinstance(value, int) else 0


def _corpus(data: ReportData) -> str:
    figures = data.figures
    gone = sum(figures.removed.values())
    total = figures.characters + gone
    share = f"（{gone / total:.1%}）" if total else ""
    return (
        f'<p class="corpus">语料共 <b>{figures.articles:,}</b> 篇、<b>{figures.characters:,}</b> 字；'
        f"从中删去 <b>{gone:,}</b> 字{share}；另有副本 <b>{data.copies.total:,}</b> 份、"
        f"剔除 <b>{data.rejected.total:,}</b> 件。</p>"
    )


def _pictures(data: ReportData) -> str:
    figures = data.figures
    drawn = (
        ("删去的字数，按类别", "Characters removed", bars(_removed(figures))),
        ("文章，按发布日期", "By day", columns(by_time(figures.days))),
        ("文章，按来源", "By source", bars(_named(figures.sources))),
        ("剔除的原因", "Rejected by rule", bars(_named(figures.refused))),
        ("主题得分", "Relevance", _relevance(figures)),
        ("每篇有几份副本", "Copies of an article", _clusters(figures)),
        ("字形", "Scripts", bars((_SCRIPTS.get(s, s), n, "") for s, n in figures.scripts.items())),
        ("标记", "Flags", bars(_named(figures.flags))),
    )
    shown = "".join(
        f"<figure><figcaption>{what} <small>{english}</small></figcaption>{picture}</figure>"
        for what, english, picture in drawn
        if picture
    )
    return f'<div class="pictures">{shown}</div>' if shown else ""


def _removed(figures: Figures) -> Iterable[Bar]:
    return ((kind_name(kind), count, family_of(kind)) for kind, count in figures.removed.items())


def _named(counts: Mapping[str, int]) -> Iterable[Bar]:
    return ((name, count, "") for name, count in counts.items())


def _relevance(figures: Figures) -> str:
    scores = columns(by_range(figures.scores, width=_SCORE_WIDTH, most=_MOST_SCORE))
    return scores and scores + bars((*_VERDICTS[v][:1], n, _VERDICTS[v][1]) for v, n in figures.verdicts.items())


def _clusters(figures: Figures) -> str:
    sizes = by_range(figures.clusters, width=1, most=_MOST_COPIES)
    return bars((f"{size} 份", count, "") for size, count in sizes)
