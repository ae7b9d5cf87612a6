"""Texts and articles for the tests of this room."""

from hypothesis import strategies as st

from pipeline.edits import replay, undo
from pipeline.model import Article, ArticleId

# Pieces that set the steps on each other: an entity that gives a wide letter, a space that an invisible one hides …
_PIECES = (
    "服务", "熱線", "裏", "著", "a", "1", "，", ",", "(", ")", " ", "\n", "\u3000", "\u00a0", "\u200b", "\u200d", "\ufe0f",
    "❤", "&", "amp;", "&ldquo;", "&#65313;", "#38;", "Ａ", "＆", "⼀", "e", "\u0301", "kè", "\x85", "\r", "\ufffd", "\ud83d",
    "\ude00", "é", "Ã", "的", "锟斤拷", "囗", ";", "lt", "位元", "。",
)  # fmt: skip
NOISY = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join)


def article_of(text, title=None):
    return Article(id=ArticleId("a"), url=None, source="test", title=title).with_text(text)


def assert_undoes(article, original):
    assert undo(article.text, article.edits) == original
    assert replay(original, article.edits) == article.text
