"""The same results in the same order, whoever does the work."""

import gc
import multiprocessing
import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import StateError
from pipeline.run.executor import local_executor


@pytest.fixture(params=[1, 2], ids=["in process", "two processes"])
def executor(request):
    with local_executor(request.param) as made:
        yield made


def test_results_come_in_the_order_of_the_tasks(executor):
    done: list[int] = []
    assert executor.map(operator.neg, [3, 1, 2], done.append) == [-3, -1, -2]
    assert sorted(done) == [1, 2, 3]


def test_an_exception_of_a_task_is_raised(executor):
    with pytest.raises(TypeError):
        executor.map(operator.neg, ["x"], lambda _: None)


def test_a_killed_worker_is_told_with_what_to_do():
    # A function of the standard library: a spawned process does not know this file.
    with pytest.raises(StateError, match="run the same command to go on"), local_executor(2) as executor:
        executor.map(signal.raise_signal, [signal.SIGKILL, signal.SIGKILL], lambda _: None)


def test_one_job_or_one_task_needs_no_processes():
    for jobs, tasks in ((1, [1, 2]), (8, [1])):
        with local_executor(jobs) as executor:
            assert set(executor.map(_process_id, tasks, lambda _: None)) == {os.getpid()}


def test_garbage_is_looked_for_as_before_when_the_tasks_are_done():
    before = gc.get_threshold()
    with local_executor(1) as executor:
        during = executor.map(_threshold, [0], lambda _: None)
    assert during != [before]
    assert gc.get_threshold() == before


def test_processes_serve_one_stage_after_the_other_and_end_with_the_block():
    with local_executor(1) as alone, local_executor(2) as executor:
        assert alone.map(abs, [-1], lambda _: None) == [1]
        first = executor.map(operator.neg, [1, 2], lambda _: None)
        assert executor.map(operator.neg, first, lambda _: None) == [1, 2]
        assert len(multiprocessing.active_children()) == 2
    assert not multiprocessing.active_children()


def test_workers_end_with_a_driver_that_was_killed():
    code = "import time; from pipeline.run.executor import ProcessPool; ProcessPool(2).map(time.sleep, [99, 99], print)"
    driver = subprocess.Popen([sys.executable, "-c", code])
    try:
        assert _in_time(lambda: len(_children(driver.pid)) >= 2)
        workers = _children(driver.pid)
    finally:
        driver.kill()
        driver.wait()
    assert _in_time(lambda: not any(_is_there(pid) for pid in workers))


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _in_time(is_so: Callable[[], bool]) -> bool:
    for _ in range(600):
        if is_so():
            return True
        time.sleep(0.05)
    return False


def _process_id(_: int) -> int:
    return os.getpid()


def _threshold(_: int) -> tuple[int, int, int]:
    return gc.get_threshold()
