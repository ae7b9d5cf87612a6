"""Values to one self-contained HTML file.

Everything that comes from a text is made harmless in `markup`; the template takes finished HTML. A content policy names
the one style and the one script by their digests: were something to slip through, a browser would not run or load it.
"""

import base64
import hashlib
import importlib.resources
from dataclasses import replace
from string import Template

from pipeline import __version__
from pipeline.report.articles import articles_section, entries_within_budget
from pipeline.report.copies import copies_section
from pipeline.report.data import ReportData
from pipeline.report.markup import esc
from pipeline.report.overview import overview
from pipeline.report.quality import quality_section
from pipeline.report.rules import rules_section
from pipeline.report.sampling import Sample
from pipeline.report.sources import runs_section, sources_section
from pipeline.report.tables import failed_section, rejected_section

_SECTIONS = (
    ("copies", "重复", copies_section),
    ("rules", "规则", rules_section),
    ("quality", "质量", quality_section),
    ("rejected", "剔除", rejected_section),
    ("sources", "来源", sources_section),
    ("failed", "失败", failed_section),
    ("runs", "运行", runs_section),
)


def render_report(data: ReportData) -> str:
    """Return the page."""
    style, script = _file("style.css"), _file("script.js")
    drawn = _drawn(data)
    return Template(_file("page.html")).substitute(
        title=esc(data.title),
        version=esc(__version__),
        policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'",
        contents=" ".join(f'<a href="#{anchor}">{label}</a>' for anchor, label, body in drawn if body),
        style=style,
        script=script,
        body="\n".join([overview(data), *(body or _nothing(anchor) for anchor, _, body in drawn)]),
    )


def _drawn(data: ReportData) -> list[tuple[str, str, str]]:
    """Return the sections. Articles come first: the others link to those of them that the page has room for."""
    entries = entries_within_budget(data)
    data = replace(data, articles=Sample(shown=tuple(article for article, _ in entries), total=data.articles.total))
    articles = articles_section(data, (entry for _, entry in entries))
    return [("articles", "文章", articles), *((anchor, label, draw(data)) for anchor, label, draw in _SECTIONS)]


def _nothing(anchor: str) -> str:
    return '<section id="articles"><p class="empty">没有保留下来的文章。</p></section>' if anchor == "articles" else ""


def _file(name: str) -> str:
    return (importlib.resources.files("pipeline.report") / name).read_text(encoding="utf-8").strip()


def _digest(text: str) -> str:
    """Return the digest of what stands between the tags, as a content policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
