"""`zhnews topic`: score texts, label some of them, and let the labels set thresholds and find words."""

import argparse
from pathlib import Path

from pipeline.cli.arguments import add_input_arguments, positive
from pipeline.topics.topic import DEFAULT_TOPIC

EXAMPLE = """\
examples:
  zhnews topic score articles.jsonl                     score, verdict and the words that made it
  zhnews topic score --topic ferry.yaml --json *.txt    by a topic of your own, with the places of the words
  zhnews topic label articles.jsonl -o labels.jsonl     read and press 0, 1 or 2
  zhnews topic calibrate labels.jsonl                   thresholds that fit the labels, and how sure they are
  zhnews topic suggest labels.jsonl                     words that the topic lacks
  zhnews topic learn labels.jsonl -o words.tsv          a table of learned words
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of every action."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, (what, declare) in ACTIONS.items():
        one = actions.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".", allow_abbrev=False)
        one.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        declare(one)


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    from pipeline.cli import topic_actions  # noqa: PLC0415 - after parsing: a wrong word is told at once

    code: int = getattr(topic_actions, args.action)(args)
    return code


# ---- arguments


def _of_score(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", nargs="+", metavar="FILE|-", help="text, HTML or JSONL; a folder; - for a pipe")
    parser.add_argument(
        "--topic", action="append", metavar="NAME|FILE", help="default: service; may be given several times"
    )
    parser.add_argument("--json", action="store_true", help="one record a line, with the places of the words")
    add_input_arguments(parser)


def _of_label(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", nargs="+", metavar="FILE", help="text, HTML or JSONL; a folder")
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("labels.jsonl"), metavar="FILE", help="default: labels.jsonl, added to"
    )
    _add_topic(parser)
    add_input_arguments(parser)


def _of_calibrate(parser: argparse.ArgumentParser) -> None:
    _add_labels(parser)
    parser.add_argument(
        "--beta", type=_beta, default=1.0, metavar="N", help="2: losing an article is worse than reading one too many"
    )
    parser.add_argument("--json", action="store_true", help="one object")


def _of_learn(parser: argparse.ArgumentParser) -> None:
    _add_labels(parser)
    parser.add_argument("-o", "--out", type=Path, metavar="FILE.tsv", help="the table; default: only the figures")
    parser.add_argument("--words", type=positive, default=300, metavar="N", help="of the table at most (default: 300)")
    parser.add_argument("--force", action="store_true", help="replace FILE.tsv if it exists")


def _of_suggest(parser: argparse.ArgumentParser) -> None:
    _add_labels(parser)
    parser.add_argument("--words", type=positive, default=40, metavar="N", help="at most (default: 40)")
    parser.add_argument("--json", action="store_true", help="one word a line")


def _of_schema(_: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def _add_labels(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("labels", type=Path, metavar="labels.jsonl", help="what `zhnews topic label` wrote")
    _add_topic(parser)


def _add_topic(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--topic", default=DEFAULT_TOPIC, metavar="NAME|FILE", help="default: %(default)s")


def _beta(text: str) -> float:
    value = float(text)
    if not 0.1 <= value <= 10:
        raise argparse.ArgumentTypeError(f"{text} is not between 0.1 and 10")
    return value


ACTIONS = {
    "score": ("score files: title and cleaned text, as every other run does", _of_score),
    "label": ("read articles in the terminal and label them 0, 1 or 2", _of_label),
    "calibrate": ("find thresholds that fit the labels", _of_calibrate),
    "learn": ("learn a table of words from 200 labels or more", _of_learn),
    "suggest": ("list words that tell the labelled articles apart", _of_suggest),
    "schema": ("print the JSON schema of topic files, for editors", _of_schema),
}
