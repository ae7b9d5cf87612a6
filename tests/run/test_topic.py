"""Files to scores and to the queue for labelling."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.flow import Plan
from pipeline.model import ArticleId, Document, Page, Relevance
from pipeline.run.topic import Scored, calibrate_topic, labelling_order, score_items
from pipeline.store.inputs import Item, Unreadable
from pipeline.topics.calibrate import CalibrateParams
from pipeline.topics.labelled import Labelled
from pipeline.topics.topic import TermGroup, Topic
from tests.builders import article

FERRY = Topic(id="ferry", name="渡轮", groups=(TermGroup(weight=4, words=("渡轮",)),))
BUS = Topic(id="bus", name="公交", groups=(TermGroup(weight=4, words=("公交",)),))


def document(key: str, text: str) -> Document:
    return Document(id=ArticleId(key), source="test", text=text, title="渡轮")


def test_title_and_cleaned_text_are_scored_by_every_topic():
    text = "今天的公交车很早就来了，大家坐得很舒服。\n（责任编辑：渡轮）"
    (scored,) = score_items([document("a", text)], Plan(), (FERRY, BUS))
    assert isinstance(scored, Scored)
    assert [[h.where for h in found.hits] for found in scored.found] == [["title"], ["text"]]


def test_what_is_no_article_is_told_and_the_rest_goes_on():
    items: list[Item] = [
        Unreadable(id=ArticleId("x"), place="x.txt", what="empty"),
        Page(id=ArticleId("p"), url=None, source="test", body=b"<p>"),
        document("a", "渡轮到了码头，大家排队上船。"),
    ]
    first, second, third = score_items(items, Plan(), (FERRY,))
    assert str(first) == "x.txt: empty"
    assert isinstance(second, Unreadable)
    assert "no article in it" in second.what
    assert isinstance(third, Scored)


def scored(key: int, score: float) -> Scored:
    found = Relevance(topic="ferry", score=score, verdict="drop")
    return Scored(article=article("渡轮", id=ArticleId(str(key))), found=(found,))


@given(st.lists(st.floats(0, 50), max_size=40), st.sets(st.integers(0, 40)))
def test_each_is_asked_for_once_but_those_that_are_done(scores, done):
    queue = labelling_order([scored(k, s) for k, s in enumerate([*scores, *scores[:1]])][: len(scores)], map(str, done))
    assert sorted(int(s.article.id) for s in queue) == [k for k in range(len(scores)) if k not in done]


def test_any_first_part_is_spread_with_three_of_four_from_the_upper_half():
    queue = labelling_order([scored(k, k) for k in range(64)])
    scores = [s.found[0].score for s in queue[:16]]
    assert sum(score >= 32 for score in scores) == 12
    assert max(scores) - min(scores) > 48


def test_thresholds_are_those_of_the_topic_as_it_is_now():
    labels = [Labelled(id=str(k), title="", text="渡轮" if k % 2 else "公交", label=k % 2) for k in range(40)]
    by_ferry, by_bus = (calibrate_topic(labels, t, CalibrateParams(draws=20)) for t in (FERRY, BUS))
    assert by_ferry.average_precision == 1 > by_bus.average_precision
