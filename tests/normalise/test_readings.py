import pytest

from pipeline.normalise.readings import has_entry, read_at, read_traditional

ENTRIES = {
    "an entry of two free characters": ("天上有云", 3, "云", True),
    "a word across a border": ("可是只有他", 2, "隻", False),
    "no word": ("只好", 0, "隻", False),
}
READ = {
    "words": ("可是只有船只", "可是只有船隻"),
    "an idiom": ("万里长城", "萬里長城"),
    "a name that ends far behind": ("星露谷物语里的谷物", "星露谷物語裏的穀物"),
    "nothing to read": ("你好", "你好"),
}


@pytest.mark.parametrize(("simple", "place", "char", "expected"), ENTRIES.values(), ids=ENTRIES)
def test_has_entry(simple, place, char, expected):
    assert has_entry(simple, char, place) is expected


@pytest.mark.parametrize(("simple", "expected"), READ.values(), ids=READ)
def test_read_traditional(simple, expected):
    assert read_traditional(simple) == expected


def test_a_lone_character_is_read_as_usual():
    reading = read_at("发", "發", 0)
    assert (reading.char, reading.is_by_word) == ("發", False)
