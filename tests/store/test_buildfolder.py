"""An id looked up in the folder of a build."""

from dataclasses import replace

import pytest

from pipeline.model import ArticleId, Decision, Rejected
from pipeline.store.buildfolder import KnownItem, find_in_build
from pipeline.store.files import write_jsonl
from pipeline.store.records import article_to_json, decision_to_json, rejected_to_json
from pipeline.store.shards import write_parquet
from tests.builders import article

KEPT = replace(article("客服回电了。"), id=ArticleId("k1"), title="回电")
OTHER = replace(article("客服没有提到k1回电。"), id=ArticleId("k2"), title="别的")
COPY = replace(article("客服回了电。"), id=ArticleId('c"1'))
DECISION = Decision(id=COPY.id, kept=KEPT.id, relation="near", scores={"containment": 0.9})
GONE = Rejected(id=ArticleId("r1"), url=None, source="s", rule="flow.nothing_left", detail="k1")


@pytest.fixture(params=["jsonl", "parquet"])
def folder(tmp_path, request):
    rows = [article_to_json(OTHER), article_to_json(KEPT)]
    if request.param == "parquet":
        write_parquet(tmp_path / "corpus-00000.parquet", rows)
    else:
        write_jsonl(tmp_path / "corpus.jsonl", rows)
    write_jsonl(tmp_path / "duplicates.jsonl", [{**decision_to_json(DECISION), "article": article_to_json(COPY)}])
    write_jsonl(tmp_path / "rejected.jsonl", [rejected_to_json(GONE)])
    return tmp_path


def test_an_article_that_stays_has_its_copies(folder):
    assert find_in_build(folder, "k1") == KnownItem(article=KEPT, copies=(DECISION,))
    assert find_in_build(folder, "k2") == KnownItem(article=OTHER)


def test_a_copy_has_its_original(folder):
    assert find_in_build(folder, 'c"1') == KnownItem(article=COPY, decision=DECISION, original=KEPT)


def test_what_was_rejected_has_its_reason(folder):
    assert find_in_build(folder, "r1") == KnownItem(rejected=GONE)


def test_an_id_is_found_whatever_else_its_line_had_to_escape(folder):
    odd = replace(KEPT, id=ArticleId("号"), title="\ud800")
    write_jsonl(folder / "corpus-00001.jsonl", [article_to_json(odd)])
    for left in folder.glob("*.parquet"):
        left.unlink()
    assert find_in_build(folder, "号") == KnownItem(article=odd)


@pytest.mark.parametrize("key", ["k", "客服", ""])
def test_what_only_stands_in_a_line_is_no_id(folder, key):
    assert find_in_build(folder, key) is None
