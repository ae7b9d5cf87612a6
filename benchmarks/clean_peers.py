"""The nearest operators of other pipelines beside ours on the same tasks, in one run.

    ZHNEWS_EVAL=… python -m benchmarks.clean_peers --python VENV/bin/python [--texts 300] [--json]

The peers live in an environment of their own:  python -m venv VENV && VENV/bin/pip install py-data-juicer datatrove

* lines: each labelled line of clean/boilerplate.tsv and clean/negatives.tsv behind five body lines. datatrove's C4 filter works
  on lines; its counts of English words and its end marks are switched off, which leave no Chinese line at all.
* injected: a listed brand in a news text; the negatives and the texts themselves must stay. Data-Juicer can replace a pattern: it is given our whole list of names and endings.
* repeats: news texts tripled, with and without injected strings, re-split, with a repeated tail. Data-Juicer removes repeated
  sentences. datatrove's Gopher filter only drops the whole document, so it repairs nothing.
Times are CPU time on the untouched texts. Ours is the step of the same task, on one core, without machine code.
"""

import argparse
import importlib.metadata
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

Clean: TypeAlias = Callable[[str], str]
Task: TypeAlias = dict[str, Any]  # task, kind, text, gold
KINDS = ("triple", "triple+spam", "line-resplit", "tail+marks")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, help="the interpreter of the environment that holds the peers")
    parser.add_argument("--texts", type=int, default=300, help="news texts of each task")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)  # this very file, run by the peers' interpreter
    options = parser.parse_args()
    if options.measure:
        return measure(options.measure, PEERS)
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the labelled data", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        tasks = list(all_tasks(Path(root), options.texts))
        (scratch / "tasks.json").write_text(json.dumps({"tasks": tasks, "pattern": brand_pattern()}), "utf-8")
        measure(scratch, OURS)
        if options.python:
            subprocess.run([str(options.python), __file__, "--measure", str(scratch)], check=True)
        rows = [row_of(json.loads(path.read_text("utf-8")), tasks) for path in sorted(scratch.glob("done-*.json"))]
    print(json.dumps(rows) if options.json else table(rows))
    return 0


# ------------------------------------------------------------------------------------------------ tasks


def all_tasks(root: Path, texts: int) -> Iterator[Task]:
    from benchmarks.clean import BODY, KEPT_KINDS, read_rows  # noqa: PLC0415 - the peers' interpreter has no pipeline
    from benchmarks.injected import made_of  # noqa: PLC0415
    from benchmarks.repeats import KINDS as SPOILS  # noqa: PLC0415
    from benchmarks.repeats import MIN_CHARS, read_originals  # noqa: PLC0415
    from pipeline.clean.injected import brands  # noqa: PLC0415

    body = "\n".join(BODY)
    for row in read_rows(root / "clean" / "boilerplate.tsv"):
        if row["kind"] not in KEPT_KINDS:
            yield {"task": "lines", "kind": "goes", "text": f"{body}\n{row['text']}", "gold": body}
    for row in read_rows(root / "clean" / "negatives.tsv"):
        text = f"{body}\n{row['text']}"
        yield {"task": "lines", "kind": "stays", "text": text, "gold": text}
        yield {"task": "injected", "kind": "stays", "text": text, "gold": text}
    originals = [text for text in read_originals(root) if len(text) >= 2 * MIN_CHARS][:texts]
    chance = random.Random(4)
    names = sorted(brands().items())
    for text in originals:
        at = chance.choice([i for i, char in enumerate(text) if char in "，。"] or [len(text)])
        dirty = text[:at] + made_of(chance.choice(names)[1], chance) + text[at:]
        yield {"task": "injected", "kind": "goes", "text": dirty, "gold": text}
        for task in ("injected", "repeats"):
            yield {"task": task, "kind": "stays", "text": text, "gold": text}
        for kind in KINDS:
            yield {"task": "repeats", "kind": kind, "text": SPOILS[kind](text, chance), "gold": text}


def brand_pattern() -> str:
    """Return one pattern of all listed names with the words that hang on them, as somebody would write who has the list."""
    from benchmarks.injected import ENDINGS  # noqa: PLC0415 - the peers' interpreter has no pipeline
    from pipeline.clean.injected import brands  # noqa: PLC0415

    names = "|".join(re.escape(stem) for stem in sorted(brands(), key=len, reverse=True))
    latin = "|".join(
        sorted({re.escape(name) for brand in brands().values() for name in brand.latin}, key=len, reverse=True)
    )
    return rf"(?i)(?:{latin})?(?:{names})(?:{latin})?(?:{'|'.join(sorted(ENDINGS, key=len, reverse=True))})?"


# ------------------------------------------------------------------------------------------------ methods


def measure(scratch: Path, methods: dict[str, tuple[str, str, Callable[[str], Clean]]]) -> int:
    """Leave what each method makes of its task's texts, and its time, in `scratch`. Runs in the peers' environment too."""
    stored = json.loads((scratch / "tasks.json").read_text("utf-8"))
    for number, (name, (distribution, task, load)) in enumerate(methods.items()):
        try:
            clean = load(stored["pattern"])
            version = version_of(distribution)
        except ImportError as exc:
            print(f"{name}: skipped, {exc}", file=sys.stderr)
            continue
        mine = [one for one in stored["tasks"] if one["task"] == task]
        clean(mine[0]["text"])
        done, seconds = timed(clean, [one["text"] for one in mine])
        stays = [one["text"] for one in mine if one["kind"] == "stays"]
        mb_s = sum(len(text.encode()) for text in stays) / 1e6 / timed(clean, stays)[1]
        found = {"name": f"{name} {version}", "task": task, "done": done, "seconds": seconds, "mb_s": mb_s}
        (scratch / f"done-{task}-{distribution}-{number}.json").write_text(json.dumps(found), "utf-8")
    return 0


def version_of(distribution: str) -> str:
    if distribution == "zhnews":  # from the sources, which need not be installed
        return str(import_module("pipeline").__version__)
    return importlib.metadata.version(distribution)


def timed(clean: Clean, texts: Sequence[str]) -> tuple[list[str], float]:
    start = time.process_time()
    done = [clean(text) for text in texts]
    return done, max(time.process_time() - start, 1e-9)


def _ours(step: str) -> Callable[[str], Clean]:
    def load(_: str) -> Clean:
        bench, rules = import_module("benchmarks.clean"), import_module("pipeline.clean.rulebook")
        flow, repeats = import_module("pipeline.flow"), import_module("benchmarks.repeats")
        plan, book = flow.Plan(), rules.load_rulebook()
        steps: dict[str, Clean] = {
            "lines": lambda text: str(flow.strip_boilerplate(bench.article(text), plan.boilerplate, book).text),
            "injected": lambda text: str(flow.strip_spam(bench.article(text), plan.spam).text),
            "repeats": lambda text: str(repeats.strip(text).text),
        }
        return steps[step]

    return load


def _data_juicer_pattern(pattern: str) -> Clean:
    mapper = import_module("data_juicer.ops.mapper.replace_content_mapper").ReplaceContentMapper(
        pattern=pattern, repl=""
    )
    return lambda text: str(mapper.process_batched({"text": [text]})["text"][0])


def _data_juicer_repeats(_: str) -> Clean:
    module = import_module("data_juicer.ops.mapper.remove_repeat_sentences_mapper")
    mapper = module.RemoveRepeatSentencesMapper()
    return lambda text: str(mapper.process_batched({"text": [text]})["text"][0])


def _datatrove_lines(_: str) -> Clean:
    filters, document = import_module("datatrove.pipeline.filters"), import_module("datatrove.data").Document
    line_filter = filters.C4QualityFilter(
        filter_no_terminal_punct=False, min_words_per_line=0, min_num_sentences=0, language="zho"
    )

    def clean(text: str) -> str:
        found = document(text=text, id="1")
        kept = line_filter.filter(found)
        return str(found.text) if kept is True else ""

    return clean


OURS = {
    "zhnews, strip_boilerplate": ("zhnews", "lines", _ours("lines")),
    "zhnews, strip_spam": ("zhnews", "injected", _ours("injected")),
    "zhnews, strip_repeats": ("zhnews", "repeats", _ours("repeats")),
}
PEERS = {
    "datatrove C4QualityFilter": ("datatrove", "lines", _datatrove_lines),
    "Data-Juicer replace_content_mapper": ("py-data-juicer", "injected", _data_juicer_pattern),
    "Data-Juicer remove_repeat_sentences_mapper": ("py-data-juicer", "repeats", _data_juicer_repeats),
}


# ------------------------------------------------------------------------------------------------ scores


def row_of(found: dict[str, Any], tasks: Sequence[Task]) -> dict[str, Any]:
    """Return recall, precision and F1: what went that should go, and what changed that should stay."""
    mine = [one for one in tasks if one["task"] == found["task"]]
    right = [is_right(one, done) for one, done in zip(mine, found["done"], strict=True)]
    goes = [fine for one, fine in zip(mine, right, strict=True) if one["kind"] != "stays"]
    wrong = sum(not fine for one, fine in zip(mine, right, strict=True) if one["kind"] == "stays")
    recall, precision = sum(goes) / len(goes), sum(goes) / max(1, sum(goes) + wrong)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    kinds = {
        kind: sum(r for o, r in zip(mine, right, strict=True) if o["kind"] == kind)
        / max(1, sum(o["kind"] == kind for o in mine))
        for kind in KINDS
        if found["task"] == "repeats"
    }
    scores = {"recall": recall, "precision": precision, "f1": f1, "wrongly_changed": wrong, "mb_s": found["mb_s"]}
    return {"task": found["task"], "name": found["name"], **scores, **kinds}


def is_right(task: Task, done: str) -> bool:
    """Return whether the text came out as it should; of repeats and strings, but for white space at the seams."""
    from pipeline.fold import fold_key  # noqa: PLC0415 - the peers' interpreter has no pipeline

    return fold_key(done) == fold_key(task["gold"])


def table(rows: Sequence[dict[str, Any]]) -> str:
    lines = ["| task | method | recall | precision | F1 | clean texts changed | MB/s |", "|---|---|" + "---:|" * 5]
    order = sorted(rows, key=lambda row: (row["task"], -row["f1"]))
    lines += [
        f"| {r['task']} | {r['name']} | {r['recall']:.3f} | {r['precision']:.3f} | {r['f1']:.3f} | {r['wrongly_changed']}"
        f" | {r['mb_s']:.2f} |"
        for r in order
    ]
    lines += ["", "| repeats undone exactly | " + " | ".join(KINDS) + " |", "|---|" + "---:|" * len(KINDS)]
    lines += [
        f"| {r['name']} | " + " | ".join(f"{r[kind]:.3f}" for kind in KINDS) + " |"
        for r in order
        if r["task"] == "repeats"
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
