from collections.abc import Iterator

import pytest

from pipeline.flow import Plan
from pipeline.model import ArticleId, Document
from pipeline.run.stream import clean_items
from pipeline.store.inputs import Item, Unreadable

FAULT = Unreadable(id=ArticleId("x"), place="x.txt", what="not text", remedy="leave it out")


def items() -> Iterator[Item]:
    for n in range(3):
        yield Document(id=ArticleId(f"d{n}"), source="s", text=f"第{n}班渡轮停在码头。\n责任编辑：张三")
        yield FAULT


@pytest.mark.parametrize("at_once", [True, False])
def test_articles_and_faults_come_in_order(at_once):
    found = list(clean_items(items(), Plan(), at_once=at_once))
    assert [one.id for one in found] == ["d0", "x", "d1", "x", "d2", "x"]


def test_what_comes_at_once_does_not_wait_for_the_next():
    coming = items()
    next(clean_items(coming, Plan(), at_once=True))
    assert next(coming) is FAULT
