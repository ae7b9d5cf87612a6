"""The record form: what goes in comes out, and no field is forgotten."""

import dataclasses
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Article, ArticleId, CanonicalUrl, Decision, Flag, Hit, Rejected, Relevance
from pipeline.quality.select import select_article
from pipeline.quality.signals import measure
from pipeline.store.records import (
    article_fields,
    article_from_json,
    article_to_json,
    decision_from_json,
    decision_to_json,
    rejected_from_json,
    rejected_to_json,
)
from tests.builders import article, change


def full_article() -> Article:
    made = article(
        "客服热线\n\n请转载",
        title="客服",
        site="a.example",
        authors=("林一",),
        outlet="云桥晚报",
        url="https://a.example/1",
    )
    made = made.changed([change(5, 8)]).flagged(Flag(name="spun", detail="9.5", start=0, end=2))
    hit = Hit(term="客服", weight=2.0, where="text", start=0, end=2)
    return dataclasses.replace(
        made,
        published_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        script="hans",
        encoding="gb18030",
        canonical=CanonicalUrl("https://a.example/one"),
        section="社会",
        tags=("客服", "热线"),
        keywords=("接线员",),
        relevance=Relevance(topic="service", score=12.5, verdict="review", hits=(hit,)),
        signals=measure(made),
    )


def test_every_field_has_a_value_in_the_full_article():
    empty = [f.name for f in dataclasses.fields(Article) if not getattr(full_article(), f.name)]
    assert empty == []  # a new field must be added to the builder above, and so to the round trip


def test_article_round_trip():
    row = json.loads(json.dumps(article_to_json(full_article())))
    assert article_from_json(row) == full_article()
    assert tuple(row) == article_fields(asked=True)


def test_what_was_not_asked_for_has_no_key():
    plain = dataclasses.replace(full_article(), signals=None)
    row = json.loads(json.dumps(article_to_json(plain)))
    assert tuple(row) == article_fields()
    assert article_from_json(row) == plain


def test_an_article_without_the_places_that_made_it_relevant():
    row, whole = article_to_json(full_article()), full_article()
    assert whole.relevance is not None
    assert article_from_json(row, hits=False) == dataclasses.replace(
        whole, relevance=dataclasses.replace(whole.relevance, hits=())
    )


@given(st.text(max_size=60))
def test_the_received_text_comes_back_from_a_record(text):
    assert article_from_json(article_to_json(article(text))).original == text


def test_rejected_and_decision_round_trip():
    rejected = Rejected(id=ArticleId("x"), url=None, source="s", rule="extract.article.shell", detail="no text")
    scores = {"containment": 0.93}
    decision = Decision(
        id="a", kept="b", relation="near", scores=scores, facts=("3月",), supersedes=True, snippet="另一处"
    )
    assert rejected_from_json(rejected_to_json(rejected)) == rejected
    assert {*rejected_to_json(rejected)} == {"id", "url", "source", "rule", "detail"}
    assert decision_from_json(decision_to_json(decision)) == decision


def test_what_its_signals_decided_keeps_them():
    rejected = select_article(full_article(), measure(full_article()), ["chars > 1000"])
    assert isinstance(rejected, Rejected)
    row = json.loads(json.dumps(rejected_to_json(rejected)))
    assert rejected_from_json(row) == rejected
    assert (row["begins"], row["signals"]["chars"]) == ("客服", measure(full_article()).chars)
