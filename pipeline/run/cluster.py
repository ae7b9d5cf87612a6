"""Tasks on a Ray cluster. Ray gives them out, runs those of a lost process or node again, and keeps nothing of ours.

What tasks read and write lies in files, so only their arguments and results go through Ray: the inputs and the work folder
must be on storage that all nodes see under the same path, and the program must be installed on them.
"""

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from pipeline.errors import StateError, UsageError
from pipeline.run.executor import Executor

T = TypeVar("T")
R = TypeVar("R")

_RETRIES = 4  # of a task whose process or node was lost; an exception of the task itself is not tried again
_AHEAD = 4  # tasks given out for each core: enough that none waits, few enough that their arguments do not pile up


class RayTasks:
    """Tasks as Ray tasks, one core each."""

    def __init__(self, ray: Any) -> None:  # noqa: ANN401 - an optional module without types
        self._ray = ray

    def map(self, fn: Callable[[T], R], tasks: Sequence[T], on_done: Callable[[T], None]) -> list[R]:
        """Return the results in the order of the tasks. Raises StateError when a task was lost too often."""
        ray = self._ray
        remote = ray.remote(num_cpus=1, max_retries=_RETRIES)(fn)
        results: dict[int, R] = {}
        waiting = iter(enumerate(tasks))
        begun: dict[Any, int] = {}
        while len(results) < len(tasks):
            while len(begun) < self._at_once() and (following := next(waiting, None)) is not None:
                begun[remote.remote(following[1])] = following[0]
            (reference,), _ = ray.wait(list(begun), num_returns=1)
            number = begun.pop(reference)
            results[number] = self._result(reference)
            on_done(tasks[number])
        return [results[number] for number in range(len(tasks))]

    def _at_once(self) -> int:
        return _AHEAD * max(int(self._ray.cluster_resources().get("CPU", 1)), 1)

    def _result(self, reference: Any) -> Any:  # noqa: ANN401 - of Ray
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as exc:
            raise exc.cause from exc
        except self._ray.exceptions.RayError as exc:
            raise StateError(
                f"Ray lost a task more than {_RETRIES} times ({type(exc).__name__}). Finished tasks are kept: run the same"
                " command to go on"
            ) from exc


@contextmanager
def ray_executor(address: str | None) -> Iterator[Executor]:
    """Give the executor of a running cluster ("10.0.0.5:6379", "auto"); None: of one on this machine, that ends with the block.

    Raises UsageError without the extra, StateError when there is no cluster at the address.
    """
    try:
        ray = importlib.import_module("ray")  # an extra without types
    except ImportError as exc:
        raise UsageError("--engine ray needs the extra: pip install 'zhnews[cluster]'") from exc
    if ray.is_initialized():
        yield RayTasks(ray)
        return
    try:
        ray.init(address=address or "local", include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    except ConnectionError as exc:
        raise StateError(f"--ray-address {address}: no Ray cluster there. Start one with: ray start --head") from exc
    try:
        yield RayTasks(ray)
    finally:
        ray.shutdown()
