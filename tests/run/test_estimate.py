"""What a build would cost: the number of records must be about right, whatever holds them."""

import gzip
import json

import pytest

from pipeline.flow import Plan
from pipeline.run.estimate import Estimate, estimate
from pipeline.store.inputs import InputOptions
from pipeline.store.listing import list_inputs

TEXT = "客服中心今天回访了三位老人，他们说电话那头的声音很亲切，愿意多聊几句。" * 6


def estimated(path, jobs=1):
    return estimate(list_inputs([str(path)]), Plan(), InputOptions(), jobs)


def write_lines(path, n):
    path.write_text("\n".join(json.dumps({"id": str(i), "text": TEXT}, ensure_ascii=False) for i in range(n)))


def test_of_few_files_every_record_is_counted(tmp_path):
    for n in range(8):
        (tmp_path / f"{n}.txt").write_text(TEXT)
    (tmp_path / "page.html").write_text(f"<html><body><p>{TEXT}</p></body></html>")
    write_lines(tmp_path / "rows.jsonl", 15)
    found = estimated(tmp_path)
    assert (found.n_files, found.n_records) == (10, 24)
    assert found.n_bytes == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert found.disk_bytes > found.n_bytes


@pytest.mark.parametrize("packed", [False, True])
def test_of_a_long_file_the_rest_is_reckoned(tmp_path, packed):
    path = tmp_path / "rows.jsonl"
    write_lines(path, 1000)
    if packed:
        (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    found = estimated(tmp_path)
    assert packed or 800 < found.n_records < 1200
    assert found.n_records > 0
    assert estimated(tmp_path, jobs=8).seconds < found.seconds


def test_nothing_to_read_and_what_cannot_be_read(tmp_path):
    assert estimate(list_inputs(["-"]), Plan(), InputOptions(), 1).n_records == 0
    (tmp_path / "broken.jsonl").write_text("{\n")
    assert estimated(tmp_path).n_records == 1


CASES = {"seconds": (42.0, "42 s"), "minutes": (600.0, "10 min"), "hours": (9000.0, "2.5 h")}


@pytest.mark.parametrize(("seconds", "said"), CASES.values(), ids=CASES.keys())
def test_how_it_is_told(seconds, said):
    found = Estimate(n_files=1, n_bytes=2_000_000, n_records=1500, seconds=seconds, disk_bytes=7_000_000)
    assert str(found) == f"1 files, 2.0 MB: about 1,500 records, {said}, 7 MB of disk"
