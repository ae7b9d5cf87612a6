"""Arguments that several verbs share, and what they become."""

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.topics.topic import DEFAULT_TOPIC

if TYPE_CHECKING:
    from pipeline.flow import Plan
    from pipeline.quality.params import QualityParams
    from pipeline.store.inputs import InputOptions

SCRIPTS = ("keep", "hans", "hant", "tw", "hk")


def add_plan_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how texts are cleaned."""
    group = parser.add_argument_group("cleaning")
    group.add_argument("--script", choices=SCRIPTS, default="keep", help="script of the result (default: keep)")
    group.add_argument(
        "--terms",
        choices=("keep", "convert"),
        default="keep",
        help="convert: words of other regions become those of --script hans, tw or hk",
    )
    group.add_argument("--topic", default=DEFAULT_TOPIC, metavar="NAME|FILE", help="topic to score; 'none' for none")
    group.add_argument("--rules", type=Path, metavar="DIR", help="folder with rule files of your own (*.toml)")
    group.add_argument("--keep", default="", metavar="KIND,…", help="kinds of line to keep, such as promo,caption")
    add_keyword_arguments(group)
    add_quality_arguments(parser)


def add_quality_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is masked, and which articles stay by their signals and the user's lists."""
    group = parser.add_argument_group("quality")
    group.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="EXPR|PRESET",
        help='keep what meets this: none, light, c4-zh, gopher-zh, or "han_share > 0.6 and chars >= 100"; all must hold',
    )
    group.add_argument(
        "--signals", action="store_true", help="note all signals in each record; --select notes them, too"
    )
    group.add_argument(
        "--identify-language",
        action="store_true",
        help="signal `language` names other languages, too (en, vi …), and is noted as by --signals; an extra",
    )
    group.add_argument(
        "--mask", metavar="KIND,…", help="mask private data: pii for all kinds, or mobile,mail,identity …"
    )
    group.add_argument(
        "--block",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="reject articles with a word or host of this list (one a line)",
    )
    group.add_argument(
        "--allow",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="words and hosts that excuse an article from --block",
    )


def quality_from(args: argparse.Namespace) -> "QualityParams":
    """Return what the arguments ask of the quality stage. Raises UsageError or ConfigError."""
    asks = args.select, args.signals, args.identify_language, args.mask is not None, args.block, args.allow
    if not any(asks):
        from pipeline.quality.params import QualityParams  # noqa: PLC0415 - as in plan_from

        return QualityParams()
    from pipeline.config.quality import load_quality  # noqa: PLC0415
    from pipeline.quality.select import NONE, check_conditions  # noqa: PLC0415

    asked = load_quality(mask=args.mask, select=(), block=args.block, allow=args.allow)
    conditions = tuple(condition for condition in args.select if condition != NONE)
    check_conditions(conditions, identified=args.identify_language)
    if args.identify_language:
        from pipeline.quality.identify import require_identifier  # noqa: PLC0415 - for those who ask

        require_identifier()
    return replace(asked, select=conditions, signals=args.signals, identify_language=args.identify_language)


def quality_over(own: "QualityParams", args: argparse.Namespace) -> "QualityParams":
    """Return what a source asks for, each part of it replaced where the arguments name one. Raises as `quality_from`."""
    asked = quality_from(args)
    return replace(
        asked,
        select=asked.select if args.select else own.select,
        mask=own.mask if args.mask is None else asked.mask,
        lists=asked.lists if args.block or args.allow else own.lists,
    )


def add_keyword_arguments(group: argparse._ArgumentGroup) -> None:
    """Add how many keywords an article gets."""
    group.add_argument("--keywords", type=positive, metavar="N", help="note N keywords of each article in its record")
    group.add_argument(
        "--user-dictionary", type=Path, metavar="FILE", help="words for keywords, a line each, in jieba's form"
    )


def plan_from(args: argparse.Namespace) -> "Plan":
    """Return the plan that the arguments ask for."""
    from pipeline.config.load import load_keywords, make_plan  # noqa: PLC0415 - after parsing: a wrong word is told at once

    kinds = [kind.strip() for kind in args.keep.split(",") if kind.strip()]
    topic = None if args.topic == "none" else args.topic
    keywords = load_keywords(args.keywords or 0, args.user_dictionary)
    plan = make_plan(
        script=args.script, terms=args.terms, topic=topic, rules=args.rules, keep_kinds=kinds, keywords=keywords
    )
    return replace(plan, quality=quality_from(args))


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
