"""A build: whole or not at all, the same on any number of processes, and resumed where it was killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import BusyError, OutputError, UsageError
from pipeline.flow import Plan
from pipeline.run.build import BuildOptions, build
from pipeline.store.inputs import InputOptions
from pipeline.store.lock import lock_folder

STORIES = (
    "云桥公交的热线今天接到一通特别的电话，一位老人说自己坐过了站，话务员一路陪他说话，直到儿子赶来接他回家。",
    "青木图书馆把开馆时间延长到晚上九点，第一周就有四百多名学生留下来自习，保安老郑每天最后一个关灯。",
    "海湾医院的志愿者在门诊大厅教老人用自助机，三个月里帮了两千多人，排队的时间比去年短了一半。",
    "鹿汀的修表摊开了三十年，师傅说机芯会老，手艺不会，这个月他收了一名刚毕业的徒弟，每天下午一起擦齿轮。",
)
TAIL = "\n责任编辑：林一"


def write_inputs(folder: Path) -> Path:
    folder.mkdir()
    for n, story in enumerate(STORIES[:2]):
        (folder / f"{n}.txt").write_text(story + TAIL)
    rows = [{"id": f"r{n}", "text": story, "published_at": f"2026-01-0{9 - n}"} for n, story in enumerate(STORIES[1:])]
    (folder / "rows.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n{broken\n")
    (folder / "blank.txt").write_text("\n")
    return folder


def run_build(inputs: Path, out: Path, **options):
    return build([str(inputs)], out, Plan(), BuildOptions(**options))


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_every_input_is_accounted_for(tmp_path):
    result = run_build(write_inputs(tmp_path / "in"), tmp_path / "out")
    assert (result.tally.seen, result.tally.kept, result.tally.rejected, result.tally.failed) == (7, 4, 1, 2)
    assert result.exit_code == 1
    corpus = rows(tmp_path / "out" / "corpus.jsonl")
    assert ["".join(r["paragraphs"]) for r in corpus] == list(STORIES)  # type: ignore[arg-type]
    (copy,) = rows(tmp_path / "out" / "duplicates.jsonl")
    assert (copy["id"], copy["kept"], copy["relation"]) == ("r0", corpus[1]["id"], "exact")
    assert {r["place"] for r in rows(tmp_path / "out" / "failed.jsonl")} == {"blank.txt", "rows.jsonl:4"}
    assert not (tmp_path / "out.work").exists()


def test_two_processes_give_the_same_bytes_as_one(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    for n in range(130):  # more than one task
        (inputs / f"more{n:03d}.txt").write_text(f"第{n}号窗口今天办结了{n * 7}件申请，{STORIES[n % 4]}")
    run_build(inputs, tmp_path / "one", jobs=1)
    run_build(inputs, tmp_path / "two", jobs=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize(("prefer", "kept"), [("first", ["a", "c"]), ("earliest", ["b", "c"]), ("longest", ["b", "c"])])
def test_which_copy_stays(tmp_path, prefer, kept):
    story = STORIES[0]
    made = [("a", story, "2026-02-02"), ("b", story + "他说声音很亲切。", "2026-02-01"), ("c", STORIES[2], None)]
    lines = [json.dumps({"id": i, "text": t, "published_at": d}) for i, t, d in made]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    run_build(tmp_path / "in.jsonl", tmp_path / "out", prefer=prefer)
    assert [r["id"] for r in rows(tmp_path / "out" / "corpus.jsonl")] == kept


def test_a_second_record_of_an_id_is_rejected_with_its_reason(tmp_path):
    lines = [json.dumps({"id": "x", "text": story}) for story in STORIES[:2]]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    result = run_build(tmp_path / "in.jsonl", tmp_path / "out")
    assert (result.tally.kept, result.tally.rejected) == (1, 1)
    assert rows(tmp_path / "out" / "rejected.jsonl")[0]["rule"] == "run.stages.repeated_id"


def test_an_existing_folder_is_replaced_only_by_force(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    run_build(inputs, tmp_path / "out")
    with pytest.raises(OutputError, match="--force"):
        run_build(inputs, tmp_path / "out")
    (tmp_path / "out" / "stray").write_text("")
    run_build(inputs, tmp_path / "out", force=True)
    assert not (tmp_path / "out" / "stray").exists()
    assert not (tmp_path / "out.old").exists()


def test_a_missing_input_and_a_busy_folder_are_told_at_once(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        run_build(tmp_path / "none", tmp_path / "out")
    inputs = write_inputs(tmp_path / "in")
    with lock_folder(tmp_path / "out.work"), pytest.raises(BusyError):
        run_build(inputs, tmp_path / "out")


def test_finished_tasks_are_used_again_and_others_cleared(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    run_build(inputs, tmp_path / "whole")
    with pytest.raises(RuntimeError):
        build([str(inputs)], tmp_path / "out", Plan(), BuildOptions(), _stop_before("near-duplicates"))
    assert (tmp_path / "out.work" / "process").is_dir()
    result = run_build(inputs, tmp_path / "out")
    assert result.n_resumed > 0
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    with pytest.raises(RuntimeError):
        build([str(inputs)], tmp_path / "new", Plan(), BuildOptions(), _stop_before("near-duplicates"))
    other = BuildOptions(inputs=InputOptions(source="other"))
    assert build([str(inputs)], tmp_path / "new", Plan(), other).n_resumed == 0


def _stop_before(stage: str):
    def report(name: str, _done: int, _total: int) -> None:
        if name == stage:
            raise RuntimeError

    return report


def test_killed_anywhere_it_ends_as_if_undisturbed(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    for n in range(300):
        (inputs / f"more{n:03d}.txt").write_text(f"第{n}号窗口办结{n * 7}件，{STORIES[n % 4]}")
    run_build(inputs, tmp_path / "whole")
    command = [sys.executable, "-m", "pipeline", "build", str(inputs), "-o", str(tmp_path / "out"), "--topic", "none"]
    for wait_s in (0.4, 0.9, 1.4):
        killed = subprocess.Popen(
            [*command, "--jobs", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(wait_s)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    if not (tmp_path / "out").exists():
        run_build(inputs, tmp_path / "out")
    expected = contents(tmp_path / "whole")
    assert {name: data for name, data in contents(tmp_path / "out").items() if name in expected} == expected
