import pytest

from pipeline.clean.rule import fold_pattern
from pipeline.clean.rulebook import load_rulebook

PATTERNS = {
    "script": ("責任編輯", "责任编辑"),
    "full-width punctuation is literal": ("（完）？", r"\(完\)\?"),
    "latin is lower case": ("APP下载", "app下载"),
    "escapes stay": (r"\S\D\u4E00\.", r"\S\D\u4E00\."),
    "group heads stay": (r"(?P<author>張)(?:李)(?=王)", r"(?P<author>张)(?:李)(?=王)"),
    "class": ("[：:]", "[::]"),
}


@pytest.mark.parametrize("case", PATTERNS)
def test_pattern_folding(case):
    pattern, folded = PATTERNS[case]
    assert fold_pattern(pattern) == folded


def test_host_rules_need_their_host():
    rule = load_rulebook().find("nav.related_yahoo")
    assert rule is not None
    assert rule.is_for("tw.news.yahoo.com")
    assert not rule.is_for("notyahoo.com")
    assert not rule.is_for(None)


def test_named_groups_keep_the_spelling():
    rule = load_rulebook().find("byline.author")
    assert rule is not None
    assert rule.named("【文／張三豐】") == {"author": "張三豐"}
    assert rule.named("别的文字") == {}
