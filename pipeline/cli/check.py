"""`zhnews check`: whether sources.yaml, the topics and the rules are in order; with --url, what a page would give."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli import show
from pipeline.errors import EXIT_NOTHING_DONE, EXIT_OK, EXIT_SOME_FAILED, ConfigError, UsageError

if TYPE_CHECKING:
    from pipeline.extract.article import ExtractParams
    from pipeline.fetch.source import Source, Sources
    from pipeline.model import Outcome, Page
    from pipeline.run.lookup import Unread

DEFAULT_SOURCES = Path("sources.yaml")
EXAMPLE = """\
examples:
  zhnews check                                 sources.yaml, its topics, all rules and their examples
  zhnews check --sources my.yaml --rules rules.d
  zhnews check --rules rules.d                 without a sources.yaml: the rules alone
  zhnews check --url https://news.example.com/a/1.html    title, date, body … that this page would give
  zhnews check --url saved.html --source daily            the same of a file, with the selectors of a source beside it

Exit codes with --url: 0 an article, 1 none, 2 the page could not be read.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--sources", type=Path, default=DEFAULT_SOURCES, metavar="FILE", help="default: sources.yaml")
    parser.add_argument(
        "--rules", type=Path, metavar="DIR", help="rule files of your own; default: rules.d beside FILE"
    )
    group = parser.add_argument_group("one page instead")
    group.add_argument("--url", metavar="FILE_OR_URL", help="show what would be extracted from it; nothing is kept")
    group.add_argument(
        "--source", metavar="NAME", help="whose selectors to show; default: the source that begins at the page's host"
    )
    group.add_argument("--json", action="store_true", help="print the answers as JSON")


def run(args: argparse.Namespace) -> int:
    """Check all; tell all faults, each with its place and its remedy, or what is in order."""
    if args.url is not None:
        return _preview(args)
    if args.source is not None or args.json:
        raise UsageError("--source and --json go with --url FILE_OR_URL")
    checks = [_check_topics, lambda: _check_rules(args.rules)]
    if (
        args.rules is None or args.sources != DEFAULT_SOURCES or args.sources.exists()
    ):  # else: rules alone are to be proved
        checks.insert(0, lambda: _check_sources(args.sources, args.rules))
    told = [line for check in checks for line in _faults_of(check)]
    for line in told:
        print(line)
    return EXIT_NOTHING_DONE if told else EXIT_OK


def _faults_of(check: Callable[[], str]) -> Iterator[str]:
    try:
        print(check())
    except ConfigError as exc:
        yield from (str(fault) for fault in exc.faults)


def _check_sources(path: Path, rules: Path | None) -> str:
    from pipeline.config.load import load_sources, plan_for, quality_for  # noqa: PLC0415

    sources = load_sources(path)
    plan_for(sources, path, rules)
    quality_for(sources, path)
    return f"{path}: {len(sources.sources)} sources in order"


def _check_topics() -> str:
    from pipeline.config.topics import load_topic, shipped_topics  # noqa: PLC0415

    names = shipped_topics()
    for name in names:
        load_topic(name)
    return f"topics that ship: {', '.join(names)} in order"


def _check_rules(folder: Path | None) -> str:
    """Prove every rule, those that ship too, on its examples and counter-examples."""
    from pipeline.clean.rulebook import load_rulebook  # noqa: PLC0415
    from pipeline.clean.rulefiles import find_faults  # noqa: PLC0415
    from pipeline.config.load import load_rules  # noqa: PLC0415

    rules = load_rulebook(load_rules(folder)).rules
    faults = [fault for rule in rules for fault in find_faults(rule)]
    if faults:
        raise ConfigError(*faults)
    n = sum(len(rule.examples) + len(rule.counter_examples) for rule in rules)
    return f"{len(rules)} rules in order, proved on {n} examples"


def _preview(args: argparse.Namespace) -> int:
    """Show what a page would give."""
    from pipeline.cli.preview import answers_for  # noqa: PLC0415
    from pipeline.model import Article, Page  # noqa: PLC0415

    is_address = args.url.startswith(("http://", "https://"))
    sources = _sources_for(args)
    source = _source_of(sources, args.source, args.url if is_address else None)
    page = _asked(args.url, sources, source) if is_address else _read(Path(args.url), source)
    if not isinstance(page, Page):
        print(f"{page.url}: {page.why}", file=sys.stderr)
        return EXIT_NOTHING_DONE
    params = _params_for(sources, source, args)
    generic, own = answers_for(page, params)
    outcomes = [generic] if own is None else [generic, own]
    heads = ["", "generic"] if own is None or source is None else ["", "generic", source.name]
    if args.json:
        show.record(_as_values(page, outcomes, heads[1:]))
    else:
        _draw(page, outcomes, heads)
    return EXIT_OK if isinstance(outcomes[-1], Article) else EXIT_SOME_FAILED


def _sources_for(args: argparse.Namespace) -> "Sources":
    """Return the sources; without a file there are none. Only the one that is asked needs a contact."""
    from pipeline.config.load import load_sources  # noqa: PLC0415
    from pipeline.fetch.source import Sources  # noqa: PLC0415

    if args.source is None and not args.sources.exists():
        return Sources(sources=())
    return load_sources(args.sources, only=())


def _source_of(sources: "Sources", name: str | None, url: str | None) -> "Source | None":
    from pipeline.run.lookup import source_of  # noqa: PLC0415

    try:
        return source_of(sources, name, url)
    except ValueError as exc:
        raise UsageError(f"--url: {exc}") from exc


def _asked(url: str, sources: "Sources", source: "Source | None") -> "Page | Unread":
    from pipeline.run.lookup import look_up  # noqa: PLC0415

    return look_up(url, sources, source)


def _read(path: Path, source: "Source | None") -> "Page":
    from pipeline.model import Page  # noqa: PLC0415
    from pipeline.run.world import utc_now  # noqa: PLC0415
    from pipeline.urls import article_id  # noqa: PLC0415

    try:
        body = path.read_bytes()
    except OSError as exc:
        raise UsageError(f"{path}: {exc.strerror}. Name a file or an address that begins with https://") from exc
    charset = f"text/html; charset={source.encoding}" if source is not None and source.encoding else None
    return Page(id=article_id(str(path)), url=None, source="", body=body, content_type=charset, fetched_at=utc_now())


def _params_for(sources: "Sources", source: "Source | None", args: argparse.Namespace) -> "ExtractParams":
    from pipeline.config.load import plan_for  # noqa: PLC0415

    plan = plan_for(sources, args.sources, args.rules)
    return replace(plan.extract, selectors=plan.selectors.get(source.name) if source is not None else None)


def _as_values(page: "Page", outcomes: Sequence["Outcome"], names: Sequence[str]) -> dict[str, object]:
    from pipeline.cli.preview import next_pages  # noqa: PLC0415
    from pipeline.extract.encoding import decode_html  # noqa: PLC0415

    return {
        "url": page.url,
        "answers": dict(zip(names, outcomes, strict=True)),
        "next_pages": next_pages(page, outcomes),
        "decoded_by": decode_html(page.body, content_type=page.content_type).reason,
    }


def _draw(page: "Page", outcomes: Sequence["Outcome"], heads: Sequence[str]) -> None:
    """Print the table as wide as the terminal, in a pipe 80 columns: it is to be read, not to be parsed."""
    from pipeline.cli.preview import preview_rows  # noqa: PLC0415
    from pipeline.cli.tables import draw_table  # noqa: PLC0415

    rows = [[show.plain(cell) for cell in row] for row in preview_rows(page, outcomes)]
    print("\n".join(draw_table(heads, rows, show.console().width)))
