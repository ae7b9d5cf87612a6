"""`zhnews explain` on the folder of a build; of a crawl see test_state."""

import json

import pytest

from pipeline.cli.main import main

STORY = "一位老人今天给营业厅送来一封信，感谢客服小周三次上门帮他办好了退费手续，还教会他用手机查账单。"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A corpus of one article, a copy of it, and an input that is nothing but a notice."""
    folder = tmp_path_factory.mktemp("built")
    rows = [
        {"id": "one", "title": "感谢信", "text": f"{STORY}\n{STORY[::-1]}\n（责任编辑：林一）"},
        {"id": "two", "title": "转载：感谢信", "text": f"{STORY}\n{STORY[::-1]}"},
        {"id": "none", "text": "（责任编辑：林一）"},
    ]
    source = folder / "in.jsonl"
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    assert main(["build", str(source), "-o", str(folder / "out"), "--jobs", "1"]) == 0
    return folder / "out"


EXPLAINED = {
    "an article": ("one", ["感谢信\nid: one\n", "\nkept\n  its copy: two (", "（责任编辑：林一）"]),
    "a copy": ("two", ["转载：感谢信\nid: two\n", "dropped: ", " of one 感谢信\n  containment 1.000"]),
    "a rejection": ("none", ["rejected by flow.nothing_left: ", "id: none"]),
}


@pytest.mark.parametrize(("what", "wanted"), EXPLAINED.values(), ids=EXPLAINED)
def test_an_id_of_a_build_is_explained(built, capsys, what, wanted):
    assert main(["explain", what, "--data", str(built)]) == 0
    told = capsys.readouterr().out
    assert [part for part in wanted if part not in told] == []


def test_a_build_shows_removals_in_place(built, capsys):
    assert main(["explain", "one", "--data", str(built), "--diff"]) == 0
    assert "[-（责任编辑：林一）-]" in capsys.readouterr().out


def test_an_id_that_the_build_does_not_know_is_told(built, capsys):
    assert main(["explain", "three", "--data", str(built)]) == 2
    assert "three: neither a rule, nor an address or id in " in capsys.readouterr().err
