"""Tasks on Ray: the same results, with few given out ahead; what is lost is told. Real Ray is asked where it is installed."""

import operator
import os
import sys
from types import SimpleNamespace

import pytest

from pipeline.errors import StateError, UsageError
from pipeline.run.cluster import RayTasks, ray_executor


class RayTaskError(Exception):
    def __init__(self, cause):
        super().__init__(str(cause))
        self.cause = cause


class StandIn:
    """Does tasks when they are waited for, the last one first."""

    def __init__(self, lost=()):
        self.exceptions = SimpleNamespace(RayTaskError=RayTaskError, RayError=RuntimeError)
        self.lost, self.most, self.calls = lost, 0, []

    def cluster_resources(self):
        return {"CPU": 2.0}

    def is_initialized(self):
        return False

    def init(self, **options):
        self.calls.append(options["address"])
        if options["address"] == "nowhere:1":
            raise ConnectionError

    def shutdown(self):
        self.calls.append("shutdown")

    def remote(self, **_):
        return lambda fn: SimpleNamespace(remote=lambda task: (fn, task))

    def wait(self, references, num_returns):
        self.most = max(self.most, len(references))
        return references[-num_returns:], references[:-num_returns]

    def get(self, reference):
        fn, task = reference
        if task in self.lost:
            raise RuntimeError
        try:
            return fn(task)
        except TypeError as exc:
            raise RayTaskError(exc) from exc


def test_results_come_in_the_order_of_the_tasks_and_few_are_given_out():
    ray = StandIn()
    done: list[int] = []
    assert RayTasks(ray).map(operator.neg, range(20), done.append) == [-n for n in range(20)]
    assert sorted(done) == list(range(20))
    assert ray.most == 8
    assert RayTasks(ray).map(operator.neg, [], done.append) == []


def test_an_exception_of_a_task_is_raised_as_it_was():
    with pytest.raises(TypeError):
        RayTasks(StandIn()).map(abs, ["x"], lambda _: None)  # type: ignore[arg-type]  # what is tested


def test_a_task_that_is_lost_again_and_again_is_told():
    with pytest.raises(StateError, match="run the same command to go on"):
        RayTasks(StandIn(lost=[3])).map(operator.neg, [1, 2, 3], lambda _: None)


def test_a_cluster_is_joined_and_left(monkeypatch):
    ray = StandIn()
    monkeypatch.setitem(sys.modules, "ray", ray)
    for address in (None, "10.0.0.5:6379"):
        with ray_executor(address) as executor:
            assert executor.map(operator.neg, [1], lambda _: None) == [-1]
    assert ray.calls == ["local", "shutdown", "10.0.0.5:6379", "shutdown"]
    with pytest.raises(StateError, match="ray start --head"), ray_executor("nowhere:1"):
        pass


def test_ray_that_runs_already_is_used_and_left_running(monkeypatch):
    ray = StandIn()
    monkeypatch.setattr(ray, "is_initialized", lambda: True)
    monkeypatch.setitem(sys.modules, "ray", ray)
    with ray_executor(None) as executor:
        assert executor.map(operator.neg, [1], lambda _: None) == [-1]
    assert ray.calls == []


def test_without_ray_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"zhnews\[cluster\]"), ray_executor(None):
        pass


@pytest.mark.slow
def test_real_ray_gives_the_same(monkeypatch):
    ray = pytest.importorskip("ray", reason="the extra `cluster` is not installed")
    ray.init(address="local", num_cpus=1, object_store_memory=80 * 2**20, include_dashboard=False, log_to_driver=False)
    try:
        with ray_executor(None) as executor:
            assert executor.map(operator.neg, [3, 1, 2], lambda _: None) == [-3, -1, -2]
            assert executor.map(os.path.basename, ["a/b"], lambda _: None) == ["b"]
    finally:
        ray.shutdown()
