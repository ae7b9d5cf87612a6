"""What a run tells Prometheus: a file for the textfile collector of node_exporter, written whole.

events so far, sources as stored ─▶ text ─▶ FILE        every 15 seconds, and at the end with the tally
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from pipeline.run.crawl import CrawlResult
from pipeline.run.events import Counts, Event
from pipeline.run.world import utc_now
from pipeline.store.files import write_text_whole
from pipeline.store.state import SourceState, State, open_state

INTERVAL_S = 15.0  # between two writes while the run goes on; Prometheus usually asks that often


class MetricsFile:
    """Listens to a crawl and keeps a file of its figures."""

    def __init__(self, path: Path, data: Path) -> None:
        self._path = path
        self._data = data
        self._begun_at = self._written_at = utc_now()
        self._counts = Counts()

    def tell(self, event: Event) -> None:
        """Count an event; write the file when it is time."""
        self._counts.add(event)
        if (event.at - self._written_at).total_seconds() >= INTERVAL_S:
            self.write(None)

    def write(self, result: CrawlResult | None) -> None:
        """Write the file; `result`: of the run, None while it goes on. Raises OutputError when it cannot be written."""
        self._written_at = utc_now()
        with open_state(self._data, read_only=True) as state:
            lines = [
                *_run_metrics(self._counts, self._begun_at, self._written_at, result),
                *_source_metrics(state.sources()),
                *_store_metrics(state, self._written_at),
            ]
        write_text_whole(self._path, "".join(f"{line}\n" for line in lines))


def _run_metrics(counts: Counts, begun_at: datetime, now: datetime, result: CrawlResult | None) -> Iterator[str]:
    yield from _gauge("run_active", "1 while a crawl is running", {"": int(result is None)})
    yield from _gauge("run_started_timestamp_seconds", "when the run began", {"": begun_at.timestamp()})
    yield from _gauge("run_seconds", "how long it took, or takes already", {"": (now - begun_at).total_seconds()})
    visits = {_labels(outcome=name): n for name, n in sorted(counts.visits.items())}
    yield from _gauge("run_visits", "addresses asked and items read in the run, by outcome", visits)
    yield from _gauge("run_received_bytes", "of bodies, unpacked", {"": counts.bytes})
    if result is None:
        return
    yield from _gauge("run_exit_code", "of the run", {"": result.exit_code})
    yield from _gauge("run_requests", "robots.txt among them", {"": result.n_requests})
    fates = {_labels(fate=name): getattr(result.tally, name) for name in ("kept", "rejected", "unchanged", "failed")}
    yield from _gauge("run_inputs", "where every input of the run went", fates)
    seconds = {_labels(stage=stage): s for stage, s in result.seconds.items()}
    yield from _gauge("run_stage_seconds", "of the clock, by stage of the run", seconds)
    rules = {_labels(rule=rule): n for rule, n in sorted(result.tally.rules.items())}
    yield from _gauge("run_rejected", "rejected inputs of the run, by rule", rules)
    yield from _gauge("run_ended_timestamp_seconds", "when the run ended", {"": now.timestamp()})


def _source_metrics(sources: Iterable[SourceState]) -> Iterator[str]:
    known = [(_labels(source=source.name), source) for source in sources]
    new = {label: source.new_articles for label, source in known}
    yield from _gauge("source_new_articles", "kept in the last run that ended", new)
    failing = {label: int(source.failing_since is not None) for label, source in known}
    yield from _gauge("source_failing", "1: its lists or files could not be read", failing)
    worked = {label: s.last_success_at.timestamp() for label, s in known if s.last_success_at is not None}
    yield from _gauge("source_last_success_timestamp_seconds", "when its lists or files were last read", worked)


def _store_metrics(state: State, now: datetime) -> Iterator[str]:
    yield from _gauge("articles", "stored, copies among them", {"": state.articles.count()})
    waiting = {_labels(source=name): n for name, n in sorted(state.survey.count_waiting().items())}
    yield from _gauge("waiting_pages", "known and not read yet", waiting)
    yield from _gauge("resting_hosts", "not asked for a while", {"": len(state.survey.resting_hosts(now))})


def _gauge(name: str, what: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP zhnews_{name} {what}"
    yield f"# TYPE zhnews_{name} gauge"
    yield from (f"zhnews_{name}{label} {value:.15g}" for label, value in values.items())


def _labels(**labels: str) -> str:
    said = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{said}}}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
