"""The file of figures while a run goes on."""

from datetime import timedelta

from pipeline.run.events import Event, without_secrets
from pipeline.run.metrics import INTERVAL_S, MetricsFile
from pipeline.run.world import World


def test_it_is_written_while_the_run_goes_on(bench):
    bench.site(3)
    target = bench.folder / "m.prom"
    metrics = MetricsFile(target, bench.data)
    seen = []

    def tell(event: Event) -> None:
        metrics.tell(event)
        seen.append(target.read_text() if target.exists() else "")

    bench.clock.time += timedelta(days=3650)  # any event is later than the last write
    world = World(now=bench.clock.now, sleep=bench.clock.sleep, chance=lambda: 0.5, tell=tell)
    result = bench.crawl(bench.source(), world=world)
    assert all("zhnews_run_active 1\n" in text for text in seen)
    assert 'zhnews_run_visits{outcome="article"} 2\n' in seen[-2]
    assert "zhnews_run_exit_code" not in seen[-1]
    metrics.write(result)
    assert "zhnews_run_active 0\n" in target.read_text()
    assert 'zhnews_run_stage_seconds{stage="network"} ' in target.read_text()
    assert INTERVAL_S > 1


def test_not_at_each_event(bench):
    bench.site(3)
    target = bench.folder / "m.prom"
    metrics = MetricsFile(target, bench.data)
    bench.clock.time -= timedelta(days=3650)
    bench.crawl(bench.source(), world=World(now=bench.clock.now, sleep=bench.clock.sleep, tell=metrics.tell))
    assert not target.exists()


def test_keys_in_addresses_stay_out_of_logs():
    assert (
        without_secrets("http://a.example/x?Token=1&id=7&api_key=9#a") == "http://a.example/x?Token=…&id=7&api_key=…#a"
    )
    assert without_secrets("http://a.example/token=1?monkey=2") == "http://a.example/token=1?monkey=…"
