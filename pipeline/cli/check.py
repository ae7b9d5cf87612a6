"""`zhnews check`: whether sources.yaml, the topics and the rules are in order."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.errors import EXIT_NOTHING_DONE, EXIT_OK, ConfigError

EXAMPLE = """\
examples:
  zhnews check                                 sources.yaml, its topics, all rules and their examples
  zhnews check --sources my.yaml --rules rules.d
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--sources", type=Path, default=Path("sources.yaml"), metavar="FILE", help="default: sources.yaml"
    )
    parser.add_argument(
        "--rules", type=Path, metavar="DIR", help="rule files of your own; default: rules.d beside FILE"
    )


def run(args: argparse.Namespace) -> int:
    """Check all; tell all faults, each with its place and its remedy, or what is in order."""
    checks = (lambda: _check_sources(args.sources, args.rules), _check_topics, lambda: _check_rules(args.rules))
    told = [line for check in checks for line in _faults_of(check)]
    for line in told:
        print(line)
    return EXIT_NOTHING_DONE if told else EXIT_OK


def _faults_of(check: Callable[[], str]) -> Iterator[str]:
    try:
        print(check())
    except ConfigError as exc:
        yield from (str(fault) for fault in exc.faults)


def _check_sources(path: Path, rules: Path | None) -> str:
    from pipeline.config.load import load_sources, plan_for  # noqa: PLC0415

    sources = load_sources(path)
    plan_for(sources, path, rules)
    return f"{path}: {len(sources.sources)} sources in order"


def _check_topics() -> str:
    from pipeline.config.load import load_topic, shipped_topics  # noqa: PLC0415

    names = shipped_topics()
    for name in names:
        load_topic(name)
    return f"topics that ship: {', '.join(names)} in order"


def _check_rules(folder: Path | None) -> str:
    """Prove every rule, those that ship too, on its examples and counter-examples."""
    from pipeline.clean.rulebook import load_rulebook  # noqa: PLC0415
    from pipeline.clean.rulefiles import find_faults  # noqa: PLC0415
    from pipeline.config.load import load_rules  # noqa: PLC0415

    rules = load_rulebook(load_rules(folder)).rules
    faults = [fault for rule in rules for fault in find_faults(rule)]
    if faults:
        raise ConfigError(*faults)
    n = sum(len(rule.examples) + len(rule.counter_examples) for rule in rules)
    return f"{len(rules)} rules in order, proved on {n} examples"
