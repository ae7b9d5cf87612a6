"""All faults at once against one client: each ends as it should, in time, and nothing stays open."""

import asyncio
import time

import pytest

from benchmarks.soak import end_of
from pipeline.fetch.answers import ClientLimits, Request
from pipeline.fetch.client import Client
from tests.fetch.faults import FAULTS, serving_faults, warm_up

DEADLINE_S = 2.0


@pytest.fixture(scope="module")
def ended():
    return asyncio.run(_ask_for_all())


async def _ask_for_all() -> dict[str, tuple[str, float]]:
    """Return how each fault ended and after how many seconds."""

    async def look_up(host, _port):
        return ["127.0.0.1"] if host == "inside.test" else []

    warm_up()
    found = {}
    limits = ClientLimits(deadline_s=DEADLINE_S, read_s=1.5, max_connections=len(FAULTS))
    async with serving_faults() as site, Client(limits, "zhnews/test", resolve=look_up) as client:

        async def ask(name):
            began = time.monotonic()
            result = await client.fetch(Request(url=f"http://news.test/{name}", connect_to=f"127.0.0.1:{site.port}"))
            found[name] = end_of(result), time.monotonic() - began

        names = list(FAULTS)
        for at in range(0, len(names), 18):
            await asyncio.gather(*map(ask, names[at : at + 18]))
        assert len(asyncio.all_tasks()) <= 1 + site.connections, "a task of the client is left"
    return found


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_as_it_should_and_in_time(ended, name):
    end, seconds = ended[name]
    assert end in FAULTS[name].ends
    assert seconds < DEADLINE_S + 3, "a machine that is busy may need a little longer than the deadline"
