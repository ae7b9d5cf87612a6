import socket

import pytest

from tests.run.bench import Bench
from tests.run.newsroom import open_newsroom


@pytest.fixture
def bench(tmp_path):
    with open_newsroom() as room:
        yield Bench(room, tmp_path)


@pytest.fixture
def closed_port():
    """A port of loopback where nobody listens: bound, so that nobody else can take it meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
