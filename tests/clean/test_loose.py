import pytest

from pipeline.clean.loose import stands_loose
from pipeline.clean.spam import RULE, SpamParams, strip_spam
from pipeline.fold import fold
from pipeline.model import Article, ArticleId

LOOSE = {
    "before a comma": "业内人士指出|永利官网|，其售后有待改善。",
    "before a full stop": "街口的面馆又开张|米兰官方网站|。",
    "between two words": "老人每天走路|半岛注册|三公里。",
    "at the end of the line": "这条路修了两年|太阳城入口|",
}
TIED = {
    "object of a verb": "游客可以登录|永利官网|，查看房价。",
    "behind a preposition": "消息来自|半岛官网|。",
    "subject": "他们看到公告里|永利官网|显示，房间已满。",
    "attribute": "工作人员核对|永利官网|的公告。",
    "site of a place": "意大利|米兰官网|，昨天更新。",
    "at the start of the line": "|永利官网|，昨天更新。",
    "behind a mark": "据了解，|永利官网|，昨天更新。",
    "in quotes": "他念道“|永利官网|”。",
    "a gate": "大家约在酒店南边的小路|永利入口|处见面。",
}


def split(case: str) -> tuple[str, int, int]:
    left, name, right = case.split("|")
    return left + name + right, len(left), len(left) + len(name)


@pytest.mark.parametrize("case", LOOSE)
def test_loose(case):
    text, start, end = split(LOOSE[case])
    assert stands_loose(fold(text), start, end)
    found = strip_spam(Article(id=ArticleId("a"), url=None, source="t").with_text(text), SpamParams())
    assert found.text == text[:start] + text[end:]
    assert {edit.rule for edit in found.edits} == {RULE}


@pytest.mark.parametrize("case", TIED)
def test_tied(case):
    text, start, end = split(TIED[case])
    assert not stands_loose(fold(text), start, end)
    assert strip_spam(Article(id=ArticleId("a"), url=None, source="t").with_text(text), SpamParams()).text == text
