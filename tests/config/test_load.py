"""Files become a plan; what is wrong in them is told with its line."""

import pytest

from pipeline.config.load import (
    load_keywords,
    load_rules,
    load_sources,
    make_plan,
    parse_sources,
    plan_for,
)
from pipeline.errors import ConfigError
from pipeline.flow import plan_fingerprint
from pipeline.topics.keywords import KeywordParams

TOPIC = "id: ferry\nname: 渡轮\ngroups:\n  - {weight: 5, words: [渡轮, 码头]}\n"
RULE = """
[[rule]]
id = "promo.ferry"
kind = "promo"
strength = "strong"
position = "tail"
pattern = '''扫码买船票'''
why = "an advertisement"
examples = ["扫码买船票，立减五元。"]
counter_examples = ["他在码头扫码时发现船已经开走。"]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "ferry.yaml").write_text(TOPIC)
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "rules.d" / "own.toml").write_text(RULE)
    return tmp_path


def write(folder, text):
    path = folder / "sources.yaml"
    path.write_text(text)
    return path


def faults_of(call, *args):
    with pytest.raises(ConfigError) as caught:
        call(*args)
    return [str(fault) for fault in caught.value.faults]


def test_sources_make_a_plan_with_topics_rules_and_selectors(folder):
    path = write(
        folder,
        "topic: service\nscript: tw\nsources:\n"
        "  - {name: a, kind: files, path: x, topic: ferry.yaml}\n"
        "  - {name: b, kind: files, path: y, selectors: {title: h1, remove: [nav, .ad]}}\n",
    )
    plan = plan_for(load_sources(path), path)
    assert plan.topic is not None
    assert (plan.topic.id, plan.topics["a"].id, plan.normalise.script) == ("service", "ferry", "tw")
    assert (plan.selectors["b"].title, plan.selectors["b"].remove) == ("h1", "nav, .ad")
    assert [file.name for file in plan.rules] == [str(folder / "rules.d" / "own.toml")]


def test_faults_of_meaning_have_lines_too(folder):
    path = write(
        folder, "contact: me@a.example\nsources:\n  - {name: a, kind: files, path: x}\n  - {name: a, kind: list}\n"
    )
    told = faults_of(load_sources, path)
    assert len(told) > 1
    assert all(line.startswith(f"{path}:4: ") for line in told)


def test_only_what_is_read_needs_a_contact(folder):
    path = write(
        folder, "sources:\n  - {name: a, kind: files, path: x}\n  - {name: b, kind: feed, url: 'https://b.example/f'}\n"
    )
    assert "contact" in faults_of(load_sources, path)[0]
    assert len(load_sources(path, only=["a"]).sources) == 2


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"name: \xff\n"], ids=["utf-16", "broken utf-8"])
def test_a_file_that_is_no_utf8_is_told(tmp_path, content):
    (tmp_path / "sources.yaml").write_bytes(content)
    assert "not UTF-8" in faults_of(load_sources, tmp_path / "sources.yaml")[0]


def test_a_missing_file_is_told(tmp_path):
    assert (
        "there is no such file. Name it with --sources, or write one"
        in faults_of(load_sources, tmp_path / "none.yaml")[0]
    )


def test_rules_are_proved_when_they_are_loaded(folder):
    assert load_rules(None) == ()
    assert len(load_rules(folder / "rules.d")) == 1
    (folder / "rules.d" / "own.toml").write_text(RULE.replace("扫码买船票，立减五元。", "没有这句话。"))
    assert faults_of(load_rules, folder / "rules.d")
    assert "no such folder" in faults_of(load_rules, folder / "none")[0]


def test_the_fingerprint_changes_with_what_changes_the_corpus(folder):
    plans = [
        make_plan(),
        make_plan(script="hans"),
        make_plan(topic=None),
        make_plan(rules=folder / "rules.d"),
        make_plan(keep_kinds=["promo"]),
    ]
    assert len({plan_fingerprint(plan) for plan in plans}) == len(plans)
    assert plan_fingerprint(make_plan()) == plan_fingerprint(make_plan())


def test_web_archives_have_a_path_and_a_share_between_0_and_1():
    good = "sources:\n  - {name: a, kind: warc, path: a.warc.gz, hosts: [a.example], min_han_ratio: 0.3}\n"
    (source,) = parse_sources(good, "s.yaml").sources
    assert (source.path, source.hosts, source.min_han_ratio) == ("a.warc.gz", ("a.example",), 0.3)
    bad = "sources:\n  - {name: a, kind: warc, min_han_ratio: 30}\n  - {name: b, kind: warc, path: x, url: 'http://a.example/'}\n"
    with pytest.raises(ConfigError) as caught:
        parse_sources(bad, "s.yaml")
    said = str(caught.value)
    assert all(words in said for words in ("needs a path", "data/crawl/*.warc.gz", "between 0 and 1", "not a url"))


def test_keywords_and_the_words_of_the_user(folder):
    (folder / "words.txt").write_text("\ufeff云桥客服 10 n\n\n  泊心岛\n", encoding="utf-8")
    path = write(folder, "keywords: 5\nuser_dictionary: words.txt\nsources: []\n")
    plan = plan_for(load_sources(path), path)
    assert plan.keywords == KeywordParams(count=5, dictionary=("云桥客服 10 n", "泊心岛"))
    assert load_keywords(0, None) == make_plan().keywords == KeywordParams()
    assert plan_fingerprint(make_plan(keywords=plan.keywords)) != plan_fingerprint(make_plan())


def test_faults_of_a_dictionary(folder):
    path = folder / "words.txt"
    path.write_text("云桥 10 n\n云桥 客服 10 n\n", encoding="utf-8")
    (told,) = faults_of(load_keywords, 5, path)
    assert told.startswith(f"{path}:2: '云桥 客服 10 n' has more than a word")
    (told,) = faults_of(load_keywords, 5, folder / "none.txt")
    assert "there is no such file" in told
