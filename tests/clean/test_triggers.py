import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.rule import ZONES
from pipeline.clean.rulebook import load_rulebook
from pipeline.clean.triggers import TriggerIndex, required_words

WORDS = {
    "literal": ("责任编辑", {"责任编辑"}),
    "branches": ("(?:相关|推荐)阅读", {"相关阅读", "推荐阅读"}),
    "longest part wins": (r"本站.{0,5}仅提供信息", {"仅提供信息"}),
    "optional part": ("免责?声明", {"免声明", "免责声明"}),
    "small class": ("报[道导]", {"报道", "报导"}),
    "one or more": ("(?:转载)+", {"转载"}),
    "all branches need words": (r"版权所有|\d+", None),
    "nothing": (r"^\d+$", None),
    "one character": ("赞", None),
    "a mark that news seldom has": (r"\w\s*>\s*\w", {">"}),
    "before it is cut short": (
        "报时" + "[一二三四]" * 5,
        {f"报时{''.join(four)}" for four in product("一二三四", repeat=4)},
    ),
    "lookahead is no word": (r"(?=声明)\d", None),
    "broken": ("(", None),
}


@pytest.mark.parametrize("case", WORDS)
def test_required_words(case):
    pattern, expected = WORDS[case]
    if case == "broken":
        with pytest.raises(re.error):
            required_words(pattern)
        return
    found = required_words(pattern)
    assert found == (None if expected is None else frozenset(expected))


def test_wordless_patterns_are_known():
    index = TriggerIndex([r"\d+", "声明"])
    assert index.wordless == (0,)
    assert list(index.hits("声明，声明")) == [(0, 1), (3, 1)]
    assert list(TriggerIndex([r"\d"]).hits("声明")) == []


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
