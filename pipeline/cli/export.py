"""`zhnews export`: the crawled corpus as files for others."""

import argparse
import sys
from collections.abc import Collection
from pathlib import Path

from pipeline.cli.arguments import add_data_argument, refuse_state
from pipeline.errors import EXIT_OK, UsageError

FORMATS = ("jsonl", "parquet", "csv", "txt")
EXAMPLE = """\
examples:
  zhnews export                                    data/export/corpus.jsonl, one record a line
  zhnews export --only keep --format csv -o service.csv
  zhnews export -o - | head -3                     to a pipe
  zhnews export --fields id,url,title,text -o slim.jsonl.gz
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_data_argument(parser)
    parser.add_argument("-o", "--out", metavar="FILE|-", help="default: DIR/export/corpus.FORMAT, always made anew")
    parser.add_argument("--format", choices=FORMATS, help="default: by the ending of FILE, else jsonl")
    parser.add_argument("--only", choices=("keep", "review"), help="what the topic keeps, or keeps or wants reviewed")
    parser.add_argument("--source", action="append", metavar="NAME", help="of this source; may be given several times")
    parser.add_argument(
        "--fields", metavar="NAME,…", help="these fields of the record; `text` is the paragraphs joined"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")


def run(args: argparse.Namespace) -> int:
    """Write the articles that stay; near-duplicates and what was rejected are not in it (see `zhnews report`)."""
    from pipeline.store.outputs import Selection, write_corpus  # noqa: PLC0415
    from pipeline.store.state import open_state  # noqa: PLC0415

    fields = tuple(args.fields.split(",")) if args.fields else ()
    selection = Selection(only=args.only, sources=frozenset(args.source or ()), fields=fields)
    form = args.format or _form_of(args.out)
    target = Path(args.out) if args.out else args.data / "export" / f"corpus.{form}"
    refuse_state(target, args.data)
    with open_state(args.data, read_only=True) as state:
        _check_sources(selection.sources, [source.name for source in state.sources()])
        n = write_corpus(state.articles.corpus(), target, form, selection, force=args.force or not args.out)
    print(f"{n} articles: {target}", file=sys.stderr)
    return EXIT_OK


def _check_sources(wanted: Collection[str], known: Collection[str]) -> None:
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise UsageError(f"--source: no source {', '.join(unknown)}. There are: {', '.join(known)}")


def _form_of(out: str | None) -> str:
    if not out or out == "-":
        return "jsonl"
    suffixes = [s for s in Path(out).suffixes if s not in (".gz", ".zst")]
    form = suffixes[-1].lstrip(".") if suffixes else ""
    if form not in FORMATS:
        raise UsageError(f"{out}: cannot tell the format. Add --format {'|'.join(FORMATS)}")
    return form
