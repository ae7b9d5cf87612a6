"""Files in, corpus out: a folder that appears when it is whole, and can be killed and started again until it is.

    inputs ─ digest, learn, process ─▶ rows ─ pairs, resolve ─▶ decisions ─ write ─▶ OUT

OUT.work/   what finished tasks wrote; used again by the next run of the same inputs and settings
OUT/        corpus, duplicates (JSON Lines or Parquet), rejected.jsonl, failed.jsonl, manifest.json, README.md

Every stage is a list of tasks that an executor does: this process, several, or a cluster. The answer depends neither on who
does them nor on how the work is cut.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline import __version__
from pipeline.errors import EXIT_OK, EXIT_SOME_FAILED, UsageError
from pipeline.flow import Plan, plan_fingerprint
from pipeline.run.buildlog import BuildLog, Progress, TellingExecutor
from pipeline.run.candidates import AnchorFile
from pipeline.run.executor import Executor, local_executor
from pipeline.run.groups import find_groups
from pipeline.run.inventory import (
    ArticleFiles,
    Inventory,
    preference_order,
    removed_from,
    take_inventory,
    write_articles,
)
from pipeline.run.partitions import merged_ties, pair_task, pair_tasks
from pipeline.run.preference import Prefer
from pipeline.run.resolving import ResolveTask, resolve_task
from pipeline.run.stages import LearnTask, ProcessTask, learn_task, merged_knowledge, process_task
from pipeline.run.tally import Tally, merge_all
from pipeline.run.workfolder import (
    MANIFEST,
    begin,
    check_replaceable,
    digest_task,
    digest_tasks,
    digests_of,
    publish,
    stamp,
)
from pipeline.run.writing import (
    KINDS,
    Copies,
    Kind,
    Sources,
    WriteTask,
    entries_of,
    rows_by_kind,
    sorted_entries,
    split_entries,
    write_task,
)
from pipeline.store.arrow import load_arrow
from pipeline.store.card import dataset_card
from pipeline.store.files import remove_partial, write_text_whole
from pipeline.store.inputs import InputOptions
from pipeline.store.listing import STDIN, InputFile, InputPart, count_hidden, list_inputs, split_inputs
from pipeline.store.lock import lock_folder
from pipeline.store.records import Json
from pipeline.store.rowfiles import RowFiles, map_array
from pipeline.store.shards import Form, join_files, shard_paths

KNOWLEDGE, CARD = "knowledge.json", "README.md"
_PART_BYTES = (2**20, 16 * 2**20)  # of the inputs that one task reads: at least, at most
_PARTS = 64  # that the inputs are cut into where those bounds allow it
_JOINED_BYTES = 16 * 2**20  # of rows that one task writes where there is one file in the end
_PARQUET_MB = 512  # of a shard where nothing else is said: what readers of Parquet like

T = TypeVar("T", bound="Task")
Finish: TypeAlias = Callable[[Path, Mapping[str, float], Executor], object]
Executing: TypeAlias = Callable[[], AbstractContextManager[Executor]]


class Task(Protocol):
    """What an executor is given: done when its path stands."""

    @property
    def path(self) -> Path: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """How the corpus is written."""

    form: Form = "jsonl"
    shard_mb: int | None = None  # of rows as JSON; None: one file of JSON Lines, Parquet as `_PARQUET_MB`
    copies: Copies = "drop"  # "annotate": near-duplicates stay in the corpus, and say what they are copies of

    @property
    def shard_bytes(self) -> int | None:
        """None: one file."""
        megabytes = self.shard_mb or (_PARQUET_MB if self.form == "parquet" else None)
        return None if megabytes is None else megabytes * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """How a build is run. `jobs`, `partitions`, `work` and the executor do not change what comes out."""

    jobs: int = 1  # processes
    prefer: Prefer = "first"  # which of several copies stays: the first, the earliest published, the longest
    force: bool = False  # replace an output folder that exists
    strict: bool = False  # stop at an input that cannot be read; else it is counted, and told with its place
    learn: bool = False  # learn from the inputs what their hosts print around every article, and use it
    partitions: int | None = None  # of band keys; None: by the number of articles
    work: Path | None = None  # where tasks write; None: beside the output
    executing: Executing | None = None  # what gives the executor; None: processes of this machine
    inputs: InputOptions = field(default_factory=InputOptions)
    output: OutputOptions = field(default_factory=OutputOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """What a build made."""

    folder: Path
    tally: Tally
    n_resumed: int  # tasks of the stage `process` whose files stood already
    anew: str  # what has changed since a build that was stopped, so that nothing of it could be used; "": nothing
    seconds: dict[str, float]  # by stage

    @property
    def exit_code(self) -> int:
        return EXIT_SOME_FAILED if self.tally.failed else EXIT_OK


def build(
    paths: Sequence[str],
    out: Path,
    plan: Plan,
    options: BuildOptions,
    on_progress: Progress = lambda *_: None,
    finish: Finish = lambda *_: None,
) -> BuildResult:
    """Make a corpus of the inputs in the folder `out`.

    `finish` may add files to the folder before it appears; it is told the seconds of the stages until then, and is given who
    does the tasks. Raises OutputError when `out` exists and `force` is not set, UsageError when an input does not exist,
    BusyError when another build works on the same folder.
    """
    out = out.resolve()
    files = list_inputs(paths)
    if options.learn and _has_pipe(files):
        raise UsageError(
            "--learn reads the inputs twice, and standard input is gone after the first time. Save it to a file"
        )
    check_replaceable(out, files, force=options.force)
    if options.output.form == "parquet":
        load_arrow()  # told before the work, not behind it
    work = (options.work or out.with_name(f"{out.name}.work")).resolve()
    with lock_folder(work):
        anew = begin(work, _told(files, plan, options))
        log = BuildLog(work / "build.log", on_progress)
        with options.executing() if options.executing else local_executor(options.jobs) as executor:
            run = _Build(work, plan, options, executor, log)
            tally = run.make(files, count_hidden(paths))
            finish(work / "out", log.seconds, TellingExecutor(executor, log, "report"))
        remove_partial(work / "out")  # what a killed process was writing there is nobody's now
        publish(work / "out", out)
        log.end()
        shutil.rmtree(work, ignore_errors=True)
    return BuildResult(folder=out, tally=tally, n_resumed=run.n_resumed, anew=anew, seconds=log.seconds)


def _told(files: Sequence[InputFile], plan: Plan, options: BuildOptions) -> dict[str, str]:
    """Return what the result depends on, by the name that people know it by."""
    nonce = os.urandom(16) if _has_pipe(files) else b""  # what came through a pipe is gone: nothing of it can be used
    return {
        "the inputs": repr(([stamp(file) for file in files], nonce)),
        "the settings": repr(
            (
                __version__,
                plan_fingerprint(plan),
                options.inputs,
                options.prefer,
                options.strict,
                options.learn,
                options.output,
            )
        ),
    }


class _Build:
    """The stages of one build, in order."""

    def __init__(self, work: Path, plan: Plan, options: BuildOptions, executor: Executor, log: BuildLog) -> None:
        self.n_resumed = 0
        self._work, self._plan, self._options, self._executor, self._log = work, plan, options, executor, log

    def make(self, files: Sequence[InputFile], n_hidden: int) -> Tally:
        """Do all stages; return the tally of the folder `out` in the work folder."""
        reading = digest_tasks(files, self._work / "inputs")
        self._run("read inputs", digest_task, reading)
        inputs = digests_of(reading)
        total = sum(row.get("bytes", 0) for row in inputs)
        part_bytes = min(max(total // _PARTS, _PART_BYTES[0]), _PART_BYTES[1])
        processed = self._process(split_inputs(files, lines=10**9, files_at_once=200, part_bytes=part_bytes))
        inventory = take_inventory([task.path for task in processed])
        order, resolved = self._decide(inventory, processed)
        self._log("write", 0, 0)
        entries = entries_of(inventory, order, [task.path for task in resolved])
        chosen = rows_by_kind(inventory, entries, self._options.output.copies)
        sources = Sources(
            processed=tuple(task.rows for task in processed), resolved=tuple(task.rows for task in resolved)
        )
        removed = removed_from(inventory, chosen["corpus"], [task.path for task in processed])
        by_kind = {kind: sorted_entries(inventory, entries, some) for kind, some in chosen.items()}
        tally = self._write(by_kind, sources).merge(Tally(removed=removed))
        self._describe(inputs, n_hidden + sum(row.get("hidden_files", 0) for row in inputs), tally)
        return tally

    def _run(
        self, stage: str, fn: Callable[[T], Any], tasks: Sequence[T], rows_in: Callable[[T], int] | None = None
    ) -> None:
        """Do the tasks that are not done yet. `rows_in` a finished task: progress is told in rows, not in tasks."""
        waiting = [task for task in tasks if not task.path.exists()]
        done, rows = len(tasks) - len(waiting), 0
        self._log(stage, 0 if rows_in else done, 0 if rows_in else len(tasks))

        def count(task: T) -> None:
            nonlocal done, rows
            done += 1
            if rows_in is None:
                self._log(stage, done, len(tasks))
            else:
                rows += rows_in(task)
                self._log(stage, rows, rows * len(waiting) // (done - len(tasks) + len(waiting)))

        self._executor.map(fn, waiting, count)

    def _process(self, parts: Sequence[tuple[InputPart, ...]]) -> list[ProcessTask]:
        knowledge = self._learn(parts) if self._options.learn else None
        tasks = [
            ProcessTask(
                number=n,
                parts=some,
                options=self._options.inputs,
                plan=self._plan,
                folder=self._work / "process",
                knowledge=knowledge,
                strict=self._options.strict,
            )
            for n, some in enumerate(parts)
        ]
        self.n_resumed = sum(task.path.exists() for task in tasks)
        for task in tasks:
            if _has_pipe([part.file for part in task.parts]):
                process_task(task)  # here: no other process has our standard input
        self._run("process", process_task, tasks, _count_rows)
        return tasks

    def _learn(self, parts: Sequence[tuple[InputPart, ...]]) -> Path:
        path = self._work / "learn" / KNOWLEDGE
        if not path.exists():
            tasks = [
                LearnTask(
                    number=n, parts=some, options=self._options.inputs, plan=self._plan, folder=self._work / "learn"
                )
                for n, some in enumerate(parts)
            ]
            self._run("learn", learn_task, tasks)
            write_text_whole(path, merged_knowledge([task.path for task in tasks]).to_json())
        return path

    def _decide(
        self, inventory: Inventory, processed: Sequence[ProcessTask]
    ) -> tuple[NDArray[np.int64], list[ResolveTask]]:
        """Return the articles in their order of preference, and the tasks that say which of them are dropped."""
        dedup, rows = self._plan.dedup, tuple(task.rows for task in processed)
        files = ArticleFiles(folder=self._work / "articles")
        self._log("compare", 0, 0)
        with RowFiles(rows) as read:
            order = preference_order(inventory, self._options.prefer, read)
        write_articles(inventory, order, [task.path for task in processed], dedup.spec, files)
        pairs = pair_tasks(
            files,
            order.size,
            dedup.spec.bands,
            dedup.min_estimate * dedup.spec.num_perm,
            self._work / "pairs",
            self._options.partitions,
        )
        self._run("compare", pair_task, pairs)
        ties = merged_ties([task.path for task in pairs], order.size)
        anchors = tuple(AnchorFile(path=task.anchors, first_band=task.first_band) for task in pairs)
        tasks = [
            ResolveTask(
                number=n,
                places=places,
                anchors=anchors,
                articles=files,
                processed=rows,
                params=dedup,
                folder=self._work / "resolve",
            )
            for n, places in enumerate(find_groups(ties, map_array(files.articles)))
        ]
        self._run("verify", resolve_task, tasks)
        return order, tasks

    def _write(self, entries: dict[Kind, NDArray[np.void]], sources: Sources) -> Tally:
        tasks = {kind: self._write_tasks(kind, entries[kind], sources) for kind in KINDS}
        everything = [task for some in tasks.values() for task in some]
        self._run("write", write_task, everything)
        for kind, some in tasks.items():
            if some[0].target.parent != self._work / "out":
                join_files([task.target for task in some], self._work / "out" / f"{kind}.jsonl")
        tally = merge_all(write_task(task) for task in everything)
        for left in (self._work / "out").glob(".*.tally"):
            left.unlink()
        tally.check()
        return tally

    def _write_tasks(self, kind: Kind, entries: NDArray[np.void], sources: Sources) -> list[WriteTask]:
        output = self._options.output
        shard_bytes = output.shard_bytes if kind == "corpus" else None
        form = output.form if kind == "corpus" else "jsonl"
        folder = self._work / ("parts" if shard_bytes is None else "out")
        return [
            WriteTask(
                kind=kind,
                entries=some,
                sources=sources,
                target=folder / f"{kind}-{n:05d}.{form}",
                annotate=output.copies == "annotate",
                signals=self._plan.quality.measures,
            )
            for n, some in enumerate(split_entries(entries, shard_bytes or _JOINED_BYTES))
        ]

    def _describe(self, inputs: Sequence[Json], n_hidden: int, tally: Tally) -> None:
        """Write what says how the corpus was made."""
        out = self._work / "out"
        manifest: Json = {
            "zhnews": __version__,
            "plan": plan_fingerprint(self._plan),
            "prefer": self._options.prefer,
            "copies": self._options.output.copies,
            "select": list(self._plan.quality.select),
            "learned": self._options.learn,
            "inputs": list(inputs),
            "hidden_files": n_hidden,  # left out
            "tally": tally.as_json(),
        }
        if self._options.learn:
            shutil.copyfile(self._work / "learn" / KNOWLEDGE, out / KNOWLEDGE)
        write_text_whole(out / CARD, dataset_card(manifest, [path.name for path in shard_paths(out, "corpus")]))
        write_text_whole(out / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))


def _has_pipe(files: Iterable[InputFile]) -> bool:
    return any(file.name == STDIN for file in files)


def _count_rows(task: ProcessTask) -> int:
    with np.load(task.path) as arrays:
        return int(arrays["facts"].size)
