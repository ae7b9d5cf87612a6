"""Labels: on the disk at once, the last word counts, a crash costs one line at most."""

import json
from dataclasses import replace

import pytest

from pipeline.errors import InputError, OutputError
from pipeline.store.labels import append_label, mend_labels, read_labels
from pipeline.topics.labelled import Labelled

ONE = Labelled(id="a", title="渡轮", text="坐渡轮\n去", label=2)
TWO = replace(ONE, id="b", label=0)


def test_what_was_written_is_read_in_order(tmp_path):
    path = tmp_path / "new" / "labels.jsonl"
    for labelled in (ONE, TWO):
        append_label(path, labelled, topic="ferry", score=3.5)
    assert read_labels(path) == (ONE, TWO)
    assert json.loads(path.read_text().splitlines()[0])["score"] == 3.5


def test_a_changed_mind_counts_and_keeps_its_place(tmp_path):
    path = tmp_path / "labels.jsonl"
    for labelled in (ONE, TWO, replace(ONE, label=1)):
        append_label(path, labelled)
    assert read_labels(path) == (replace(ONE, label=1), TWO)


def test_rows_of_other_programs_need_text_and_label_only(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text('{"text": "甲", "label": 1}\n\n{"text": "乙", "label": 0, "title": null}\n', encoding="utf-8")
    assert [(a.id, a.title, a.is_relevant) for a in read_labels(path)] == [("1", "", True), ("3", "", False)]


def test_all_faulty_lines_are_told(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_bytes(
        b'{"text": "a", "label": 3}\n[1]\n{"label": 1}\n\xff\n{"text": "a", "label": true}\n{"text":"a","label":0}\n'
    )
    with pytest.raises(InputError) as raised:
        read_labels(path)
    assert [line.split(":")[1] for line in str(raised.value).splitlines()] == ["1", "2", "3", "4", "5"]


def test_a_file_of_another_kind_is_told_briefly(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text("no\n" * 500)
    with pytest.raises(InputError, match="480 lines more"):
        read_labels(path)


CUTS = {
    "cut off": ('{"id": "b", "text": "坐', 1),
    "whole but for its end": ('{"id": "b", "text": "坐", "label": 0}', 2),
    "nothing": ("", 1),
}


@pytest.mark.parametrize(("rest", "left"), CUTS.values(), ids=CUTS)
def test_what_a_crash_left_is_mended(tmp_path, rest, left):
    path = tmp_path / "labels.jsonl"
    append_label(path, ONE)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(rest)
    mend_labels(path)
    append_label(path, replace(ONE, id="c"))
    assert len(read_labels(path)) == left + 1


def test_no_file_needs_no_mending(tmp_path):
    mend_labels(tmp_path / "none.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_told(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        append_label(tmp_path, ONE)
    with pytest.raises(OutputError, match="cannot be written"):
        mend_labels(tmp_path)
