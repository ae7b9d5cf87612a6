"""The report of a crawl: the state of a data folder in, report.html out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.clean.rulebook import RuleFile
from pipeline.model import Article
from pipeline.quality.distribution import Gathering
from pipeline.report.articles import traits
from pipeline.report.data import FATES, Hindrance, ReportData, RunRow, SourceHealth
from pipeline.report.names import reason_name
from pipeline.report.page import render_report
from pipeline.report.reasons import rule_notes
from pipeline.report.sampling import sample
from pipeline.report.survey import Selection, Survey
from pipeline.store.files import write_text_whole
from pipeline.store.quality import kept_quality
from pipeline.store.state import Run, SourceState, State
from pipeline.store.survey import FailedUrl


def write_crawl_report(state: State, path: Path, rules: tuple[RuleFile, ...] = (), select: Sequence[str] = ()) -> Path:
    """Write the report of all that the state holds; return its path.

    `rules`: of the user, that it was crawled with; `select`: conditions of which is to be shown what they would cut; of none
    those that sources.yaml has for exported articles.
    """
    write_text_whole(path, render_report(_gathered(state, rules, select)))
    return path


def _gathered(state: State, rules: tuple[RuleFile, ...], select: Sequence[str]) -> ReportData:
    survey = Survey(selections=tuple(_selections(state, select)))
    copies = sample(survey.watch_copies(state.articles.copies()))
    articles = sample(survey.watch_articles(state.articles.corpus()), traits=traits)
    rejected = sample(survey.watch_rejected(state.articles.rejections()))
    runs = state.runs()
    run = next((run for run in runs if run.tally is not None), None)
    return ReportData(
        title="抓取报告 Crawl report",
        tally=(run.tally if run else None) or {},
        about=f"最近一次运行 last run: {run.id} · {run.command} · {_told(run.started_at)}" if run else "",
        figures=survey.figures(),
        articles=articles,
        copies=copies,
        kept=_kept(state, {decision.kept or "" for _, decision in copies.shown}),
        rejected=rejected,
        failed=sample(map(_failed, state.survey.failed())),
        sources=tuple(_sources(state)),
        hindrances=tuple(_hindrances(state, runs[0].started_at)) if runs else (),
        runs=tuple(map(_row, runs)),
        rules=rule_notes(rules),
        seconds=(run.seconds if run else None) or {},
    )


def _selections(state: State, select: Sequence[str]) -> Iterator[Selection]:
    """Yield the selection that is asked for, or else those that the sources of the last crawl have."""
    if select:
        yield Selection(Gathering(select))
        return
    sources: dict[tuple[str, ...], set[str]] = {}
    for name, quality in kept_quality(state).items():
        if quality.select:
            sources.setdefault(quality.select, set()).add(name)
    yield from (Selection(Gathering(conditions), frozenset(names)) for conditions, names in sources.items())


def _kept(state: State, wanted: set[str]) -> dict[str, Article]:
    found = ((key, state.articles.find(key)) for key in sorted(wanted))
    return {key: article for key, article in found if article is not None}


def _sources(state: State) -> Iterator[SourceHealth]:
    waiting, failed = state.survey.count_waiting(), state.survey.count_failed()
    return (_health(source, waiting, failed) for source in state.sources())


def _health(source: SourceState, waiting: Mapping[str, int], failed: Mapping[str, int]) -> SourceHealth:
    return SourceHealth(
        name=source.name,
        kind=source.kind,
        last_success_at=_told(source.last_success_at),
        failing_since=_told(source.failing_since),
        last_error=source.last_error,
        new_articles=source.new_articles,
        waiting=waiting.get(source.name, 0),
        failed=failed.get(source.name, 0),
    )


def _hindrances(state: State, since: datetime) -> Iterator[Hindrance]:
    """Yield the hosts that rested when the last run began, or have to since, and the lists that were not read on."""
    for host in state.survey.resting_hosts(since):
        yield Hindrance(what="rest", where=host.host, detail=f"到 {_told(host.until)} 为止，连续第 {host.rests} 次")
    for one in state.survey.stopped_lists():
        yield Hindrance(what="stopped", where=one.url, detail=f"{one.source} · {one.detail}")


def _failed(one: FailedUrl) -> str:
    again = "不再试" if one.is_set_aside else f"再试于 {_told(one.at)}" if one.at else "下次运行再试"
    return f"{one.url}: {reason_name(one.rule)} {one.detail}（{one.source}，试过 {one.attempts:,} 次，{again}）"


def _row(run: Run) -> RunRow:
    tally = run.tally or {}
    return RunRow(
        id=run.id,
        command=run.command,
        started_at=_told(run.started_at) or "",
        seconds=(run.ended_at - run.started_at).total_seconds() if run.ended_at else None,
        exit_code=run.exit_code,
        counts={fate: int(tally[fate]) for fate in FATES if fate in tally},
    )


def _told(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else None
