import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.model import CanonicalUrl, Rejected
from pipeline.quality.wordlists import listed_words, read_list, reject_listed
from pipeline.urls import is_below
from tests.builders import QUADRATIC_S, article

GAMES = read_list("games", "# words of casinos\n赌场\n下注 # a bet\n", action="block", min_hits=2)
HOSTS = read_list("farms", "host:Example.com\n", action="block")
FIGHT = read_list("fight", "打击赌场\nhost:police.example\n", action="allow")


def on(host: str, text: str):
    return article(text, url=CanonicalUrl(f"https://{host}/1"))


def test_reading():
    assert GAMES.words == ("赌场", "下注")
    assert HOSTS.hosts == {"example.com"}
    assert HOSTS.words == ()


def test_faults_of_a_list():
    with pytest.raises(ConfigError) as caught:
        read_list("two words", "# nothing\n", action="block")
    assert len(caught.value.faults) == 2


def test_words_are_found_in_either_script_and_width():
    found = listed_words("他在賭場下注，ＡＢ", [GAMES, read_list("latin", "ab", action="block")])
    assert found == {"games": ("賭場", "下注"), "latin": ("ＡＢ",)}


def test_a_word_of_two_lists_counts_for_both():
    other = read_list("other", "下注", action="block")
    assert listed_words("下注", [GAMES, other]) == {"games": ("下注",), "other": ("下注",)}


def test_an_allowed_word_excuses_what_it_covers():
    assert listed_words("警方打击赌场，赌场关门", [GAMES, FIGHT]) == {"games": ("赌场",)}


def test_rejection_by_words():
    one = article("他在赌场下注。")
    found = reject_listed(one, [GAMES])
    assert isinstance(found, Rejected)
    assert found.rule == "quality.wordlists.games"
    assert found.detail == "2 places, kept below 2: 赌场, 下注"
    assert reject_listed(article("他路过赌场。"), [GAMES]) == article("他路过赌场。")


def test_the_title_counts_too():
    assert isinstance(reject_listed(article("下注。", title="赌场"), [GAMES]), Rejected)


def test_rejection_by_host():
    found = reject_listed(on("news.example.com", "正文。"), [HOSTS])
    assert isinstance(found, Rejected)
    assert (found.rule, found.detail) == ("quality.wordlists.farms", "host news.example.com")
    assert not isinstance(reject_listed(on("example.org", "正文。"), [HOSTS]), Rejected)


def test_an_allowed_host_excuses_all():
    one = on("www.police.example", "他在赌场下注。")
    assert reject_listed(one, [GAMES, FIGHT]) is one


def test_a_list_that_only_counts():
    counted = read_list("seen", "赌场", action="block", min_hits=0)
    one = article("赌场，赌场。")
    assert reject_listed(one, [counted]) is one


def test_hosts_below():
    assert is_below("a.b.example.com", {"example.com"})
    assert not is_below("badexample.com", {"example.com"})
    assert not is_below("", {"example.com"})


def test_lists_without_words():
    assert listed_words("赌场", [HOSTS]) == {"farms": ()}
    assert listed_words("赌场", []) == {}


@given(st.text("赌场打击下注", max_size=40))
def test_hits_are_those_of_a_plain_search(text):
    excused = [(at, at + 4) for at in range(len(text)) if text.startswith("打击赌场", at)]
    wanted = [
        text[at : at + 2]
        for at in range(len(text))
        if text[at : at + 2] in {"赌场", "下注"} and not any(start <= at and at + 2 <= end for start, end in excused)
    ]
    assert list(listed_words(text, [GAMES, FIGHT])["games"]) == wanted


def test_hostile_text_takes_linear_time():
    started = time.process_time()
    listed_words("打击赌场" * 25_000, [GAMES, FIGHT])
    assert time.process_time() - started < QUADRATIC_S
