"""Strings injected into the unrelated articles of one host."""

import pickle
import time
from itertools import pairwise

import pytest

from pipeline.clean.mined import (
    EMPTY,
    RULE,
    MinedParams,
    MinedTable,
    learn_mined,
    merge_mined,
    mined_strings,
    strip_mined,
)
from pipeline.model import Article, CanonicalUrl
from tests.builders import QUADRATIC_S, SENTENCES, article

PARAMS = MinedParams()
HOST = "news.example"
UNKNOWN = "蓝岸官网入口"


def page(text: str, *, host: str | None = HOST, title: str | None = None) -> Article:
    return article(text, url=CanonicalUrl(f"https://{host}/{len(text)}") if host else None, title=title)


def injected(sentence: str, string: str) -> str:
    return sentence.replace("，", f"{string}，", 1)


def known(texts: list[str]) -> dict[str, int]:
    table = learn_mined([page(text) for text in texts])
    return dict(mined_strings(table, HOST, PARAMS)) if HOST in table.hosts else {}


TABLE = learn_mined([page(injected(sentence, UNKNOWN)) for sentence in SENTENCES])


@pytest.mark.parametrize(
    "string", [UNKNOWN, "bitlan体育app下载", "博岸官方网站", "k9娱乐登录", "蓝岸app官方下载集团中心", "B·岸平台注册"]
)
def test_unknown_name_is_found_with_both_edges(string: str) -> None:
    assert list(known([injected(sentence, string) for sentence in SENTENCES])) == [string.lower()]


def test_goes_from_text_and_title() -> None:
    found = strip_mined(page(injected(SENTENCES[0], UNKNOWN), title=f"图书馆摆长桌_{UNKNOWN}"), TABLE, PARAMS)
    assert found.text == SENTENCES[0]
    assert found.title == "图书馆摆长桌"
    assert [(e.rule, e.kind, e.reason) for e in found.edits] == [(RULE, "spam", f"in 8 unrelated articles of {HOST}")]
    assert found.original == injected(SENTENCES[0], UNKNOWN)


def test_article_about_betting_is_only_flagged() -> None:
    text = injected(SENTENCES[0], UNKNOWN) + "警方提醒，网络赌博害人害己。"
    found = strip_mined(page(text), TABLE, PARAMS)
    assert found.text == text
    assert [(flag.name, flag.detail) for flag in found.flags] == [("spam_suspect", UNKNOWN)]


# id → texts that show nothing: an honest name, or too little
HONEST = {
    "two articles": [injected(sentence, UNKNOWN) for sentence in SENTENCES[:2]],
    "copies of one": [f"{number}。{SENTENCES[0]}{injected(SENTENCES[1], UNKNOWN)}" for number in "一二三四五"],
    "somebody's site": [sentence.replace("，", "，登录县政务官网查询，", 1) for sentence in SENTENCES],
    "a source": [sentence.replace("，", "，据县政务官网消息，", 1) for sentence in SENTENCES],
    "landfall": [sentence.replace("，", "，台风明早在浙江沿海登陆，", 1) for sentence in SENTENCES],
    "landfall, loose": [injected(sentence, "沿海登陆") for sentence in SENTENCES],
    "a line of its own": [f"{sentence}\n{UNKNOWN}" for sentence in SENTENCES],
    "the same sentence behind": [f"{sentence[:9]}{UNKNOWN}不见了我们还在找" for sentence in SENTENCES],
    "no words of a site": [injected(sentence, "蓝岸中心") for sentence in SENTENCES],
}


@pytest.mark.parametrize("case", HONEST)
def test_shows_nothing(case: str) -> None:
    assert known(HONEST[case]) == {}


def test_name_is_not_taken_too_long_or_too_short() -> None:
    texts = [injected(s, f"国{UNKNOWN}" if number < 3 else UNKNOWN) for number, s in enumerate(SENTENCES)]
    assert known(texts) == {UNKNOWN: 8}


def test_other_hosts_and_articles_without_one() -> None:
    dirty = injected(SENTENCES[0], UNKNOWN)
    for host in ("other.example", None):
        assert strip_mined(page(dirty, host=host), TABLE, PARAMS).text == dirty
    assert learn_mined([page(dirty, host=None), page("", host=HOST), page(SENTENCES[0])]) == EMPTY


def test_merge_is_what_one_run_learns() -> None:
    pages = [page(injected(sentence, UNKNOWN)) for sentence in SENTENCES]
    parts = [learn_mined(pages[a:b]) for a, b in pairwise((0, 2, 5, 8))]
    assert merge_mined(merge_mined(parts[2], parts[0]), parts[1]) == TABLE
    assert merge_mined(parts[0], merge_mined(parts[1], parts[2])) == TABLE
    assert merge_mined(TABLE, TABLE) == TABLE
    assert merge_mined(TABLE, EMPTY) == TABLE


def test_sample_is_bounded_and_the_same_however_learned() -> None:
    pages = [page(injected(f"第{chr(0x4E00 + n)}{chr(0x5E00 + n)}家店昨天开门，人很多。", UNKNOWN)) for n in range(700)]
    whole = learn_mined(pages)
    assert len(whole.hosts[HOST]) == 256
    assert merge_mined(learn_mined(pages[300:]), learn_mined(pages[:300])) == whole


def test_pickles_and_hashes() -> None:
    again = pickle.loads(pickle.dumps(TABLE))
    assert isinstance(again, MinedTable)
    assert again == TABLE
    assert hash(again) == hash(TABLE)


def test_copies_in_a_chain_are_one_article() -> None:
    dirty = [injected(sentence, UNKNOWN) for sentence in SENTENCES[:4]]
    chain = ["\n".join(dirty[a:b]) for a, b in ((0, 2), (1, 3), (2, 4), (0, 1))]
    assert known(chain) == {}


@pytest.mark.parametrize(
    "text", ["官网" * 100_000, "app" * 60_000, "官网登录\n" * 10_000, "\ud800官网" * 1000, " " * 200_000]
)
def test_hostile_text(text: str) -> None:
    started = time.process_time()
    table = learn_mined([page(text)])
    assert strip_mined(page(text), table, PARAMS).original == text
    assert time.process_time() - started < QUADRATIC_S
