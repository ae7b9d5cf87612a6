"""The report of a crawl: the state of a data folder in, report.html out."""

from datetime import datetime
from pathlib import Path

from pipeline.model import Article
from pipeline.report.data import ReportData, SourceHealth, sample
from pipeline.report.page import render_report
from pipeline.report.reasons import shipped_reasons
from pipeline.report.survey import Survey
from pipeline.store.files import write_text_whole
from pipeline.store.state import Run, SourceState, State


def write_crawl_report(state: State, path: Path) -> Path:
    """Write the report of all that the state holds; return its path."""
    write_text_whole(path, render_report(_gathered(state)))
    return path


def _gathered(state: State) -> ReportData:
    survey = Survey()
    copies = sample(survey.watch_copies(state.articles.copies()))
    articles = sample(survey.watch_articles(state.articles.corpus()))
    rejected = sample(survey.watch_rejected(state.articles.rejections()))
    run = _last_run(state)
    return ReportData(
        title="抓取报告 Crawl report",
        tally=(run.tally if run else None) or {},
        about=f"最近一次运行 last run: {run.id} · {run.command} · {_told(run.started_at)}" if run else "",
        figures=survey.figures(),
        articles=articles,
        copies=copies,
        kept=_kept(state, {decision.kept or "" for _, decision in copies.shown}),
        rejected=rejected,
        sources=tuple(map(_health, state.sources())),
        reasons=shipped_reasons(),
    )


def _kept(state: State, wanted: set[str]) -> dict[str, Article]:
    found = ((key, state.articles.find(key)) for key in sorted(wanted))
    return {key: article for key, article in found if article is not None}


def _last_run(state: State) -> Run | None:
    return next((run for run in state.runs() if run.tally is not None), None)


def _health(source: SourceState) -> SourceHealth:
    return SourceHealth(
        name=source.name,
        kind=source.kind,
        last_success_at=_told(source.last_success_at),
        failing_since=_told(source.failing_since),
        last_error=source.last_error,
        new_articles=source.new_articles,
    )


def _told(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else None
