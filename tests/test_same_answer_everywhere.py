"""Promise 3: a pipe, cron, one process and all cores give the same records and the same decisions for the same input."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.main import main
from pipeline.run.demo import sample_root

Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """A folder with the sample's texts and every page of the sample's site, as files."""
    folder = tmp_path_factory.mktemp("same") / "in"
    root = sample_root()
    shutil.copytree(root / "texts", folder / "texts")
    for page in sorted((root / "site").rglob("*.htm*")):
        name = page.relative_to(root / "site").as_posix().replace("/", "_")
        shutil.copyfile(page, folder / f"{name}.html")
    return folder


def rows_of(path: Path) -> Rows:
    return {row["id"]: row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def built(inputs: Path, out: Path, jobs: int) -> tuple[Rows, Rows, list[str]]:
    assert main(["build", str(inputs), "-o", str(out), "--jobs", str(jobs), "--prefer", "earliest", "--json"]) in (0, 1)
    copies = rows_of(out / "duplicates.jsonl")
    records = rows_of(out / "corpus.jsonl") | {key: row["article"] for key, row in copies.items()}
    decisions = {key: {k: v for k, v in row.items() if k != "article"} for key, row in copies.items()}
    return records, decisions, list(rows_of(out / "rejected.jsonl"))


@pytest.fixture(scope="module")
def reference(inputs, tmp_path_factory):
    return built(inputs, tmp_path_factory.mktemp("reference") / "out", 1)


def test_the_sample_has_what_makes_this_a_test(reference):
    records, decisions, rejected = reference
    assert len(records) > 40
    assert decisions
    assert rejected
    assert {row["encoding"] for row in records.values()} >= {"utf-8", "gb18030", None}
    assert sum(bool(row["edits"]) for row in records.values()) > 20


def test_all_cores_give_what_one_process_gives(inputs, reference, tmp_path):
    assert built(inputs, tmp_path / "out", 2) == reference


def test_a_pipe_gives_the_same_records(inputs, reference, capsysbinary):
    assert main(["clean", "--json", str(inputs)]) in (0, 1)
    said = capsysbinary.readouterr()
    assert {row["id"]: row for row in map(json.loads, said.out.splitlines())} == reference[0]


def test_a_crawl_gives_the_same_records_and_decisions(inputs, reference, tmp_path, capsysbinary):
    sources = tmp_path / "sources.yaml"
    sources.write_text(
        f"topic: service\nsources:\n  - {{name: files, kind: files, path: {inputs}}}\n", encoding="utf-8"
    )
    data = tmp_path / "data"
    assert main(["crawl", "--sources", str(sources), "--data", str(data), "--json"]) in (0, 1)
    tally = json.loads(capsysbinary.readouterr().out)["tally"]
    assert main(["export", "--data", str(data), "-o", str(tmp_path / "corpus.jsonl")]) == 0
    kept = rows_of(tmp_path / "corpus.jsonl")
    records, decisions, rejected = reference
    assert kept == {key: row for key, row in records.items() if key not in decisions}
    assert tally["duplicates"] == len(decisions)
    assert tally["rejected"] == len(decisions) + len(rejected)
