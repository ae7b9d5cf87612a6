import importlib.util
from pathlib import Path

import pytest

from pipeline.clean import patterns
from pipeline.clean.patterns import digest_of, facts_from_json, facts_of, facts_to_json, find_facts, shipped_table
from pipeline.clean.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "build_rule_table.py"


@pytest.mark.parametrize("pattern", ["^责编", r"转载.{0,9}出处|^本文\d", r"\d+", "^(?:赞|踩)$"])
def test_facts_travel(pattern):
    facts = find_facts(pattern)
    assert facts_from_json(facts_to_json(facts)) == facts


def test_facts_of_a_pattern_that_does_not_ship_are_found():
    assert facts_of("^某某街坊网") == find_facts("^某某街坊网")
    assert "^某某街坊网" not in shipped_table()["patterns"]


def test_digest_changes_with_the_texts_and_with_the_fold(monkeypatch):
    digest = digest_of(["a", "b"])
    assert digest_of(["ab"]) != digest
    monkeypatch.setattr(patterns, "FOLD_VERSION", -1)
    assert digest_of(["a", "b"]) != digest


def test_the_table_that_ships_is_that_of_the_rule_files():
    spec = importlib.util.spec_from_file_location("build_rule_table", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.FILE.read_text(encoding="utf-8") == script.table(), "stale: run scripts/build_rule_table.py"


def test_what_the_table_says_of_a_shipped_pattern_is_what_is_found():
    rules = load_rulebook().rules
    assert len(rules) > 50
    for rule in rules:
        assert facts_of(rule.folded) == find_facts(rule.folded)
