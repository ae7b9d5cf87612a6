"""Golden pages, and what must hold for every page."""

import dataclasses
import pickle
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.article import ExtractParams, SiteSelectors, extract_article
from pipeline.model import Article, ArticleId, Page, Rejected
from tests import golden

PAGES = golden.names()


@pytest.mark.parametrize("name", PAGES)
def test_golden_page(name):
    assert golden.as_json(golden.outcome(name)) == golden.expected(name)


@pytest.mark.parametrize("name", PAGES)
def test_paragraphs_keep_the_form_that_an_article_promises(name):
    result = golden.outcome(name)
    if isinstance(result, Article):
        assert result.text == result.original
        assert all(line.strip() == line and line and "\n" not in line for line in result.paragraphs)


@pytest.mark.parametrize("name", [n for n in PAGES if not n.startswith(("gbk", "big5"))])
def test_bytes_in_another_encoding_give_the_same_article(name):
    text = (golden.FOLDER / name / "page.html").read_bytes().decode("utf-8")
    page = Page(
        id=ArticleId(name), url=golden.URL, source="golden", body=text.encode("gb18030"), fetched_at=golden.FETCHED_AT
    )
    again = golden.as_json(extract_article(page, ExtractParams()))
    expected = golden.expected(name)
    if "encoding" in expected:
        assert again.pop("encoding") == "gb18030"
        expected.pop("encoding")
    assert again == expected


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PAGES), st.integers(0, 2**32), st.integers(1, 30))
def test_damaged_pages_never_raise(name, seed, cuts):
    chance = random.Random(seed)
    body = bytearray((golden.FOLDER / name / "page.html").read_bytes())
    for _ in range(cuts):
        at = chance.randrange(len(body))
        piece = chance.choice(
            [b"", b"<", b">", b'"', b"\x00", b"\xff\xfe", b"</div>", b"<table>", b"<!--", body[at : at + 40] * 3]
        )
        body[at : at + chance.randrange(30)] = piece
    page = Page(id=ArticleId("x"), url=None, source="golden", body=bytes(body))
    assert isinstance(extract_article(page, ExtractParams()), Article | Rejected)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3_000))
def test_any_bytes_never_raise(body):
    page = Page(id=ArticleId("x"), url=None, source="s", body=body, content_type="text/html; charset=big5")
    assert isinstance(extract_article(page, ExtractParams()), Article | Rejected)


def test_without_a_moment_relative_dates_are_not_resolved():
    body = (golden.FOLDER / "video_player" / "page.html").read_bytes()
    result = extract_article(Page(id=ArticleId("x"), url=None, source="s", body=body), ExtractParams())
    assert isinstance(result, Article)
    assert result.published_at is None


def test_the_params_are_picklable_and_equal_by_value():
    params = ExtractParams(selectors=SiteSelectors(body="#main"))
    assert pickle.loads(pickle.dumps(params)) == params
    assert dataclasses.replace(params) == params
