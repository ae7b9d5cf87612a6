"""`zhnews build`: files and folders in, a corpus out."""

import argparse
import os
from pathlib import Path

from pipeline.cli import show
from pipeline.cli.arguments import add_input_arguments, add_plan_arguments, input_options_from, plan_from, positive
from pipeline.cli.progress import progress
from pipeline.cli.summary import print_tally

EXAMPLE = """\
examples:
  zhnews build articles/ -o corpus/                 a folder of .txt, .html and .jsonl
  zhnews build dump.jsonl --text-field body -o corpus/ --prefer longest
  zhnews build articles/ -o corpus/ --dry-run       what would be read

The folder holds corpus.jsonl, duplicates.jsonl, rejected.jsonl, failed.jsonl, manifest.json and report.html.
A build that was stopped goes on where it was: give the same command again.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("inputs", nargs="+", metavar="IN", help="files or folders: .txt .html .jsonl .json .parquet")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="the folder to make")
    parser.add_argument(
        "--jobs", type=positive, default=os.cpu_count() or 1, metavar="N", help="processes (default: all cores)"
    )
    parser.add_argument(
        "--prefer", choices=("first", "earliest", "longest"), default="first", help="which of several copies stays"
    )
    parser.add_argument("--force", action="store_true", help="replace the folder if it exists")
    parser.add_argument("--dry-run", action="store_true", help="list what would be read, and do nothing")
    parser.add_argument("--json", action="store_true", help="print the tally as JSON")
    add_plan_arguments(parser)
    add_input_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Make the corpus; return 1 when some inputs could not be read."""
    from pipeline.report.build import write_build_report  # noqa: PLC0415
    from pipeline.run.build import BuildOptions, build  # noqa: PLC0415

    if args.dry_run:
        return _list(args.inputs)
    options = BuildOptions(jobs=args.jobs, prefer=args.prefer, force=args.force, inputs=input_options_from(args))
    with progress() as report:
        result = build(args.inputs, args.out, plan_from(args), options, report)
    write_build_report(result.folder)
    if args.json:
        show.record({"folder": str(args.out), "tally": result.tally.as_json()})
    else:
        print_tally(result.tally)
        print(f"corpus: {args.out / 'corpus.jsonl'}\nreport: {args.out / 'report.html'}")
    return result.exit_code


def _list(inputs: list[str]) -> int:
    from pipeline.store.listing import list_inputs  # noqa: PLC0415

    files = list_inputs(inputs)
    show.table(("file", "bytes"), [(f.name, f.path.stat().st_size if f.path.is_file() else "pipe") for f in files])
    return 0
