"""Topic files become topics: those that ship, by name, and those that people write.

service.yaml ──▶ strict_yaml ──▶ Topic ──▶ find_faults ──┐
words.tsv ─────▶ read_table ──▶ learned words ───────────┴─▶ Topic
"""

import importlib.resources
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pipeline.config.strict_yaml import line_of, read_yaml
from pipeline.config.textfile import read_text_file
from pipeline.errors import ConfigError, Fault
from pipeline.topics.faults import find_faults
from pipeline.topics.table import read_table
from pipeline.topics.topic import Topic


def load_topic(name: str, beside: Path | None = None) -> Topic:
    """Return a topic: one that ships, by name, or a file (relative to the folder `beside`).

    Raises ConfigError with all faults at once, each with its line, or when there is no such topic.
    """
    shipped = importlib.resources.files("pipeline.topics") / f"{name}.yaml"
    if "/" not in name and shipped.is_file():
        return parse_topic(shipped.read_text(encoding="utf-8"), f"{name}.yaml")
    path = (beside or Path()) / name
    if not path.is_file():
        known = ", ".join(shipped_topics())
        raise ConfigError(Fault(name, "no such topic", f"Name one that ships ({known}) or a topic file"))
    return parse_topic(read_text_file(path), str(path), path.parent)


def load_topics(names: Iterable[str], beside: Path | None = None) -> tuple[Topic, ...]:
    """Return several topics, each once. Raises ConfigError with the faults of all of them."""
    topics: list[Topic] = []
    faults: list[Fault] = []
    for name in dict.fromkeys(names):
        try:
            topics.append(load_topic(name, beside))
        except ConfigError as exc:
            faults += exc.faults
    if faults:
        raise ConfigError(*faults)
    return tuple(topics)


def parse_topic(text: str, name: str, beside: Path | None = None) -> Topic:
    """Return the topic that a text says; `name` is what faults call it, `beside` the folder of its learned table.

    Raises ConfigError.
    """
    topic = read_yaml(text, Topic, name=name, check=find_faults)
    return topic if topic.learned is None else _with_table(topic, text, name, beside or Path())


def shipped_topics() -> tuple[str, ...]:
    """Return the names of the topics that ship."""
    folder = importlib.resources.files("pipeline.topics")
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


def _with_table(topic: Topic, text: str, name: str, beside: Path) -> Topic:
    """Return the topic with the words of its table; the topic is then whole and needs the file no more."""
    path = beside / str(topic.learned)
    if not path.is_file():
        where = f"{name}:{line_of(text, 'learned')}"
        remedy = "Write it with `zhnews topic learn`, or remove the key"
        raise ConfigError(Fault(where, f"learned: no file {path}", remedy))
    words = read_table(read_text_file(path), str(path))
    # What is wrong in the topic itself was told before: what is left stands in the table.
    faults = find_faults(replace(topic, learned=None, learned_words=words))
    if faults:
        raise ConfigError(*(replace(fault, where=f"{path}: {fault.where}") for fault in faults))
    return replace(topic, learned_words=words)
