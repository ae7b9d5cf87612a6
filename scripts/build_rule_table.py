"""Write pipeline/clean/rules/table.json: the shipped rules as parsed, and what is known of each pattern.

`scripts/build_rule_table.py` writes it. A test fails when it is stale; the program then reads the rule files themselves.
"""

import json
import sys
from pathlib import Path

from pipeline.clean.patterns import TABLE, digest_of, facts_to_json, find_facts
from pipeline.clean.rulebook import shipped_files
from pipeline.clean.rulefiles import read_rules, rule_to_json

FILE = Path(__file__).resolve().parent.parent / "pipeline" / "clean" / "rules" / TABLE


def main() -> int:
    FILE.write_text(table(), encoding="utf-8")
    return 0


def table() -> str:
    """Return the table as JSON, a rule or pattern a line, so that a change of one is a change of a line."""
    rules = read_rules(shipped_files(), ())
    digest = digest_of(file.text for file in shipped_files())
    told = ",\n".join(_line(rule_to_json(rule)) for rule in rules)
    facts = ",\n".join(
        f"{_line(pattern)}: {_line(facts_to_json(find_facts(pattern)))}"
        for pattern in sorted({rule.folded for rule in rules})
    )
    return f'{{"digest": {_line(digest)},\n"rules": [\n{told}\n],\n"patterns": {{\n{facts}\n}}}}\n'


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
