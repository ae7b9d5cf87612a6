"""The report of a build: its folder in, report.html beside the corpus."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from pipeline.clean.rulebook import RuleFile
from pipeline.model import Article, ArticleId, Decision
from pipeline.quality.distribution import Gathering
from pipeline.report.articles import traits
from pipeline.report.data import ReportData
from pipeline.report.page import render_report
from pipeline.report.reasons import rule_notes
from pipeline.report.sampling import sample
from pipeline.report.survey import Selection, Survey
from pipeline.store.files import read_jsonl, write_text_whole
from pipeline.store.records import article_from_json, rejected_from_json
from pipeline.store.shards import read_copies, read_rows


def write_build_report(
    folder: Path,
    rules: tuple[RuleFile, ...] = (),
    select: Sequence[str] = (),
    seconds: Mapping[str, float] = MappingProxyType({}),
) -> Path:
    """Write report.html into the folder of a finished build; return it.

    `rules`: of the user, that it was built with; `select`: the conditions that its articles meet; `seconds`: that its stages
    took, where they were measured.
    """
    path = folder / "report.html"
    write_text_whole(path, render_report(replace(_gathered(folder, rules, select), seconds=seconds)))
    return path


def _gathered(folder: Path, rules: tuple[RuleFile, ...], select: Sequence[str]) -> ReportData:
    survey = Survey(selections=[Selection(Gathering(select))] if select else ())
    copies = sample(survey.watch_copies(_copies(folder)))
    articles = sample(survey.watch_articles(_articles(folder)), traits=traits)
    rejected = sample(survey.watch_rejected(map(rejected_from_json, read_jsonl(folder / "rejected.jsonl"))))
    return ReportData(
        title="语料报告 Corpus report",
        tally=json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["tally"],
        figures=survey.figures(),
        articles=articles,
        copies=copies,
        kept=_kept(folder, {decision.kept for _, decision in copies.shown}),
        rejected=rejected,
        failed=sample(map(_told, read_jsonl(folder / "failed.jsonl"))),
        rules=rule_notes(rules),
    )


def _articles(folder: Path) -> Iterator[Article]:
    return map(article_from_json, read_rows(folder, "corpus"))


def _copies(folder: Path) -> Iterator[tuple[Article, Decision]]:
    return ((article_from_json(row), decision) for row, decision in read_copies(folder))


def _kept(folder: Path, wanted: set[str | None]) -> dict[str, Article]:
    if not wanted:
        return {}
    rows = (row for row in read_rows(folder, "corpus") if row["id"] in wanted)
    return {ArticleId(row["id"]): article_from_json(row) for row in rows}


def _told(row: dict[str, str]) -> str:
    return f"{row['place']}: {row['what']}" + (f". {row['remedy']}" if row["remedy"] else "")
