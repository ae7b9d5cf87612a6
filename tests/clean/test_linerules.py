import pytest

from pipeline.clean.linerules import Asking, LineRules
from pipeline.clean.rule import Zone
from pipeline.clean.rulebook import load_rulebook

CASES: dict[str, tuple[str, Zone, str | None]] = {
    "strong rule in its zone": ("来源：某某晚报", "tail", "byline.source"),
    "strong rule outside its zone": ("来源：某某晚报", "body", None),
    "metadata before a bare drop": ("时间：2021-03-05 作者：张三 阅读：12", "head", "byline.date_source"),
    "one legal rule at the end": ("登载此文并不意味着赞同其观点", "tail", "disclaimer.no_endorsement"),
    "one legal rule in the body": ("登载此文并不意味着赞同其观点", "body", None),
    "two legal rules in the body": (
        "并不意味着赞同其观点，也不构成投资建议，内容如何请自行了解。", "body", "disclaimer.no_endorsement",
    ),
    "a flag is no verdict": ("图／某某电视台", "tail", None),
    "somebody's words": ("律师提醒，投资有风险，入市需谨慎，普通人不要把养老钱都放进去。", "tail", None),
    "short labels are nobody's words": ("责编：警方热线组 张三", "tail", "byline.editor"),
    "runs on from the body": ("老王把门关上，回家去了。未经授权不得转载。", "tail", None),
    "begins as a notice": ("未经授权不得转载。违者必究。", "tail", "copyright.refuse_reprint"),
}  # fmt: skip


def line_rules(line: str, *, keep: frozenset[str] = frozenset()) -> LineRules:
    return LineRules((line,), Asking(load_rulebook(), None, keep, 2))


@pytest.mark.parametrize("case", CASES)
def test_verdict(case):
    line, zone, expected = CASES[case]
    rule = line_rules(line).verdict(0, zone)
    assert (rule and rule.id) == expected


def test_kept_kinds_have_no_verdict():
    assert line_rules("赞(0)").verdict(0, "tail") is not None
    assert line_rules("赞(0)", keep=frozenset({"cta"})).verdict(0, "tail") is None


def test_remarks():
    assert [rule.id for rule in line_rules("图／某某电视台").remarks(0, "tail")] == ["caption.credit"]
    assert line_rules("赞(0)").remarks(0, "tail") == ()


def test_words():
    assert line_rules("来源：某某晚报").has_words(0)
    assert not line_rules("今天天气好").has_words(0)
