"""`zhnews explain`: why an article, an address or a rule is as it is."""

import argparse
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli import show
from pipeline.cli.arguments import add_data_argument
from pipeline.errors import EXIT_OK, UsageError

if TYPE_CHECKING:
    from pipeline.clean.rulebook import Rule
    from pipeline.model import Article, Decision
    from pipeline.store.state import State

EXAMPLE = """\
examples:
  zhnews explain disclaimer.netease_upload            a rule, with its examples
  zhnews explain clean.repeats                        what a step of the program does
  zhnews explain https://news.yunqiao.example/a/1     what became of a page, and why
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", metavar="RULE|URL|ID", help="a rule, an address, or the id of a record")
    parser.add_argument("--rules", type=Path, metavar="DIR", help="folder with rule files of your own (*.toml)")
    parser.add_argument("--diff", action="store_true", help="of an article: the text as received, with removals marked")
    add_data_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Print what is known. Raises UsageError when nothing is."""
    from pipeline.clean.rulebook import load_rulebook  # noqa: PLC0415
    from pipeline.config.load import load_rules  # noqa: PLC0415

    rule = load_rulebook(load_rules(args.rules)).find(args.what)
    if rule is not None:
        _print_rule(rule)
    elif not (_print_step(args.what) or _print_item(args)):
        raise UsageError(
            f"{args.what}: neither a rule, nor an address or id in {args.data}. `zhnews check` proves the rules, "
            "docs/reference/rules.md lists them"
        )
    return EXIT_OK


def _print_rule(rule: "Rule") -> None:
    from pipeline.store.records import value_to_json  # noqa: PLC0415

    for name, value in value_to_json(rule).items():
        if name == "folded":  # the pattern again, as the machine reads it
            continue
        if isinstance(value, list):
            print(f"{name}:", *(f"\n  {line}" for line in value), sep="")
        elif value not in (None, ""):
            print(f"{name}: {value}")


def _print_step(name: str) -> bool:
    """Print the docstring of the file that signs with this name: "clean.repeats" is pipeline/clean/repeats.py."""
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return False
    for n in range(len(parts), 0, -1):
        try:
            module = importlib.import_module(f"pipeline.{'.'.join(parts[:n])}")
        except ModuleNotFoundError:
            continue
        print(f"pipeline/{'/'.join(parts[:n])}.py\n\n{(module.__doc__ or '').strip()}")
        return True
    return False


def _print_item(args: argparse.Namespace) -> bool:
    from pipeline.store.state import STATE_NAME, open_state  # noqa: PLC0415
    from pipeline.urls import article_id, canonical_url  # noqa: PLC0415

    if not (args.data / STATE_NAME).exists():
        return False
    try:
        key = article_id(canonical_url(args.what)) if "://" in args.what else args.what
    except ValueError as exc:
        raise UsageError(str(exc)) from exc
    with open_state(args.data, read_only=True) as state:
        return _print_known(state, key, diff=args.diff)


def _print_known(state: "State", key: str, *, diff: bool) -> bool:
    article, rejected = state.articles.find(key), state.articles.find_rejected(key)
    if article is not None:
        _print_article(article, state.decisions.find(key), state, diff=diff)
    elif rejected is not None:
        print(
            f"rejected by {rejected.rule}: {rejected.detail}\nurl: {rejected.url}\nsource: {rejected.source}\nid: {key}"
        )
    return article is not None or rejected is not None


def _print_article(article: "Article", decision: "Decision | None", state: "State", *, diff: bool) -> None:
    print(
        f"{show.plain(article.title or '(no title)')}\nid: {article.id}\nurl: {article.url}\nsource: {article.source}"
    )
    if decision is None:
        print("not decided yet: the run that brought it did not end; the next one will decide")
    elif decision.is_kept:
        print("kept")
        for copy in state.decisions.copies_of(article.id):
            print(f"  its copy: {copy.id} ({copy.relation})")
    else:
        other = state.articles.find(decision.kept or "")
        scores = ", ".join(f"{name} {value:.3f}" for name, value in decision.scores.items())
        title = show.plain(other.title or "") if other else ""
        print(f"dropped: {decision.relation} of {decision.kept} {title}\n  {scores}")
        if decision.facts:
            print(f"  differing facts: {', '.join(decision.facts)}")
    if article.relevance:
        print(f"topic {article.relevance.topic}: {article.relevance.score:g} ({article.relevance.verdict})")
    sys.stdout.flush()
    (show.diff if diff else show.edits)(article)
