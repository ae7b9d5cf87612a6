"""What is read of the rows while groups are decided: no text that nobody is compared with, and nothing twice."""

import numpy as np
import pytest

from pipeline.run import resolving
from pipeline.run.inventory import ROWS
from pipeline.run.resolving import StoredRecords
from pipeline.store.files import open_whole
from pipeline.store.records import article_to_json
from pipeline.store.rowfiles import RowFiles, RowWriter
from tests.builders import article, change

IDS = ("a", "客服", 'quoted "id"', "\ud800", "long " * 200, "back\\slash", "")


@pytest.fixture
def rows(tmp_path):
    """Return the stored records of articles with these ids, and what is read of their file."""
    made = article("今天客服回电了。\n第二段。").changed([change(0, 2)])
    table = np.zeros(len(IDS), ROWS)
    with open_whole(tmp_path / "rows") as stream:
        writer = RowWriter(stream)
        for n, some in enumerate(IDS):
            table[n]["start"], table[n]["size"] = writer.write({**article_to_json(made), "id": some})
            table[n]["chars"] = len(made.text)
    spans: list[int] = []

    class Watched(RowFiles):
        def span(self, number, start, size):
            spans.append(size)
            return super().span(number, start, size)

    with Watched([tmp_path / "rows"]) as files:
        yield StoredRecords(files, table), spans


def test_ids_are_known_without_the_texts(rows):
    records, spans = rows
    assert [records.id_of(n) for n in range(len(IDS))] == list(IDS)
    assert max(spans[:2]) <= resolving._ID_BYTES
    del spans[:]
    assert [records[n].id for n in range(len(IDS))] == list(IDS)
    assert {records[n].text for n in range(len(IDS))} == {"客服回电了。\n第二段。"}
    assert [records.id_of(n) for n in range(len(IDS))] == list(IDS)
    assert len(spans) == len(IDS)


def test_few_texts_are_held(rows, monkeypatch):
    monkeypatch.setattr(resolving, "_HELD_CHARS", 25)
    records, spans = rows
    for n in (0, 1, 1, 0, 2, 0):
        assert records[n].id == IDS[n]
    assert len(spans) == 3
    assert records[1].id == IDS[1]
    assert len(spans) == 4
