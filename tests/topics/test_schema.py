"""The schema that ships says what the classes say."""

import importlib.resources
from dataclasses import fields

from pipeline.topics.schema import schema_text, topic_schema
from pipeline.topics.topic import Topic


def test_the_file_that_ships_is_up_to_date():
    """When this fails: zhnews topic schema > pipeline/topics/topic.schema.json."""
    shipped = importlib.resources.files("pipeline.topics") / "topic.schema.json"
    assert shipped.read_text(encoding="utf-8") == schema_text()


def test_every_key_is_there_with_its_meaning_and_its_default():
    properties = topic_schema()["properties"]
    assert list(properties) == [f.name for f in fields(Topic)]
    assert all(said["description"] for said in properties.values())
    assert properties["keep_score"]["default"] == Topic(id="t", name="t", groups=()).keep_score
    assert properties["learned"]["type"] == ["string", "null"]


def test_what_is_unknown_or_missing_is_refused():
    schema = topic_schema()
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["id", "name", "groups"]
    assert schema["properties"]["groups"]["items"]["required"] == ["weight", "words"]
