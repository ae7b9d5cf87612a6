import pytest

from pipeline.clean.openings import opening, openings
from pipeline.clean.rulebook import load_rulebook

OPENINGS = {
    "literal": ("^责编", {"责"}),
    "branches": ("^(?:责编|编辑)", {"责", "编"}),
    "optional part": ("^本?文", {"本", "文"}),
    "class": ("^[>#]+图", {">", "#"}),
    "small range": ("^[a-c]+图", {"a", "b", "c"}),
    "each branch bound": ("^上一篇|^下一篇", {"上", "下"}),
    "repeated group": ("^(?:赞|踩){2,}$", {"赞", "踩"}),
    "one branch is not bound": ("^上一篇|下一篇", None),
    "not bound": ("下一篇", None),
    "figures": (r"^\d+", {"0"}),
    "a figure of them": ("^2024年", {"0"}),
    "white space": (r"^[\s·]+图", {" ", "·"}),
    "another category": (r"^\w+", None),
    "not a category": (r"^\D+", None),
    "a lookahead asks for more": (r"^(?!图片)图", {"图"}),
    "wide range": ("^[一-二]", None),
    "anything": ("^.图", None),
    "may be empty": ("^图?", None),
    "lookahead": ("^(?=图)", None),
    "flags of its own": ("^(?i:a)", None),
    "broken": ("(", None),
}


@pytest.mark.parametrize("case", OPENINGS)
def test_openings(case):
    pattern, expected = OPENINGS[case]
    assert openings(pattern) == (None if expected is None else frozenset(expected))


def test_no_example_begins_otherwise():
    """The shortcut and the search agree on what every rule says of every example of the others."""
    rules = load_rulebook().rules
    lines = [line.lower() for rule in rules for line in (*rule.examples, *rule.counter_examples)]
    told = [rule for rule in rules if openings(rule.folded) is not None]
    assert len(told) > 10
    for rule in told:
        firsts = openings(rule.folded) or frozenset()
        found = {line for line in lines if rule.regex.search(line) is not None}
        assert set(map(opening, found)) <= firsts


def test_figures_and_blanks_of_any_kind_begin_alike():
    assert [opening(line) for line in ("5人", "\uff15人", "\u0663", "\u3000图", " 图", "图", "")] == [
        "0",
        "0",
        "0",
        " ",
        " ",
        "图",
        "",
    ]
