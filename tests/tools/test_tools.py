"""The tools that people have read what we write: pandas, polars, datasets and Datasette, the real ones."""

import json
import re
from urllib.parse import quote

import pytest

from pipeline.cli.main import main
from tests.tools.running import ROOT, asked, need

PAGE = (ROOT / "docs" / "how-to" / "use-the-corpus.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
QUERIES = re.findall(r"^```sql\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
VIEWS = {
    "articles": ("standing", {"kept", "exact", "near", "contained"}),
    "removals": ("kind", {"promo", "byline"}),
    "duplicates": ("relation", {"exact", "near"}),
    "sources": ("kind", {"feed", "list", "files"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_the_page_is_true(number, folder):
    snippet = SNIPPETS[number]
    for module in ("pandas", "polars", "datasets"):
        if f"import {module}" in snippet or f"from {module}" in snippet:
            need(module)
    path = folder / f"snippet{number}.txt"
    path.write_text(snippet, encoding="utf-8")
    asked(folder, "-m", "doctest", str(path))


def test_every_tool_has_a_snippet():
    assert all(
        any(f"{tool}" in snippet for snippet in SNIPPETS) for tool in ("pandas", "polars", "load_dataset", "map(")
    )


def rows(folder, path):
    return json.loads(asked(folder, "-m", "datasette", "data/state.sqlite", "--get", path))


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_datasette_shows_the_views(view, folder):
    need("datasette")
    column, wanted = VIEWS[view]
    found = rows(folder, f"/state/{view}.json?_shape=array&_size=max")
    assert wanted <= {row[column] for row in found}
    assert len({tuple(map(str, row.values())) for row in found}) == len(found)


@pytest.mark.slow
def test_numbers_can_be_filtered_as_numbers(folder):
    need("datasette")
    found = rows(folder, "/state/articles.json?score__gt=20&_shape=array&_size=max")
    assert found
    assert all(row["score"] > 20 for row in found)
    assert rows(folder, "/state/sources.json?copies__gte=1&_shape=array")


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.split("FROM ")[1].split()[0])
def test_the_queries_of_the_page_work(query, folder):
    need("datasette")
    found = rows(folder, f"/state.json?_shape=array&sql={quote(query)}")
    assert isinstance(found, list)
    assert found or "FROM duplicates" in query or "FROM sources" in query


@pytest.mark.slow
def test_what_the_views_count_is_what_is_exported(folder):
    need("datasette")
    kept = {row["id"]: row["text"] for row in rows(folder, "/state/articles.json?standing=kept&_shape=array&_size=max")}
    lines = (folder / "data" / "export" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    exported = {row["id"]: "\n".join(row["paragraphs"]) for row in map(json.loads, lines)}
    assert kept == exported


@pytest.mark.slow
def test_json_lines_load_as_well(folder):
    need("pandas")
    asked(
        folder,
        "-c",
        "import pandas; c = pandas.read_json('data/export/corpus.jsonl', lines=True); assert c['id'].is_unique",
    )


@pytest.mark.slow
def test_the_folder_of_a_build_is_a_dataset(folder):
    need("datasets")
    assert main(["build", str(ROOT / "data" / "sample" / "texts"), "-o", str(folder / "OUT")]) in (0, 1)
    lines = (folder / "OUT" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    code = "from datasets import load_dataset; print(len(load_dataset('OUT', split='train')))"
    assert int(asked(folder, "-c", code).split()[-1]) == len(lines)
