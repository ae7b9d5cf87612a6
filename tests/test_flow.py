import subprocess
import sys
from dataclasses import replace

import pytest

from pipeline.dedup.decide import DedupParams
from pipeline.extract.article import ExtractParams
from pipeline.flow import Plan, plan_fingerprint, process, steps
from pipeline.model import Article, ArticleId, Document
from pipeline.topics.keywords import KeywordParams

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
        "import sys; from pipeline.flow import Plan, process_document; from pipeline.model import Document;"
        "found = process_document(Document(id='a', source='s', text='街坊说今天很热。\\n责任编辑：张三'), Plan());"
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
