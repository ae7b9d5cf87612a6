from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StateError
from pipeline.model import ArticleId, CanonicalUrl, Document, Page
from pipeline.store.database import Database
from pipeline.store.pages import DOCUMENT_TYPE, PAGES_NAME, Pages, body_of, document_of, hash_of
from pipeline.store.schema import PAGES_MIGRATIONS


@pytest.fixture
def pages(tmp_path):
    pages = Pages(tmp_path)
    yield pages
    pages.close()


def test_bytes_come_back_as_they_were(pages):
    body = "<p>热线".encode("gb18030") * 1000
    assert pages.get(pages.put(body)) == body


def test_equal_bytes_are_kept_once(pages):
    assert pages.put(b"a") == pages.put(b"a") != pages.put(b"b")
    assert pages.count() == 2


def test_unknown_bytes_are_none(pages):
    assert pages.get(hash_of(b"never seen")) is None


def test_a_fresh_file_is_sound(pages):
    assert pages.is_sound()


@pytest.mark.parametrize("stored", [b"no zlib", b"x\x9cK\x04\x00\x00b\x00b"], ids=["no zlib", "other bytes"])
def test_damage_is_seen(tmp_path, pages, stored):
    key = pages.put(b"the page")
    with Database(tmp_path / PAGES_NAME, PAGES_MIGRATIONS) as database:
        database.run("UPDATE page SET body = ?", (stored,))
    with pytest.raises(StateError, match="damaged"):
        pages.get(key)


def test_a_page_is_kept_as_its_bytes():
    page = Page(id=ArticleId("a"), url=None, source="s", body=b"<p>", content_type="text/html")
    assert body_of(page) == (b"<p>", "text/html")


@given(st.text(), st.none() | st.text(), st.lists(st.text()))
def test_a_document_is_kept_with_all_that_its_record_said(text, title, authors):
    document = Document(
        id=ArticleId("a"),
        source="s",
        text=text,
        url=CanonicalUrl("https://news.example/1"),
        title=title,
        authors=tuple(authors),
        published_at=datetime(2026, 11, 22, tzinfo=UTC),
    )
    body, content_type = body_of(document)
    assert content_type == DOCUMENT_TYPE
    assert document_of(body) == document


def test_a_lone_surrogate_survives():
    document = Document(id=ArticleId("a"), source="s", text="断\ud800开")
    assert document_of(body_of(document)[0]) == document
