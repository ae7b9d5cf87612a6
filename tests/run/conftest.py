import socket

import pytest


@pytest.fixture
def closed_port():
    """A port of loopback where nobody listens: bound, so that nobody else can take it meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
