import subprocess
import sys
from dataclasses import replace

import pytest

from pipeline.dedup.decide import DedupParams
from pipeline.extract.article import ExtractParams
from pipeline.flow import Plan, plan_fingerprint, process, process_all, steps
from pipeline.model import Article, ArticleId, Document, Page
from pipeline.topics.keywords import KeywordParams
from pipeline.topics.topic import TermGroup, Topic

# What one text must not pay for.
HEAVY = ("pipeline.extract.article", "pipeline.dedup.decide", "numba", "selectolax", "jieba", "opencc")


def test_a_plan_says_how_pages_are_extracted_and_copies_found():
    assert Plan().extract == ExtractParams()
    assert Plan().dedup == DedupParams()
    strict = ExtractParams(min_han=5_000)
    assert Plan(extraction=strict).extract == strict
    other = replace(DedupParams(), spec=replace(DedupParams().spec, ngram=4))
    assert Plan(deduplication=other).dedup == other


@pytest.mark.parametrize(
    "plan",
    [
        Plan(extraction=ExtractParams(min_han=5_000)),
        Plan(deduplication=replace(DedupParams(), spec=replace(DedupParams().spec, ngram=4))),
    ],
    ids=["extraction", "deduplication"],
)
def test_the_fingerprint_tells_them_apart(plan):
    assert plan_fingerprint(plan) != plan_fingerprint(Plan())
    assert plan_fingerprint(Plan(extraction=ExtractParams())) != plan_fingerprint(plan)


def test_a_text_loads_no_more_than_it_needs():
    program = (
        "import sys; from pipeline.flow import Plan, process; from pipeline.model import Document;"
        "found = process(Document(id='a', source='s', text='街坊说今天很热。\\n责任编辑：张三'), Plan());"
        f"print(found.text, *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "街坊说今天很热。\n"


def test_keywords_are_of_the_clean_text_and_come_last():
    text = "渡轮停在码头，渡轮上的船长说今天有雾。\n责任编辑：张三"
    document = Document(id=ArticleId("a"), url=None, source="s", text=text)
    made = process(document, Plan(keywords=KeywordParams(count=20)))
    assert isinstance(made, Article)
    assert made.keywords[0] == "渡轮"
    assert "责任编辑" not in made.keywords
    plain = process(document, Plan())
    assert plain == replace(made, keywords=())
    assert len(steps(Plan(keywords=KeywordParams(count=1)))) == len(steps(Plan())) + 1


def documents(count):
    """Return so many texts; no two are alike, and each third one ends in a byline."""
    ends = ("", "\n责任编辑：张三", "\n\n")
    texts = (f"第{n}班渡轮停在码头，船长说今天有雾，晚点{n}分钟。{ends[n % 3]}" for n in range(count))
    return [Document(id=ArticleId(f"d{n}"), source="s", text=text) for n, text in enumerate(texts)]


def test_many_together_become_what_each_becomes_alone():
    page = Page(id=ArticleId("p"), url=None, source="s", body="<html><body><p>无</p></body></html>".encode())
    items = documents(600)  # more than go together
    items[3:3] = [page, replace(items[0], id=ArticleId("blank"), text="\n")]
    plan = Plan(keywords=KeywordParams(count=2))
    assert list(process_all(items, plan)) == [process(item, plan) for item in items]


def test_what_is_no_input_keeps_its_place_among_many():
    items = documents(5)
    mixed = [*items[:2], "a fault", *items[2:]]
    found = list(process_all(mixed, Plan()))
    assert found[2] == "a fault"
    assert [one.id for one in found if one != "a fault"] == [item.id for item in items]


def test_of_many_no_more_are_held_than_go_together():
    taken = []

    def told():
        for item in documents(1_000):
            taken.append(item)
            yield item

    next(process_all(told(), Plan()))
    assert len(taken) < 1_000


def test_long_texts_do_not_pile_up():
    taken = []

    def told():
        for n, item in enumerate(documents(10)):
            taken.append(item)
            yield replace(item, text="\n".join(f"第{n}章第{k}节，说的是渡轮停在码头的第{k}天。" for k in range(10_000)))

    next(process_all(told(), Plan()))
    assert len(taken) < 10


def test_each_article_is_scored_for_the_topic_of_its_source():
    topic = Topic(id="ferry", name="渡轮", groups=(TermGroup(weight=5.0, words=("渡轮",)),))
    plan = Plan(topics={"s": topic})
    ours, other = (replace(item, source=source) for item, source in zip(documents(2), ("s", "t"), strict=True))
    made = [one for one in process_all([ours, other], plan) if isinstance(one, Article)]
    assert [one.relevance is not None for one in made] == [True, False]
