"""Leftmost-longest: what the automaton gives is what the definition says."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.topics.matching import finder_of, terms_of
from pipeline.topics.topic import TermGroup, Topic

words = st.lists(st.text(alphabet="甲乙丙丁", min_size=1, max_size=4), min_size=1, max_size=6, unique=True)


def topic_of(number: int, terms: list[str]) -> Topic:
    return Topic(id=f"t{number}", name="t", groups=(TermGroup(weight=1, words=tuple(terms)),))


@given(st.lists(words, min_size=1, max_size=3), st.text(alphabet="甲乙丙丁戊", max_size=30))
def test_each_topic_finds_what_a_regular_expression_of_its_words_finds(lists, text):
    topics = tuple(topic_of(n, terms) for n, terms in enumerate(lists))
    found = finder_of(topics).find(text)
    for number, terms in enumerate(lists):
        longest_first = "|".join(sorted(terms, key=len, reverse=True))
        expected = [(terms.index(m[0]), m.start(), m.end()) for m in re.finditer(longest_first, text)]
        assert list(found.get(number, ())) == expected


def test_terms_are_folded_and_exclusions_are_among_them():
    topic = Topic(id="t", name="t", groups=(TermGroup(weight=1, words=("熱線",)),), exclusions=("熱線電話",))
    assert set(terms_of(topic)) == {"热线", "热线电话"}


def test_topics_without_words_find_nothing():
    assert finder_of((Topic(id="e", name="e", groups=()),)).find("甲") == {}
