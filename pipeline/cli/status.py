"""`zhnews status`: how the sources are doing, and how the last runs ended."""

import argparse
from collections.abc import Mapping
from datetime import datetime

from pipeline.cli import show
from pipeline.cli.arguments import add_data_argument
from pipeline.errors import EXIT_OK

EXAMPLE = """\
examples:
  zhnews status
  zhnews status --json | jq '.sources[] | select(.failing_since)'
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_data_argument(parser)
    parser.add_argument("--json", action="store_true", help="sources and runs as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print a table of sources and one of runs."""
    from pipeline.store.records import value_to_json  # noqa: PLC0415
    from pipeline.store.state import open_state  # noqa: PLC0415

    with open_state(args.data, read_only=True) as state:
        sources, runs, articles = state.sources(), state.runs(10), state.articles.count()
    if args.json:
        show.record({"articles": articles, "sources": value_to_json(sources), "runs": value_to_json(runs)})
        return EXIT_OK
    print(f"{articles} articles in {args.data}")
    show.table(
        ("source", "kind", "new", "last success", "failing since", "error"),
        [
            (s.name, s.kind, s.new_articles, _at(s.last_success_at), _at(s.failing_since), s.last_error or "")
            for s in sources
        ],
    )
    show.table(
        ("run", "command", "started", "exit", "seen", "kept", "failed"),
        [(r.id, r.command, _at(r.started_at), _exit(r.exit_code), *_counts(r.tally or {})) for r in runs],
    )
    return EXIT_OK


def _counts(tally: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(tally.get(name, "") for name in ("seen", "kept", "failed"))


def _exit(code: int | None) -> str:
    return "running" if code is None else "died" if code < 0 else str(code)


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""
