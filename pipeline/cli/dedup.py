"""`zhnews dedup`: which records are copies of which."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from pipeline.cli import show
from pipeline.cli.arguments import add_data_argument, add_input_arguments, input_options_from, refuse_inputs
from pipeline.errors import EXIT_NOTHING_DONE, EXIT_OK, EXIT_SOME_FAILED, StateError, UsageError
from pipeline.model import Record

PRESETS = ("news", "strict", "lm")
EXAMPLE = """\
examples:
  zhnews dedup articles.jsonl                          a decision a line: id, kept, relation, scores, facts
  zhnews dedup articles.jsonl -o unique.jsonl          what stays
  zhnews dedup a/ b.jsonl --prefer earliest -o unique.jsonl --decisions why.jsonl
  zhnews dedup --rebuild --preset strict               the crawl in data/, decided anew

`kept` is null for a record that stays, else the id of the kept record that it is a copy of.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "inputs", nargs="*", metavar="IN", help="JSONL, Parquet, text or HTML files, or folders; - for a pipe"
    )
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help="write the records that stay there, as JSONL")
    parser.add_argument("--decisions", type=Path, metavar="FILE", help="write the decisions there (default: stdout)")
    parser.add_argument("--prefer", choices=("first", "earliest", "longest"), default="first", help="which copy stays")
    parser.add_argument("--preset", choices=PRESETS, default="news", help="how alike a copy is (default: news)")
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    parser.add_argument(
        "--rebuild", action="store_true", help="decide about all articles of the crawl anew, and its index"
    )
    add_data_argument(parser)
    add_input_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Compare the inputs; write decisions, and on request what stays."""
    if args.rebuild == bool(args.inputs):
        raise UsageError("zhnews dedup: name files to compare, or --rebuild for the articles of the crawl, one of both")
    return _rebuild(args) if args.rebuild else _compare(args)


def _rebuild(args: argparse.Namespace) -> int:
    from datetime import UTC, datetime  # noqa: PLC0415

    from pipeline.dedup.decide import DedupParams  # noqa: PLC0415
    from pipeline.dedup.verify import PRESETS as VERIFY  # noqa: PLC0415
    from pipeline.run.settle import resettle  # noqa: PLC0415
    from pipeline.store.state import STATE_NAME, open_state  # noqa: PLC0415

    if not (args.data / STATE_NAME).exists():
        raise StateError(f"{args.data}: nothing is stored there yet. Run zhnews crawl, or name the folder with --data")
    with open_state(args.data) as state:
        run = state.begin_run("dedup", args.preset, datetime.now(UTC))
        tally = resettle(state, DedupParams(verify=VERIFY[args.preset]), run=run)
        state.end_run(run, EXIT_OK, tally.as_json(), datetime.now(UTC))
        n_articles, n_copies = state.articles.count(), sum(1 for _ in state.articles.copies())
    print(f"{n_articles} articles decided anew, {n_articles - n_copies} stay", file=sys.stderr)
    return EXIT_OK


def _compare(args: argparse.Namespace) -> int:
    from pipeline.dedup.decide import DedupParams  # noqa: PLC0415
    from pipeline.dedup.verify import PRESETS as VERIFY  # noqa: PLC0415
    from pipeline.run.compare import compare_items  # noqa: PLC0415
    from pipeline.store.files import write_jsonl  # noqa: PLC0415
    from pipeline.store.inputs import read_inputs  # noqa: PLC0415
    from pipeline.store.records import decision_to_json  # noqa: PLC0415

    refuse_inputs((args.out, args.decisions), args.inputs)
    params = DedupParams(verify=VERIFY[args.preset])
    found = compare_items(read_inputs(args.inputs, input_options_from(args), lenient=True), params, args.prefer)
    for fault in found.faults:
        print(fault, file=sys.stderr)
    if args.out and found.records:
        write_jsonl(args.out, _rows(found.kept), force=args.force)
    if args.decisions:
        write_jsonl(args.decisions, map(decision_to_json, found.decisions), force=args.force)
    elif not args.out:
        for decision in found.decisions:
            show.record(decision)
    print(f"{len(found.records)} records, {len(found.kept)} stay", file=sys.stderr)
    if found.faults:
        return EXIT_SOME_FAILED if found.records else EXIT_NOTHING_DONE
    return EXIT_OK


def _rows(records: Iterable[Record]) -> Iterable[object]:
    from pipeline.store.records import value_to_json  # noqa: PLC0415

    return map(value_to_json, records)
