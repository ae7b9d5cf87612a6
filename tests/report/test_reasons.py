"""What rules and steps say of themselves."""

import importlib
import pkgutil

import pytest

import pipeline.clean
import pipeline.extract
import pipeline.normalise
import pipeline.quality
from pipeline.clean.rulebook import RuleFile, load_rulebook
from pipeline.report.reasons import rule_notes, step_reason

OWN = """
[[rule]]
id = "mine.trial"
kind = "promo"
strength = "weak"
position = "tail"
mode = "shadow"
why = "先看看会删什么"
pattern = "欢迎来店里坐坐"
examples = ["欢迎来店里坐坐"]

[[rule]]
id = "cta.like"
why = "我们改过的"
"""
# Their edits are signed with the ids of rules, or they reject and edit nothing; of the step itself there are none.
SIGN_NO_EDITS = {"clean.boilerplate", "extract.article", "quality.select", "quality.wordlists"}


def signatures() -> set[str]:
    """Return what the steps of the program sign with."""
    found = set()
    for room in (pipeline.extract, pipeline.normalise, pipeline.clean, pipeline.quality):
        for module in pkgutil.iter_modules(room.__path__):
            values = vars(importlib.import_module(f"{room.__name__}.{module.name}"))
            found |= {v for name, v in values.items() if name == "RULE" or name.endswith("_RULE")}
    return found - SIGN_NO_EDITS


@pytest.mark.parametrize("rule", sorted(signatures()))
def test_each_step_that_signs_is_explained(rule):
    assert step_reason(rule).endswith("。")
    assert step_reason(f"{rule}.width") == step_reason(rule)


def test_a_rule_is_no_step():
    assert step_reason("promo.scan_code") == ""


def test_rules_of_the_user_are_known_as_such():
    notes = rule_notes((RuleFile("mine.toml", OWN),))
    assert notes.own == {"mine.trial", "cta.like"}
    assert notes.shadow == {"mine.trial"}
    assert notes.reasons["cta.like"] == "我们改过的"
    assert "mine.trial" not in notes.cutting
    assert "cta.like" in notes.cutting


def test_without_rules_of_the_user_all_are_shipped():
    notes = rule_notes()
    assert notes.own == notes.shadow == frozenset()
    assert set(notes.reasons) == {rule.id for rule in load_rulebook().rules}
