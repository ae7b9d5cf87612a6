"""`zhnews status`: how the sources are doing, and how the last runs ended."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.cli import show
from pipeline.cli.arguments import add_data_argument
from pipeline.errors import EXIT_OK

if TYPE_CHECKING:
    from pipeline.store.state import Run, SourceState
    from pipeline.store.survey import FailedUrl, RestingHost, StoppedList

_LEAST_SECONDS = 0.005  # what is less would be printed as nothing

EXAMPLE = """\
examples:
  zhnews status
  zhnews status --failed                single addresses, why they failed and when they are tried again
  zhnews status --json | jq '.sources[] | select(.failing_since)'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is printed."""

    articles: int
    sources: "tuple[SourceState, ...]"
    waiting: Mapping[str, int]  # pages known and not read yet, by source
    failed: Mapping[str, int]  # pages and items whose last visit failed, by source
    resting_hosts: "tuple[RestingHost, ...]"
    stopped_lists: "tuple[StoppedList, ...]"
    failed_urls: "tuple[FailedUrl, ...]"  # only with --failed
    runs: "tuple[Run, ...]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_data_argument(parser)
    parser.add_argument("--failed", action="store_true", help="list the single addresses that failed, and why")
    parser.add_argument("--json", action="store_true", help="all of it as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print a table of sources and one of runs, and what hinders."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from pipeline.store.records import value_to_json  # noqa: PLC0415
    from pipeline.store.state import open_state  # noqa: PLC0415

    with open_state(args.data, read_only=True) as state:
        now = datetime.now(UTC)
        health = Health(
            articles=state.articles.count(),
            sources=state.sources(),
            waiting=state.survey.count_waiting(),
            failed=state.survey.count_failed(),
            resting_hosts=state.survey.resting_hosts(now),
            stopped_lists=state.survey.stopped_lists(),
            failed_urls=tuple(state.survey.failed()) if args.failed else (),
            runs=state.runs(10),
        )
    if args.json:
        show.record(value_to_json(health))
    elif args.failed:
        _print_failed(health.failed_urls)
    else:
        print(f"{show.counted(health.articles, 'article')} in {args.data}")
        _print(health)
    return EXIT_OK


def _print(health: "Health") -> None:
    show.table(
        ("source", "kind", "new", "waiting", "failed", "last success", "failing since", "error"),
        [
            (
                s.name,
                s.kind,
                s.new_articles,
                health.waiting.get(s.name, 0),
                health.failed.get(s.name, 0),
                _at(s.last_success_at),
                _at(s.failing_since),
                s.last_error or "",
            )
            for s in health.sources
        ],
    )
    if health.resting_hosts:
        show.table(
            ("host that rests", "until", "rests in a row"),
            [(h.host, _at(h.until), h.rests) for h in health.resting_hosts],
        )
    if health.stopped_lists:
        rows = [(one.url, one.source, one.detail) for one in health.stopped_lists]
        show.table(("list not read to its end", "source", "why"), rows)
    show.table(
        ("run", "command", "started", "exit", "seen", "kept", "failed"),
        [(r.id, r.command, _at(r.started_at), _exit(r.exit_code), *_counts(r.tally or {})) for r in health.runs],
    )
    _print_seconds(health.runs)


def _print_seconds(runs: "Sequence[Run]") -> None:
    """Print where the time of the last measured run went, the longest stage first."""
    run = next((run for run in runs if run.seconds), None)
    if run is None or run.seconds is None:
        return
    total = sum(run.seconds.values())
    ranked = sorted(run.seconds.items(), key=lambda pair: -pair[1])
    rows = [(stage, f"{s:,.2f}", f"{s / max(total, _LEAST_SECONDS):.0%}") for stage, s in ranked if s >= _LEAST_SECONDS]
    show.table((f"stage of run {run.id}", "seconds", "share"), [*rows, ("all", f"{total:,.2f}", "100%")])


def _print_failed(failed: "Sequence[FailedUrl]") -> None:
    rows = [
        (one.source, one.url, one.rule, one.detail, one.attempts, "set aside" if one.is_set_aside else _at(one.at))
        for one in failed
    ]
    show.table(("source", "url", "rule", "detail", "tries", "again"), rows, nothing="no address failed")


def _counts(tally: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(tally.get(name, "") for name in ("seen", "kept", "failed"))


def _exit(code: int | None) -> str:
    return "running" if code is None else "died" if code < 0 else str(code)


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""
