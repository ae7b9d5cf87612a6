"""The report of a build: its folder in, report.html beside the corpus."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from pipeline.clean.rulebook import RuleFile
from pipeline.report.data import ReportData
from pipeline.report.page import render_report
from pipeline.report.reading import OneReader, Readers, read_all, read_tasks, survey_for
from pipeline.report.reasons import rule_notes
from pipeline.report.sampling import sample
from pipeline.store.files import read_jsonl, write_text_whole
from pipeline.store.records import article_from_json, rejected_from_json
from pipeline.store.shards import copy_from_json


def write_build_report(
    folder: Path,
    rules: tuple[RuleFile, ...] = (),
    select: Sequence[str] = (),
    seconds: Mapping[str, float] = MappingProxyType({}),
    readers: Readers | None = None,
) -> Path:
    """Write report.html into the folder of a finished build; return it.

    `rules`: of the user, that it was built with; `select`: the conditions that its articles meet; `seconds`: that its stages
    took, where they were measured; `readers`: who reads the folder; None: this process. The page is the same.
    """
    path = folder / "report.html"
    data = _gathered(folder, rules, select, readers or OneReader())
    write_text_whole(path, render_report(replace(data, seconds=seconds)))
    return path


def _gathered(folder: Path, rules: tuple[RuleFile, ...], select: Sequence[str], readers: Readers) -> ReportData:
    dropped = read_all(read_tasks(folder, "duplicates", select), select, readers)["duplicates"]
    copies = dropped.rows.taken().made(copy_from_json)
    wanted = {decision.kept for _, decision in copies.shown if decision.kept}
    tasks = [*read_tasks(folder, "corpus", select, wanted), *read_tasks(folder, "rejected", select)]
    found = read_all(tasks, select, readers)
    survey = survey_for(select)
    for part in (dropped, found["corpus"], found["rejected"]):
        survey.merge(part.survey)
    return ReportData(
        title="语料报告 Corpus report",
        tally=json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["tally"],
        figures=survey.figures(),
        articles=found["corpus"].rows.taken().made(article_from_json),
        copies=copies,
        kept={key: article_from_json(row) for key, row in found["corpus"].kept.items()},
        rejected=found["rejected"].rows.taken().made(rejected_from_json),
        failed=sample(map(_told, read_jsonl(folder / "failed.jsonl"))),
        rules=rule_notes(rules),
    )


def _told(row: dict[str, str]) -> str:
    return f"{row['place']}: {row['what']}" + (f". {row['remedy']}" if row["remedy"] else "")
