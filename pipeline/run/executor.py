"""Who does the tasks: this process, or a pool of processes. The answer is the same.

A task is a function of an installed module and one picklable argument. Results come back in the order of the tasks.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol, TypeVar

from pipeline.errors import StateError

T = TypeVar("T")
R = TypeVar("R")


class Executor(Protocol):
    """Does tasks; tells of each that is done."""

    def map(self, fn: Callable[[T], R], tasks: Sequence[T], on_done: Callable[[T], None]) -> list[R]:
        """Return the results in the order of the tasks; the first exception of a task is raised."""
        ...


class InProcess:
    """One task after the other, here."""

    def map(self, fn: Callable[[T], R], tasks: Sequence[T], on_done: Callable[[T], None]) -> list[R]:
        """Return the results in the order of the tasks."""
        return list(_one_by_one(fn, tasks, on_done))


class ProcessPool:
    """`jobs` processes of this machine, started fresh (spawn): nothing of this process leaks into a task."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def map(self, fn: Callable[[T], R], tasks: Sequence[T], on_done: Callable[[T], None]) -> list[R]:
        """Return the results in the order of the tasks. Raises StateError when a process was killed."""
        pool = ProcessPoolExecutor(max_workers=self.jobs, mp_context=multiprocessing.get_context("spawn"))
        try:
            futures = {pool.submit(fn, task): n for n, task in enumerate(tasks)}
            return [result for _, result in sorted(_as_done(futures, tasks, on_done), key=lambda pair: pair[0])]
        except BrokenProcessPool as exc:
            raise StateError(
                "a worker process was killed (out of memory?). Finished tasks are kept: run the same command to go on, "
                "with fewer --jobs if memory is short"
            ) from exc
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def executor_for(jobs: int, n_tasks: int) -> Executor:
    """Return this process for one job or one task, else a pool: starting processes costs about a second."""
    return InProcess() if min(jobs, n_tasks) <= 1 else ProcessPool(min(jobs, n_tasks))


def _one_by_one(fn: Callable[[T], R], tasks: Sequence[T], on_done: Callable[[T], None]) -> Iterator[R]:
    for task in tasks:
        yield fn(task)
        on_done(task)


def _as_done(
    futures: dict[Future[R], int], tasks: Sequence[T], on_done: Callable[[T], None]
) -> Iterator[tuple[int, R]]:
    for future in as_completed(futures):
        n = futures[future]
        yield n, future.result()
        on_done(tasks[n])
