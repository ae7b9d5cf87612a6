"""The same results in the same order, whoever does the work."""

import operator
import signal

import pytest

from pipeline.errors import StateError
from pipeline.run.executor import InProcess, ProcessPool, executor_for

EXECUTORS = {"in process": InProcess(), "two processes": ProcessPool(2)}


@pytest.mark.parametrize("executor", EXECUTORS.values(), ids=EXECUTORS.keys())
def test_results_come_in_the_order_of_the_tasks(executor):
    done: list[int] = []
    assert executor.map(operator.neg, [3, 1, 2], done.append) == [-3, -1, -2]
    assert sorted(done) == [1, 2, 3]


@pytest.mark.parametrize("executor", EXECUTORS.values(), ids=EXECUTORS.keys())
def test_an_exception_of_a_task_is_raised(executor):
    with pytest.raises(TypeError):
        executor.map(operator.neg, ["x"], lambda _: None)


def test_a_killed_worker_is_told_with_what_to_do():
    # A function of the standard library: a spawned process does not know this file.
    with pytest.raises(StateError, match="run the same command to go on"):
        ProcessPool(1).map(signal.raise_signal, [signal.SIGKILL], lambda _: None)


def test_one_job_or_one_task_needs_no_processes():
    assert isinstance(executor_for(1, 9), InProcess)
    assert isinstance(executor_for(8, 1), InProcess)
    pool = executor_for(8, 3)
    assert isinstance(pool, ProcessPool)
    assert pool.jobs == 3
