"""The filters of datatrove and Data-Juicer beside our presets on the same texts, in one run.

    ZHNEWS_EVAL=… python -m benchmarks.quality_peers --python VENV/bin/python [--also DIR] [--texts 1000] [--json]

The peers live in an environment of their own:  python -m venv VENV && VENV/bin/pip install py-data-juicer datatrove jieba spacy
`--also` is a folder more for their path. Texts are news that should stay (the held-out half of benchmarks.quality, every n-th) and the junk of
benchmarks.junk, another seed than the one in view. Each filter at its defaults and set for Chinese: the language, marks that end a Chinese
sentence, limits on words that Chinese words can meet; for Data-Juicer the values of its own recipe for Chinese texts. Filters that need a model to be
fetched are left out. Times are CPU time on the news.
"""

import argparse
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

Keep: TypeAlias = Callable[[str], bool]
STOPS = ("。", "！", "？", "…", "”", "；", "：", ".", "!", "?")
STOP_WORDS = ["的", "了", "是", "在", "和", "有", "不", "这", "就", "也", "而", "与", "及", "以", "为"]
CHINESE = "cmn_Hani"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, help="the interpreter of the environment that holds the peers")
    parser.add_argument("--also", type=Path, help="a folder more on the path of the peers")
    parser.add_argument("--texts", type=int, default=1000, help="news texts")
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
        (scratch / "texts.json").write_text(json.dumps(all_texts(Path(root), options.texts)), "utf-8")
        measure(scratch, OURS)
        if options.python:
            path = {"PYTHONPATH": str(options.also)} if options.also else {}
            command = [str(options.python), __file__, "--measure", str(scratch)]
            subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": "", **path})
        rows = [json.loads(path.read_text("utf-8")) for path in sorted(scratch.glob("done-*.json"))]
    print(json.dumps(rows) if options.json else table(rows))
    return 0


def all_texts(root: Path, most: int) -> dict[str, list[str]]:
    from benchmarks.junk import HELD, junk  # noqa: PLC0415 - the peers' interpreter has no pipeline
    from benchmarks.quality import is_held, news  # noqa: PLC0415

    held = [text for text in news(root) if is_held(text)]
    return {
        "news": held[:: max(1, len(held) // most)][:most],
        "junk": [text for texts in junk(seed=HELD).values() for text in texts],
    }


def measure(scratch: Path, methods: dict[str, tuple[str, Callable[[], Keep]]]) -> int:
    """Leave what each method keeps, and its time, in `scratch`. Runs in the peers' environment too."""
    texts = json.loads((scratch / "texts.json").read_text("utf-8"))
    for number, (name, (distribution, load)) in enumerate(methods.items()):
        try:
            keep = load()
            keep(texts["news"][0])
        except ImportError as exc:
            print(f"{name}: skipped, {exc}", file=sys.stderr)
            continue
        start = time.process_time()
        lost = sum(not keep(text) for text in texts["news"])
        seconds = max(time.process_time() - start, 1e-9)
        found = {
            "name": name,
            "version": version_of(distribution),
            "news_lost": lost / len(texts["news"]),
            "junk_caught": sum(not keep(text) for text in texts["junk"]) / len(texts["junk"]),
            "mb_s": sum(len(text.encode()) for text in texts["news"]) / 1e6 / seconds,
        }
        (scratch / f"done-{distribution}-{number:02d}.json").write_text(json.dumps(found), "utf-8")
    return 0


def version_of(distribution: str) -> str:
    if distribution == "zhnews":  # from the sources, which need not be installed
        return str(import_module("pipeline").__version__)
    return importlib.metadata.version(distribution)


def _ours(preset: str) -> Callable[[], Keep]:
    def load() -> Keep:
        quality, select = import_module("benchmarks.quality"), import_module("pipeline.quality.select")
        return lambda text: select.failure_of(quality.signals_of(text), [preset]) is None

    return load


def _datatrove(name: str, **settings: Any) -> Callable[[], Keep]:  # noqa: ANN401 - settings are of any type
    def load() -> Keep:
        filters, document = import_module("datatrove.pipeline.filters"), import_module("datatrove.data").Document
        one = getattr(filters, name)(**settings)
        return lambda text: one.filter(document(text=text, id="1")) is True

    return load


def _all_of(*loads: Callable[[], Keep]) -> Callable[[], Keep]:
    def load() -> Keep:
        filters = [one() for one in loads]
        return lambda text: all(keep(text) for keep in filters)

    return load


def _data_juicer(**wanted: dict[str, Any]) -> Callable[[], Keep]:
    def load() -> Keep:
        filters = [_filter_of(name, settings) for name, settings in wanted.items()]

        def keep(text: str) -> bool:
            for one in filters:
                samples = one.compute_stats_batched({"text": [text], "__dj__stats__": [{}]})
                if not next(iter(one.process_batched(samples))):
                    return False
            return True

        return keep

    return load


def _filter_of(name: str, settings: dict[str, Any]) -> Any:  # noqa: ANN401 - the peer has no types
    words = name.split("_")
    return getattr(import_module(f"data_juicer.ops.filter.{name}"), "".join(map(str.title, words)))(**settings)


_PLAIN: dict[str, dict[str, Any]] = {
    name: {}
    for name in (
        "alphanumeric_filter", "average_line_length_filter", "character_repetition_filter", "maximum_line_length_filter",
        "special_characters_filter", "text_length_filter", "word_repetition_filter", "words_num_filter",
    )
}  # fmt: skip
_RECIPE: dict[
    str, dict[str, Any]
] = {  # of Data-Juicer's recipe for Chinese texts, but for the list of flagged words, which needs a model
    "alphanumeric_filter": {"tokenization": False, "min_ratio": 0.10},
    "character_repetition_filter": {"rep_len": 10, "max_ratio": 0.6},
    "text_length_filter": {"min_len": 10},
}
_CHINESE_GOPHER = _datatrove(
    "GopherQualityFilter", language=CHINESE, min_avg_word_length=1, max_non_alpha_words_ratio=0.6, stop_words=STOP_WORDS
)
_CHINESE_C4 = _datatrove(
    "C4QualityFilter",
    language=CHINESE,
    filter_no_terminal_punct=False,
    min_words_per_line=1,
    split_paragraph=False,
    min_num_sentences=1,
)

OURS = {f"zhnews {preset}": ("zhnews", _ours(preset)) for preset in ("light", "c4-zh", "gopher-zh")}
PEERS: dict[str, tuple[str, Callable[[], Keep]]] = {
    "datatrove Gopher repetition": ("datatrove", _datatrove("GopherRepetitionFilter")),
    "datatrove Gopher repetition, Chinese": ("datatrove", _datatrove("GopherRepetitionFilter", language=CHINESE)),
    "datatrove Gopher quality": ("datatrove", _datatrove("GopherQualityFilter")),
    "datatrove Gopher quality, Chinese": ("datatrove", _CHINESE_GOPHER),
    "datatrove Gopher both, Chinese": (
        "datatrove",
        _all_of(_CHINESE_GOPHER, _datatrove("GopherRepetitionFilter", language=CHINESE)),
    ),
    "datatrove C4": ("datatrove", _datatrove("C4QualityFilter")),
    "datatrove C4, Chinese": ("datatrove", _CHINESE_C4),
    "datatrove FineWeb": ("datatrove", _datatrove("FineWebQualityFilter")),
    "datatrove FineWeb, Chinese": ("datatrove", _datatrove("FineWebQualityFilter", language=CHINESE, stop_chars=STOPS)),
    "Data-Juicer, eight filters": ("py-data-juicer", _data_juicer(**_PLAIN)),
    "Data-Juicer, recipe for Chinese": ("py-data-juicer", _data_juicer(**_RECIPE)),
}


def table(rows: Sequence[dict[str, Any]]) -> str:
    lines = ["| filter | version | clean news lost | junk caught | MB/s |", "|---|---|---:|---:|---:|"]
    lines += [
        f"| {r['name']} | {r['version']} | {r['news_lost']:.2%} | {r['junk_caught']:.1%} | {r['mb_s']:.1f} |"
        for r in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
