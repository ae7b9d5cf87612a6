"""`zhnews report`: the crawl as one HTML file."""

import argparse
from pathlib import Path

from pipeline.cli.arguments import add_data_argument, refuse_state
from pipeline.errors import EXIT_OK, OutputError

EXAMPLE = """\
examples:
  zhnews report                       data/report/index.html of the state in data/
  zhnews report -o crawl.html --force
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_data_argument(parser)
    parser.add_argument(
        "-o", "--out", type=Path, metavar="FILE", help="default: DIR/report/index.html, always made anew"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")


def run(args: argparse.Namespace) -> int:
    """Write the report and print its path."""
    from pipeline.report.crawl import write_crawl_report  # noqa: PLC0415
    from pipeline.store.state import open_state  # noqa: PLC0415

    if args.out:
        refuse_state(args.out, args.data)
    if args.out and args.out.exists() and not args.force:
        raise OutputError(f"{args.out}: exists already. Give another name, or --force to replace it")
    with open_state(args.data, read_only=True) as state:
        print(write_crawl_report(state, args.out or args.data / "report" / "index.html"))
    return EXIT_OK
