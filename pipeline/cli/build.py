"""`zhnews build`: files and folders in, a corpus out."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli import show
from pipeline.cli.arguments import add_input_arguments, add_plan_arguments, input_options_from, plan_from, positive
from pipeline.cli.progress import progress
from pipeline.cli.summary import print_tally
from pipeline.errors import EXIT_OK, UsageError

if TYPE_CHECKING:
    from pipeline.run.build import BuildOptions, BuildResult
    from pipeline.run.differences import Differences

EXAMPLE = """\
examples:
  zhnews build articles/ -o corpus/                 a folder of .txt, .html and .jsonl
  zhnews build dump.jsonl --text-field body -o corpus/ --prefer longest
  zhnews build 'dumps/*.jsonl.gz' -o corpus/ --format parquet --shard-mb 256
  zhnews build articles/ -o corpus/ --dry-run       what would be read, and how long it may take
  zhnews build --compare old-corpus/ corpus/        what has changed between two builds, and by which rules

The folder holds the corpus, duplicates.jsonl, rejected.jsonl, failed.jsonl, manifest.json, README.md and report.html.
A build that was stopped goes on where it was: give the same command again. How far it is stands in DIR.work/build.log.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "inputs",
        nargs="*",
        metavar="IN",
        help="files, folders or s3://…: .txt .html .jsonl .json .csv .parquet .warc .zip .tar; - is stdin",
    )
    parser.add_argument("-o", "--out", type=Path, metavar="DIR", help="the folder to make")
    parser.add_argument(
        "--prefer", choices=("first", "earliest", "longest"), default="first", help="which of several copies stays"
    )
    parser.add_argument(
        "--keep-duplicates",
        choices=("annotate",),
        help="leave near-duplicates in the corpus; each says what it is a copy of (duplicate_of, relation)",
    )
    parser.add_argument(
        "--learn",
        action="store_true",
        help="learn first what the inputs' hosts print around every article, and remove it",
    )
    parser.add_argument(
        "--format", choices=("jsonl", "parquet"), default="jsonl", help="of the corpus (default: jsonl)"
    )
    parser.add_argument(
        "--shard-mb",
        type=positive,
        metavar="N",
        help="size of the corpus files, as JSON (default: one file; Parquet: 512)",
    )
    parser.add_argument("--strict", action="store_true", help="stop at an input that cannot be read")
    parser.add_argument("--force", action="store_true", help="replace the folder if it exists")
    parser.add_argument(
        "--dry-run", action="store_true", help="list what would be read with an estimate, and do nothing"
    )
    parser.add_argument(
        "--compare", nargs=2, type=Path, metavar=("OLD", "NEW"), help="compare two builds, and make none"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    _add_engine_arguments(parser)
    add_plan_arguments(parser)
    add_input_arguments(parser)


def _add_engine_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("who does the work; the result is the same")
    group.add_argument(
        "--jobs", type=positive, default=os.cpu_count() or 1, metavar="N", help="processes (default: all cores)"
    )
    group.add_argument("--engine", choices=("local", "ray"), default="local", help="this machine, or Ray")
    group.add_argument(
        "--ray-address", metavar="HOST:PORT", help="a running Ray cluster (default: one on this machine)"
    )
    group.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        help="where tasks write; of a cluster, seen by all nodes (default: DIR.work)",
    )


def run(args: argparse.Namespace) -> int:
    """Make the corpus; return 1 when some inputs could not be read."""
    if args.compare:
        return _compare(args)
    if not args.inputs or (args.out is None and not args.dry_run):
        raise UsageError("zhnews build: give inputs and -o DIR. See: zhnews build --help")
    if args.dry_run:
        return _estimate(args)
    return _build(args)


def _build(args: argparse.Namespace) -> int:
    from pipeline.report.build import write_build_report  # noqa: PLC0415
    from pipeline.run.build import build  # noqa: PLC0415

    plan = plan_from(args)
    with progress() as report:
        result = build(
            args.inputs,
            args.out,
            plan,
            _options(args),
            report,
            lambda folder, seconds, executor: write_build_report(
                folder, plan.rules, plan.quality.select, seconds, executor
            ),
        )
    if result.anew:
        print(f"zhnews: {result.anew} changed since the build that was stopped; it was begun anew", file=sys.stderr)
    if args.json:
        show.record({"folder": str(args.out), "tally": result.tally.as_json(), "seconds": result.seconds})
    else:
        _print(result, args.out)
    return result.exit_code


def _options(args: argparse.Namespace) -> "BuildOptions":
    from pipeline.run.build import BuildOptions, OutputOptions  # noqa: PLC0415
    from pipeline.run.cluster import ray_executor  # noqa: PLC0415

    address = args.ray_address
    return BuildOptions(
        jobs=args.jobs,
        prefer=args.prefer,
        force=args.force,
        strict=args.strict,
        learn=args.learn,
        work=args.work,
        executing=(lambda: ray_executor(address)) if args.engine == "ray" else None,
        inputs=input_options_from(args),
        output=OutputOptions(form=args.format, shard_mb=args.shard_mb, copies=args.keep_duplicates or "drop"),
    )


def _print(result: "BuildResult", out: Path) -> None:
    from pipeline.store.shards import shard_paths  # noqa: PLC0415

    print_tally(result.tally)
    files = [out / path.name for path in shard_paths(result.folder, "corpus")]
    more = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
    print(f"corpus: {files[0]}{more}\nreport: {out / 'report.html'}")


def _estimate(args: argparse.Namespace) -> int:
    from pipeline.run.estimate import estimate  # noqa: PLC0415
    from pipeline.store.listing import list_inputs  # noqa: PLC0415

    files = list_inputs(args.inputs)
    sizes = [f.size if f.is_there else None for f in files]
    found = estimate(files, plan_from(args), input_options_from(args), args.jobs)
    if args.json:
        show.record({"files": [f.name for f in files], "estimate": found})
        return EXIT_OK
    show.table(("file", "bytes"), [(f.name, "pipe" if n is None else n) for f, n in zip(files, sizes, strict=True)])
    print(found)
    return EXIT_OK


def _compare(args: argparse.Namespace) -> int:
    from pipeline.run.differences import compare_builds  # noqa: PLC0415

    differences = compare_builds(*args.compare)
    if args.json:
        show.record(differences)
    else:
        _print_differences(differences)
    return EXIT_OK


def _print_differences(differences: "Differences") -> None:
    for what, rules, ids in (
        ("appeared", differences.appeared_by, differences.appeared),
        ("vanished", differences.vanished_by, differences.vanished),
        ("changed", differences.changed_by, differences.changed),
    ):
        print(f"{what}: {len(ids):,}")
        _print_rules(rules)
    print(f"the same: {differences.n_same:,}")


def _print_rules(rules: Mapping[str, int]) -> None:
    for rule, n in rules.items():
        print(f"  {n:>8,}  {rule}")
