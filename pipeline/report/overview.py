"""The top of the page: the sums that must add up, and the pictures."""

from collections import Counter
from collections.abc import Iterable

from pipeline.report.charts import MOST_BARS, Spark, bars, by_range, by_time, columns, sparks, stack
from pipeline.report.data import Figures, ReportData
from pipeline.report.kinds import FAMILIES, family_of, kind_name
from pipeline.report.markup import esc
from pipeline.report.names import flag_name, reason_name, script_name, stage_name

_FATES = (
    ("kept", "保留", "kept"),
    ("rejected", "剔除", "rejected"),
    ("unchanged", "未变", "unchanged"),
    ("failed", "失败", "failed"),
)
_VERDICTS = {"keep": ("相关 keep", "good"), "review": ("待看 review", "unsure"), "drop": ("无关 drop", "poor")}
_SCORE_WIDTH, _MOST_SCORE = 5, 60  # points of relevance in one column; more share the last
_LONG_SECONDS = 100.0  # from here on their fractions do not matter
_LEAST_SECONDS = 0.005  # what is less would be shown as nothing
_MOST_COPIES = 12  # in the picture of cluster sizes; more share the last bar


def overview(data: ReportData) -> str:
    """Return sums and pictures."""
    return f'<section id="overview">{_tally(data)}{_corpus(data)}{_pictures(data)}</section>'


def told_seconds(seconds: float) -> str:
    """Return seconds with as many digits as matter."""
    return f"{seconds:,.2f}" if seconds < _LONG_SECONDS else f"{seconds:,.0f}"


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
        ("留下与删去的字数，按类别", "Characters", _characters(figures)),
        ("文章，按发布日期", "By day", columns(by_time(figures.days))),
        ("文章，按来源与日期", "By source and day", sparks(_by_source(figures))),
        ("剔除的原因", "Rejected by rule", bars((reason_name(r), n, "") for r, n in figures.refused.items())),
        ("主题得分", "Relevance", _relevance(figures)),
        ("每篇有几份副本", "Copies of an article", _clusters(figures)),
        ("关键词", "Keywords", _keywords(figures)),
        ("字形", "Scripts", bars((script_name(s), n, "") for s, n in figures.scripts.items())),
        ("标记", "Flags", bars((flag_name(f), n, "") for f, n in figures.flags.items())),
        ("用时，按阶段", "Seconds by stage", _seconds(data)),
    )
    shown = "".join(
        f"<figure><figcaption>{what} <small>{english}</small></figcaption>{picture}</figure>"
        for what, english, picture in drawn
        if picture
    )
    return f'<div class="pictures">{shown}</div>' if shown else ""


def _characters(figures: Figures) -> str:
    """Return how much stays and how much goes as one bar, and what goes by kind."""
    removed = bars((kind_name(kind), count, family_of(kind)) for kind, count in figures.removed.items())
    if not removed:
        return ""
    families = Counter(dict.fromkeys(FAMILIES, 0))
    for kind, count in figures.removed.items():
        families[family_of(kind)] += count
    parts = stack([(figures.characters, "kept"), *((count, family) for family, count in families.items())])
    return (
        f'<p class="share"><span class="dot kept"></span>留下 {figures.characters:,} 字，其余删去</p>{parts}{removed}'
    )


def _seconds(data: ReportData) -> str:
    """Return where the time went; stages that took none to speak of are left out, but not of the sum."""
    drawn = bars(((stage_name(stage), s, "") for stage, s in data.seconds.items() if s >= _LEAST_SECONDS), told_seconds)
    total = sum(data.seconds.values())
    return drawn and f'<p class="share">共 {told_seconds(total)} 秒（挂钟时间）</p>{drawn}'


def _by_source(figures: Figures) -> Iterable[Spark]:
    days: dict[str, dict[str, int]] = {}
    for (source, day), count in figures.source_days.items():
        days.setdefault(source, {})[day] = count
    return ((source, count, days.get(source, {})) for source, count in figures.sources.items())


def _relevance(figures: Figures) -> str:
    scores = columns(by_range(figures.scores, width=_SCORE_WIDTH, most=_MOST_SCORE))
    return scores and scores + bars((*_VERDICTS[v][:1], n, _VERDICTS[v][1]) for v, n in figures.verdicts.items())


def _keywords(figures: Figures) -> str:
    """Return the words that most articles have among their keywords; what is left of them would be most of the bars."""
    ranked = sorted(figures.keywords.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_BARS]
    return bars((word, count, "") for word, count in ranked)


def _clusters(figures: Figures) -> str:
    sizes = by_range(figures.clusters, width=1, most=_MOST_COPIES)
    return bars((f"{size} 份", count, "") for size, count in sizes)
