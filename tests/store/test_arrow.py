"""Parquet has the types of the classes, and the values that the record has."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.edits import Change
from pipeline.model import Flag, Hit, Relevance
from pipeline.store.arrow import arrow_schema
from pipeline.store.outputs import Selection, write_corpus
from pipeline.store.records import article_fields, article_to_json
from tests.builders import article

AT = datetime(2026, 11, 20, 9, 15, tzinfo=timezone(timedelta(hours=8)))
HIT = Hit(term="渡轮", weight=6, where="text", start=0, end=2)


def full():
    made = article(
        "渡轮复航了。\n订阅通讯", title="题\ud800", published_at=AT, authors=("顾晓岚",),
        relevance=Relevance(topic="ferry", score=6.5, verdict="drop", hits=(HIT,)),
    ).changed([Change(start=7, end=11, new="", rule="promo.x", kind="promo", reason="")])  # fmt: skip
    return made.flagged(Flag(name="spun"))


def test_types():
    schema = arrow_schema(pa, (*article_fields(), "text"))
    assert schema.field("published_at").type == pa.timestamp("ms", tz="UTC")
    assert schema.field("authors").type == pa.list_(pa.string())
    assert schema.field("relevance").type.field("score").type == pa.float64()
    assert schema.field("edits").type.value_type.field("start").type == pa.int64()
    assert schema.field("script").type == schema.field("text").type == pa.string()


def test_the_values_are_those_of_the_record(tmp_path):
    target = tmp_path / "c.parquet"
    bare = article("没有日期。", id="bare")
    write_corpus([full(), bare], target, "parquet", Selection(fields=(*article_fields(), "text")), force=False)
    first, second = pq.read_table(target).to_pylist()
    wanted = {**article_to_json(full()), "text": "渡轮复航了。", "title": "题?", "published_at": AT.astimezone(UTC)}
    assert first == wanted
    assert (second["published_at"], second["relevance"], second["edits"]) == (None, None, [])


@pytest.mark.parametrize("fields", [(), ("id", "published_at")])
def test_a_table_without_articles_has_its_types_all_the_same(tmp_path, fields):
    target = tmp_path / "c.parquet"
    write_corpus([], target, "parquet", Selection(fields=fields), force=False)
    assert pq.read_schema(target).field("published_at").type == pa.timestamp("ms", tz="UTC")
