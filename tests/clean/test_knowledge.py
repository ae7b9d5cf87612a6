"""What many articles show about their hosts, as one value."""

import pickle
from functools import reduce
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.knowledge import EMPTY, Knowledge, KnowledgeParams, apply_knowledge, learn, merge
from pipeline.errors import StateError
from pipeline.model import Article, CanonicalUrl
from tests.builders import SENTENCES, article

PARAMS = KnowledgeParams()
SPAM = "蓝岸官网入口"
FOOTER = "滨江在线网络传播有限公司主办"


def page(sentence: str) -> Article:
    text = f"{sentence.replace('，', SPAM + '，', 1)}\n{FOOTER}"
    return article(text, url=CanonicalUrl("https://news.example/1"))


PAGES = [page(sentence) for sentence in SENTENCES]
KNOWN = learn(PAGES)


def test_lines_and_strings_go() -> None:
    found = apply_knowledge(PAGES[0], KNOWN, PARAMS)
    assert found.text == SENTENCES[0]
    signed = {(edit.rule, edit.kind) for edit in found.edits if edit.kind != "layout"}
    assert signed == {("clean.templates", "template"), ("clean.mined", "spam")}
    assert found.original == PAGES[0].text
    assert apply_knowledge(found, KNOWN, PARAMS) == found


def test_stripped_articles_teach_the_same() -> None:
    assert learn([apply_knowledge(one, KNOWN, PARAMS) for one in PAGES]) == KNOWN


def test_nothing_known_changes_nothing() -> None:
    assert apply_knowledge(PAGES[0], EMPTY, PARAMS) is PAGES[0]
    assert learn([]) == EMPTY


def test_many_articles_are_learned_in_batches() -> None:
    many = [article(f"第{n}盏灯亮了。", url=CanonicalUrl("https://news.example/a")) for n in range(1500)]
    assert learn(many) == merge(learn(many[700:]), learn(many[:700]))
    assert learn(many[:1000]) == learn(many[999::-1])


def test_json_round_trip() -> None:
    again = Knowledge.from_json(KNOWN.to_json())
    assert again == KNOWN
    assert again.digest == KNOWN.digest != EMPTY.digest
    assert pickle.loads(pickle.dumps(again)) == KNOWN
    assert apply_knowledge(PAGES[0], again, PARAMS) == apply_knowledge(PAGES[0], KNOWN, PARAMS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "{",
        '{"format": 1}',
        KNOWN.to_json().replace('"lines"', '"line"'),
        KNOWN.to_json().replace('": ["', '": [["', 1),
    ],
)
def test_foreign_json_is_refused(text: str) -> None:
    with pytest.raises(StateError, match="Learn it again"):
        Knowledge.from_json(text)


def test_knowledge_of_another_version_is_refused() -> None:
    with pytest.raises(StateError, match="this version reads"):
        Knowledge.from_json(KNOWN.to_json().replace('"format": 1', '"format": 0'))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 7), max_size=12), st.lists(st.integers(0, 12), max_size=3))
def test_merge_does_not_depend_on_split_and_order(numbers: list[int], splits: list[int]) -> None:
    places = [0, *sorted(splits), len(numbers)]
    parts = [learn([PAGES[n] for n in numbers[a:b]]) for a, b in pairwise(places)]
    whole = learn([PAGES[n] for n in numbers])
    assert reduce(merge, parts, EMPTY) == reduce(merge, reversed(parts), EMPTY) == whole
    assert merge(whole, whole) == whole
