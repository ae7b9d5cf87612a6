"""`zhnews init`: what it writes is in order, gives a first article, and never replaces anything."""

import json

import pytest

from pipeline.cli.main import VERBS, main

EXAMPLES = {"sources.yaml", "ferry.yaml", "rules.d/own.toml", "inbox/example.txt"}
SCHEMAS = {f"schemas/{name}.schema.json" for name in ("sources", "topic", "rules", "record")}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setitem(VERBS, "init", "write the files that a project starts from")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files_of(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_project_is_written_and_what_comes_next_is_said(folder, capsys):
    assert main(["init", "harbour"]) == 0
    assert files_of(folder / "harbour") == EXAMPLES | SCHEMAS
    said = capsys.readouterr().out
    assert "wrote harbour/sources.yaml" in said
    assert "\n  cd harbour\n  zhnews check" in said


def test_here_there_is_no_folder_to_enter(folder, capsys):
    assert main(["init"]) == 0
    assert files_of(folder) == EXAMPLES | SCHEMAS
    assert "  cd " not in capsys.readouterr().out


def test_the_files_pass_check_and_give_a_first_article(folder, capsys):
    main(["init"])
    assert main(["check"]) == 0
    assert "sources.yaml: 4 sources in order" in capsys.readouterr().out
    assert main(["crawl", "--only", "inbox"]) == 0
    assert main(["export", "-o", "first.jsonl"]) == 0
    (row,) = map(json.loads, (folder / "first.jsonl").read_text(encoding="utf-8").splitlines())
    assert row["relevance"]["verdict"] == "keep"
    assert "promo.harbour_letter" in {edit["rule"] for edit in row["edits"]}
    assert not any("港口通讯" in line for line in row["paragraphs"])


def test_the_schemas_that_the_files_name_are_there(folder):
    main(["init"])
    for name in ("sources.yaml", "ferry.yaml", "rules.d/own.toml"):
        path = folder / name
        named = path.read_text(encoding="utf-8").splitlines()[0].rpartition("$schema=")[2].removeprefix("#:schema ")
        assert json.loads((path.parent / named).read_text(encoding="utf-8"))["$schema"]


@pytest.mark.parametrize("there", ["sources.yaml", "rules.d/own.toml", "schemas/topic.schema.json"])
def test_nothing_is_replaced_and_nothing_written_beside(there, folder, capsys):
    path = folder / there
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    assert main(["init"]) == 2
    assert capsys.readouterr().err.startswith(f"{there}: there already, nothing was written. Name another folder")
    assert files_of(folder) == {there}
    assert path.read_text() == "mine"


def test_of_many_that_are_there_one_is_named(capsys):
    main(["init"])
    assert main(["init"]) == 2
    assert "sources.yaml and 7 more: there already" in capsys.readouterr().err


def test_the_schemas_alone_are_written_anew(folder, capsys):
    main(["init"])
    (folder / "sources.yaml").write_text("mine")
    (folder / "schemas/topic.schema.json").write_text("old")
    capsys.readouterr()
    assert main(["init", "--schemas"]) == 0
    assert json.loads((folder / "schemas/topic.schema.json").read_text(encoding="utf-8"))["title"] == "Topic"
    assert (folder / "sources.yaml").read_text() == "mine"
    assert capsys.readouterr().out.count("wrote ") == 4


def test_one_schema_is_printed_and_nothing_written(folder, capsys):
    assert main(["init", "--schema", "record"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Record"
    assert files_of(folder) == set()


@pytest.mark.parametrize("words", [["--schema", "page"], ["--schema", "topic", "--schemas"]])
def test_wrong_words_are_one_sentence(words, capsys):
    assert main(["init", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1
