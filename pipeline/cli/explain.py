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
    from collections.abc import Iterator

    from pipeline.clean.rulebook import Rule
    from pipeline.store.buildfolder import KnownItem
    from pipeline.store.state import State

EXAMPLE = """\
examples:
  zhnews explain disclaimer.netease_upload            a rule, with its examples
  zhnews explain clean.repeats                        what a step of the program does
  zhnews explain https://news.yunqiao.example/a/1     what became of a page of the crawl in data/, and why
  zhnews explain --data corpus/ 541a7068bb0f3a90      the same of a build
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
            show.lines(f"{name}:" + "".join(f"\n  {line}" for line in value))
        elif value not in (None, ""):
            show.lines(f"{name}: {value}")


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
        show.lines(f"pipeline/{'/'.join(parts[:n])}.py\n\n{(module.__doc__ or '').strip()}")
        return True
    return False


def _print_item(args: argparse.Namespace) -> bool:
    from pipeline.store.buildfolder import MANIFEST, find_in_build  # noqa: PLC0415
    from pipeline.store.state import STATE_NAME, open_state  # noqa: PLC0415
    from pipeline.urls import article_id, canonical_url  # noqa: PLC0415

    try:
        key = article_id(canonical_url(args.what)) if "://" in args.what else args.what
    except ValueError as exc:
        raise UsageError(str(exc)) from exc
    if (args.data / STATE_NAME).exists():
        with open_state(args.data, read_only=True) as state:
            item = _stored_item(state, key)
    else:
        item = find_in_build(args.data, key) if (args.data / MANIFEST).exists() else None
    if item is not None:
        _print_known(item, diff=args.diff)
    return item is not None


def _stored_item(state: "State", key: str) -> "KnownItem | None":
    """Return what a crawl knows of an id."""
    from pipeline.store.buildfolder import KnownItem  # noqa: PLC0415

    article, rejected = state.articles.find(key), state.articles.find_rejected(key)
    if article is None:
        return None if rejected is None else KnownItem(rejected=rejected)
    decision = state.decisions.find(key)
    kept = decision.kept if decision is not None else None
    return KnownItem(
        article=article,
        is_decided=decision is not None,
        decision=decision if kept else None,
        original=state.articles.find(kept) if kept else None,
        copies=state.decisions.copies_of(key),
    )


def _print_known(item: "KnownItem", *, diff: bool) -> None:
    article, rejected = item.article, item.rejected
    if rejected is not None:
        because = f"rejected by {rejected.rule}: {rejected.detail}"
        show.lines(f"{because}\nurl: {rejected.url}\nsource: {rejected.source}\nid: {rejected.id}")
    if article is None:
        return
    told = [article.title or "(no title)", f"id: {article.id}", f"url: {article.url}", f"source: {article.source}"]
    told += _standing(item)
    if article.relevance:
        told.append(f"topic {article.relevance.topic}: {article.relevance.score:g} ({article.relevance.verdict})")
    show.lines("\n".join(told))
    sys.stdout.flush()
    if diff:
        show.diff(article)
    else:
        show.edits(article, title="what was changed")


def _standing(item: "KnownItem") -> "Iterator[str]":
    """Yield whether the article stays, and what it is a copy of or what are copies of it."""
    decision, original = item.decision, item.original
    if not item.is_decided:
        yield "not decided yet: the run that brought it did not end; the next one will decide"
    elif decision is None:
        yield "kept"
        yield from (f"  its copy: {copy.id} ({copy.relation})" for copy in item.copies)
    else:
        yield f"dropped: {decision.relation} of {decision.kept} {original.title or '' if original else ''}"
        yield "  " + ", ".join(f"{name} {value:.3f}" for name, value in decision.scores.items())
        if decision.facts:
            yield f"  differing facts: {', '.join(decision.facts)}"
        if decision.snippet:
            yield f"  where it first differs: {decision.snippet}"
