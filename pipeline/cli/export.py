"""`zhnews export`: the crawled corpus as files for others, or the pages that it was made of."""

import argparse
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli import show
from pipeline.cli.arguments import add_data_argument, add_quality_arguments, quality_over, refuse_state
from pipeline.errors import EXIT_OK, UsageError

if TYPE_CHECKING:
    from pipeline.model import Article
    from pipeline.store.state import SourceState, State

FORMATS = ("jsonl", "parquet", "csv", "txt", "warc")
EXAMPLE = """\
examples:
  zhnews export                                    data/export/corpus.jsonl, one record a line
  zhnews export --only keep --format csv -o service.csv
  zhnews export --topic ferry.yaml --only keep     the same articles, asked about another topic
  zhnews export --select light --mask pii          what is Chinese text, private data masked
  zhnews export -o - | head -3                     to a pipe
  zhnews export --fields id,url,title,text -o slim.jsonl.gz
  zhnews export -o pages.warc.gz                   the pages as they came, for archives

Where a copy is fuller or newer than the article that stays, it is written in its place: with its own id, and a flag
`supersedes` that names the other. --select, --mask, --block and --allow take the place of what sources.yaml says.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_data_argument(parser)
    parser.add_argument("-o", "--out", metavar="FILE|-", help="default: DIR/export/corpus.FORMAT, always made anew")
    parser.add_argument("--format", choices=FORMATS, help="default: by the ending of FILE, else jsonl")
    parser.add_argument("--only", choices=("keep", "review"), help="what the topic keeps, or keeps or wants reviewed")
    parser.add_argument(
        "--topic", metavar="NAME|FILE", help="score by this topic first; it then decides for --only and require_topic"
    )
    parser.add_argument("--source", action="append", metavar="NAME", help="of this source; may be given several times")
    parser.add_argument(
        "--fields", metavar="NAME,…", help="these fields of the record; `text` is the paragraphs joined"
    )
    add_quality_arguments(parser)
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")


def run(args: argparse.Namespace) -> int:
    """Write the articles that stay; near-duplicates and what was rejected are not in it (see `zhnews report`)."""
    from pipeline.store.outputs import write_archive  # noqa: PLC0415
    from pipeline.store.state import open_state  # noqa: PLC0415

    form = args.format or _form_of(args.out)
    if form == "warc":
        _check_archive(args)
    target = Path(args.out) if args.out else args.data / "export" / _NAMES.get(form, f"corpus.{form}")
    refuse_state(target, args.data)
    with open_state(args.data, read_only=True) as state:
        sources = state.sources()
        _check_sources(args.source or (), [source.name for source in sources])
        if form == "warc":
            said = f"{write_archive(state, target, args.source or (), force=_is_free(args))} pages: {target}"
        else:
            said = _write_articles(state, sources, target, form, args)
    print(said, file=sys.stderr)
    return EXIT_OK


def _write_articles(
    state: "State", sources: "Sequence[SourceState]", target: Path, form: str, args: argparse.Namespace
) -> str:
    """Write the selected articles; return in words how many."""
    from pipeline.quality.params import QualityParams  # noqa: PLC0415
    from pipeline.store.outputs import Selection, write_corpus  # noqa: PLC0415
    from pipeline.store.quality import kept_quality  # noqa: PLC0415

    selection = Selection(
        only=args.only,
        sources=frozenset(args.source or ()),
        required=frozenset(source.name for source in sources if source.requires_topic),
        fields=tuple(args.fields.split(",")) if args.fields else (),
        quality=quality_over(QualityParams(), args),
        qualities={name: quality_over(own, args) for name, own in kept_quality(state).items()},
    )
    # A fuller form from another source comes only from one that this export takes whole: nothing is lost by preferring it.
    everywhere = selection.sources or frozenset(source.name for source in sources)
    articles = state.articles.preferred(everywhere - selection.required)
    written = write_corpus(_scored(articles, args.topic), target, form, selection, force=_is_free(args))
    said = f"{show.counted(written.articles, 'article')}: {target}"
    left_out = {"require_topic": written.off_topic, **dict(sorted(written.unfit.items()))}
    return "; left out by ".join((said, *(f"{rule}: {count}" for rule, count in left_out.items() if count)))


def _scored(articles: "Iterable[Article]", topic: str | None) -> "Iterable[Article]":
    """Return the articles, scored by the topic if there is one."""
    if topic is None:
        return articles
    from pipeline.config.topics import load_topic  # noqa: PLC0415 - for those who name one
    from pipeline.topics.score import score_article  # noqa: PLC0415

    asked = load_topic(topic)
    return (score_article(article, asked) for article in articles)


def _is_free(args: argparse.Namespace) -> bool:
    """Return whether the target may be replaced: where we choose its name it is always made anew."""
    return args.force or not args.out


_NAMES = {"warc": "pages.warc.gz"}  # where the articles are not what is written


def _check_archive(args: argparse.Namespace) -> None:
    if (
        args.only
        or args.topic
        or args.fields
        or args.select
        or args.signals
        or args.identify_language
        or args.mask
        or args.block
        or args.out == "-"
    ):
        raise UsageError(
            "--format warc: writes whole pages to a file; leave out --only, --topic, --fields, --select, --signals,"
            " --identify-language, --mask, --block and -o -"
        )


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
