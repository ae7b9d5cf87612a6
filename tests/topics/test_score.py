"""What a topic's words say, and where they say it."""

import dataclasses
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.topics import load_topic
from pipeline.fold import fold
from pipeline.model import Hit
from pipeline.topics.score import score_article, score_text, score_topics, title_rank
from pipeline.topics.topic import LearnedWord, TermGroup, Topic
from tests.builders import QUADRATIC_S, article

TOPIC = Topic(
    id="t",
    name="t",
    groups=(
        TermGroup(weight=4, words=("客服", "热线")),
        TermGroup(weight=1, words=("服务",)),
        TermGroup(weight=-2, words=("股价",)),
    ),
    exclusions=("服务器",),
    review_score=3,
    keep_score=6,
)


def score(text: str, title: str = "", **changes) -> float:
    return score_text(text, title=title, topic=dataclasses.replace(TOPIC, **changes)).score


def test_hits_are_places_in_the_text_and_title_as_they_stand():
    found = score_text("打了熱線,ＫＦ說客服會回電", title="客服来了", topic=TOPIC)
    assert [(h.where, h.start, h.end, h.term) for h in found.hits] == [
        ("title", 0, 2, "客服"),
        ("text", 2, 4, "熱線"),
        ("text", 8, 10, "客服"),
    ]


def test_a_longer_exclusion_hides_the_term_inside_it():
    assert score_text("服务器坏了", topic=TOPIC).hits == ()
    assert score("服务器坏了，服务没坏") == score("那东西坏了，服务没坏")


def test_a_term_says_no_more_after_its_cap():
    assert score("客服" * 3 + "甲" * 94) < score("客服" * 9 + "甲" * 82, repeat_cap=9)
    assert score("客服" * 9 + "甲" * 82) == score("客服" * 30 + "甲" * 40)


@pytest.mark.parametrize(
    ("more", "less"), [("客服在前" + "甲" * 400, "甲" * 400 + "客服在后"), ("短客服", "长客服" + "甲" * 900)]
)
def test_lead_and_short_texts_count_more(more, less):
    assert score(more) > score(less)


def test_a_title_counts_once_more():
    assert score("客服", title="客服客服") == score("客服", title="客服") > score("客服")


def test_negative_terms_speak_against_but_a_score_is_never_below_zero():
    assert score("客服谈股价") < score("客服谈天气")
    assert score("股价股价") == 0


@pytest.mark.parametrize(("text", "verdict"), [("天气", "drop"), ("客服", "review"), ("客服热线", "keep")])
def test_verdicts(text, verdict):
    assert score_text(text, topic=TOPIC).verdict == verdict


def test_a_topic_without_words_scores_nothing():
    assert score_text("客服", topic=Topic(id="e", name="e", groups=())).score == 0


def test_the_article_carries_its_relevance():
    made = score_article(article("客服热线", title="热线"), TOPIC)
    assert made.relevance is not None
    assert (made.relevance.topic, made.relevance.verdict) == ("t", "keep")


@given(st.text(max_size=80))
def test_any_text_has_a_score_and_hits_inside_it(text):
    found = score_text(text, title=text[:9], topic=TOPIC)
    assert found.score >= 0
    assert all(h.term == (text if h.where == "text" else text[:9])[h.start : h.end] for h in found.hits)


def test_a_lone_surrogate_moves_no_place():
    (hit,) = score_text("\ud800客服", topic=TOPIC).hits
    assert (hit.start, hit.end) == (1, 3)


def test_the_shipped_topic_tells_service_from_its_look_alikes():
    topic = load_topic("service")
    story = "一位老人给营业厅写来表扬信，感谢客服上门帮他办好了退费手续。柜员小周每周回访，耐心解答他的问题。"
    other = "公司发布新一代服务器，面向云服务市场，服务业增加值同比增长百分之六，股价当天上涨。"
    assert score_text(story, title="一封表扬信", topic=topic).verdict == "keep"
    assert score_text(other, title="新服务器发布", topic=topic).verdict == "drop"


def test_folded_text_at_hand_gives_the_same():
    text = "打了熱線,ＫＦ說客服會回電"
    assert score_text(text, topic=TOPIC, folded=fold(text)) == score_text(text, topic=TOPIC)


def test_learned_words_count_beside_those_of_the_file_and_never_against_them():
    learned = (LearnedWord(word="回电", weight=2.5), LearnedWord(word="客服", weight=-9))
    topic = dataclasses.replace(TOPIC, id="learned", learned_words=learned)
    assert [h.weight for h in score_text("客服回電", topic=topic).hits] == [4, 2.5]


OTHER = Topic(id="o", name="o", groups=(TermGroup(weight=3, words=("客服热线", "气")),))


def test_topics_do_not_disturb_each_other():
    ours, theirs = score_topics("客服热线", topics=(TOPIC, OTHER))
    assert [h.term for h in ours.hits] == ["客服", "热线"]
    assert [h.term for h in theirs.hits] == ["客服热线"]


@given(st.text(alphabet="客服热线务器股价气，", max_size=60), st.text(alphabet="客服热线气", max_size=6))
def test_many_topics_at_once_are_as_one_by_one(text, title):
    topics = (TOPIC, OTHER, dataclasses.replace(TOPIC, id="again", exclusions=()))
    together = score_topics(text, title=title, topics=topics)
    assert together == tuple(score_text(text, title=title, topic=topic) for topic in topics)


def test_no_topics_no_relevance():
    assert score_topics("客服", topics=()) == ()


@pytest.mark.parametrize(("title", "rank"), [("客服與熱線", 8), ("客服客服", 4), ("股价", -2), ("天气", 0), ("", 0)])
def test_a_title_alone_has_a_rank(title, rank):
    assert title_rank(title, TOPIC) == rank


@pytest.mark.parametrize(
    "text", ["客" * 1_000_000, "服务器\n" * 10_000, "客服" * 200_000], ids=["one", "lines", "hits"]
)
def test_long_texts_take_linear_time(text):
    started = time.process_time()
    score_topics(text, topics=(TOPIC, OTHER))
    assert time.process_time() - started < QUADRATIC_S


def test_hits_are_as_the_class_itself_makes_them():
    (hit,) = score_text("打客服", topic=TOPIC).hits
    assert hit == Hit(term="客服", weight=4, where="text", start=1, end=3)
    assert hash(hit) == hash(dataclasses.replace(hit))
