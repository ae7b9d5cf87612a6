"""Stored pages, processed again: what changes, what is withdrawn, what cannot be read any more."""

import dataclasses
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from pipeline.config.load import parse_sources
from pipeline.extract.article import ExtractParams
from pipeline.flow import Plan
from pipeline.run.crawl import crawl
from pipeline.run.reprocess import reprocess
from pipeline.run.world import CrawlOptions
from pipeline.store.state import open_state

NOW = datetime(2026, 11, 22, tzinfo=UTC)
STORY = "渡口的老船工今天最后一次撑船过河，岸上站满了来送他的乡亲，有人带来了三十年前他救起的那个孩子。"
MORE = "青木图书馆把开馆时间延长到晚上九点，第一周就有四百多名学生留下来自习，保安老郑每天最后一个关灯。"
TAIL = "责任编辑：林一"


@pytest.fixture
def data(tmp_path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    page = f"<html><head><title>渡口</title></head><body><h1>渡口</h1><p>{STORY}</p><p>{MORE}</p></body></html>"
    (inbox / "a.html").write_text(page)
    (inbox / "b.txt").write_text(f"{STORY}\n{MORE}\n{TAIL}")
    sources = parse_sources("sources:\n  - {name: inbox, kind: files, path: inbox}\n", "s.yaml")
    result = crawl(sources, Plan(), tmp_path / "data", CrawlOptions(folder=tmp_path))
    assert (result.tally.kept, result.tally.duplicates) == (1, 1)
    return tmp_path / "data"


def test_other_parameters_change_the_records(data):
    kept_tail = Plan(boilerplate=dataclasses.replace(Plan().boilerplate, keep_kinds=frozenset({"byline"})))
    with open_state(data) as state:
        done = reprocess(state, kept_tail, now=NOW)
        assert (done.seen, done.changed, done.withdrawn, done.missing) == (2, 1, 0, 0)
        (changed,) = (article for article in state.articles.all() if article.paragraphs[-1] == TAIL)
        assert state.articles.earlier_versions(changed.id)[0].article.paragraphs[-1] == MORE
        assert reprocess(state, Plan(), now=NOW).changed == 1
        assert len(list(state.articles.corpus())) == 1


def test_an_article_that_is_refused_now_is_withdrawn_and_its_copy_decided_anew(data):
    with open_state(data) as state:
        (kept,) = state.articles.corpus()
        ((copy, _),) = state.articles.copies()
        strict = Plan(extraction=ExtractParams(min_han=5_000))
        done = reprocess(state, strict, now=NOW)
        assert (done.changed, done.withdrawn) == (0, 1)
        page = kept if kept.title else copy
        rejected = state.articles.find_rejected(page.id)
        assert state.articles.find(page.id) is None
        assert rejected is not None
        assert rejected.rule.startswith("extract.")
        assert [article.id for article in state.articles.corpus()] == [(copy if page is kept else kept).id]
        assert reprocess(state, Plan(), now=NOW).changed == 1  # back again
        assert len(list(state.articles.copies())) == 1


def test_pages_whose_bytes_are_gone_are_counted(data):
    with closing(sqlite3.connect(data / "pages.sqlite")) as db:
        db.execute("DELETE FROM page WHERE hash = (SELECT min(hash) FROM page)")
        db.commit()
    with open_state(data) as state:
        assert reprocess(state, Plan(), now=NOW).missing == 1
