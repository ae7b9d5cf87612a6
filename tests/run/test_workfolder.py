"""The folder of a build: what stands there is used only for the same inputs and settings; what cannot be written is told."""

import hashlib

import pytest

from pipeline.errors import OutputError
from pipeline.run.workfolder import begin, check_replaceable, digest_task, digest_tasks, digests_of, publish, stamp
from pipeline.store.listing import InputFile, list_inputs


def test_what_changed_is_named_and_cleared(tmp_path):
    told = {"the inputs": "a", "the settings": "b"}
    assert begin(tmp_path, told) == ""
    (tmp_path / "process").mkdir()
    assert begin(tmp_path, told) == ""
    assert (tmp_path / "process").is_dir()
    assert begin(tmp_path, {**told, "the settings": "c"}) == "the settings"
    assert not (tmp_path / "process").exists()


def test_a_folder_of_somebody_else_is_not_cleared(tmp_path):
    (tmp_path / "thesis").mkdir()
    with pytest.raises(OutputError, match="holds other files"):
        begin(tmp_path, {"the inputs": "a"})
    assert (tmp_path / "thesis").is_dir()


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "fingerprint").mkdir()
    with pytest.raises((OutputError, IsADirectoryError)):
        begin(tmp_path, {"the inputs": "a"})
    with pytest.raises(OutputError, match="cannot be written"):
        publish(tmp_path / "missing", tmp_path / "out")


def test_inputs_are_digested_in_tasks_in_their_order(tmp_path):
    for n in range(450):
        (tmp_path / f"{n:03d}.txt").write_text(str(n))
    files = (*list_inputs([str(tmp_path)]), InputFile(path=tmp_path / "gone.txt", name="gone.txt"), *list_inputs(["-"]))
    tasks = digest_tasks(files, tmp_path / "work")
    for task in tasks:
        digest_task(task)
    found = digests_of(tasks)
    assert len(tasks) == 3
    assert [row["name"] for row in found] == [file.name for file in files]
    assert found[7] == {"name": "007.txt", "bytes": 1, "sha256": hashlib.sha256(b"7").hexdigest()}
    assert found[-2:] == [{"name": "gone.txt"}, {"name": "-"}]
    assert digest_task(tasks[0]) == tasks[0].path
    assert digest_tasks([], tmp_path) == []


def test_a_pipe_has_no_stamp(tmp_path):
    assert stamp(InputFile(path=tmp_path / "none", name="-")) == ("-", 0, 0)


def test_only_a_build_is_replaced(tmp_path):
    out = tmp_path / "out"
    check_replaceable(out, [], force=False)
    out.mkdir()
    check_replaceable(out, [], force=True)
    (out / "letter.txt").write_text("客服")
    with pytest.raises(OutputError, match="is no earlier build"):
        check_replaceable(out, [], force=True)
    with pytest.raises(OutputError, match="holds inputs"):
        check_replaceable(out, list_inputs([str(out)]), force=True)
    with pytest.raises(OutputError, match="--force"):
        check_replaceable(out, [], force=False)
