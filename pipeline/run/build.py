"""Files in, corpus out: a folder that appears when it is whole, and can be killed and started again until it is.

OUT.work/   what finished tasks wrote; used again by the next run of the same inputs and settings
OUT/        corpus.jsonl  duplicates.jsonl  rejected.jsonl  failed.jsonl  manifest.json
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import __version__
from pipeline.errors import EXIT_OK, EXIT_SOME_FAILED, OutputError
from pipeline.flow import Plan, plan_fingerprint
from pipeline.run.executor import Executor, executor_for
from pipeline.run.stages import Prefer, ProcessTask, decide_task, process_task, rows_of
from pipeline.run.tally import Tally, merge_all, tally_decision
from pipeline.store.files import cannot_write, read_jsonl, write_jsonl, write_text_whole
from pipeline.store.inputs import InputOptions
from pipeline.store.listing import InputFile, list_inputs, split_inputs
from pipeline.store.lock import lock_folder
from pipeline.store.records import Json, article_from_json, decision_from_json

CORPUS, DUPLICATES, REJECTED, FAILED, MANIFEST = (
    "corpus.jsonl",
    "duplicates.jsonl",
    "rejected.jsonl",
    "failed.jsonl",
    "manifest.json",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """How a build is run; nothing here but `prefer` changes what comes out."""

    jobs: int = 1  # processes
    prefer: Prefer = "first"  # which of several copies stays: the first, the earliest published, the longest
    force: bool = False  # replace an output folder that exists
    inputs: InputOptions = field(default_factory=InputOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """What a build made."""

    folder: Path
    tally: Tally
    n_resumed: int  # tasks whose files stood already

    @property
    def exit_code(self) -> int:
        return EXIT_SOME_FAILED if self.tally.failed else EXIT_OK


Progress = Callable[[str, int, int], None]  # stage, done, all


def build(
    paths: Sequence[str], out: Path, plan: Plan, options: BuildOptions, on_progress: Progress = lambda *_: None
) -> BuildResult:
    """Make a corpus of the inputs in the folder `out`.

    Raises OutputError when `out` exists and `force` is not set, InputError when an input does not exist, BusyError when
    another build works on the same folder.
    """
    out = out.resolve()
    files = list_inputs(paths)
    _check_replaceable(out, files, force=options.force)
    work = out.with_name(f"{out.name}.work")
    with lock_folder(work):
        tasks = _tasks(files, plan, options, _fresh_work(work, files, plan, options))
        resumed = sum(task.path.exists() for task in tasks)
        processed = _process(tasks, executor_for(options.jobs, len(tasks) - resumed), on_progress)
        on_progress("near-duplicates", 0, 1)
        decided = decide_task(processed, plan, options.prefer, work / "decisions.jsonl")
        on_progress("write", 0, 1)
        tally = _write(processed, decided, work / "out", _manifest(files, plan, options))
        _publish(work / "out", out)
        shutil.rmtree(work, ignore_errors=True)
    return BuildResult(folder=out, tally=tally, n_resumed=resumed)


def _check_replaceable(out: Path, files: Sequence[InputFile], *, force: bool) -> None:
    """Raise OutputError unless the folder is free, or an earlier build's that may be replaced and holds no input."""
    if not out.exists():
        return
    if not force:
        raise OutputError(f"{out}: exists already. Give another name, or --force to replace it")
    if any(file.path.resolve().is_relative_to(out) for file in files):
        raise OutputError(f"{out}: holds inputs of this build, and would be replaced. Give another name")
    if any(out.iterdir()) and not _is_a_build(out):
        raise OutputError(
            f"{out}: is no earlier build (no {MANIFEST} of ours in it) and is not replaced. Give another name"
        )


def _is_a_build(folder: Path) -> bool:
    try:
        return "zhnews" in json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False


def _process(tasks: Sequence[ProcessTask], executor: Executor, on_progress: Progress) -> list[Path]:
    done = 0
    on_progress("process", done, len(tasks))

    def count(_: ProcessTask) -> None:
        nonlocal done
        done += 1
        on_progress("process", done, len(tasks))

    return executor.map(process_task, tasks, count)


def _tasks(files: Iterable[InputFile], plan: Plan, options: BuildOptions, folder: Path) -> list[ProcessTask]:
    return [
        ProcessTask(number=n, parts=parts, options=options.inputs, plan=plan, folder=folder)
        for n, parts in enumerate(split_inputs(files))
    ]


def _fresh_work(work: Path, files: Sequence[InputFile], plan: Plan, options: BuildOptions) -> Path:
    """Return the folder for what tasks write. What stands from other inputs or settings is cleared away."""
    told = json.dumps([plan_fingerprint(plan), repr(options.inputs), options.prefer, [_stamp(f) for f in files]])
    fingerprint = hashlib.sha256(told.encode()).hexdigest()
    marker = work / "fingerprint"
    try:
        if not marker.exists() or marker.read_text() != fingerprint:
            for stale in (work / "process", work / "out"):
                shutil.rmtree(stale, ignore_errors=True)
            (work / "decisions.jsonl").unlink(missing_ok=True)
            write_text_whole(marker, fingerprint)
    except OSError as exc:
        raise cannot_write(work, exc) from exc
    return work / "process"


def _stamp(file: InputFile) -> tuple[str, int, int]:
    """Return what tells that a file is still the one that was read; of a pipe nothing does."""
    if not file.path.is_file():
        return file.name, 0, 0
    stat = file.path.stat()
    return file.name, stat.st_size, stat.st_mtime_ns


def _write(processed: Sequence[Path], decided: Path, folder: Path, manifest: Json) -> Tally:
    decisions = {row["id"]: row for row in read_jsonl(decided)}
    tallies: list[Tally] = []

    def corpus() -> Iterable[Json]:
        for _, row in rows_of(processed, "article"):
            tallies.append(tally_decision(article_from_json(row), decision_from_json(decisions[row["id"]])))
            if decisions[row["id"]]["kept"] is None:
                yield row

    write_jsonl(folder / CORPUS, corpus())
    copies = (
        {**decisions[r["id"]], "article": r} for _, r in rows_of(processed, "article") if decisions[r["id"]]["kept"]
    )
    write_jsonl(folder / DUPLICATES, copies)
    rejected = [row for _, row in rows_of(processed, "rejected")]
    write_jsonl(folder / REJECTED, rejected)
    n_failed = write_jsonl(folder / FAILED, (row for _, row in rows_of(processed, "failed")))
    tallies += [Tally().plus("rejected", rule=row["rule"]) for row in rejected]
    tallies += [Tally().plus("failed")] * n_failed
    tally = merge_all(tallies)
    tally.check()
    write_text_whole(
        folder / MANIFEST, json.dumps({**manifest, "tally": tally.as_json()}, ensure_ascii=False, indent=1)
    )
    return tally


def _manifest(files: Sequence[InputFile], plan: Plan, options: BuildOptions) -> Json:
    return {
        "zhnews": __version__,
        "plan": plan_fingerprint(plan),
        "prefer": options.prefer,
        "inputs": [file.name for file in files],
    }


def _publish(made: Path, out: Path) -> None:
    """Put the folder in its place; one that stood there goes only when the new one is whole."""
    old = out.with_name(f"{out.name}.old")
    try:
        shutil.rmtree(old, ignore_errors=True)
        if out.exists():
            out.rename(old)
        made.rename(out)
    except OSError as exc:
        raise cannot_write(out, exc) from exc
    shutil.rmtree(old, ignore_errors=True)
