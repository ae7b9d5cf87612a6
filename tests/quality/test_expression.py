import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SetupError
from pipeline.quality.expression import MAX_CHARS, clauses_of, value_of
from pipeline.quality.signals import measure_text

SIGNALS = dataclasses.replace(
    measure_text("河边的早餐店开了三十年，老板说还要开下去。"), spun=False, removed={"nav": 0.25}, listed={"games": 2}
)

HOLDS = {
    "comparison": ("chars >= 10", True),
    "and": ("han_share > 0.6 and chars >= 10 and not spun", True),
    "or": ("chars > 9999 or lines == 1", True),
    "chain": ("10 <= chars <= 20", False),
    "brackets": ("not (chars > 9999 or spun)", True),
    "flag": ("spun", False),
    "true": ("spun == False", True),
    "name": ('script == "hans"', True),
    "names": ('language in ("zh", "ja")', True),
    "not in": ('language not in ["zh"]', False),
    "another": ('language != "ko"', True),
    "kind of edit": ("removed.nav < 0.2", False),
    "kind without edits": ("removed.footer == 0", True),
    "list": ("listed.games < 3", True),
    "named language": ('language not in ("en", "vi")', True),
    "negative number": ("chars > -1", True),
    "two signals": ("lines <= sentences", True),
}

FAULTS = {
    "misspelt": ("chars > 1 and han_shar > 0.6", "Did you mean han_share?", 14),
    "nothing like it": ("chars > 1 and qqqq > 2", "docs/reference/signals.md", 14),
    "number alone": ("chars", "compare it", 0),
    "call": ("len(chars) > 1", "no meaning", 0),
    "code": ("__import__('os').system('true') == 0", "no meaning", 0),
    "attribute": ("chars.real > 1", "no meaning", 0),
    "family": ("removed > 0.1", "`removed.name`", 0),
    "lambda": ("lambda: 1", "no meaning", 0),
    "arithmetic": ("chars + 1 > 2", "no meaning", 0),
    "text against number": ('chars > "ten"', "cannot be compared", 8),
    "order of names": ('script > "hans"', "cannot be compared", 9),
    "flag against number": ("spun > 1", "cannot be compared", 7),
    "name that never comes": ('script == "simplified"', "there are: hans", 10),
    "name that never comes, on the left": ('"simplified" == script', "there are: hans", 0),
    "name that never comes, in a list": ('script in ("hans", "chinese")', "there are: hans", 19),
    "language that never comes": ('language == "english"', "ko, latin, other, none, af, am …", 12),
    "no list": ("script in chars", "expected a list", 10),
    "number in a list of names": ("script in (1,)", "expected a name", 11),
    "unfinished": ("chars >", "no expression", 7),
    "empty": ("", "no expression", 0),
    "is": ("chars is 1", "cannot be compared", 9),
    "behind Chinese": ('script == "繁" and x > 1', "there are: hans", 10),
    "assignment": ("chars = 1", "no expression", 6),
    "null": ("chars > 1\0", "no expression", 10),
}


@pytest.mark.parametrize("name", HOLDS)
def test_what_holds(name):
    text, wanted = HOLDS[name]
    assert all(clause.holds(SIGNALS) for clause in clauses_of(text)) is wanted


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_points_at_its_place(name):
    text, said, at = FAULTS[name]
    with pytest.raises(SetupError) as caught:
        clauses_of(text)
    message, _, mark = str(caught.value).split("\n")
    assert said in message
    assert mark.index("^") == at + 2


def test_a_place_in_a_later_line():
    with pytest.raises(SetupError) as caught:
        clauses_of("(chars > 1 and\n   han_shar > 1)")
    assert str(caught.value).split("\n")[1:] == ["     han_shar > 1)", "     ^"]


def test_clauses_are_what_and_joins():
    found = clauses_of("chars > 1 and (han_share > 0 and not spun) and (lines > 1 or removed.nav > 0)")
    assert [clause.text for clause in found] == [
        "chars > 1", "han_share > 0", "not spun", "lines > 1 or removed.nav > 0",
    ]  # fmt: skip
    assert found[-1].signals == ("lines", "removed.nav")


def test_values_by_name():
    assert value_of(SIGNALS, "chars") == SIGNALS.chars
    assert value_of(SIGNALS, "removed.nav") == 0.25
    assert value_of(SIGNALS, "removed.footer") == 0


def test_an_expression_without_end():
    with pytest.raises(SetupError, match="too many"):
        clauses_of("(" * (MAX_CHARS + 1))
    with pytest.raises(SetupError):
        clauses_of("(" * MAX_CHARS)
    with pytest.raises(SetupError):
        clauses_of("not " * (MAX_CHARS // 4))


@given(st.text("chars spun()><=.0and or'\"[]:*\\\n", max_size=40))
@settings(deadline=None)
def test_any_text_is_an_expression_or_a_fault(text):
    try:
        clauses = clauses_of(text)
    except SetupError:
        return
    assert all(clause.holds(SIGNALS) in {True, False} for clause in clauses)
