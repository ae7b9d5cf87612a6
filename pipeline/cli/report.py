"""`zhnews report`: the crawl as one HTML file."""

import argparse
from pathlib import Path

from pipeline.cli.arguments import add_data_argument, refuse_state
from pipeline.errors import EXIT_OK, OutputError

EXAMPLE = """\
examples:
  zhnews report                       data/report/index.html of the state in data/
  zhnews report -o crawl.html --force
  zhnews report --rules rules.d       with what your rules are for, and those of them that found nothing
  zhnews report --select light        with what this selection would cut, signal by signal
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_data_argument(parser)
    parser.add_argument(
        "-o", "--out", type=Path, metavar="FILE", help="default: DIR/report/index.html, always made anew"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    parser.add_argument(
        "--rules", type=Path, metavar="DIR", help="rule files of your own, as for the crawl; default: rules.d, if there"
    )
    parser.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="EXPR|PRESET",
        help="show what `export --select` with this would cut, and the articles on both sides; default: as sources.yaml selects",
    )


def run(args: argparse.Namespace) -> int:
    """Write the report and print its path."""
    from pipeline.config.load import RULES_FOLDER, load_rules  # noqa: PLC0415
    from pipeline.config.quality import load_quality  # noqa: PLC0415
    from pipeline.report.crawl import write_crawl_report  # noqa: PLC0415
    from pipeline.store.state import open_state  # noqa: PLC0415

    if args.out:
        refuse_state(args.out, args.data)
    if args.out and args.out.exists() and not args.force:
        raise OutputError(f"{args.out}: exists already. Give another name, or --force to replace it")
    beside = Path(RULES_FOLDER)
    rules = load_rules(args.rules or (beside if beside.is_dir() else None))
    select = load_quality(mask=None, select=args.select).select
    with open_state(args.data, read_only=True) as state:
        print(write_crawl_report(state, args.out or args.data / "report" / "index.html", rules, select))
    return EXIT_OK
