"""Signals in tables: a column each, in every form, and back again."""

import csv
import json

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipeline.quality.params import QualityParams
from pipeline.quality.signals import described, measure
from pipeline.quality.wordlists import read_list
from pipeline.store.outputs import Selection, write_corpus
from pipeline.store.records import article_to_json, value_to_json
from pipeline.store.shards import read_rows, write_parquet
from pipeline.store.signal_columns import gather_signals, signal_types, spread_signals
from tests.builders import article, change

NEWS = "渡轮今天复航，码头上等了一早上的人都上了船，船长说风已经小了。"
GAMES = read_list("games", "渡轮", action="block", min_hits=0)
MEASURED = QualityParams(signals=True, lists=(GAMES,))


def news(n: int = 0):
    return article(f"首页\n{NEWS}{'船又开了。' * n}", id=str(n)).changed([change(0, 2, kind="nav")])


def record(n: int = 0):
    return {**article_to_json(news(n)), "signals": value_to_json(measure(news(n), lists=(GAMES,)))}


def test_each_signal_has_a_column():
    assert list(signal_types()) == [f"quality_{name}" for name in described()]


def test_a_record_comes_back_from_its_columns():
    row = record()
    spread = spread_signals(row)
    assert spread["quality_chars"] == row["signals"]["chars"]
    assert spread["quality_removed"] == [
        {"name": "nav", "value": row["signals"]["removed"]["nav"]},
        {"name": "layout", "value": row["signals"]["removed"]["layout"]},
    ]
    assert "signals" not in spread
    assert gather_signals(spread) == row


def test_a_record_without_signals_stays_as_it_is():
    row = article_to_json(news())
    assert spread_signals(row) is row
    assert gather_signals(row) is row


@pytest.mark.parametrize("n", [0, 3])
def test_rows_of_a_build_come_back(tmp_path, n):
    rows = [record(one) for one in range(n)]
    write_parquet(tmp_path / "corpus-00000.parquet", iter(rows), signals=True)
    assert list(read_rows(tmp_path, "corpus")) == rows
    schema = pq.read_schema(tmp_path / "corpus-00000.parquet")
    assert schema.field("quality_spun").type == pa.bool_()
    assert schema.field("quality_han_share").type == pa.float64()


def test_an_export_can_be_selected_from(tmp_path):
    target = tmp_path / "c.parquet"
    write_corpus([news(n) for n in range(4)], target, "parquet", Selection(quality=MEASURED), force=False)
    table = pq.read_table(target)
    assert table.filter(pc.field("quality_chars") > measure(news(1)).chars)["id"].to_pylist() == ["2", "3"]
    assert pq.read_table(target, filters=[("quality_language", "=", "zh")]).num_rows == 4
    assert table["quality_listed"].to_pylist()[0] == [{"name": "games", "value": 1}]


def test_a_table_of_text_has_the_same_columns(tmp_path):
    target = tmp_path / "c.csv"
    write_corpus([news()], target, "csv", Selection(quality=MEASURED), force=False)
    (row,) = csv.DictReader(target.read_text(encoding="utf-8").splitlines())
    assert int(row["quality_chars"]) == measure(news()).chars
    assert json.loads(row["quality_listed"]) == {"games": 1}


@pytest.mark.parametrize(
    ("selection", "has_signals"),
    {
        "nothing asked": (Selection(), False),
        "asked": (Selection(quality=MEASURED), True),
        "selected by them": (Selection(quality=QualityParams(select=("light",))), True),
        "one source asks": (Selection(qualities={"test": QualityParams(select=("light",))}), True),
        "named as a field": (Selection(fields=("id", "signals")), True),
        "not among the fields": (Selection(fields=("id",), quality=MEASURED), False),
    }.values(),
)
def test_records_have_them_where_asked_for(tmp_path, selection, has_signals):
    target = tmp_path / "c.jsonl"
    write_corpus([news()], target, "jsonl", selection, force=False)
    (row,) = map(json.loads, target.read_text(encoding="utf-8").splitlines())
    assert ("signals" in row) is has_signals
    if has_signals:
        assert row["signals"]["chars"] == measure(news()).chars
