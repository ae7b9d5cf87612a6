"""`zhnews clean`: dirty text or HTML in, clean text out."""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.cli import show
from pipeline.cli.arguments import add_input_arguments, add_plan_arguments, input_options_from, plan_from
from pipeline.errors import exit_code
from pipeline.model import Article, Document, Rejected
from pipeline.topics.topic import DEFAULT_TOPIC

if TYPE_CHECKING:
    from pipeline.run.stream import Cleaned
    from pipeline.store.inputs import Item

EXAMPLE = """\
examples:
  zhnews clean article.txt                    the clean text
  zhnews clean --diff article.txt             what went, marked in the text
  zhnews clean --json *.html > articles.jsonl one record a line, with every edit
  curl -s URL | zhnews clean -                a page from a pipe
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("inputs", nargs="+", metavar="FILE|-", help="text, HTML or JSONL; a folder; - for a pipe")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one record a line: title, paragraphs, edits, flags …")
    form.add_argument("--diff", action="store_true", help="the text as received, with removals marked")
    form.add_argument("--explain", action="store_true", help="a table of edits with rule and reason")
    parser.add_argument("--title", help="the headline, where the text does not hold it")
    parser.add_argument("--host", help="the site that the text comes from, for its own rules (163.com)")
    add_plan_arguments(parser)
    add_input_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Clean the inputs and write them to stdout; faults go to stderr."""
    from pipeline.run.stream import clean_items  # noqa: PLC0415
    from pipeline.store.inputs import read_inputs  # noqa: PLC0415
    from pipeline.store.listing import STDIN  # noqa: PLC0415

    items = _with_context(read_inputs(args.inputs, input_options_from(args), lenient=True), args)
    counts = {"done": 0, "failed": 0}
    if not args.json:  # only the record shows a score and keywords; the others start sooner
        args.topic = "none" if args.topic == DEFAULT_TOPIC else args.topic
        args.keywords = None
    for cleaned in clean_items(items, plan_from(args), at_once=STDIN in args.inputs):
        if isinstance(cleaned, Article):
            _print(cleaned, args, first=counts["done"] == 0)
            counts["done"] += 1
        else:
            _complain(cleaned)
            counts["failed"] += 1
    return exit_code(counts["done"], counts["failed"])


def _with_context(items: Iterable["Item"], args: argparse.Namespace) -> Iterable["Item"]:
    for item in items:
        if isinstance(item, Document):
            yield replace(item, title=args.title or item.title, site=args.host)
        else:
            yield item


def _print(article: Article, args: argparse.Namespace, *, first: bool) -> None:
    if args.json:
        show.record(article)
    elif args.diff:
        show.diff(article)
    elif args.explain:
        show.edits(article)
    else:
        show.text(article, blank_before=not first)


def _complain(cleaned: "Cleaned") -> None:
    if isinstance(cleaned, Rejected):
        print(f"{cleaned.source} {cleaned.id}: rejected by {cleaned.rule}: {cleaned.detail}", file=sys.stderr)
    else:
        print(cleaned, file=sys.stderr)
