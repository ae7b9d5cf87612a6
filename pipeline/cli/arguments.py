"""Arguments that several verbs share, and what they become."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.flow import Plan
    from pipeline.store.inputs import InputOptions

SCRIPTS = ("keep", "hans", "hant", "tw", "hk")


def add_plan_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how texts are cleaned."""
    group = parser.add_argument_group("cleaning")
    group.add_argument("--script", choices=SCRIPTS, default="keep", help="script of the result (default: keep)")
    group.add_argument("--topic", default="service", metavar="NAME|FILE", help="topic to score; 'none' for none")
    group.add_argument("--rules", type=Path, metavar="DIR", help="folder with rule files of your own (*.toml)")
    group.add_argument("--keep", default="", metavar="KIND,…", help="kinds of line to keep, such as promo,caption")


def plan_from(args: argparse.Namespace) -> "Plan":
    """Return the plan that the arguments ask for."""
    from pipeline.config.load import make_plan  # noqa: PLC0415 - after parsing: a wrong word is told at once

    kinds = [kind.strip() for kind in args.keep.split(",") if kind.strip()]
    topic = None if args.topic == "none" else args.topic
    return make_plan(script=args.script, topic=topic, rules=args.rules, keep_kinds=kinds)


def add_input_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how records are read."""
    group = parser.add_argument_group("input")
    for name, what in (
        ("text", "text"),
        ("id", "id"),
        ("title", "title"),
        ("url", "url"),
        ("date", "publication date"),
    ):
        group.add_argument(f"--{name}-field", metavar="NAME", help=f"field of a record that holds the {what}")
    group.add_argument("--max-mb", type=positive, default=64, metavar="N", help="largest text or record (default: 64)")


def input_options_from(args: argparse.Namespace) -> "InputOptions":
    """Return how the arguments ask records to be read."""
    from pipeline.store.inputs import InputOptions  # noqa: PLC0415

    return InputOptions(
        text_field=args.text_field,
        id_field=args.id_field,
        title_field=args.title_field,
        url_field=args.url_field,
        date_field=args.date_field,
        max_bytes=args.max_mb * 2**20,
    )


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """Add where the crawl keeps its state."""
    parser.add_argument(
        "--data", type=Path, default=Path("data"), metavar="DIR", help="the data folder (default: data)"
    )


def positive(text: str) -> int:
    """Return a whole number of 1 or more; argparse tells what is none."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def port(text: str) -> int:
    """Return the number of a TCP port; 0: any."""
    number = int(text)
    if not 0 <= number < 2**16:
        raise argparse.ArgumentTypeError(f"{text} is no port: 0 to 65535")
    return number


def refuse_inputs(outputs: Iterable[Path | None], inputs: Iterable[str]) -> None:
    """Raise UsageError when an output is one of the inputs: it would be read while it is replaced."""
    read = {Path(name).resolve() for name in inputs}
    for out in outputs:
        if out is not None and out.resolve() in read:
            raise UsageError(f"{out}: is an input, too. Give another name")


def refuse_state(out: Path, data: Path) -> None:
    """Raise UsageError when an output would replace a file that the crawl lives on."""
    if out.resolve().parent == data.resolve() and out.name.startswith((".lock", "state.sqlite", "pages.sqlite")):
        raise UsageError(f"{out}: is the crawl's own file. Give another name")
