"""`zhnews crawl`: read the sites and files of sources.yaml. Silent when all is well, so that cron sends no mail."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli import show
from pipeline.cli.arguments import add_data_argument, positive
from pipeline.cli.progress import progress
from pipeline.cli.summary import print_copies, print_tally
from pipeline.errors import EXIT_OK

if TYPE_CHECKING:
    from pipeline.fetch.source import Sources
    from pipeline.run.crawl import CrawlResult

EXAMPLE = """\
examples:
  zhnews crawl                          all of sources.yaml; only trouble is printed
  zhnews crawl --only inbox --summary   the files in data/inbox, with an account at the end
  zhnews crawl --max-minutes 20         for cron: */30 * * * * cd /srv/news && zhnews crawl --max-minutes 20

Exit codes: 0 all well, 1 finished but something failed, 2 nothing done, 75 another crawl is running, 130 interrupted.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--sources", type=Path, default=Path("sources.yaml"), metavar="FILE", help="default: sources.yaml"
    )
    add_data_argument(parser)
    parser.add_argument("--only", action="append", metavar="NAME", help="this source; may be given several times")
    parser.add_argument(
        "--rules", type=Path, metavar="DIR", help="rule files of your own; default: rules.d beside FILE"
    )
    group = parser.add_argument_group("limits of this run; what is left waits for the next")
    group.add_argument("--max-requests", type=positive, metavar="N", help="requests")
    group.add_argument("--max-minutes", type=float, metavar="N", help="minutes")
    group.add_argument("--max-mb", type=float, metavar="N", help="megabytes received")
    parser.add_argument("--dry-run", action="store_true", help="list the sources that would be read, and ask nobody")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--summary", action="store_true", help="print an account at the end also when all is well")
    form.add_argument("--json", action="store_true", help="print the account as JSON")


def run(args: argparse.Namespace) -> int:
    """Crawl; print troubles, and the account on request."""
    from pipeline.config.load import load_sources, plan_for  # noqa: PLC0415
    from pipeline.run.crawl import crawl, places_of  # noqa: PLC0415
    from pipeline.run.world import CrawlOptions  # noqa: PLC0415

    sources = load_sources(args.sources, only=args.only)
    plan = plan_for(sources, args.sources, args.rules)
    options = CrawlOptions(
        only=tuple(args.only or ()),
        folder=args.sources.parent,
        max_requests=args.max_requests,
        max_minutes=args.max_minutes,
        max_bytes=None if args.max_mb is None else int(args.max_mb * 2**20),
    )
    if args.dry_run:
        return _list(sources, tuple(places_of(sources, plan, options.only)))
    with progress() as report:
        result = crawl(sources, plan, args.data, options, on_progress=report)
    print_troubles(result)
    if args.json:
        show.record(account(result))
    elif args.summary:
        print_tally(result.tally)
        print_copies(args.data, result.run)
    return result.exit_code


def print_troubles(result: "CrawlResult") -> None:
    """Print one line for each source in trouble and each file that could not be read, to stderr."""
    if result.is_interrupted:
        print("zhnews: interrupted; what was finished is saved, the next run goes on", file=sys.stderr)
    for source in result.sources:
        if source.trouble:
            print(f"{source.name}: {source.trouble}", file=sys.stderr)
    for line in result.unreadable:
        print(line, file=sys.stderr)


def account(result: "CrawlResult") -> dict[str, object]:
    """Return the account of a run as plain values."""
    return {
        "run": result.run,
        "tally": result.tally.as_json(),
        "requests": result.n_requests,
        "waiting": result.n_left,
        "sources": [{"name": s.name, "new": s.new_articles, "trouble": s.trouble} for s in result.sources],
        "unreadable": list(result.unreadable),
    }


def _list(sources: "Sources", names: tuple[str, ...]) -> int:
    rows = [(s.name, s.kind, s.url or s.path or ", ".join(s.urls)) for s in sources.sources if s.name in names]
    show.table(("source", "kind", "begins at"), rows)
    return EXIT_OK
