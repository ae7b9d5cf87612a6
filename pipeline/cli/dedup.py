"""`zhnews dedup`: which records are copies of which."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli import show
from pipeline.cli.arguments import add_data_argument, add_input_arguments, input_options_from, refuse_inputs
from pipeline.errors import EXIT_OK, EXIT_SOME_FAILED, StateError, UsageError, exit_code
from pipeline.model import Record

if TYPE_CHECKING:
    from pipeline.run.compare import Comparison

PRESETS = ("news", "strict", "lm")
EXAMPLE = """\
examples:
  zhnews dedup articles.jsonl                          a decision a line: id, kept, relation, scores, facts, supersedes
  zhnews dedup articles.jsonl -o unique.jsonl          what stays
  zhnews dedup a/ b.jsonl --prefer earliest -o unique.jsonl --decisions why.jsonl
  zhnews dedup today.jsonl --index seen -o unique.jsonl    beside all that earlier runs with this folder were given
  zhnews dedup new.jsonl --backend redis -o unique.jsonl    what no machine that shares the index has had
  zhnews dedup --rebuild --threshold-preset strict     the crawl in data/, decided anew
  zhnews dedup --verify-index                          is the crawl's index whole? What is not is made again

`kept` is null for a record that stays, else the id of the kept record that it is a copy of. Where `supersedes` is true the
copy is fuller or newer than the one that stays, and -o writes the copy in its place.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "inputs", nargs="*", metavar="IN", help="JSONL, Parquet, text or HTML files, or folders; - for a pipe"
    )
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help="write the records that stay there, as JSONL")
    parser.add_argument("--decisions", type=Path, metavar="FILE", help="write the decisions there (default: stdout)")
    parser.add_argument(
        "--json", action="store_true", help="print the decisions as JSON lines, whatever else is written"
    )
    parser.add_argument(
        "--export-signatures", type=Path, metavar="FILE", help="write the signature of each record, for datasketch"
    )
    parser.add_argument("--prefer", choices=("first", "earliest", "longest"), default="first", help="which copy stays")
    parser.add_argument(
        "--threshold-preset",
        "--preset",
        dest="preset",
        choices=PRESETS,
        default="news",
        help="how alike a copy is: news"
        " (default), strict (more stays), lm (numbers, names and dates do not matter: training text)",
    )
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    group = parser.add_argument_group("runs that remember")
    group.add_argument(
        "--index",
        type=Path,
        metavar="DIR",
        help="compare with all records of earlier runs with this folder, and remember these; it is made when it is not there."
        " With --rebuild or --verify-index: do that there",
    )
    group = parser.add_argument_group("an index that machines share")
    group.add_argument(
        "--backend", choices=("memory", "redis"), default="memory", help="redis: what was kept before counts"
    )
    group.add_argument("--redis-url", default="redis://127.0.0.1:6379/0", metavar="URL", help="default: %(default)s")
    group.add_argument(
        "--redis-name", default="zhnews", metavar="NAME", help="of the index on the server (default: zhnews)"
    )
    group = parser.add_argument_group("the crawl instead of files")
    group.add_argument("--rebuild", action="store_true", help="decide about all its articles anew, and make its index")
    group.add_argument(
        "--verify-index", action="store_true", help="read its index whole, by checksum, and make again what is damaged"
    )
    add_data_argument(parser)
    add_input_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Compare the inputs; write decisions, and on request what stays."""
    if [args.rebuild, args.verify_index, bool(args.inputs)].count(True) != 1:
        raise UsageError(
            "zhnews dedup: name files to compare, or --rebuild or --verify-index for the crawl, one of the three"
        )
    if args.index and args.backend != "memory":
        raise UsageError("zhnews dedup: --index is a folder here, --backend redis an index elsewhere. Use one of them")
    if args.inputs:
        return _compare(args)
    folder: Path = args.index or args.data
    if not (folder / "state.sqlite").exists():
        raise StateError(
            f"{folder}: nothing is stored there yet. Run zhnews crawl, or name a folder with --data or --index"
        )
    return _rebuild(folder, args.preset) if args.rebuild else _verify(folder)


def _verify(folder: Path) -> int:
    from pipeline.dedup.decide import DedupParams  # noqa: PLC0415
    from pipeline.run.settle import verify_index  # noqa: PLC0415
    from pipeline.store.state import open_state  # noqa: PLC0415

    with open_state(folder) as state:
        found = verify_index(state, DedupParams())
    for fault in found:
        print(f"{fault}. It was made again")
    print("the index is whole" if not found else "the index is whole again", file=sys.stderr)
    return EXIT_SOME_FAILED if found else EXIT_OK


def _rebuild(folder: Path, preset: str) -> int:
    from datetime import UTC, datetime  # noqa: PLC0415

    from pipeline.dedup.decide import DedupParams  # noqa: PLC0415
    from pipeline.dedup.verify import PRESETS as VERIFY  # noqa: PLC0415
    from pipeline.run.settle import resettle  # noqa: PLC0415
    from pipeline.store.state import open_state  # noqa: PLC0415

    with open_state(folder) as state:
        run = state.begin_run("dedup", preset, datetime.now(UTC))
        tally = resettle(state, DedupParams(verify=VERIFY[preset]), run=run)
        state.end_run(run, EXIT_OK, tally.as_json(), datetime.now(UTC))
        n_articles, n_copies = state.articles.count(), sum(1 for _ in state.articles.copies())
    n_kept = n_articles - n_copies
    print(
        f"{show.counted(n_articles, 'article')} decided anew, {n_kept} {'stays' if n_kept == 1 else 'stay'}",
        file=sys.stderr,
    )
    return EXIT_OK


def _compare(args: argparse.Namespace) -> int:
    from pipeline.store.files import write_jsonl  # noqa: PLC0415
    from pipeline.store.records import decision_to_json  # noqa: PLC0415

    refuse_inputs((args.out, args.decisions, args.export_signatures), args.inputs)
    found = _compared(args)
    for fault in found.faults:
        print(fault, file=sys.stderr)
    if args.out and found.records:
        write_jsonl(args.out, _rows(found.given), force=args.force)
    if args.decisions:
        write_jsonl(args.decisions, map(decision_to_json, found.decisions), force=args.force)
    if args.export_signatures:
        write_jsonl(args.export_signatures, _signatures(found.records), force=args.force)
    if args.json or not (args.decisions or args.out or args.export_signatures):
        for decision in found.decisions:
            show.record(decision)
    print(f"{len(found.records)} records, {len(found.kept)} stay", file=sys.stderr)
    return exit_code(len(found.records), len(found.faults))


def _compared(args: argparse.Namespace) -> "Comparison":
    from pipeline.dedup.decide import DedupParams  # noqa: PLC0415
    from pipeline.dedup.verify import PRESETS as VERIFY  # noqa: PLC0415
    from pipeline.run.compare import compare_items  # noqa: PLC0415
    from pipeline.store.inputs import read_inputs  # noqa: PLC0415

    params = DedupParams(verify=VERIFY[args.preset])
    items = read_inputs(args.inputs, input_options_from(args), lenient=True)
    if args.index:
        from pipeline.run.incremental import decide_incrementally  # noqa: PLC0415

        folder: Path = args.index
        return compare_items(
            items, params, args.prefer, lambda ordered, said: decide_incrementally(ordered, said, folder)
        )
    if args.backend == "memory":
        return compare_items(items, params, args.prefer)
    from pipeline.run.shared import decide_shared  # noqa: PLC0415
    from pipeline.store.shared_index import open_shared_index  # noqa: PLC0415

    with open_shared_index(args.redis_url, args.redis_name, params.spec) as index:
        return compare_items(items, params, args.prefer, lambda records, said: decide_shared(records, said, index))


def _rows(records: Iterable[Record]) -> Iterable[object]:
    from pipeline.store.records import value_to_json  # noqa: PLC0415

    return map(value_to_json, records)


def _signatures(records: Sequence[Record]) -> Iterable[object]:
    """Yield id and signature, in the form that datasketch's LeanMinHash.deserialize reads."""
    from base64 import b64encode  # noqa: PLC0415

    from pipeline.dedup.signature import SignatureSpec, minhash_bytes, signatures  # noqa: PLC0415

    spec = SignatureSpec()
    for record, signature in zip(records, signatures([r.text for r in records], spec), strict=True):
        yield {"id": record.id, "lean_minhash": b64encode(minhash_bytes(signature, spec)).decode()}
