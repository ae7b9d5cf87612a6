"""Learning: what tells is found, what the topic says already is not learned again, chance is not sold as knowledge."""

import dataclasses

import numpy as np
import pytest

from pipeline.topics.labelled import Labelled, telling_words, word_places
from pipeline.topics.learn import LearnParams, fit_logistic, learn_words
from pipeline.topics.suggest import SuggestParams, suggest_terms
from pipeline.topics.topic import TermGroup, Topic

TOPIC = Topic(id="t", name="t", groups=(TermGroup(weight=4, words=("客服",)),))
SMALL = LearnParams(least_labels=40, least_of_each=10, penalty=1.0)
NEUTRAL = ("天气", "道路", "学校", "公园", "音乐")


def labelled(n: int = 60, tell: str = "渡轮") -> list[Labelled]:
    """Return articles of which every second is relevant: those name the ferry, every fourth of them the topic's word."""
    made = []
    for k in range(n):
        word = NEUTRAL[k % len(NEUTRAL)]
        text = f"这里说的是{word}的事情。" + (f"后来大家坐了{tell}。" if k % 2 else "后来大家吃了苹果。")
        text += "也找了客服。" if k % 8 == 1 else ""
        made.append(Labelled(id=str(k), title=f"关于{word}", text=text, label=k % 2 * (1 + k % 3 % 2)))
    return made


def test_what_tells_the_kinds_apart_gets_weight_and_counts():
    lesson = learn_words(labelled(), TOPIC, SMALL)
    weights = {w.word: w for w in lesson.words}
    assert weights["渡轮"].weight > 0.5 > -0.5 > weights["苹果"].weight
    assert (weights["渡轮"].relevant, weights["渡轮"].others) == (30, 0)
    assert lesson.after[0] > lesson.before[0]


def test_words_of_the_topic_are_not_learned_again():
    assert not any("客服" in w.word for w in learn_words(labelled(), TOPIC, SMALL).words)


def test_a_table_that_was_there_is_learned_anew():
    again = dataclasses.replace(TOPIC, learned="old.tsv")
    assert learn_words(labelled(), again, SMALL) == learn_words(labelled(), TOPIC, SMALL)


def test_labels_by_chance_teach_nothing_that_holds_for_others():
    articles = [dataclasses.replace(a, label=int(n) % 2) for a, n in zip(labelled(80), "11010010" * 10, strict=True)]
    lesson = learn_words(articles, TOPIC, SMALL)
    assert lesson.after[0] < 0.8


@pytest.mark.parametrize(
    ("articles", "what"),
    [(labelled(30), "30 labels are too few"), ([dataclasses.replace(a, label=0) for a in labelled()], "0 relevant")],
    ids=["few", "one kind"],
)
def test_too_few_labels_are_refused(articles, what):
    with pytest.raises(ValueError, match=what):
        learn_words(articles, TOPIC, SMALL)


def test_the_regression_finds_the_weights_that_made_the_labels():
    source = np.random.default_rng(7)
    features = source.normal(size=(4000, 2))
    truth = source.random(4000) < 1 / (1 + np.exp(-(2 * features[:, 0] - features[:, 1])))
    assert fit_logistic(features, truth, np.full(2, 1e-6)) == pytest.approx([2, -1], abs=0.25)


def test_places_of_the_title_are_below_zero():
    places = word_places(Labelled(id="1", title="渡轮来了", text="坐渡轮", label=1))
    assert places["渡轮"] == [-4, 1]


def test_words_are_ranked_by_how_well_they_tell_and_rare_ones_left_out():
    articles = [["甲甲", "丙丙"]] * 8 + [["乙乙", "丙丙"]] * 8 + [["丁丁"]]
    told = telling_words(articles, [True] * 8 + [False] * 9, least_articles=2)
    assert {t.word for t in told[:2]} == {"甲甲", "乙乙"}
    assert [t.word for t in told][2:] == ["丙丙"]
    assert {t.word: t.z > 0 for t in told}["乙乙"] is False


def test_suggestions_are_new_words_with_an_example_of_their_side():
    found = {s.telling.word: s for s in suggest_terms(labelled(), TOPIC, SuggestParams())}
    assert "客服" not in found
    assert found["渡轮"].example == "后来大家坐了渡轮。"
    assert found["苹果"].telling.z < -2
    assert len(suggest_terms(labelled(), TOPIC, SuggestParams(most_words=1))) == 1


def test_an_example_may_be_a_title_and_a_long_sentence_is_cut_about_the_word():
    articles = [dataclasses.replace(a, title="坐渡轮" if a.label else "", text="甲" * 50) for a in labelled()]
    (first, *_) = suggest_terms(articles, TOPIC, SuggestParams())
    assert first.example == "坐渡轮"
    long = [dataclasses.replace(a, text="甲" * 99 + ("渡轮" if a.label else "") + "甲" * 99) for a in labelled()]
    found = {s.telling.word: s.example for s in suggest_terms(long, TOPIC, SuggestParams(example_chars=10))}
    assert len(found["渡轮"]) == 10
    assert "渡轮" in found["渡轮"]
