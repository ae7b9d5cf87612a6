"""What a selection by quality cut: of each signal that it looked at the values, the cuts, and who stands beside them."""

from collections.abc import Iterable, Iterator, Sequence

from pipeline.quality.distribution import Bin, Cut, Distribution, Example
from pipeline.quality.expression import Value
from pipeline.report.charts import bars
from pipeline.report.data import ReportData, Selected
from pipeline.report.histogram import Column, histogram, told_value
from pipeline.report.markup import chip, clipped, code, esc, isolated, section

_NAME_CHARS = 40  # of an example
_MOST_SOURCES, _MOST_CHARS = 8, 200  # that are named above what is asked of them
_BESIDE = 1  # empty columns that stay visible on each side of what there is
_NOTE = (
    "每个条件看过的指标各一图：绿色收下，红色因这项指标不收，虚线是条件里的数；图下是离这个数最近的几篇。"
    "条件与指标见 docs/reference/signals.md。"
)


def quality_section(data: ReportData) -> str:
    """Return the distributions, those that let most go first; "" when nothing was selected by quality."""
    listed = {str(article.id) for article in data.articles.shown}
    drawn = "".join(_selection(one, listed) for one in data.figures.selections)
    return section("quality", "质量 <small>Quality</small>", drawn, note=_NOTE)


def _selection(one: Selected, listed: set[str]) -> str:
    ranked = sorted(one.distributions, key=lambda signal: -signal.lost)
    drawn = "".join(_signal(signal, listed) for signal in ranked if signal.articles)
    if not drawn:
        return ""
    named = "、".join(one.sources[:_MOST_SOURCES]) + ("…" if len(one.sources) > _MOST_SOURCES else "")
    head = f"<h3>来源：{isolated(clipped(named, _MOST_CHARS))}</h3>" if named else ""
    return f'{head}<div class="signals">{drawn}</div>'


def _signal(one: Distribution, listed: set[str]) -> str:
    lost = f"，因它不收 <b>{one.lost:,}</b> 篇" if one.lost else "，都收"
    return (
        f'<figure class="signal"><figcaption>{code(one.signal)} <small>{esc(one.meaning)} · {esc(one.unit)}</small></figcaption>'
        f'<p class="share">{one.articles:,} 篇{lost}</p>{_picture(one)}{"".join(_cut(cut, listed) for cut in _telling(one.cuts))}</figure>'
    )


def _picture(one: Distribution) -> str:
    if any(found.least is None for found in one.bins):
        return bars((found.name, found.articles, "rejected" if found.lost else "kept") for found in one.bins)
    values = [cut.value for cut in one.cuts if cut.value is not None]
    columns = [
        Column(name=_range(found), stays=found.articles - found.lost, goes=found.lost, least=found.least or 0.0)
        for found in _occupied(one.bins, values)
    ]
    return histogram(columns, values)


def _occupied(bins: Sequence[Bin], values: Iterable[float]) -> Sequence[Bin]:
    """Return the bins between the first and the last that hold an article or begin at a cut, and some beside them."""
    limits = set(values)
    places = [n for n, one in enumerate(bins) if one.articles or one.least in limits]
    return bins[max(0, places[0] - _BESIDE) : places[-1] + 1 + _BESIDE] if places else ()


def _range(found: Bin) -> str:
    least = told_value(found.least or 0.0)
    return f"≥ {least}" if found.most is None else f"{least}–{told_value(found.most)}"


def _telling(cuts: Sequence[Cut]) -> Iterator[Cut]:
    """Yield the cuts, but of one clause with several numbers only those beside which others go than beside the first."""
    told: dict[tuple[str, str], set[str]] = {}
    for cut in cuts:
        going = {one.id for one in cut.going}
        before = told.setdefault((cut.condition, cut.clause), set())
        if not before or going - before:
            yield cut
        before |= {cut.clause, *going}


def _cut(cut: Cut, listed: set[str]) -> str:
    sides = "".join(
        f'<div><h3 class="{name}">{label}</h3><ul>{"".join(_example(one, listed) for one in examples)}</ul></div>'
        for name, label, examples in (("kept", "收下", cut.staying), ("rejected", "不收", cut.going))
        if examples
    )
    beside = f'<div class="sides">{sides}</div>'
    if not cut.lost:
        beside = f'<details class="whole"><summary>离它最近的几篇</summary>{beside}</details>'
    return (
        f'<div class="cut"><p>{chip(cut.condition)} {code(cut.clause)} <span class="quiet">单凭这一条不收 {cut.lost:,} 篇</span></p>'
        f"{beside}</div>"
    )


def _example(one: Example, listed: set[str]) -> str:
    name = isolated(clipped(one.begins or one.id, _NAME_CHARS))
    link = f'<a href="#a-{esc(one.id)}">{name}</a>' if one.id in listed else name
    return f"<li><b>{esc(_told(one.value))}</b> {link} <small>{code(one.id)}</small></li>"


def _told(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str) else told_value(value)
