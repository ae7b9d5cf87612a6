import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.words import cut_words

CASES = {
    "the likelier cut": ("可是只有他", ("可是", "只有", "他")),
    "not the longest from the left": ("政府干预", ("政府", "干预")),
    "unknown characters": ("𠮷野a1", ("𠮷", "野", "a", "1")),
    "one": ("只", ("只",)),
    "none": ("", ()),
    "marks": ("，\n", ("，", "\n")),
}


@pytest.mark.parametrize(("clause", "words"), CASES.values(), ids=CASES)
def test_cut_words(clause, words):
    assert cut_words(clause) == words


@given(st.text(max_size=20))
def test_the_words_are_the_clause(clause):
    assert "".join(cut_words(clause)) == clause
