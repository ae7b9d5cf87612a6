"""Arguments that several verbs share, and what they become."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

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
    group.add_argument("--max-mb", type=int, default=64, metavar="N", help="largest text or record (default: 64)")


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
