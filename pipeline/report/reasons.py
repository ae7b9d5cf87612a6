"""Why there is such a rule: what the rules that ship say of themselves."""

from collections.abc import Mapping

from pipeline.clean.rulebook import load_rulebook


def shipped_reasons() -> Mapping[str, str]:
    """Return the reason of each shipped rule that cuts, by id. A rule of the user's own shows its name only."""
    return {rule.id: rule.why for rule in load_rulebook().rules if rule.cuts}
