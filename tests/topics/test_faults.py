"""Everything that can be wrong in a topic of the right form is told, and nothing that is right."""

import dataclasses
import math

import pytest

from pipeline.topics.faults import find_faults
from pipeline.topics.topic import LearnedWord, TermGroup, Topic

GOOD = Topic(id="ferry", name="渡轮", groups=(TermGroup(weight=4, words=("渡轮", "码头")),), exclusions=("码头工人",))

CASES = {
    "id": ({"id": "渡 轮"}, "id", "no id"),
    "id with a capital": ({"id": "Ferry"}, "id", "no id"),
    "blank name": ({"name": "　"}, "name", "blank"),
    "no groups": ({"groups": (), "exclusions": ()}, "groups", "none"),
    "empty group": ({"groups": (*GOOD.groups, TermGroup(weight=1, words=()))}, "groups[1].words", "none"),
    "weight 0": ({"groups": (TermGroup(weight=0, words=("码头",)),)}, "groups[0].weight", "no weight"),
    "weight not a number": (
        {"groups": (TermGroup(weight=math.nan, words=("码头",)),)},
        "groups[0].weight",
        "no weight",
    ),
    "huge weight": ({"groups": (TermGroup(weight=1e9, words=("码头",)),)}, "groups[0].weight", "no weight"),
    "blank word": ({"groups": (TermGroup(weight=1, words=("码头", " ")),)}, "groups[0].words[1]", "no word"),
    "word with a break": (
        {"groups": (TermGroup(weight=1, words=("码头", "甲\n乙")),)},
        "groups[0].words[1]",
        "no word",
    ),
    "twice": ({"groups": (TermGroup(weight=1, words=("码头", "码头")),)}, "groups[0].words[1]", "said twice"),
    "twice in another script": (
        {"groups": (TermGroup(weight=1, words=("码头", "碼頭")),)},
        "groups[0].words[1]",
        "the same word as 码头",
    ),
    "term and exclusion": ({"exclusions": ("码头工人", "渡輪")}, "exclusions[1]", "the same word as 渡轮"),
    "exclusion that hides nothing": ({"exclusions": ("服务器",)}, "exclusions[0]", "hides no term"),
    "lead below 0": ({"lead_chars": -1}, "lead_chars", "outside 0 to"),
    "pivot 0": ({"length_pivot": 0.0}, "length_pivot", "outside 1 to"),
    "power": ({"length_power": 3.0}, "length_power", "outside 0 to 2"),
    "cap": ({"repeat_cap": 0.5}, "repeat_cap", "outside 1 to"),
    "not a number": ({"keep_score": math.nan}, "keep_score", "outside"),
    "review above keep": ({"review_score": 20.0}, "review_score", "above keep_score 14"),
    "two tables": (
        {"learned": "w.tsv", "learned_words": (LearnedWord(word="船", weight=1),)},
        "learned_words",
        "already",
    ),
    "learned weight": ({"learned_words": (LearnedWord(word="船", weight=0),)}, "learned_words[0].weight", "no weight"),
    "learned twice": ({"learned_words": (LearnedWord(word="渡轮", weight=1),)}, "learned_words[0].word", "said twice"),
}


@pytest.mark.parametrize(("changes", "where", "what"), CASES.values(), ids=CASES)
def test_a_fault_has_its_place_and_says_what_it_is(changes, where, what):
    faults = find_faults(dataclasses.replace(GOOD, **changes))
    assert [where] == [f.where for f in faults if what in f.what]


def test_all_are_told_at_once():
    bad = dataclasses.replace(GOOD, id="", name="", keep_score=-1.0, exclusions=("甲", "甲"))
    assert {f.where for f in find_faults(bad)} >= {"id", "name", "keep_score", "exclusions[0]", "exclusions[1]"}


@pytest.mark.parametrize(
    "changes",
    [{}, {"review_score": 14.0}, {"groups": (), "exclusions": (), "learned": "words.tsv"}, {"length_power": 0.0}],
    ids=["plain", "no band", "learned only", "no length"],
)
def test_what_is_right_has_no_faults(changes):
    assert find_faults(dataclasses.replace(GOOD, **changes)) == ()
