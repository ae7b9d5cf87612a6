"""Against a real redis-server, on loopback and on a port that is free."""

import shutil
import socket
import subprocess
import time
from datetime import UTC, datetime

import pytest

from pipeline.dedup.decide import DedupParams, find_near_duplicates
from pipeline.dedup.signature import SignatureSpec
from pipeline.errors import StateError, UsageError
from pipeline.model import Record
from pipeline.run.shared import decide_shared
from pipeline.store.shared_index import open_shared_index
from tests.dedup.stories import story

PARAMS = DedupParams()
SERVER = shutil.which("redis-server")
URL = "https://news.example/1"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    pytest.importorskip("redis", reason="the extra zhnews[redis] is not installed")
    if SERVER is None:
        pytest.skip("there is no redis-server here: apt-get install redis-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [
        SERVER,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(tmp_path_factory.mktemp("r")),
    ]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
        process.terminate()


@pytest.fixture
def decide(server, request):
    """Return what one machine does: open the index, decide, close."""

    def run(*records):
        with open_shared_index(server, request.node.name, PARAMS.spec) as index:
            return [(d.id, d.kept, d.relation) for d in decide_shared(records, PARAMS, index)], len(index)

    return run


def record(name, text, **fields):
    return Record(id=name, text=text, **fields)


def test_machines_see_what_the_others_kept(decide):
    day = datetime(2026, 3, 1, tzinfo=UTC)
    first = [
        record("a", story(1), title="标题", published_at=day),
        record("b", story(2)),
        record("a2", story(1) + "完"),
    ]
    assert decide(*first) == ([("a", None, None), ("b", None, None), ("a2", "a", "near")], 2)
    again = [record("c", story(2)[:400]), record("d", story(1).replace("，", ",")), record("e", story(3))]
    assert decide(*again) == ([("c", "b", "contained"), ("d", "a", "exact"), ("e", None, None)], 3)
    far = record("f", story(1)[:500], published_at=datetime(2027, 3, 1, tzinfo=UTC))
    assert decide(far)[0] == [("f", None, None)]  # the date came back from the server


def test_what_was_added_already_stays(decide):
    both = [record("a", story(1)), record("b", story(1) + "完")]
    assert decide(*both) == decide(*both) == ([("a", None, None), ("b", "a", "near")], 1)


def test_addresses_and_texts_without_letters(decide):
    decide(record("a", story(1), url=URL), record("b", "！！"), record("c", ""))
    found, size = decide(record("d", story(1)[:-40], url=URL), record("e", "！！"), record("f", ""), record("g", "短"))
    assert found == [("d", "a", "near"), ("e", "b", "exact"), ("f", None, None), ("g", None, None)]
    assert size == 5


def test_it_decides_as_one_machine_does(server):
    cuts = (slice(None), slice(0, 420), slice(150, None), slice(0, 600))
    records = [record(f"{n:03}", story(n % 7)[cuts[n * 5 % 4]] + "！" * (n % 3)) for n in range(40)]
    with open_shared_index(server, "law", PARAMS.spec) as index:
        bit_by_bit = [one for n in range(0, 40, 7) for one in decide_shared(records[n : n + 7], PARAMS, index)]
    assert bit_by_bit == find_near_duplicates(records, PARAMS)


def test_another_spec_is_refused(server):
    with open_shared_index(server, "spec", SignatureSpec()):
        pass
    with pytest.raises(StateError, match="--redis-name"), open_shared_index(server, "spec", SignatureSpec(ngram=5)):
        pass


def test_a_server_that_is_not_there_is_told():
    pytest.importorskip("redis")
    with (
        pytest.raises(StateError, match="the Redis server failed"),
        open_shared_index("redis://127.0.0.1:1/0", "x", SignatureSpec()),
    ):
        pass


@pytest.mark.parametrize("url", ["localhost", "http://h/0", "redis://h/first", "redis:///0"])
def test_addresses_that_are_none(url):
    pytest.importorskip("redis")
    with pytest.raises(UsageError), open_shared_index(url, "x", SignatureSpec()):
        pass
