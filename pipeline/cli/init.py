"""`zhnews init`: the files that a project of one's own starts from, and the schemas that editors read."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from pipeline.config.starting import SCHEMAS, schema_files, shipped_schema, start_files
from pipeline.errors import EXIT_OK, OutputError
from pipeline.store.files import write_text_whole

EXAMPLE = """\
examples:
  zhnews init                    sources.yaml, a topic, a rule and a first article, here
  zhnews init harbour            the same in the folder harbour
  zhnews init --schemas          only the schemas anew, after an update of zhnews
  zhnews init --schema record    one schema to standard output: sources, topic, rules or record

What is there already is never replaced, but for the schemas with --schemas.
"""
_NEXT = """
Next:
{enter}  zhnews check                       all in order?
  zhnews crawl --only inbox          read the first article: no network
  zhnews export -o -                 what came of it
  edit sources.yaml                  say your contact, put sites in; its comments tell how
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="DIR", help="default: here")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--schemas", action="store_true", help="write only the schemas, over those that are there")
    either.add_argument("--schema", choices=SCHEMAS, metavar="NAME", help=f"print one: {', '.join(SCHEMAS)}")


def run(args: argparse.Namespace) -> int:
    """Write the files and say what to do next."""
    if args.schema:
        print(shipped_schema(args.schema), end="")
    elif args.schemas:
        _write(args.folder, schema_files())
    else:
        files = {**start_files(), **schema_files()}
        _refuse_what_is_there(args.folder, files)
        _write(args.folder, files)
        print(_NEXT.format(enter="" if args.folder == Path() else f"  cd {args.folder}\n"), end="")
    return EXIT_OK


def _refuse_what_is_there(folder: Path, names: Mapping[str, str]) -> None:
    """Raise OutputError before anything is written when a name is taken: half a project would be worse than none."""
    taken = [str(folder / name) for name in names if (folder / name).exists()]
    if taken:
        others = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
        remedy = "Name another folder: zhnews init DIR, or --schemas for the schemas alone"
        raise OutputError(f"{taken[0]}{others}: there already, nothing was written. {remedy}")


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        write_text_whole(folder / name, text)
        print(f"wrote {folder / name}")
