"""The frontier among a million known addresses: how many calls a second it does.

    python -m benchmarks.frontier [--urls 1000000] [--json]

Each call is a transaction of its own, as in a crawl: an address is leased, asked, and finished before the host's next one. Eight
leases are also taken in one transaction, one of each of eight hosts. Figures are of CPU time of this process, the median of five
turns, so that work of others on the machine does not count; wall time is shown beside it.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.store.frontier import Lease, Link, Visit
from pipeline.store.state import State, open_state

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HOSTS = 16
BATCH = 10_000
TURNS = 5
CALLS = 1600


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--urls", type=int, default=1_000_000, help="addresses known")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, open_state(Path(folder)) as state:
        state.set_sources([("a", "feed")], frozenset({"a"}))
        rows = dict(_measured(state, options.urls))
    if options.json:
        print(json.dumps({name: round(cpu, 1) for name, (cpu, _) in rows.items()}))
        return 0
    print(f"{options.urls:,} addresses known\n\n| call | a CPU second | a second |\n|---|---:|---:|")
    print("\n".join(f"| {name} | {cpu:,.0f} | {wall:,.0f} |" for name, (cpu, wall) in rows.items()))
    return 0


def _measured(state: State, urls: int) -> Iterator[tuple[str, tuple[float, float]]]:
    frontier = state.frontier
    batches = [range(at, min(at + BATCH, urls)) for at in range(0, urls, BATCH)]

    def discover_all() -> None:
        for batch in batches:
            _discover(state, batch)

    yield "discover an address", _rate(discover_all, urls, turns=1)
    yield "discover a known one", _rate(lambda: _discover(state, batches[0]), len(batches[0]))
    leases: list[Lease] = []

    def lease() -> None:
        for n in range(CALLS):
            taken = frontier.lease(_host(n), "page", NOW)
            assert taken is not None
            leases.append(taken)

    def lease_eight() -> None:
        for _ in range(CALLS // 8):
            with state.transaction():
                for n in range(8):
                    assert frontier.lease(_host(n), "page", NOW) is not None

    def finish() -> None:
        for taken in [leases.pop() for _ in range(CALLS)]:
            frontier.finish(taken, Visit(outcome="unchanged", at=NOW, next_at=NOW + timedelta(hours=1)), run=1)

    yield "lease", _rate(lease, CALLS)
    yield "finish", _rate(finish, CALLS)
    yield "lease of eight hosts at once", _rate(lease_eight, CALLS // 8)
    yield "is anything due", _rate(lambda: [frontier.is_due(_host(n), "page", NOW) for n in range(CALLS)], CALLS)
    yield "hosts with something due", _rate(lambda: frontier.hosts("page", NOW), 1)


def _host(n: int) -> str:
    return f"h{n % HOSTS}.example"


def _discover(state: State, numbers: range) -> None:
    links = (
        Link(
            url=f"https://{_host(n)}/2026/{n}.html",
            item_id=f"{n:016x}",
            kind="article",
            host=_host(n),
            source="a",
            position=0,
            rank=n // HOSTS,
        )
        for n in numbers
    )
    state.frontier.discover(links, run=1, now=NOW)


def _rate(calls: Callable[[], object], count: int, turns: int = TURNS) -> tuple[float, float]:
    """Return how many a second of CPU time, and of the clock."""
    spent = []
    for _ in range(turns):
        cpu, wall = time.process_time(), time.perf_counter()
        calls()
        spent.append((time.process_time() - cpu, time.perf_counter() - wall))
    return count / statistics.median(c for c, _ in spent), count / statistics.median(w for _, w in spent)


if __name__ == "__main__":
    sys.exit(main())
