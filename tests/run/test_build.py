"""A build: whole or not at all, the same on any number of processes, and resumed where it was killed."""

import hashlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from pipeline.clean.knowledge import Knowledge
from pipeline.errors import BusyError, InputError, OutputError, UsageError
from pipeline.flow import Plan
from pipeline.run import inventory, stages
from pipeline.run.build import BuildOptions, OutputOptions, build
from pipeline.store.files import PARTIAL
from pipeline.store.inputs import InputOptions
from pipeline.store.lock import lock_folder
from pipeline.store.shards import read_rows, shard_paths

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
    assert {"".join(r["paragraphs"]) for r in corpus} == set(STORIES)  # type: ignore[arg-type]
    assert [r["id"] for r in corpus] == sorted(str(r["id"]) for r in corpus)
    (copy,) = rows(tmp_path / "out" / "duplicates.jsonl")
    kept = next(r for r in corpus if r["id"] == copy["kept"])
    assert (copy["id"], kept["paragraphs"], copy["relation"]) == ("r0", [STORIES[1]], "exact")
    assert {r["place"] for r in rows(tmp_path / "out" / "failed.jsonl")} == {"blank.txt", "rows.jsonl:4"}
    assert not (tmp_path / "out.work").exists()


def test_facts_are_put_down_some_rows_at_a_time(tmp_path, monkeypatch):
    inputs = write_inputs(tmp_path / "in")
    run_build(inputs, tmp_path / "one")
    monkeypatch.setattr(stages, "_ROWS_AT_ONCE", 2)
    monkeypatch.setattr(inventory, "_ROWS_AT_ONCE", 1)
    run_build(inputs, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_an_archive_is_built_like_its_folder_and_its_hidden_files_are_counted(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    (inputs / ".hidden.txt").write_text(STORIES[0])
    (tmp_path / "packed").mkdir()
    with zipfile.ZipFile(tmp_path / "packed" / "in.zip", "w") as packed:
        for path in sorted(inputs.iterdir()):
            packed.write(path, path.name)
    whole = run_build(inputs, tmp_path / "one")
    zipped = run_build(tmp_path / "packed", tmp_path / "two")
    assert zipped.tally == whole.tally
    told = [json.loads((tmp_path / out / "manifest.json").read_text()) for out in ("one", "two")]
    assert [manifest["hidden_files"] for manifest in told] == [1, 1]
    assert told[1]["inputs"][0]["hidden_files"] == 1
    assert {row["place"] for row in rows(tmp_path / "two" / "failed.jsonl")} == {
        "in.zip!blank.txt",
        "in.zip!rows.jsonl:4",
    }


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
        build([str(inputs)], tmp_path / "out", Plan(), BuildOptions(), _stop_before("compare"))
    assert (tmp_path / "out.work" / "process").is_dir()
    result = run_build(inputs, tmp_path / "out")
    assert result.n_resumed > 0
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    with pytest.raises(RuntimeError):
        build([str(inputs)], tmp_path / "new", Plan(), BuildOptions(), _stop_before("compare"))
    other = BuildOptions(inputs=InputOptions(source="other"))
    assert build([str(inputs)], tmp_path / "new", Plan(), other).n_resumed == 0


def _stop_before(stage: str):
    def report(name: str, _done: int, _total: int) -> None:
        if name == stage:
            raise RuntimeError

    return report


STAGES = ("process", "compare", "verify", "write")


@pytest.mark.parametrize("stage", STAGES)
def test_stopped_in_any_stage_it_goes_on_there(tmp_path, stage):
    inputs = write_inputs(tmp_path / "in")
    run_build(inputs, tmp_path / "whole")
    with pytest.raises(RuntimeError):
        build([str(inputs)], tmp_path / "out", Plan(), BuildOptions(), _stop_before(stage))
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out.work").rglob("*.np[yz]")}
    assert bool(before) == (stage != "process")
    seen = []
    result = build(
        [str(inputs)],
        tmp_path / "out",
        Plan(),
        BuildOptions(),
        lambda *_: seen.append({p: p.stat().st_mtime_ns for p in before if p.exists()}),
    )
    assert seen[-1] == before
    assert result.anew == ""
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_what_a_killed_process_was_writing_is_no_part_of_the_output(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    run_build(inputs, tmp_path / "whole")
    with pytest.raises(RuntimeError):
        build([str(inputs)], tmp_path / "out", Plan(), BuildOptions(), _stop_before("report"))
    (tmp_path / "out.work" / "out" / f".corpus.jsonl.4711{PARTIAL}").write_text("{")
    run_build(inputs, tmp_path / "out")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_what_changed_since_a_stopped_build_is_told(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    for changed in ("the settings", "the inputs", "the inputs and the settings"):
        with pytest.raises(RuntimeError):
            build([str(inputs)], tmp_path / "out", Plan(), BuildOptions(force=True), _stop_before("compare"))
        if "inputs" in changed:
            (inputs / f"{len(changed)}.txt").write_text(STORIES[3])
        prefer = "longest" if "settings" in changed else "first"
        assert run_build(inputs, tmp_path / "out", prefer=prefer, force=True).anew == changed


def test_a_spoiled_fingerprint_starts_anew(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    with pytest.raises(RuntimeError):
        build([str(inputs)], tmp_path / "out", Plan(), BuildOptions(), _stop_before("compare"))
    (tmp_path / "out.work" / "fingerprint").write_text("{")
    assert run_build(inputs, tmp_path / "out").n_resumed == 0


def many_inputs(folder: Path, n: int = 450) -> Path:
    """Write inputs for several tasks."""
    write_inputs(folder)
    for number in range(n):
        (folder / f"more{number:03d}.txt").write_text(f"第{number}号窗口办结{number * 7}件，{STORIES[number % 4]}")
    return folder


def test_killed_anywhere_it_ends_as_if_undisturbed(tmp_path):
    inputs = many_inputs(tmp_path / "in")
    run_build(inputs, tmp_path / "whole")
    command = [sys.executable, "-m", "pipeline", "build", str(inputs), "-o", str(tmp_path / "out"), "--topic", "none"]
    for wait_s in (0.8, 1.6, 2.4):
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


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_shards_hold_what_the_one_file_holds(tmp_path, monkeypatch, form):
    monkeypatch.setattr("pipeline.run.build.OutputOptions.shard_bytes", 3_000)
    inputs = many_inputs(tmp_path / "in", 60)
    run_build(inputs, tmp_path / "shards", output=OutputOptions(form=form))
    monkeypatch.undo()
    run_build(inputs, tmp_path / "one")
    files = shard_paths(tmp_path / "shards", "corpus")
    assert len(files) > 1
    assert {path.suffix for path in files} == {f".{form}"}
    assert list(read_rows(tmp_path / "shards", "corpus")) == rows(tmp_path / "one" / "corpus.jsonl")
    card = (tmp_path / "shards" / "README.md").read_text()
    assert all(f"  - {path.name}\n" in card for path in files)


def test_sizes_of_shards():
    assert OutputOptions().shard_bytes is None
    assert OutputOptions(shard_mb=3).shard_bytes == 3 * 2**20
    assert OutputOptions(form="parquet").shard_bytes == 512 * 2**20


def test_without_pyarrow_parquet_is_refused_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match="zhnews\\[parquet\\]"):
        run_build(write_inputs(tmp_path / "in"), tmp_path / "out", output=OutputOptions(form="parquet"))
    assert not (tmp_path / "out.work").exists()


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_copies_that_are_annotated_stay_and_say_so(tmp_path, form):
    inputs = write_inputs(tmp_path / "in")
    output = OutputOptions(copies="annotate", form=form)
    result = run_build(inputs, tmp_path / "out", output=output)
    assert (result.tally.kept, result.tally.rejected) == (5, 0)
    corpus = list(read_rows(tmp_path / "out", "corpus"))
    (copy,) = (row for row in corpus if row["duplicate_of"])
    assert (copy["id"], copy["relation"]) == ("r0", "exact")
    assert copy["duplicate_of"] in {row["id"] for row in corpus}
    assert [row["id"] for row in rows(tmp_path / "out" / "duplicates.jsonl")] == ["r0"]


def test_what_hosts_print_around_their_articles_is_learned_from_the_inputs(tmp_path):
    banner = "看云桥新闻就上云桥网随时随地了解身边大小事"
    draw = random.Random(3)
    lines = []
    for number in range(40):
        words = ["".join(draw.choices(STORIES[0] + STORIES[1] + STORIES[2], k=40)) for _ in range(3)]
        text = "\n".join(f"{word}。" for word in words)
        lines.append(json.dumps({"url": f"https://yunqiao.example/{number}", "text": f"{text}\n{banner}"}))
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    run_build(tmp_path / "in.jsonl", tmp_path / "plain")
    run_build(tmp_path / "in.jsonl", tmp_path / "learned", learn=True)
    assert banner in (tmp_path / "plain" / "corpus.jsonl").read_text()
    corpus = rows(tmp_path / "learned" / "corpus.jsonl")
    assert not any(banner in str(row["paragraphs"]) for row in corpus)
    known = Knowledge.from_json((tmp_path / "learned" / "knowledge.json").read_text())
    build([str(tmp_path / "in.jsonl")], tmp_path / "given", Plan(knowledge=known), BuildOptions())
    assert rows(tmp_path / "given" / "corpus.jsonl") == corpus


def test_the_manifest_names_the_inputs_with_their_digests(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    run_build(inputs, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    data = (inputs / "0.txt").read_bytes()
    expected = {"name": "0.txt", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert expected in manifest["inputs"]
    assert len(manifest["inputs"]) == 4
    assert manifest["tally"]["kept"] == 4


def test_another_folder_to_work_in_and_files_that_belong_to_the_output(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    options = BuildOptions(work=tmp_path / "elsewhere")
    seen = []
    build(
        [str(inputs)],
        tmp_path / "out",
        Plan(),
        options,
        lambda *_: seen.append((tmp_path / "elsewhere" / "build.log").exists()),
        lambda folder, *_: (folder / "more.txt").write_text("stands from the first moment"),
    )
    assert any(seen)
    assert (tmp_path / "out" / "more.txt").exists()
    assert not (tmp_path / "elsewhere").exists()
    assert not list((tmp_path / "out").glob(".*"))


def test_nothing_to_read_makes_an_empty_corpus(tmp_path):
    (tmp_path / "in.jsonl").write_text("")
    result = run_build(tmp_path / "in.jsonl", tmp_path / "out")
    assert result.tally.seen == 0
    assert rows(tmp_path / "out" / "corpus.jsonl") == []


def test_strict_stops_at_the_first_input_that_cannot_be_read(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    with pytest.raises(InputError, match=r"blank.txt: empty"):
        run_build(inputs, tmp_path / "out", strict=True)
    assert not (tmp_path / "out").exists()
    (inputs / "blank.txt").unlink()
    with pytest.raises(InputError, match=r"rows.jsonl:4: not valid JSON"):
        run_build(inputs, tmp_path / "out", strict=True)


def test_hidden_files_are_left_out_and_counted(tmp_path):
    inputs = write_inputs(tmp_path / "in")
    (inputs / ".DS_Store").write_bytes(b"\0")
    assert run_build(inputs, tmp_path / "out").tally.seen == 7
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["hidden_files"] == 1


def test_pages_teach_what_their_hosts_print(tmp_path):
    page = (
        "<html><body><article><h1>题</h1>"
        + "".join(f"<p>{story}</p>" for story in STORIES)
        + "</article></body></html>"
    )
    lines = [json.dumps({"url": f"https://a.example/{n}", "html": page}) for n in range(3)] + ["{", '{"html": ""}']
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    run_build(tmp_path / "in.jsonl", tmp_path / "out", learn=True)
    assert "a.example" in (tmp_path / "out" / "knowledge.json").read_text()


def test_standard_input_is_read_by_the_process_that_has_it(tmp_path):
    inputs = many_inputs(tmp_path / "in", 201)
    said = json.dumps({"id": "piped", "text": STORIES[0][::-1]})
    words = [sys.executable, "-m", "pipeline", "build", str(inputs), "-", "--topic", "none", "--jobs", "2"]
    for name in ("one", "two"):
        done = subprocess.run(
            [*words, "-o", str(tmp_path / name)], input=said, text=True, capture_output=True, check=False
        )
        assert done.returncode == 1, done.stderr
        assert "piped" in (tmp_path / name / "corpus.jsonl").read_text()


def test_what_came_through_a_pipe_is_not_used_again_nor_read_twice(tmp_path, monkeypatch):
    for text in STORIES[:2]:
        pipe = io.TextIOWrapper(io.BufferedReader(io.BytesIO(text.encode())))
        monkeypatch.setattr(sys, "stdin", pipe)
        with pytest.raises(RuntimeError):
            build(["-"], tmp_path / "out", Plan(), BuildOptions(), _stop_before("compare"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(STORIES[2].encode()))))
    assert build(["-"], tmp_path / "out", Plan(), BuildOptions()).anew == "the inputs"
    assert STORIES[2] in (tmp_path / "out" / "corpus.jsonl").read_text()
    with pytest.raises(UsageError, match="reads the inputs twice"):
        build(["-"], tmp_path / "out", Plan(), BuildOptions(learn=True))
