"""Which form of the loops runs, and that it can be chosen."""

import pytest

from pipeline.quality import compiling
from pipeline.quality.compiling import PLAIN, compiled


@pytest.fixture
def _fresh_meter():
    compiling._meter.cache_clear()
    yield
    compiling._meter.cache_clear()


@pytest.mark.usefixtures("_fresh_meter")
def test_machine_code_is_for_batches(monkeypatch):
    monkeypatch.setattr(compiling, "COMPILE_AFTER_CHARS", 10)
    assert [compiling.loops_for(8) is PLAIN for _ in range(3)] == [True, True, False]


def test_it_is_compiled_once():
    assert compiled() is compiled()
    assert compiled() is not PLAIN
