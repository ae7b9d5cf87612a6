"""Every fault at once, each with its line, and no value that the text did not say."""

from dataclasses import dataclass, field
from typing import Literal

import pytest

from pipeline.config.strict_yaml import line_of, read_yaml
from pipeline.errors import ConfigError, Fault


@dataclass(frozen=True)
class Inner:
    name: str
    weight: float = 1.0


@dataclass(frozen=True)
class Outer:
    kind: Literal["feed", "list"]
    words: tuple[str, ...] = ()
    inner: Inner | None = None
    inners: tuple[Inner, ...] = field(default=())
    on: bool = False
    limit: int = 3


def read(text: str) -> Outer:
    return read_yaml(text, Outer, name="t.yaml")


def faults(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return [str(f) for f in caught.value.faults]


def test_a_whole_value():
    text = (
        "kind: feed\nwords: [客服, 12345, no]\ninner: {name: a, weight: 2}\ninners:\n  - name: b\non: yes\nlimit: 7\n"
    )
    assert read(text) == Outer("feed", ("客服", "12345", "no"), Inner("a", 2.0), (Inner("b"),), on=True, limit=7)


def test_null_is_none_only_where_none_is_meant():
    assert read("kind: list\ninner:\n").inner is None
    assert faults("kind: list\nlimit:\n") == ["t.yaml:2: limit: expected a whole number, got nothing"]


def test_all_faults_at_once_in_the_order_of_lines():
    text = "kind: fed\nlimit: soon\nwords: 客服\ninners:\n  - weight: x\n  - 5\non: maybe\nlimt: 3\n"
    assert faults(text) == [
        "t.yaml:1: kind: expected one of feed, list, got 'fed'",
        "t.yaml:2: limit: expected a whole number, got 'soon'",
        "t.yaml:3: words: expected a list, got '客服'. Write it as ['客服']",
        "t.yaml:5: inners[0].weight: expected a number, got 'x'",
        "t.yaml:5: inners[0]: missing name",
        "t.yaml:6: inners[1]: expected keys and values, got '5'",
        "t.yaml:7: on: expected true or false, got 'maybe'",
        "t.yaml:8: limt: unknown key. Did you mean limit?",
    ]


CASES = {
    "missing": ("limit: 1\n", "t.yaml:1: the file: missing kind"),
    "twice": ("kind: feed\nkind: list\n", "t.yaml:2: kind: said twice. Keep one of them"),
    "a list where keys belong": ("- a\n", "t.yaml:1: the file: expected keys and values, got a list"),
    "keys where text belongs": (
        "kind: feed\nwords: [{a: b}]\n",
        "t.yaml:2: words[0]: expected text, got keys and values",
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_single_faults(text, expected):
    assert faults(text) == [expected]


def test_an_unknown_key_far_from_all_lists_what_is_known():
    assert "Known: kind, words" in faults("kind: feed\nzzz: 1\n")[0]


def test_broken_yaml_names_the_line():
    assert faults("kind: feed\n  words: [a\n")[0].startswith("t.yaml:2: not valid YAML")
    assert faults("a: \t- b\n\0")[0].startswith("t.yaml")


def test_an_empty_text_is_said():
    assert "the file is empty" in faults("# only a comment\n")[0]


def test_the_line_of_a_path():
    text = "kind: feed\ninners:\n  - name: a\n  - name: b\n    weight: 2\n"
    assert [line_of(text, p) for p in ("inners[1].weight", "inners[1].nothing", "nothing", "inners[9].name")] == [
        5,
        4,
        1,
        3,
    ]


def test_what_types_cannot_say_is_told_together_with_what_they_can():
    def check(value: Outer) -> list[Fault]:
        return [Fault("limit", "must be less than 5")] if value.limit > 5 else []

    with pytest.raises(ConfigError) as caught:
        read_yaml("kind: feed\nlimit: 9\non: maybe\ninner: {nme: a}\n", Outer, name="t.yaml", check=check)
    assert [str(f).split(". ")[0] for f in caught.value.faults] == [
        "t.yaml:2: limit: must be less than 5",
        "t.yaml:3: on: expected true or false, got 'maybe'",
        "t.yaml:4: inner.nme: unknown key",
        "t.yaml:4: inner: missing name",
    ]
