"""`zhnews crawl`: read the sites and files of sources.yaml. Silent when all is well, so that cron sends no mail."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli import show
from pipeline.cli.arguments import add_data_argument, add_keyword_arguments, positive
from pipeline.cli.progress import progress
from pipeline.cli.summary import print_copies, print_tally
from pipeline.errors import EXIT_OK

if TYPE_CHECKING:
    from pipeline.fetch.source import Sources
    from pipeline.flow import Plan
    from pipeline.run.crawl import CrawlResult
    from pipeline.run.events import Event
    from pipeline.run.preview import Prospect
    from pipeline.run.world import CrawlOptions

EXAMPLE = """\
examples:
  zhnews crawl                          all of sources.yaml; only trouble is printed
  zhnews crawl --only inbox --summary   the files in data/inbox, with an account at the end
  zhnews crawl --dry-run                what would be asked, and why
  zhnews crawl --max-minutes 20         for cron: */30 * * * * cd /srv/news && zhnews crawl --max-minutes 20
  zhnews crawl --log json 2>> crawl.log --metrics /var/lib/node_exporter/zhnews.prom

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
    add_keyword_arguments(parser.add_argument_group("keywords, where not as FILE says"))
    group = parser.add_argument_group("limits of this run; what is left waits for the next")
    group.add_argument("--max-requests", type=positive, metavar="N", help="requests")
    group.add_argument("--max-minutes", type=float, metavar="N", help="minutes")
    group.add_argument("--max-bytes", type=size, metavar="N", help="bytes received; also as 500K, 20M or 2G")
    parser.add_argument("--dry-run", action="store_true", help="say what would be asked and why, and ask nobody")
    parser.add_argument(
        "--log", choices=("json",), help="one JSON line on stderr for each address asked, each trouble, and the end"
    )
    parser.add_argument(
        "--metrics",
        type=Path,
        metavar="FILE",
        help="keep the figures of the run there for Prometheus (textfile collector)",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--summary", action="store_true", help="print an account at the end also when all is well")
    form.add_argument("--json", action="store_true", help="print the account, or the dry run, as JSON")


def run(args: argparse.Namespace) -> int:
    """Crawl; print troubles, and the account on request."""
    from pipeline.config.load import load_sources, plan_for, quality_for  # noqa: PLC0415
    from pipeline.run.world import CrawlOptions, utc_now  # noqa: PLC0415

    sources = load_sources(args.sources, only=args.only)
    plan = plan_for(_with_keywords(sources, args), args.sources, args.rules)
    options = CrawlOptions(
        only=tuple(args.only or ()),
        folder=args.sources.parent,
        max_requests=args.max_requests,
        max_minutes=args.max_minutes,
        max_bytes=args.max_bytes,
        quality=quality_for(sources, args.sources),
    )
    if args.dry_run:
        from pipeline.run.preview import preview  # noqa: PLC0415

        return _list(preview(sources, plan, args.data, options, utc_now()), as_json=args.json)
    result = _crawl(sources, plan, options, args)
    if args.json:
        show.record(account(result))
    elif args.summary:
        print_tally(result.tally)
        print_copies(args.data, result.run)
    return result.exit_code


def _with_keywords(sources: "Sources", args: argparse.Namespace) -> "Sources":
    """Return the sources with what the command line says about keywords, as if their file said it."""
    if args.user_dictionary is not None:
        sources = replace(sources, user_dictionary=str(args.user_dictionary.absolute()))
    return sources if args.keywords is None else replace(sources, keywords=args.keywords)


def _crawl(sources: "Sources", plan: "Plan", options: "CrawlOptions", args: argparse.Namespace) -> "CrawlResult":
    """Crawl; tell the log and the file of figures, or else print the troubles."""
    from pipeline.run.crawl import crawl  # noqa: PLC0415
    from pipeline.run.metrics import MetricsFile  # noqa: PLC0415
    from pipeline.run.world import World  # noqa: PLC0415

    metrics = MetricsFile(args.metrics, args.data) if args.metrics else None
    is_logged = args.log == "json"

    def tell(event: "Event") -> None:
        if is_logged:
            _log(event.as_json())
        if metrics is not None:
            metrics.tell(event)

    with progress() if not is_logged else nullcontext(lambda *_: None) as report:
        result = crawl(sources, plan, args.data, options, world=World(tell=tell), on_progress=report)
    if metrics is not None:
        metrics.write(result)
    if is_logged:
        _log_end(result)
    else:
        print_troubles(result)
    return result


def _log(row: Mapping[str, object]) -> None:
    from pipeline.store.files import json_line  # noqa: PLC0415

    print(json_line(row).decode(), end="", file=sys.stderr, flush=True)


def _log_end(result: "CrawlResult") -> None:
    """Log what print_troubles would print, and how the run ended."""
    for source in result.sources:
        if source.trouble:
            _log({"event": "trouble", "run": result.run, "source": source.name, "detail": source.trouble})
    for line in result.unreadable:
        _log({"event": "unreadable", "run": result.run, "detail": line})
    told = {"event": "end", "run": result.run, "exit": result.exit_code, "interrupted": result.is_interrupted}
    _log({**told, "requests": result.n_requests, "waiting": result.n_left, "tally": result.tally.as_json()})


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
        "seconds": dict(result.seconds),
        "sources": [{"name": s.name, "new": s.new_articles, "trouble": s.trouble} for s in result.sources],
        "unreadable": list(result.unreadable),
    }


def size(text: str) -> int:
    """Return a number of bytes such as 500K, 20M, 2G; argparse tells what is none."""
    factor = {"K": 2**10, "M": 2**20, "G": 2**30}.get(text[-1:].upper(), 1)
    number = int(float(text[:-1]) * factor) if factor > 1 else int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 byte or more")
    return number


def _list(prospects: "Sequence[Prospect]", *, as_json: bool) -> int:
    if as_json:
        show.record(list(prospects))
        return EXIT_OK
    rows = [(p.source, p.kind, p.place, "yes" if p.is_due else "no", p.why) for p in prospects]
    show.table(("source", "kind", "what", "asked", "why"), rows)
    return EXIT_OK
