"""Rule files → rules; each rule proves itself on its own examples before it may cut anything.

    rules/*.toml (shipped) ─┐
                            ├─ same id: the later fields win ─▶ checked ─▶ Rule, Rule, …
    RuleFile (the user's) ──┘

    [[rule]]
    id       = "promo.scan_code"        # stable: it signs the edits
    kind     = "promo"                  # what --keep names
    strength = "strong"                 # strong: alone enough | legal: alone only at the end | weak: feeds the line model
    position = "head tail"              # of head, body, tail; or any
    why      = "..."                    # one sentence, shown by `zhnews explain`
    pattern  = '''...'''                # searched in the folded line: width, case and script of either side do not matter
    examples = ["..."]                  # must match
    counter_examples = ["..."]          # must not

Optional: host (and its subdomains only), max_len (of the line), action (drop, drop_after, meta:author, meta:source,
meta:date, flag), mode (on, shadow: only flagged, off).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast, get_args

from pipeline.clean.rule import META_FIELDS, ZONES, Action, Mode, Rule, Strength, Zone, fold_pattern
from pipeline.errors import ConfigError, Fault
from pipeline.fold import fold

_REQUIRED = ("id", "kind", "why", "pattern", "strength", "position", "examples")
_TYPES: Mapping[str, type] = {
    "id": str, "kind": str, "why": str, "pattern": str, "strength": str, "position": str, "examples": list,
    "counter_examples": list, "host": str, "max_len": int, "action": str, "mode": str,
}  # fmt: skip
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "strength": get_args(Strength),
    "action": get_args(Action),
    "mode": get_args(Mode),
}
_ID = r"[a-z0-9]+(?:[._-][a-z0-9]+)+"


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The text of a rule file of the user."""

    name: str
    text: str


def read_rules(shipped: Sequence[RuleFile], user_files: Sequence[RuleFile]) -> tuple[Rule, ...]:
    """Return the shipped rules with the user's over them. Raises ConfigError with every fault of every file.

    Rules that the user did not touch are proven by our own tests and not again in each run.
    """
    drafts: dict[str, _Draft] = {}
    faults: list[Fault] = []
    for number, file in enumerate((*shipped, *user_files)):
        for draft in _drafts(file, faults, is_ours=number < len(shipped)):
            known = drafts.get(draft.id)
            drafts[draft.id] = draft if known is None else known.overridden(draft)
    rules = [_rule(draft, faults) for draft in drafts.values()]
    if faults:
        raise ConfigError(*faults)
    return tuple(rule for rule in rules if rule is not None)


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """Return the rule as it stands in the table of the shipped ones."""
    return {field.name: getattr(rule, field.name) for field in fields(rule)}


def rule_from_json(stored: Mapping[str, Any]) -> Rule:
    """Return what `rule_to_json` was given."""
    fields_read: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in stored.items()}
    return Rule(**fields_read)


def find_faults(rule: Rule) -> Iterator[Fault]:
    """Yield what is wrong between a rule's pattern and its examples."""
    if rule.regex.search("") is not None:
        yield Fault(rule.origin, f"rule {rule.id} matches the empty line", "Demand at least one character")
    for line in rule.examples:
        if not rule.matches(fold(line)):
            yield Fault(rule.origin, f"rule {rule.id} does not match its example {line!r}", "Mend pattern or max_len")
    for line in rule.counter_examples:
        if rule.matches(fold(line)):
            yield Fault(rule.origin, f"rule {rule.id} matches its counter-example {line!r}", "Make it narrower")
    wanted = rule.action.removeprefix("meta:")
    if rule.action.startswith("meta:") and wanted not in rule.regex.groupindex:
        yield Fault(rule.origin, f"rule {rule.id} has no group for {wanted}", f"Write (?P<{wanted}>...) around it")
    for name in rule.regex.groupindex.keys() - set(META_FIELDS):
        yield Fault(rule.origin, f"rule {rule.id} names a group {name!r}", f"Known: {', '.join(META_FIELDS)}")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A rule as it stands in a file, not yet checked as a whole."""

    id: str
    origin: str
    fields: Mapping[str, Any]
    is_ours: bool

    def overridden(self, by: "_Draft") -> "_Draft":
        return _Draft(self.id, by.origin, {**self.fields, **by.fields}, self.is_ours and by.is_ours)


def _drafts(file: RuleFile, faults: list[Fault], *, is_ours: bool) -> Iterator[_Draft]:
    import tomllib  # noqa: PLC0415 - 10 ms that the shipped rules do not need, see patterns

    try:
        content = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as exc:
        faults.append(Fault(file.name, f"not TOML: {exc}", "Patterns stand between three single quotes"))
        return
    strangers = sorted(content.keys() - {"rule"})
    faults.extend(Fault(file.name, f"unknown table {key!r}", "Rules stand under [[rule]]") for key in strangers)
    tables = content.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.append(Fault(file.name, "rule is no list of tables", "Write [[rule]] above each"))
        return
    seen: set[str] = set()
    for number, table in enumerate(tables, start=1):
        draft = _draft(file, number, table, faults, is_ours=is_ours)
        if draft is not None and draft.id in seen:
            faults.append(Fault(draft.origin, f"rule id {draft.id!r} is in this file twice", "Give it another id"))
        elif draft is not None:
            seen.add(draft.id)
            yield draft


def _draft(
    file: RuleFile, number: int, table: Mapping[str, Any], faults: list[Fault], *, is_ours: bool
) -> _Draft | None:
    rule_id = table.get("id")
    if not isinstance(rule_id, str) or not re.fullmatch(_ID, rule_id):
        what = "has no id" if rule_id is None else f"has the id {rule_id!r}"
        faults.append(Fault(f"{file.name}: rule {number}", what, 'Write it like "promo.scan_code"'))
        return None
    origin = f"{file.name}:{_line_of(file.text, rule_id)}"
    before = len(faults)
    faults.extend(_field_faults(origin, table))
    return _Draft(rule_id, origin, table, is_ours) if len(faults) == before else None


def _line_of(text: str, rule_id: str) -> int:
    place = re.search(rf"""^\s*id\s*=\s*["']{re.escape(rule_id)}["']""", text, re.MULTILINE)
    return text.count("\n", 0, place.end()) + 1 if place else 1


def _field_faults(origin: str, table: Mapping[str, Any]) -> Iterator[Fault]:
    for key, value in table.items():
        wanted = _TYPES.get(key)
        if wanted is None:
            yield Fault(origin, f"unknown key {key!r}", f"Known: {', '.join(_TYPES)}")
        elif not isinstance(value, wanted) or isinstance(value, bool):
            yield Fault(origin, f"{key} is {value!r}", f"Write a {wanted.__name__}")
        elif key in _CHOICES and value not in _CHOICES[key]:
            yield Fault(origin, f"{key} is {value!r}", f"One of: {', '.join(_CHOICES[key])}")
        elif isinstance(value, list) and not all(isinstance(line, str) for line in value):
            yield Fault(origin, f"{key} holds something else than lines", "Write strings")
    position = table.get("position", "any")
    if isinstance(position, str) and _zones(position) is None:
        yield Fault(origin, f"position is {position!r}", f"Some of: {' '.join(ZONES)}; or any")


def _zones(position: str) -> tuple[Zone, ...] | None:
    words = position.split()
    if words == ["any"]:
        return ZONES
    if not words or not set(words) <= set(ZONES):
        return None
    return tuple(zone for zone in ZONES if zone in words)


def _rule(draft: _Draft, faults: list[Fault]) -> Rule | None:
    """Return the rule if it is whole and passes its own examples; else note the faults."""
    fields = dict(draft.fields)
    missing = [key for key in _REQUIRED if not fields.get(key)]
    if missing:
        faults.append(Fault(draft.origin, f"rule {draft.id} lacks {', '.join(missing)}", "Every rule needs them"))
        return None
    folded = fold_pattern(fields["pattern"])
    if not draft.is_ours and (what := _pattern_fault(folded)):
        faults.append(Fault(draft.origin, f"the pattern of {draft.id} is no regular expression: {what}", "Mend it"))
        return None
    rule = Rule(
        **{key: value for key, value in fields.items() if key in {"id", "kind", "why", "pattern", "host", "max_len"}},
        **{key: fields[key] for key in ("strength", "action", "mode") if key in fields},
        folded=folded,
        position=cast("tuple[Zone, ...]", _zones(fields["position"])),
        examples=tuple(fields["examples"]),
        counter_examples=tuple(fields.get("counter_examples", ())),
        origin=draft.origin,
    )
    proven = () if draft.is_ours else tuple(find_faults(rule))
    faults.extend(proven)
    return None if proven else rule


def _pattern_fault(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as exc:
        return str(exc)
    return ""
