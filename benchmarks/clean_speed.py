"""The speed of the clean stage, by step, beside the nearest operators of Data-Juicer and datatrove, in one run.

    ZHNEWS_EVAL=… python -m benchmarks.clean_speed [--peers DIR] [--texts 1000] [--json]

The peers live in a folder of their own, which is only put on the path of their own processes:

    pip install --target DIR datatrove py-data-juicer ray

Texts: news of $ZHNEWS_EVAL/dedup/bench.jsonl.xz, of 0.5 thousand characters on average, as they are (clean), and each
twice in the frame of a page (dirty). All read the same texts in the same order, one after the other, on one core; speeds
are megabytes of UTF-8 a second of CPU time, the best of `--runs`; memory is the most that the process held. What is
compared is time, not the result: no peer cuts a string out of a sentence, joins paragraphs or signs what it removes.

* zhnews: all steps of the clean stage, each text through all of them before the next, as in a run.
* data-juicer: clean_copyright_mapper, remove_repeat_sentences_mapper.
* datatrove: SymbolLinesFormatter, C4QualityFilter (by line), GopherRepetitionFilter without its word counts, which need a
  segmenter of Chinese: duplicate lines and paragraphs only.

Where our time goes, of an article of 530 characters: the rules 50 % (fold 8 µs, the automaton over 2,900 words 20 µs, the
lines that a rule may match by its words, length and first character, zones, the end sentences of the last line), repeats
33 % (key, 8-grams; an eighth of the articles has enough of them in one place to draw chains, of which a quarter comes to
anything), injected strings 8 %. Of a dirty one repeats take 54 %: sentences, chains, the book of changes.
"""

import argparse
import json
import lzma
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.altered import NAV, NOTICE, TAIL
from pipeline.clean.repeat_kernels import COMPILE_AFTER_CHARS, loops_for
from pipeline.flow import Plan, clean_steps
from pipeline.model import Article, ArticleId

# What one contestant does with the texts: CPU seconds by step, after a first round that is not counted.
Rounds = Callable[[Sequence[str], int], dict[str, float]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, help="the folder that holds the peers; without it ours only")
    parser.add_argument("--texts", type=int, default=1000, help="clean texts; a quarter as many dirty ones")
    parser.add_argument("--runs", type=int, default=3, help="rounds, of which the best counts")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--measure", choices=list(CONTESTANTS), help=argparse.SUPPRESS)  # in a process of its own
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the labelled data", file=sys.stderr)
        return 2
    if options.measure:
        print(json.dumps(measure(CONTESTANTS[options.measure], load(Path(root), options.texts), options.runs)))
        return 0
    figures: dict[str, float] = {}
    for name in CONTESTANTS if options.peers else ("zhnews",):
        figures |= {f"{name}_{key}": value for key, value in in_own_process(name, options).items()}
    print(json.dumps(figures, indent=1) if options.json else table(figures))
    return 0


def in_own_process(name: str, options: argparse.Namespace) -> dict[str, float]:
    """Return the figures of one contestant; a peer that is not there has none."""
    words = [f"--measure={name}", f"--texts={options.texts}", f"--runs={options.runs}"]
    path = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH", ""), str(options.peers or ""))))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.clean_speed", *words],
        env={
            **os.environ,
            "PYTHONPATH": path,
            "PIP_NO_INDEX": "1",
            "UV_OFFLINE": "1",
        },  # data-juicer installs by itself
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        print(f"{name}: nothing measured", file=sys.stderr)
        return {}
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def load(root: Path, most: int) -> dict[str, list[str]]:
    clean = [article(text).text for text in islice(read_texts(root / "dedup" / "bench.jsonl.xz"), most)]
    return {"clean": clean, "dirty": ["\n".join((*NAV, text, text, *TAIL, NOTICE)) for text in clean[: most // 4]]}


def read_texts(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from (record["text"] for record in map(json.loads, lines) if record["kind"] == "orig")


def article(text: str) -> Article:
    return Article(id=ArticleId("bench"), url=None, source="bench").with_text(text)


def measure(rounds: Rounds, texts: dict[str, list[str]], runs: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    for kind, some in texts.items():
        megabytes = sum(len(text.encode()) for text in some) / 1e6
        seconds = rounds(some, runs)
        figures |= {f"{kind}_{step}_share": spent / sum(seconds.values()) for step, spent in seconds.items()}
        figures[f"{kind}_mb_s"] = megabytes / sum(seconds.values())
    return figures | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def zhnews(texts: Sequence[str], runs: int) -> dict[str, float]:
    loops_for(COMPILE_AFTER_CHARS + 1)  # as in any batch, the loops are machine code
    return best([article(text) for text in texts], clean_steps(Plan()), runs)


def data_juicer(texts: Sequence[str], runs: int) -> dict[str, float]:
    mappers = "data_juicer.ops.mapper"
    names = {
        "copyright": ("clean_copyright_mapper", "CleanCopyrightMapper"),
        "repeat_sentences": ("remove_repeat_sentences_mapper", "RemoveRepeatSentencesMapper"),
    }
    operators = {step: _of(f"{mappers}.{module}", name)() for step, (module, name) in names.items()}
    return best(list(texts), {step: _mapped(operator) for step, operator in operators.items()}, runs)


def datatrove(texts: Sequence[str], runs: int) -> dict[str, float]:
    document = _of("datatrove.data", "Document")
    find_duplicates = _of("datatrove.pipeline.filters.gopher_repetition_filter", "find_duplicates")
    symbols = _of("datatrove.pipeline.formatters.symbol_lines_remover", "SymbolLinesFormatter")()
    quality = _of("datatrove.pipeline.filters.c4_filters", "C4QualityFilter")(split_paragraph=True)

    def by_quality(text: str) -> str:
        one = document(text=text, id="bench")
        quality.filter(one)
        return str(one.text)

    def by_repetition(text: str) -> str:
        for pieces in (text.split("\n\n"), text.split("\n")):
            find_duplicates(pieces)
        return text

    return best(list(texts), {"symbols": symbols.format, "c4": by_quality, "repetition": by_repetition}, runs)


def _of(module: str, name: str) -> Any:  # noqa: ANN401 - a peer's
    return getattr(import_module(module), name)


def best(items: Sequence[Any], steps: Mapping[str, Callable[[Any], Any]], runs: int) -> dict[str, float]:
    """Return the CPU seconds of each step in the quickest round; each step gets what the one before it made."""
    found = [one_round(items, steps) for _ in range(runs + 1)][1:]
    return min(found, key=lambda seconds: sum(seconds.values()))


def one_round(items: Sequence[Any], steps: Mapping[str, Callable[[Any], Any]]) -> dict[str, float]:
    """Take one text after the other through all steps, as a run does."""
    seconds = dict.fromkeys(steps, 0.0)
    for item in items:
        done, at = item, time.process_time()
        for name, step in steps.items():
            done, before = step(done), at
            at = time.process_time()
            seconds[name] += at - before
    return seconds


def _mapped(operator: Any) -> Callable[[str], str]:  # noqa: ANN401 - a peer's
    return lambda text: str(operator.process_batched({"text": [text]})["text"][0])


def table(figures: dict[str, float]) -> str:
    return "\n".join(f"{name:44} {value:10.2f}" for name, value in figures.items())


CONTESTANTS: dict[str, Rounds] = {"zhnews": zhnews, "data_juicer": data_juicer, "datatrove": datatrove}


if __name__ == "__main__":
    raise SystemExit(main())
