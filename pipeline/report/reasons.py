"""Why there is such a rule: what rules say of themselves, and a sentence for each step of the program that signs edits."""

from typing import Final

from pipeline.clean.rulebook import RuleFile, load_rulebook
from pipeline.report.data import RuleNotes

_STEPS: Final = {
    "clean.boilerplate.headline": "正文开头重现的标题，以及它上面的栏目名。",
    "clean.mined": "从同一网站互不相干的文章里学到的植入字串。",
    "clean.rejoin": "被断成两段的句子，接回一段。",
    "clean.repeats": "文中重复的段落，留下最干净的一份。",
    "clean.repeats.copy_vote": "几份重复互相比对：只有一份里有的字串是植入的。",
    "clean.spam": "博彩一类的植入字串。",
    "clean.templates": "同一网站许多文章都有的行，是从抓到的文章里学到的。",
    "edits.layout": "行首行末的空白与空行；正文里不标出。",
    "extract.join": "分页文章各页重复的段落。",
    "normalise.characters": "看不见的字符、全半角、实体、部首等，每字一种写法。",
    "normalise.mojibake": "编码读错的文字，读回原样。",
    "normalise.punctuation": "标点的一种写法。",
    "normalise.regional": "按所选地区换用的词语。",
    "normalise.repair": "繁简误转的字，改回原来的。",
    "normalise.script": "按所选字形转换的字。",
    "normalise.spacing": "汉字之间多余的空格。",
    "normalise.terms": "转换时换错的词，改回原来的。",
    "quality.private": "个人的号码、地址与姓名，遮成类别名；公开的服务号码不动。",
}


def rule_notes(files: tuple[RuleFile, ...] = ()) -> RuleNotes:
    """Return what the rules that ship and those of the user say of themselves."""
    book, shipped = load_rulebook(files), load_rulebook()
    return RuleNotes(
        reasons={rule.id: rule.why for rule in book.rules},
        cutting=frozenset(rule.id for rule in book.rules if rule.cuts),
        shadow=frozenset(rule.id for rule in book.rules if rule.mode == "shadow"),
        own=frozenset(rule.id for rule in book.rules if rule != shipped.find(rule.id)),
    )


def step_reason(rule: str) -> str:
    """Return what the step that signs with this name does; "" when it is none: "clean.spam", "normalise.spacing.width"."""
    return _STEPS.get(rule) or _STEPS.get(rule.rpartition(".")[0], "")
