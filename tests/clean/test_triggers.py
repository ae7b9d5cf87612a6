import re
import sys
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.rule import ZONES
from pipeline.clean.rulebook import load_rulebook
from pipeline.clean.triggers import demands_of
from pipeline.text import encodable

# By pattern: the kinds of match, each with the sets of which one word each stands in it.
DEMANDS = {
    "literal": ("责任编辑", [[{"责任编辑"}]]),
    "branches": ("(?:相关|推荐)阅读", [[{"相关阅读", "推荐阅读"}]]),
    "longest part first": (r"本站.{0,5}仅提供信息", [[{"仅提供信息"}, {"本站"}]]),
    "optional part": ("免责?声明", [[{"免声明", "免责声明"}]]),
    "what holds another word": ("(?:特别)?声明[:(]?", [[{"声明"}]]),
    "small class": ("报[道导]", [[{"报道", "报导"}]]),
    "one or more": ("(?:转载)+", [[{"转载"}]]),
    "a group of its own": (r"(?P<source>来源)\d+", [[{"来源"}]]),
    "never given back": (r"(?>来源)\d+", [[{"来源"}]]),
    "kinds": (r"转载.{1,9}出处|^责编\d", [[{"转载"}, {"出处"}], [{"责编"}]]),
    "no more sets than two": (r"本文.{1,9}转载.{1,9}注明出处", [[{"注明出处"}, {"本文"}]]),
    "a kind without words": (r"版权所有\d|\d+", None),
    "a kind without words inside": (r"\d(?:版权所有\d|\d+)", None),
    "nothing": (r"^\d+$", None),
    "one character": ("赞", None),
    "a mark that news seldom has": (r"\w\s*>\s*\w", [[{">"}]]),
    "before it is cut short": (
        "报时" + "[一二三四]" * 5,
        [
            [
                {f"报时{''.join(four)}" for four in product("一二三四", repeat=4)},
                {f"{''.join(three)}" for three in product("一二三四", repeat=3)},
            ]
        ],
    ),
    "lookahead is no word": (r"(?=声明)\d", None),
}


# By pattern: how lines begin that it matches without its words; None: anyhow.
BARE = {
    "all have words": ("责任编辑|转载", set()),
    "a kind without": (r"^\d+$|责任编辑", {"0"}),
    "kinds inside": (r"^(?:赞\d|踩|责任编辑)$", {"赞", "踩"}),
    "one that is not bound": (r"^赞\d|踩", None),
    "not bound": ("赞", None),
}


@pytest.mark.parametrize("case", DEMANDS)
def test_demands(case):
    pattern, expected = DEMANDS[case]
    demands, bare = demands_of(pattern)
    told = demands if bare == frozenset() else None
    assert told == (None if expected is None else tuple(tuple(map(frozenset, sets)) for sets in expected))


@pytest.mark.parametrize("case", BARE)
def test_bare(case):
    pattern, expected = BARE[case]
    demands, bare = demands_of(pattern)
    assert bare == expected
    assert (demands == ()) == ("责任编辑" not in pattern)


def test_broken_pattern():
    with pytest.raises(re.error):
        demands_of("(")


def test_without_the_parser_nothing_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "re._parser", None)
    assert demands_of("责任编辑") == ((), None)


def test_lone_surrogates_are_replaced_one_for_one():
    assert encodable("好\ud800字") == "好\ufffd字"
    assert encodable("好字") == "好字"


EXAMPLES = [line for rule in load_rulebook().rules for line in rule.examples]


@settings(deadline=None)  # the first example compiles the rules
@given(st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=4), st.text(max_size=5))
def test_no_match_without_its_words(lines, between):
    """Whatever a rule's pattern matches, the automaton must have offered that rule."""
    book = load_rulebook()
    text = between.join(lines).lower()
    candidates = book.candidates([text], None)
    for zone in ZONES:
        offered = {*candidates.matching(0, zone, cutting=True), *candidates.matching(0, zone, cutting=False)}
        matching = {rule for rule in book.rules if rule.matches(text) and zone in rule.position and rule.is_for(None)}
        assert matching == offered
