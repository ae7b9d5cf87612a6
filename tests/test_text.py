import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import count_han, ends_sentence, han_ratio, is_han, sentence_spans

SENTENCES = {
    "none": ("", []),
    "no end": ("今天营业", ["今天营业"]),
    "marks": ("来了。走了！真的？好", ["来了。", "走了！", "真的？", "好"]),
    "marks in a row": ("真的吗？！好。", ["真的吗？！", "好。"]),
    "closing quotes belong to it": ("他说：“好。”她走了。", ["他说：“好。”", "她走了。"]),
    "straight quotes open and close": ('他说:"好。"她说:"走。"', ['他说:"好。"', '她说:"走。"']),
    "a straight quote that opens": ('他走了。"再见。"', ["他走了。", '"再见。"']),
    "two quotations": ('"甲。""乙。"', ['"甲。"', '"乙。"']),
    "blanks behind": ("来了。  走了。", ["来了。  ", "走了。"]),
    "line break": ("标题\n正文。", ["标题\n", "正文。"]),
    "number": ("涨了3.5元。", ["涨了3.5元。"]),
    "latin stop": ("It works. 好。", ["It works. ", "好。"]),
    "dots go on": ("他想……还是走了。", ["他想……还是走了。"]),
    "dots that end": ("“唉……”他走了。", ["“唉……”", "他走了。"]),
    "dots at the end of a line": ("唉……\n走了。", ["唉……\n", "走了。"]),
    "semicolon is no end": ("一是快；二是好。", ["一是快；二是好。"]),
}
ENDS = {
    "stop": ("好。", True),
    "quote behind": ("“好。”", True),
    "bracket behind": ("（好！）", True),
    "dots": ("好……", True),
    "latin": ("Good.", True),
    "blank behind": ("好。 ", True),
    "quote without an end": ("所谓“好”", False),
    "comma": ("好，", False),
    "colon": ("如下：", False),
    "number": ("第3.", False),
    "nothing": ("", False),
}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_sentence_spans(text, expected):
    assert [text[start:end] for start, end in sentence_spans(text)] == expected


@pytest.mark.parametrize(("line", "expected"), ENDS.values(), ids=ENDS)
def test_ends_sentence(line, expected):
    assert ends_sentence(line) is expected


@pytest.mark.parametrize(
    ("char", "expected"),
    [("中", True), ("々", True), ("〇", True), ("𠮷", True), ("a", False), ("か", False), ("，", False)],
)
def test_is_han(char, expected):
    assert is_han(char) is expected


def test_counts():
    assert count_han("中文 text，かな") == 2
    assert han_ratio("中文 ab") == 0.5
    assert han_ratio(" \n") == 0.0


@given(st.text(st.sampled_from('甲乙ab1。！？…，."”“）( \n'), max_size=60))
def test_sentences_cover_the_text(text):
    spans = sentence_spans(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)


@pytest.mark.parametrize("char", ["…", ".", "。", '"', " ", "\n", "a", "\ud800"])
def test_long_runs_are_linear(char):
    text = char * 300_000 + "x"
    assert "".join(text[a:b] for a, b in sentence_spans(text)) == text
    assert ends_sentence(text) is False
