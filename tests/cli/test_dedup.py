"""`zhnews dedup`: what is not in test_files and test_state."""

import json
import sys
from base64 import b64decode

import pytest
from datasketch import LeanMinHash

from pipeline.cli.main import main
from pipeline.dedup.signature import SignatureSpec, signature_from_bytes, signatures
from pipeline.run.settle import INDEX_FOLDER
from pipeline.store.state import open_state
from tests.dedup.stories import form, story
from tests.run.test_settle import article, put
from tests.store.test_shared_index import server  # noqa: F401 - a fixture

STORY = story(1)


def write(path, *texts):
    path.write_text("\n".join(json.dumps({"id": str(n), "text": text}) for n, text in enumerate(texts)))
    return str(path)


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def test_what_supersedes_is_said_and_given_in_place_of_what_stays(tmp_path, capsys):
    path = write(tmp_path / "in.jsonl", STORY[:330], story(2), STORY)
    assert main(["dedup", path, "-o", str(tmp_path / "out.jsonl"), "--json"]) == 0
    assert [(d["kept"], d["supersedes"]) for d in rows(capsys.readouterr().out)] == [
        (None, False),
        (None, False),
        ("0", True),
    ]
    assert [row["id"] for row in rows((tmp_path / "out.jsonl").read_text())] == ["2", "1"]


@pytest.mark.parametrize(("preset", "kept"), [("news", None), ("strict", None), ("lm", "0")])
def test_presets(tmp_path, capsys, preset, kept):
    path = write(tmp_path / "in.jsonl", form("长沙", 5, 1, (1203, 871, 96)), form("长沙", 5, 2, (987, 542, 41)))
    assert main(["dedup", path, "--threshold-preset", preset]) == 0
    assert rows(capsys.readouterr().out)[1]["kept"] == kept


def test_folders_of_texts_are_compared(tmp_path, capsys):
    for name, text in (("a", STORY), ("b", STORY + "完"), ("c", story(2))):
        (tmp_path / f"{name}.txt").write_text(text)
    assert main(["dedup", str(tmp_path)]) == 0
    assert [d["kept"] is None for d in rows(capsys.readouterr().out)] == [True, False, True]


def test_fields_by_name(tmp_path, capsys):
    path = tmp_path / "in.jsonl"
    made = [{"nr": n, "inhalt": STORY + "！" * n, "tag": f"2026-03-0{n}"} for n in (1, 2)]
    path.write_text("\n".join(map(json.dumps, made)))
    words = ["--id-field", "nr", "--text-field", "inhalt", "--date-field", "tag"]
    assert main(["dedup", str(path), *words]) == 0
    assert [(d["id"], d["kept"]) for d in rows(capsys.readouterr().out)] == [("1", None), ("2", "1")]


def test_signatures_are_what_datasketch_reads(tmp_path, capsys):
    path, out = write(tmp_path / "in.jsonl", STORY, "", story(2)), tmp_path / "signatures.jsonl"
    assert main(["dedup", path, "--export-signatures", str(out)]) == 0
    assert capsys.readouterr().out == ""
    spec = SignatureSpec()
    expected = signatures([STORY, "", story(2)], spec)
    for row, signature in zip(rows(out.read_text()), expected, strict=True):
        content = b64decode(row["lean_minhash"])
        minhash = LeanMinHash.deserialize(content, "<")
        assert (minhash.scheme, minhash.seed, minhash.hashvalues.tolist()) == ("affine32", 1, signature.tolist())
        assert signature_from_bytes(content, spec).tolist() == signature.tolist()
        with pytest.raises(ValueError, match="expected"):
            signature_from_bytes(content, SignatureSpec(seed=2))


def test_a_folder_remembers_between_runs(tmp_path, capsys):
    words = ["--index", str(tmp_path / "seen")]
    assert main(["dedup", write(tmp_path / "1.jsonl", STORY[:330], story(2)), *words]) == 0
    path, out = tmp_path / "2.jsonl", tmp_path / "out.jsonl"
    path.write_text("\n".join(json.dumps({"id": f"new{n}", "text": text}) for n, text in enumerate((STORY, story(3)))))
    assert main(["dedup", str(path), *words, "-o", str(out), "--json"]) == 0
    found = rows(capsys.readouterr().out)
    assert [(d["id"], d["kept"]) for d in found] == [("0", None), ("1", None), ("new0", "0"), ("new1", None)]
    assert (found[2]["supersedes"], found[2]["snippet"] in STORY.replace("\n", " ")) == (True, True)
    assert [row["id"] for row in rows(out.read_text())] == ["new1"]
    assert main(["dedup", "--verify-index", *words]) == 0
    assert capsys.readouterr().err.endswith("the index is whole\n")
    assert main(["dedup", "--rebuild", *words]) == 0
    assert "4 articles decided anew, 3 stay" in capsys.readouterr().err
    assert main(["dedup", str(path), *words, "--backend", "redis"]) == 2
    assert "Use one of them" in capsys.readouterr().err


def test_redis_remembers_between_runs(tmp_path, capsys, server):  # noqa: F811 - the fixture
    words = ["--backend", "redis", "--redis-url", server, "--redis-name", "cli"]
    assert main(["dedup", write(tmp_path / "1.jsonl", STORY), *words]) == 0
    path = tmp_path / "2.jsonl"
    path.write_text(json.dumps({"id": "new", "text": STORY[:500]}))
    assert main(["dedup", str(path), *words]) == 0
    assert [d["kept"] for d in rows(capsys.readouterr().out)] == [None, "0"]
    assert main(["dedup", str(path), "--backend", "redis", "--redis-url", "nowhere"]) == 2
    assert "expected redis://HOST:PORT/NUMBER" in capsys.readouterr().err


def test_without_redis_the_extra_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "redis.exceptions", None)
    assert main(["dedup", write(tmp_path / "1.jsonl", STORY), "--backend", "redis"]) == 2
    assert "zhnews[redis]" in capsys.readouterr().err


def test_one_thing_at_a_time(tmp_path, capsys):
    path = write(tmp_path / "1.jsonl", STORY)
    for words in ([], [path, "--rebuild"], ["--rebuild", "--verify-index"], [path, "--verify-index"]):
        assert main(["dedup", *words]) == 2
        assert "one of the three" in capsys.readouterr().err
    assert main(["dedup", "--verify-index", "--data", str(tmp_path)]) == 2
    assert "nothing is stored there yet" in capsys.readouterr().err


def test_a_damaged_index_is_told_and_made_again(tmp_path, capsys):
    with open_state(tmp_path) as state:
        put(state, article("a", STORY), article("b", story(2)))
    words = ["dedup", "--verify-index", "--data", str(tmp_path)]
    assert main(words) == 0
    assert capsys.readouterr() == ("", "the index is whole\n")
    path = tmp_path / INDEX_FOLDER / "signatures.u32"
    path.write_bytes(path.read_bytes()[:100])
    assert main(words) == 1
    said = capsys.readouterr()
    assert said.out.endswith("signatures.u32: 2 signatures expected, some are missing. It was made again\n")
    assert said.err == "the index is whole again\n"
    assert main(words) == 0


def test_deciding_anew_says_what_stays(tmp_path, capsys):
    with open_state(tmp_path) as state:
        put(state, article("a", STORY), article("b", STORY[:500]), article("c", story(2)))
    assert main(["dedup", "--rebuild", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().err == "3 articles decided anew, 2 stay\n"
