"""The table of learned words survives being written and read, and its faults have lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.fold import fold
from pipeline.topics.table import read_table, write_table
from pipeline.topics.topic import LearnedWord

words = st.lists(
    st.builds(
        LearnedWord,
        word=st.text(alphabet="渡轮碼頭服a", min_size=1, max_size=4).map(fold),
        weight=st.integers(-900, 900).filter(bool).map(lambda n: n / 100),
        relevant=st.integers(0, 99),
        others=st.integers(0, 99),
    ),
    unique_by=lambda w: w.word,
)


@given(words)
def test_what_is_written_is_read(table):
    text = write_table(table, ("made of 200 labels",))
    assert sorted(read_table(text, "t"), key=lambda w: w.word) == sorted(table, key=lambda w: w.word)


def test_the_weightiest_come_first_below_the_remarks():
    table = [LearnedWord(word="船", weight=-1), LearnedWord(word="轮", weight=2, relevant=3, others=1)]
    assert write_table(table, ("r",)) == "# r\n# word\tweight\trelevant\tothers\n轮\t2.00\t3\t1\n船\t-1.00\t0\t0\n"


def test_words_are_folded_and_lines_of_other_systems_are_read():
    assert read_table("碼頭\t1\t2\t3\r\n\r\n", "t") == (LearnedWord(word="码头", weight=1, relevant=2, others=3),)


def test_all_faults_with_their_lines():
    with pytest.raises(ConfigError) as raised:
        read_table("# ok\n码头 1\n码头\tx\t1\t1\n码头\t1\t1\t1\n碼頭\t2\t1\t1\n \t1\t0\t0\n船\tnan\t0\t0\n", "w.tsv")
    assert [f.where for f in raised.value.faults] == [f"w.tsv:{n}" for n in (2, 3, 5, 6, 7)]
