"""`kill -9` at any moment, a full disk, two at once: the corpus is that of one undisturbed run."""

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import EXIT_BUSY, EXIT_INTERRUPTED
from pipeline.store.records import article_to_json, decision_to_json
from pipeline.store.state import open_state
from tests.run.newsroom import Newsroom, open_newsroom, sentences, story

HOSTS = ("a.example", "b.example")
STORIES = 15  # on each host; a third of them on both

CRAWL = """
import json, os, resource, sys
from pathlib import Path
from pipeline.errors import ZhnewsError
from pipeline.fetch.source import Source, Sources
from pipeline.flow import Plan
from pipeline.run.crawl import crawl
from pipeline.run.world import CrawlOptions

folder, endpoint, most_bytes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
if most_bytes:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
sources = [Source(name="files", kind="files", path="texts.jsonl")] + [
    Source(name=host, kind="feed", url=f"http://{host}/feed.xml", connect_to=endpoint, delay_s=0.0) for host in sys.argv[4:]
]
options = CrawlOptions(folder=folder, revisit_after_s=9e9)
print("begin", flush=True)
try:
    result = crawl(Sources(sources=tuple(sources)), Plan(), folder / "data", options, on_progress=lambda *a: print(*a, flush=True))
except ZhnewsError as exc:
    print(f"{type(exc).__name__}: {exc}", file=sys.stderr)
    sys.exit(exc.exit_code)
print(json.dumps(result.tally.as_json()), flush=True)
sys.exit(result.exit_code)
"""


@pytest.fixture(scope="module")
def room():
    with open_newsroom() as room:
        for index, host in enumerate(HOSTS):
            numbers = range(index * 10, index * 10 + STORIES)
            for n in numbers:
                room.put(host, f"/2026/1120/{n}.html", story(n))
            room.put(host, "/short", b"there", status=301, headers={"Location": f"/2026/1120/{index * 10}.html"})
            room.put(host, "/moved", f'<meta http-equiv=refresh content="0;url=/2026/1120/{index * 10}.html">'.encode())
            put_parts(room, host, 100 + index)
            others = ["/short", "/moved", "/missing.html", "/print/900001.html", part_path(2), part_path(1)]
            room.put_feed(host, "/feed.xml", [*others, *(f"/2026/1120/{n}.html" for n in numbers)])
            same = f'<link rel=canonical href="http://{host}/2026/1120/{index * 10 + 1}.html">'
            room.put(
                host, "/print/900001.html", story(index * 10 + 1).replace(b"</title>", f"</title>{same}".encode(), 1)
            )
        room.delay_s = 0.005
        yield room


def part_path(n: int) -> str:
    return "/2026/1120/content_7001.html" if n == 1 else f"/2026/1120/content_7001_{n}.html"


def put_parts(room: Newsroom, host: str, seed: int) -> None:
    """Put an article of three pages."""
    for n in (1, 2, 3):
        pager = "".join(f'<a href="{part_path(k)}">{k}</a> ' for k in (1, 2, 3) if k != n)
        page = story(seed + 10 * n, title=f"分三页登出的报道之{seed}", extra=f"<div class=page>{pager}</div>")
        room.put(host, part_path(n), page)


def prepare(folder: Path) -> Path:
    folder.mkdir()
    lines = (json.dumps({"text": "".join(sentences(n)), "id": f"t{n}"}) for n in range(5, 15))
    (folder / "texts.jsonl").write_text("\n".join(lines))
    return folder


def start(room: Newsroom, folder: Path, most_bytes: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CRAWL, str(folder), room.endpoint, str(most_bytes), *HOSTS]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )


def finish(room: Newsroom, folder: Path) -> dict[str, int]:
    process = start(room, folder)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert err == ""
    told: dict[str, int] = json.loads(out.splitlines()[-1])
    return told


def content(folder: Path) -> object:
    """Return all that a user can see of the state, but for when and by which run."""
    with open_state(folder / "data", read_only=True) as state:
        assert state.is_sound()
        assert state.decisions.undecided() == []
        for article in state.articles.all():
            assert article.original
        for known in state.addresses.visited():
            assert known.body_hash is not None
            assert state.pages.get(known.body_hash) is not None
        return (
            [article_to_json(article) for article in state.articles.corpus()],
            [decision_to_json(decision) for _, decision in state.articles.copies()],
            list(state.articles.rejections()),
            state.knowledge.read(),
        )


@pytest.fixture(scope="module")
def undisturbed(room, tmp_path_factory):
    folder = prepare(tmp_path_factory.mktemp("undisturbed") / "whole")
    tally = finish(room, folder)
    seen, kept, rejected = (tally[name] for name in ("seen", "kept", "rejected"))
    assert (seen, tally["unchanged"], tally["failed"]) == (2 * (STORIES + 6) + 10, 0, 0)
    assert (kept, rejected) == (27, seen - 27)
    return content(folder)


def disturb(room: Newsroom, folder: Path, number: signal.Signals, draw: random.Random) -> int:
    """Start a crawl and send it a signal after some lines of its progress; return how it ended."""
    process = start(room, folder)
    assert process.stdout is not None
    for _ in range(draw.randrange(1, 2 * STORIES + 20)):
        if not process.stdout.readline():
            break
    process.send_signal(number)
    process.communicate(timeout=60)
    return process.returncode


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_killed_at_any_moment_it_ends_in_the_same_corpus(room, undisturbed, tmp_path, seed):
    folder = prepare(tmp_path / "killed")
    draw = random.Random(seed)
    endings = [disturb(room, folder, signal.SIGKILL, draw) for _ in range(2)]
    assert -signal.SIGKILL in endings
    finish(room, folder)
    assert content(folder) == undisturbed
    again = finish(room, folder)
    assert again["kept"] == again["rejected"] == 0
    assert content(folder) == undisturbed


def test_asked_to_stop_it_ends_in_the_same_corpus(room, undisturbed, tmp_path):
    folder = prepare(tmp_path / "stopped")
    process = start(room, folder)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("pages"):
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == EXIT_INTERRUPTED
    finish(room, folder)
    assert content(folder) == undisturbed


def test_of_two_at_once_one_waits_for_the_next_time(room, undisturbed, tmp_path):
    folder = prepare(tmp_path / "two")
    first, second = start(room, folder), start(room, folder)
    errors = [process.communicate(timeout=60)[1] for process in (first, second)]
    assert sorted((first.returncode, second.returncode)) == [0, EXIT_BUSY]
    assert any("another run is writing there" in error for error in errors)
    assert content(folder) == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize("most_bytes", [30_000, 100_000, 200_000])
def test_a_full_disk_is_said_and_loses_nothing(room, undisturbed, tmp_path, most_bytes):
    folder = prepare(tmp_path / "full")
    process = start(room, folder, most_bytes)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    assert err.startswith("OutputError: ")
    assert "cannot be written" in err
    finish(room, folder)
    assert content(folder) == undisturbed
