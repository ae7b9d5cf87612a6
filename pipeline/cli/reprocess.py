"""`zhnews reprocess`: today's rules on stored pages, without the network."""

import argparse
from pathlib import Path

from pipeline.cli import show
from pipeline.cli.arguments import add_data_argument
from pipeline.cli.progress import progress
from pipeline.errors import EXIT_OK, EXIT_SOME_FAILED

EXAMPLE = """\
examples:
  zhnews reprocess                          after a change of rules, topic or program
  zhnews reprocess --sources my.yaml --data /srv/news/data
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--sources", type=Path, default=Path("sources.yaml"), metavar="FILE", help="default: sources.yaml"
    )
    parser.add_argument(
        "--rules", type=Path, metavar="DIR", help="rule files of your own; default: rules.d beside FILE"
    )
    add_data_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Extract and clean every stored page again; print what changed."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from pipeline.config.load import load_sources, plan_for  # noqa: PLC0415
    from pipeline.run.reprocess import reprocess  # noqa: PLC0415
    from pipeline.store.state import open_state  # noqa: PLC0415

    sources = load_sources(args.sources, only=())  # nobody is asked, so nobody needs a contact
    plan = plan_for(sources, args.sources, args.rules)
    with open_state(args.data) as state, progress() as report:
        done = reprocess(state, plan, now=datetime.now(UTC), on_progress=report)
    print(
        f"{show.counted(done.seen, 'page')}: {show.counted(done.changed, 'article')} changed,"
        f" {done.withdrawn} withdrawn, {done.missing} without bytes"
    )
    return EXIT_SOME_FAILED if done.missing else EXIT_OK
