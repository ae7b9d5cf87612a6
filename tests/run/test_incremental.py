"""What a folder remembers between runs over files decides as one run over all of them would."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup.decide import DedupParams, find_near_duplicates
from pipeline.dedup.signature import SignatureSpec
from pipeline.errors import BusyError, StateError, UsageError
from pipeline.model import Record
from pipeline.run import incremental
from pipeline.run.incremental import decide_incrementally
from pipeline.run.settle import INDEX_FOLDER
from pipeline.store.state import open_state
from tests.dedup.stories import form, story
from tests.run.test_settle import article, put

PARAMS = DedupParams()
DAY = datetime(2026, 3, 1, tzinfo=UTC)
STORY = story(1)


def many():
    """Stories, each with a few copies of different kinds some records later, and forms that are none."""
    texts = [story(n, 6) for n in range(12)]
    texts += [text[: len(text) // 2] for text in texts[:4]]
    texts += [f"{text}\n关注公众号领取福利" for text in texts[2:6]]
    texts += [texts[7], "", "短", "短"]
    texts += [form("长沙", 5, day, (1203 + 37 * day, 871 - 13 * day, 96 + day)) for day in range(1, 4)]
    return [
        Record(id=str(n), text=text, title=f"题{n}", published_at=DAY + timedelta(days=n % 3))
        for n, text in enumerate(texts)
    ]


@pytest.mark.parametrize("size", [1, 5, 100])
def test_days_of_records_are_decided_as_all_of_them_together(tmp_path, size):
    records = many()
    found = []
    for first in range(0, len(records), size):
        found += decide_incrementally(records[first : first + size], PARAMS, tmp_path / "seen")
    assert found == find_near_duplicates(records, PARAMS)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(len(many()))), st.integers(1, 26))
def test_the_order_and_the_cuts_are_the_callers(tmp_path_factory, order, size):
    folder = tmp_path_factory.mktemp("seen")
    records = [many()[place] for place in order]
    found = [
        d for n in range(0, len(records), size) for d in decide_incrementally(records[n : n + size], PARAMS, folder)
    ]
    assert found == find_near_duplicates(records, PARAMS)


def test_many_records_are_decided_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(incremental, "_AT_ONCE", 4)
    assert decide_incrementally(many(), PARAMS, tmp_path) == find_near_duplicates(many(), PARAMS)


def test_what_was_sent_before_is_decided_as_it_was(tmp_path):
    first = decide_incrementally(many(), PARAMS, tmp_path)
    assert decide_incrementally(many(), PARAMS, tmp_path) == first
    with open_state(tmp_path) as state:
        assert state.decisions.places() == len(many())


def test_a_record_whose_text_has_changed_is_decided_anew_and_so_are_its_copies(tmp_path):
    decide_incrementally([Record(id="a", text=STORY), Record(id="b", text=STORY[:400])], PARAMS, tmp_path)
    other, again = decide_incrementally([Record(id="a", text=story(2)), Record(id="c", text=STORY)], PARAMS, tmp_path)
    assert (other.kept, again.kept) == (None, "b")  # b was a copy of the old text, and stays now


def test_what_is_killed_is_started_again(tmp_path):
    """The process dies while it decides; what the folder holds then is whole, and the next run goes on."""
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from pipeline.run import incremental, settle\n"
        "from tests.run.test_incremental import PARAMS, many\n"
        "incremental._AT_ONCE, left = 5, int(sys.argv[2])\n"
        "real = getattr(incremental, sys.argv[3])\n"
        "def die(*args, **options):\n"
        "    global left\n"
        "    left -= 1\n"
        "    if not left: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(*args, **options)\n"
        "setattr(incremental, sys.argv[3], die)\n"
        "incremental.decide_incrementally(many(), PARAMS, Path(sys.argv[1]))\n"
    )
    for name, left in (("settle", 1), ("settle", 3), ("update_index", 2), ("update_index", 5)):
        folder = tmp_path / f"{name}{left}"
        words = [sys.executable, "-c", script, str(folder), str(left), name]
        done = subprocess.run(words, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        assert done.returncode == -signal.SIGKILL
        assert decide_incrementally(many(), PARAMS, folder) == find_near_duplicates(many(), PARAMS)


def test_a_lost_index_is_made_again(tmp_path):
    records = many()
    decide_incrementally(records[:15], PARAMS, tmp_path)
    (tmp_path / INDEX_FOLDER / "manifest.sqlite").unlink()
    found = decide_incrementally(records[15:], PARAMS, tmp_path)
    assert found == find_near_duplicates(records, PARAMS)[15:]


def test_the_folder_of_a_crawl_is_refused(tmp_path):
    with open_state(tmp_path) as state:
        put(state, article("a", STORY))
    with pytest.raises(UsageError, match="holds a crawl"):
        decide_incrementally(many(), PARAMS, tmp_path)


def test_other_signatures_are_refused(tmp_path):
    decide_incrementally(many(), PARAMS, tmp_path)
    with pytest.raises(StateError, match="seed 1 instead of 2"):
        decide_incrementally(many(), DedupParams(spec=SignatureSpec(seed=2)), tmp_path)


def test_one_run_at_a_time(tmp_path):
    with open_state(tmp_path), pytest.raises(BusyError):
        decide_incrementally(many(), PARAMS, tmp_path)
