"""Crawls that are killed, stopped, starved of disk, set back in time or started twice must end in the undisturbed corpus.

    python -m benchmarks.kill [--pages 3000] [--kills 100] [--only SCENE] [--seed 1] [--json]

The site (`benchmarks.bigsite`) is served on 127.0.0.1 by a process of its own; each crawl is a process with the default plan
that nobody makes wait. Signals come at a random moment of its work. After each round both files must pass SQLite's integrity
check, every article must be there once, all kept bytes must have their hash, and the records, near-duplicates and rejections must
be those of the undisturbed run, byte for byte. Where the clock is set back hosts rest until the old time has come, and the crawl takes
several runs that each end in order: what came first then stays, and hosts have taught something in between. There all articles must be
there with their text as received, their title and date; which of two copies stays may differ. The full disk is a tmpfs of a few megabytes where root may mount one, else a limit
on the size of files.
"""

import argparse
import hashlib
import json
import os
import pickle
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from benchmarks.bigsite import build, no_wait_world
from pipeline.errors import EXIT_BUSY, EXIT_INTERRUPTED, ZhnewsError
from pipeline.run.world import CrawlOptions, World
from pipeline.store.records import article_to_json, decision_to_json
from pipeline.store.state import open_state

FULL_AT = 5  # the disk holds a fifth of what the undisturbed crawl wrote, then two, then three
LONGEST_S = 8.0  # a signal comes after so long at most; start-up not counted
MOST_RUNS = 400
READS = 3  # of the clock, for each page: less than a crawl needs, so that it is set back on the way


@dataclass(frozen=True, slots=True)
class Bench:
    """The site and the folder of a scene."""

    sources: Path  # pickled
    folder: Path
    pages: int
    draw: random.Random

    def start(self, data: Path, *words: str) -> subprocess.Popen[str]:
        """Start a crawl; it says "begin" when it begins to work."""
        command = [
            sys.executable,
            "-m",
            "benchmarks.kill",
            "--crawl",
            str(data),
            "--sources",
            str(self.sources),
            *words,
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        return process

    def finish(self, data: Path, *words: str) -> int:
        """Crawl to the end; return how many pages wait for a later run."""
        out, err = (process := self.start(data, *words)).communicate()
        if process.returncode or ("--clock" in words and "0" not in words and "set back" not in out):
            raise SystemExit(f"a crawl ended with {process.returncode}: {out}{err}")
        return int(out.split()[-1])

    def disturb(self, data: Path, number: signal.Signals) -> int:
        """Crawl for a while and send a signal; return how the crawl ended."""
        process = self.start(data)
        time.sleep(self.draw.uniform(0.0, LONGEST_S))
        process.send_signal(number)
        process.communicate()
        return process.returncode


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a scene came to."""

    scene: str
    events: int  # kills, stops, full disks …
    rounds: int  # crawls that were brought to their end and compared
    different: int


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=100, help="of each kind of signal: a tenth of it for SIGTERM")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=list(SCENES), help="one scene")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    for word in ("--crawl", "--sources", "--clock", "--reads", "--most-bytes"):  # this very file, as the crawl
        parser.add_argument(word, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.crawl:
        world = no_wait_world()
        if options.clock:
            world = replace(world, now=_clock_set_back(world.now, int(options.clock), int(options.reads)))
        return _crawl(Path(options.crawl), Path(options.sources), world, int(options.most_bytes or 0))
    results = list(_play(options))
    different = sum(result.different for result in results)
    if options.json:
        print(
            json.dumps({result.scene: {"events": result.events, "different": result.different} for result in results})
        )
    return 1 if different else 0


def _play(options: argparse.Namespace) -> Iterator[Result]:
    """Play the scenes and print a row of the table for each."""
    with _site(options.pages) as port, tempfile.TemporaryDirectory() as scratch:
        site = build(options.pages)
        sources = Path(scratch) / "sources.pickle"
        sources.write_bytes(pickle.dumps(site.sources_at(port)))
        bench = Bench(sources, Path(scratch), options.pages, random.Random(options.seed))
        bench.finish(bench.folder / "whole")
        wanted = {told.url for told in site.truth}
        whole = {way: digest(bench.folder / "whole", wanted, is_one_run=way) for way in (True, False)}

        def differs(data: Path, *, is_one_run: bool = True) -> bool:
            return digest(data, wanted, is_one_run=is_one_run) != whole[is_one_run]

        if not options.json:
            print(
                f"{options.pages} pages\n\n| scene | events | rounds | different | s |\n|---|---:|---:|---:|---:|",
                flush=True,
            )
        for name, scene in SCENES.items():
            if options.only in (None, name):
                started = time.perf_counter()
                result = scene(bench, options.kills, differs)
                if not options.json:
                    row = (name, result.events, result.rounds, result.different, round(time.perf_counter() - started))
                    print(f"| {' | '.join(map(str, row))} |", flush=True)
                yield result


def digest(data: Path, wanted: set[str], *, is_one_run: bool = True) -> str:
    """Return the fingerprint of all that a user can see. Raises SystemExit when the state is not whole.

    Of a crawl in several runs: of what was received, and not of what was decided about it.
    """
    told = hashlib.sha256()
    with open_state(data, read_only=True) as state:
        if not state.is_sound() or state.decisions.undecided():
            raise SystemExit(f"{data}: damaged, or not decided")
        urls = [article.url for article in state.articles.corpus()]
        if len(urls) != len(set(urls)) or set(urls) != wanted:
            raise SystemExit(f"{data}: {len(urls)} articles of {len(wanted)}, {len(set(urls))} different ones")
        for known in state.addresses.visited():
            if known.body_hash is None or state.pages.get(known.body_hash) is None:
                raise SystemExit(f"{known.url}: its bytes are not kept")
        corpus, copies = list(state.articles.corpus()), list(state.articles.copies())
        rows: list[object]
        if is_one_run:
            rows = [article_to_json(article) for article in corpus]
            rows += [decision_to_json(decision) for _, decision in copies]
        else:
            everyone = sorted((*corpus, *(copy for copy, _ in copies)), key=lambda article: article.id)
            rows = [(a.id, a.title, a.published_at, a.original) for a in everyone]
        rows += [repr(rejected) for rejected in state.articles.rejections()]
    for row in rows:
        told.update(repr(row).encode("utf-8", "surrogatepass"))
    return told.hexdigest()


# ---- the scenes


class Differs(Protocol):
    """Whether a crawl came to something else than the undisturbed one."""

    def __call__(self, data: Path, *, is_one_run: bool = True) -> bool: ...


def _signals(bench: Bench, count: int, differs: Differs, number: signal.Signals, ends: int) -> Result:
    """Send signals, round after round, until as many as wanted came in time."""
    events = rounds = different = 0
    while events < count:
        data = bench.folder / f"{number.name}{rounds}"
        while events < count:
            ended = bench.disturb(data, number)
            events += ended == ends
            if ended == 0:
                break
        bench.finish(data)
        different += differs(data)
        rounds += 1
        shutil.rmtree(data)
    return Result(scene=number.name, events=events, rounds=rounds, different=different)


def _killed(bench: Bench, count: int, differs: Differs) -> Result:
    return _signals(bench, count, differs, signal.SIGKILL, -signal.SIGKILL)


def _stopped(bench: Bench, count: int, differs: Differs) -> Result:
    return _signals(bench, max(count // 10, 1), differs, signal.SIGTERM, EXIT_INTERRUPTED)


def _full(bench: Bench, _count: int, differs: Differs) -> Result:
    """Fill the disk; give it room; crawl on."""
    fifth = sum(file.stat().st_size for file in (bench.folder / "whole").rglob("*") if file.is_file()) // FULL_AT
    data = bench.folder / "full"
    data.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={fifth}", "tmpfs", str(data)]
    is_mounted = subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0
    try:
        for n in range(1, 4):
            process = bench.start(data, *(() if is_mounted else ("--most-bytes", str(n * fifth))))
            _, err = process.communicate()
            if process.returncode != 2 or "cannot be written" not in err:
                raise SystemExit(f"a full disk ended with {process.returncode}: {err}")
            if is_mounted:
                _grow(data, (n + 1) * fifth if n < 3 else 1 << 30)
        bench.finish(data)
        scene = "full tmpfs" if is_mounted else "files as large as may be"
        return Result(scene=scene, events=3, rounds=1, different=int(differs(data)))
    finally:
        if is_mounted:
            subprocess.run(["umount", str(data)], check=True)


def _grow(data: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(data)], check=True)


def _set_back(bench: Bench, _count: int, differs: Differs) -> Result:
    """Crawl with clocks that are set back in the middle: an hour, a day, two years; then when that time has come."""
    different = 0
    steps = (3600, 86_400, 2 * 365 * 86_400)
    for step in steps:
        data = bench.folder / f"clock{step}"
        bench.finish(data, "--clock", str(step), "--reads", str(bench.pages * READS))
        runs = 1
        later = ("--clock", str(step + 86_400), "--reads", "0")
        while bench.finish(data, *later):  # hosts rest until the time that the first clock told has come
            if (runs := runs + 1) > MOST_RUNS:
                raise SystemExit(f"pages still wait after {runs} runs")
        different += differs(data, is_one_run=False)
    return Result(scene="clock set back", events=len(steps), rounds=len(steps), different=different)


def _twice(bench: Bench, _count: int, differs: Differs) -> Result:
    """Start two crawls at once."""
    data = bench.folder / "twice"
    both = [bench.start(data), bench.start(data)]
    for process in both:
        process.communicate()
    ends = sorted(process.returncode for process in both)
    if ends != [0, EXIT_BUSY]:
        raise SystemExit(f"two crawls at once ended with {ends}")
    return Result(scene="two at once", events=1, rounds=1, different=int(differs(data)))


SCENES: dict[str, Callable[[Bench, int, Differs], Result]] = {
    "kill -9": _killed,
    "SIGTERM": _stopped,
    "full disk": _full,
    "clock set back": _set_back,
    "two at once": _twice,
}


# ---- the crawl


@contextmanager
def _site(pages: int) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.bigsite", "--pages", str(pages), "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield int(server.stdout.readline())
        server.stdin.close()


def _crawl(data: Path, sources: Path, world: World, most_bytes: int) -> int:
    from pipeline.flow import Plan  # noqa: PLC0415 - the parent does not crawl
    from pipeline.run.crawl import crawl  # noqa: PLC0415

    if most_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    wanted: Any = pickle.loads(sources.read_bytes())
    print("begin", flush=True)
    try:
        result = crawl(wanted, Plan(), data, CrawlOptions(revisit_after_s=9e9), world=world)
    except ZhnewsError as exc:
        print(exc, file=sys.stderr)
        return exc.exit_code
    print(result.n_left)
    return result.exit_code


def _clock_set_back(now: Callable[[], datetime], step_s: int, reads: int) -> Callable[[], datetime]:
    """Return a clock that is ahead until it was read so often, and right from then on; 0: ahead for good."""
    read = 0

    def tell() -> datetime:
        nonlocal read
        read += 1
        if read == reads:
            print("set back", flush=True)
        return now() + timedelta(seconds=step_s if read < reads or not reads else 0)

    return tell


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    sys.exit(main())
