import pytest

from pipeline.clean.rulebook import load_rulebook
from pipeline.clean.rulefiles import RuleFile
from pipeline.errors import ConfigError

GOOD = """
[[rule]]
id = "mine.lucky_draw"
kind = "promo"
strength = "strong"
position = "tail"
why = "Our club prints it under each text."
pattern = '''参加抽奖（\\d+元）'''
examples = ["参加抽奖(50元)", "參加抽獎（５０元）"]
counter_examples = ["参加抽奖的人很多"]
"""


def faults_of(*files: RuleFile) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_rulebook(files)
    return [str(fault) for fault in caught.value.faults]


def test_all_faults_at_once():
    found = faults_of(
        RuleFile("broken.toml", "[[rule]\nid ="),
        RuleFile("mine.toml", GOOD.replace('"strong"', '"sturdy"') + 'colour = "red"\n'),
    )
    assert len(found) == 3
    assert found[0].startswith("broken.toml: not TOML: ")
    assert "line 1" in found[0]
    assert found[1:] == [
        "mine.toml:3: strength is 'sturdy'. One of: legal, strong, weak",
        (
            "mine.toml:3: unknown key 'colour'. Known: id, kind, why, pattern, strength, position, examples, "
            "counter_examples, host, max_len, action, mode"
        ),
    ]


FAULTS = {
    "no id": ("[[rule]]\nkind = 'x'\n", "mine.toml: rule 1: has no id"),
    "strange id": (GOOD.replace("mine.lucky_draw", "Lucky"), "has the id 'Lucky'"),
    "twice": (GOOD + GOOD, "is in this file twice"),
    "no example": (GOOD.replace('["参加抽奖(50元)", "參加抽獎（５０元）"]', "[]"), "lacks examples"),
    "example does not match": (GOOD.replace("参加抽奖(50元)", "参加抽奖"), "does not match its example '参加抽奖'"),
    "counter-example matches": (GOOD.replace("参加抽奖的人很多", "参加抽奖(5元)"), "matches its counter-example"),
    "not a pattern": (GOOD.replace("'''参加抽奖（\\d+元）'''", "'''(抽奖'''"), "is no regular expression"),
    "matches nothing at all": (GOOD.replace("'''参加抽奖（\\d+元）'''", "'''(?:抽奖)*'''"), "matches the empty line"),
    "strange position": (GOOD.replace('"tail"', '"foot"'), "position is 'foot'"),
    "number for a text": (GOOD.replace('kind = "promo"', "kind = 7"), "kind is 7. Write a str"),
    "example is no text": (GOOD.replace('["参加抽奖(50元)", "參加抽獎（５０元）"]', "[1]"), "holds something else"),
    "meta without group": (GOOD + 'action = "meta:author"\n', "has no group for author"),
    "unknown group": (GOOD.replace("\\d+", "(?P<sum>\\d+)"), "names a group 'sum'"),
    "unknown table": ("[rules]\nx = 1\n", "unknown table 'rules'"),
    "no table": ("rule = [1]\n", "rule is no list of tables"),
    "one table": ("[rule]\nid = 'a.b'\n", "rule is no list of tables"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_fault(case):
    text, message = FAULTS[case]
    assert any(message in fault for fault in faults_of(RuleFile("mine.toml", text)))
