"""Topic files: those that ship are right, those of others are checked, all faults with their lines."""

import pytest

from pipeline.config.topics import load_topic, load_topics, parse_topic, shipped_topics
from pipeline.errors import ConfigError
from pipeline.topics.topic import LearnedWord

FERRY = "id: ferry\nname: 渡轮\ngroups:\n  - weight: 4\n    words: [渡轮, 12345]\nexclusions: [渡轮公司]\n"


def faults_of(call, *args) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        call(*args)
    return [str(fault) for fault in raised.value.faults]


@pytest.mark.parametrize("name", shipped_topics())
def test_shipped_topics_are_right_and_every_group_says_why(name):
    topic = load_topic(name)
    assert topic.id == name
    assert all(group.about for group in topic.groups)


def test_a_file_beside_the_sources(tmp_path):
    (tmp_path / "ferry.yaml").write_text("\ufeff" + FERRY, encoding="utf-8")
    assert load_topic("ferry.yaml", tmp_path).groups[0].words == ("渡轮", "12345")


def test_no_such_topic_names_those_that_ship(tmp_path):
    (fault,) = faults_of(load_topic, "none", tmp_path)
    assert fault == "none: no such topic. Name one that ships (service) or a topic file"


def test_faults_of_form_and_of_sense_have_lines_and_come_together():
    text = FERRY.replace("weight: 4", "weight: 0") + "keep_scor: 3\nreview_score: 99\n"
    said = faults_of(parse_topic, text, "ferry.yaml")
    assert [line.split(":")[1] for line in said] == ["4", "7", "8"]
    assert "Did you mean keep_score?" in said[1]


def test_several_topics_each_once(tmp_path):
    (tmp_path / "ferry.yaml").write_text(FERRY, encoding="utf-8")
    assert [t.id for t in load_topics(("service", "ferry.yaml", "service"), tmp_path)] == ["service", "ferry"]


def test_faults_of_several_topics_come_together(tmp_path):
    (tmp_path / "bad.yaml").write_text("id: 甲\n", encoding="utf-8")
    assert len(faults_of(load_topics, ("none", "bad.yaml"), tmp_path)) == 2


def test_a_learned_table_is_read_from_beside_the_topic(tmp_path):
    (tmp_path / "w.tsv").write_text("碼頭\t1.5\t3\t0\n", encoding="utf-8")
    topic = parse_topic(FERRY + "learned: w.tsv\n", "ferry.yaml", tmp_path)
    assert topic.learned_words == (LearnedWord(word="码头", weight=1.5, relevant=3, others=0),)


TABLES = {
    "missing": (None, "ferry.yaml:7: learned: no file"),
    "not a table": ("码头 1\n", "w.tsv:1: expected 4 columns"),
    "a term again": ("渡輪\t1\t1\t1\n", "w.tsv: learned_words[0].word: 渡轮: the same word|said twice"),
}


@pytest.mark.parametrize(("table", "said"), TABLES.values(), ids=TABLES)
def test_faults_of_a_table_name_it(tmp_path, table, said):
    if table is not None:
        (tmp_path / "w.tsv").write_text(table, encoding="utf-8")
    (fault,) = faults_of(parse_topic, FERRY + "learned: w.tsv\n", "ferry.yaml", tmp_path)
    assert any(part in fault for part in said.split("|"))


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "big5.yaml").write_bytes("name: 渡輪\n".encode("big5"))
    assert "big5.yaml:1: not UTF-8" in faults_of(load_topic, "big5.yaml", tmp_path)[0]


def test_a_file_without_permission(tmp_path, monkeypatch):
    path = tmp_path / "ferry.yaml"
    path.write_text(FERRY, encoding="utf-8")

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_text", refuse)
    assert "cannot be read (Permission denied)" in faults_of(load_topic, "ferry.yaml", tmp_path)[0]
