"""`zhnews export` where copies are fuller than what stays."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.cli.main import main
from pipeline.dedup.decide import DedupParams
from pipeline.model import Article, ArticleId, CanonicalUrl
from pipeline.run.settle import settle
from pipeline.store.articles import Arrival
from pipeline.store.state import open_state
from tests.dedup.stories import story

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEXTS = {"cut": ("daily", story(1)[:330]), "other": ("daily", story(2)), "whole": ("weekly", story(1))}


@pytest.fixture
def data(tmp_path):
    with open_state(tmp_path) as state:
        state.set_sources([("daily", "site"), ("weekly", "site")], frozenset())
        run = state.begin_run("crawl", "p", NOW)
        for name, (source, text) in TEXTS.items():
            url = CanonicalUrl(f"https://{source}.example/{name}")
            made = Article(id=ArticleId(name), url=url, source=source, published_at=NOW).with_text(text)
            state.articles.put(made, Arrival(run=run, plan="p", position=0))
        with state.transaction():
            settle(state, DedupParams(), run=run)
    return tmp_path


def exported(data, *options):
    target = data / "out.jsonl"
    assert main(["export", "--data", str(data), "-o", str(target), "--force", *options]) == 0
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def test_the_fuller_form_is_written_and_says_what_it_stands_for(data):
    whole, other = exported(data)
    assert (whole["id"], other["id"]) == ("whole", "other")
    assert "\n".join(whole["paragraphs"]) == TEXTS["whole"][1]
    assert next(flag for flag in whole["flags"] if flag["name"] == "supersedes")["detail"] == "cut"
    assert other["flags"] == []


def test_nothing_is_lost_where_the_fuller_form_may_not_be_written(data):
    assert [row["id"] for row in exported(data, "--source", "daily")] == ["cut", "other"]
    with open_state(data) as state:
        state.set_sources([("daily", "site"), ("weekly", "site")], frozenset(), frozenset({"weekly"}))
    assert [row["id"] for row in exported(data)] == ["cut", "other"]


def test_articles_are_selected_by_quality_and_private_data_masked(data, capsys):
    with open_state(data) as state:
        run = state.begin_run("crawl", "p", NOW)
        text = story(3) + "家属的手机是13812345678。"
        made = Article(id=ArticleId("letter"), url=None, source="daily", published_at=NOW).with_text(text)
        state.articles.put(made, Arrival(run=run, plan="p", position=0))
        with state.transaction():
            settle(state, DedupParams(), run=run)
    rows = exported(data, "--mask", "mobile", "--select", f"chars >= {len(story(2)) + 1}")
    assert "other" not in {row["id"] for row in rows}
    assert "left out by quality.select: " in capsys.readouterr().err
    (letter,) = [row for row in rows if row["id"] == "letter"]
    assert letter["paragraphs"][-1].endswith("家属的手机是<手机号>。")
    assert main(["export", "--data", str(data), "-o", str(data / "a.warc.gz"), "--mask", "pii"]) == 2
    assert "leave out --only" in capsys.readouterr().err
