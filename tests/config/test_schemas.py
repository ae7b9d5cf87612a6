"""The schemas that ship say what the classes say, and take what the program takes."""

import importlib.resources
import json
import tomllib
from dataclasses import fields, replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean import rulefiles
from pipeline.config.starting import SCHEMAS, schema_files, shipped_schema, start_files
from pipeline.edits import Change
from pipeline.fetch.source import Source, Sources
from pipeline.model import Article, Flag, Hit, Relevance
from pipeline.quality.signals import measure
from pipeline.store.records import article_to_json
from pipeline.topics.topic import Topic
from scripts.build_schemas import FOLDER, main, schema_text
from tests.builders import article


def schema(name):
    return json.loads(shipped_schema(name))


def validator():
    return pytest.importorskip("jsonschema", reason="jsonschema is not installed").Draft202012Validator


def faults(name, value):
    return [error.message for error in validator()(schema(name)).iter_errors(value)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_files_that_ship_are_up_to_date(name):
    """When this fails: python -m scripts.build_schemas."""
    assert shipped_schema(name) == schema_text(name)


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_is_a_valid_schema(name):
    validator().check_schema(schema(name))


def test_the_script_tells_a_stale_file_and_writes_it(tmp_path, monkeypatch, capsys):
    assert main(["--check"]) == 0
    monkeypatch.setattr("scripts.build_schemas.FOLDER", tmp_path)
    assert main(["--check"]) == 1
    assert "sources.schema.json is stale" in capsys.readouterr().out
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in FOLDER.iterdir()}
    assert {f"schemas/{p.name}" for p in FOLDER.iterdir()} == set(schema_files())


@pytest.mark.parametrize(("name", "shape"), [("sources", Sources), ("topic", Topic), ("record", Article)], ids=str)
def test_every_key_is_there(name, shape):
    assert list(schema(name)["properties"]) == [f.name for f in fields(shape)]


def test_keys_have_their_meaning_and_their_default():
    sources = schema("sources")["properties"]
    source = sources["sources"]["items"]["properties"]
    assert sources["delay_s"]["default"] == Sources(sources=()).delay_s
    assert source["limit"]["default"] == Source(name="s", kind="list").limit
    assert source["kind"]["enum"] == ["feed", "sitemap", "list", "search", "files", "warc"]
    assert source["require_topic"]["description"].endswith("null: as the file says")
    topic = schema("topic")["properties"]
    assert all(said["description"] for said in topic.values())
    assert topic["learned"]["type"] == ["string", "number", "null"]


def test_a_rule_may_say_what_the_reader_takes():
    rule = schema("rules")["properties"]["rule"]["items"]
    assert set(rule["properties"]) == set(rulefiles._TYPES)
    for key, choices in rulefiles._CHOICES.items():
        assert rule["properties"][key]["enum"] == list(choices)
    kinds = {str: {"string"}, int: {"integer"}, list: {"array"}}
    for key, wanted in rulefiles._TYPES.items():
        said = rule["properties"][key]
        assert "enum" in said or said["type"] in kinds[wanted], key


# ---- what the program takes, the schema takes


@pytest.mark.parametrize(("file", "name"), [("sources.yaml", "sources"), ("ferry.yaml", "topic")])
def test_the_examples_fit(file, name):
    assert faults(name, _yaml12(start_files()[file])) == []


def _yaml12(text):
    """Return the value of a YAML text as editors read it: without dates."""
    resolvers = {
        first: [(tag, pattern) for tag, pattern in known if tag != "tag:yaml.org,2002:timestamp"]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader=type("Loader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": resolvers}))


def test_the_shipped_topic_and_the_shipped_rules_fit():
    service = (importlib.resources.files("pipeline.topics") / "service.yaml").read_text(encoding="utf-8")
    assert faults("topic", _yaml12(service)) == []
    folder = importlib.resources.files("pipeline.clean") / "rules"
    texts = [f.read_text(encoding="utf-8") for f in folder.iterdir() if f.name.endswith(".toml")]
    assert len(texts) >= 5
    for text in (*texts, start_files()["rules.d/own.toml"]):
        assert faults("rules", tomllib.loads(text)) == []


WRONG = {
    "an unknown key": ("sources", {"sources": [], "source": []}, "'source' was unexpected"),
    "no sources": ("sources", {"topic": "service"}, "'sources' is a required property"),
    "a kind that is none": ("sources", {"sources": [{"name": "a", "kind": "rss"}]}, "'rss' is not one of"),
    "a source without a name": ("sources", {"sources": [{"kind": "feed"}]}, "'name' is a required property"),
    "a number as text": ("sources", {"sources": [], "delay_s": "soon"}, "'soon' is not of type 'number'"),
    "a group without words": ("topic", {"id": "f", "name": "f", "groups": [{"weight": 1}]}, "'words' is a required"),
    "a zone that is none": ("rules", {"rule": [{"id": "a.b", "position": "foot"}]}, "does not match"),
    "a rule without an id": ("rules", {"rule": [{"kind": "promo"}]}, "'id' is a required property"),
    "a null, which TOML lacks": ("rules", {"rule": [{"id": "a.b", "host": None}]}, "None is not of type 'string'"),
    "half a record": ("record", {"id": "a"}, "'paragraphs' is a required property"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_marked(case):
    name, value, said = WRONG[case]
    assert any(said in fault for fault in faults(name, value))


def test_one_changed_key_of_a_shipped_rule_is_enough():
    assert faults("rules", {"rule": [{"id": "promo.scan_code", "mode": "off"}]}) == []


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(
    title=st.none() | TEXT,
    script=st.sampled_from([None, "hans", "hant", "mixed", "ja", "ko", "none"]),
    at=st.none() | st.datetimes(timezones=st.timezones()),
    is_scored=st.booleans(),
)
def test_every_record_fits(title, script, at, is_scored):
    hit = Hit(term="渡轮", weight=6, where="text", start=0, end=2)
    made = replace(
        article("渡轮复航了。\n订阅通讯"), title=title, script=script, published_at=at, authors=("顾晓岚",),
        relevance=Relevance(topic="ferry", score=6.5, verdict="drop", hits=(hit,)) if is_scored else None,
    ).changed([Change(start=7, end=11, new="", rule="promo.x", kind="promo", reason="")])  # fmt: skip
    made = made.flagged(Flag(name="spun"))
    for one in (made, replace(made, signals=measure(made))):
        assert faults("record", json.loads(json.dumps(article_to_json(one)))) == []
