"""Seconds by stage: they add up, what is inside is taken off, and a crawl keeps them."""

import pytest

from pipeline.run.stopwatch import OTHER, Stopwatch
from pipeline.run.world import World
from tests.run.bench import Bench

CRAWLED = {"files", "network", "lists", "process", "store", "learn", "near-duplicates", "index"}


class Ticks:
    """A clock that only moves when it is told to, or by one with each question."""

    def __init__(self, step: float = 0.0) -> None:
        self.time, self.step = 0.0, step

    def __call__(self) -> float:
        self.time += self.step
        return self.time


def test_what_is_inside_is_taken_off():
    ticks = Ticks()
    watch = Stopwatch(ticks)
    ticks.time += 1
    with watch.stage("network"):
        ticks.time += 10
        with watch.stage("store"):
            ticks.time += 100
        ticks.time += 1000
    ticks.time += 1
    assert watch.seconds == {OTHER: 2, "network": 1010, "store": 100}


def test_a_stage_that_fails_is_left_too():
    ticks = Ticks()
    watch = Stopwatch(ticks)

    def fail(seconds: float) -> None:
        ticks.time += seconds
        raise OSError

    with pytest.raises(OSError):
        watch.timed("process", fail)(5)
    ticks.time += 1
    assert watch.seconds == {OTHER: 1, "process": 5}


def test_it_tells_what_is_still_going_on_and_begins_anew():
    ticks = Ticks()
    watch = Stopwatch(ticks)
    with watch.stage("store"):
        ticks.time += 3
        assert watch.seconds["store"] == 3
        ticks.time += 4
    assert watch.seconds["store"] == 7
    watch.begin()
    assert watch.seconds == {OTHER: 0}


def crawled(bench: Bench, ticks: Ticks):
    bench.site(3)
    (bench.folder / "a.txt").write_text("客服中心的小周接到电话，二十分钟后上门。\n", encoding="utf-8")
    world = World(now=bench.clock.now, sleep=bench.clock.sleep, chance=lambda: 0.5, watch=Stopwatch(ticks))
    return bench.crawl(bench.source(), bench.source("f", "files", "a.txt"), world=world)


def test_a_crawl_keeps_the_seconds_of_its_stages_and_they_add_up(bench):
    ticks = Ticks(step=1.0)
    ticks.time = 500.0
    result = crawled(bench, ticks)
    assert set(result.seconds) == {*CRAWLED, OTHER}
    assert all(value > 0 for value in result.seconds.values())
    assert (
        sum(result.seconds.values()) == ticks.time - 502
    )  # the watch was made at the first question and began with the crawl at the second
    with bench.look() as state:
        assert state.runs(1)[0].seconds == result.seconds
